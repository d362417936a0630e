/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <rte_ethdev.h>

#include "config_port.h"
#include "netdev.h"
#include "port_link.h"

/** The netdev a vdev sits on; false: none (vhost's iface= is a socket), or the vdev makes it. */
static bool
netdev_below(const struct pgn_port *port, char netdev[IF_NAMESIZE])
{
	return !port->config->is_pci && !pgn_port_is(port->config, "net_tap") &&
	       !pgn_port_is(port->config, "net_vhost") &&
	       pgn_devargs_value(port->config->probe, "iface", netdev, IF_NAMESIZE);
}

/** The netdev that a net_tap made, by its name of now; false: it is not in our namespace. */
static bool
netdev_made(const struct pgn_port *port, char netdev[IF_NAMESIZE])
{
	struct rte_eth_dev_info info;

	return rte_eth_dev_info_get(port->id, &info) == 0 &&
	       if_indextoname(info.if_index, netdev) != NULL;
}

/** Of one that is not in our namespace: whether it is known to be deleted, not moved to another. */
static bool
is_deleted(const struct pgn_port *port)
{
	struct ifreq request;

	/* What a queue is waited for by is the TAP itself. */
	return port->values.rxintr &&
	       ioctl(rte_eth_dev_rx_intr_ctl_q_get_fd(port->id, 0), TUNGETIFF, &request) != 0 &&
	       errno == EBADFD;
}

/** The link of a net_tap; in another namespace it cannot be seen, and stays as it was. */
static bool
made_is_running(const struct pgn_port *port)
{
	char netdev[IF_NAMESIZE];

	if (netdev_made(port, netdev))
		return pgn_netdev_is_running(netdev);
	return port->link_up && !is_deleted(port);
}

bool
pgn_port_link_changed(struct pgn_port *port)
{
	bool was_up = port->link_up;
	struct rte_eth_link link;
	char netdev[IF_NAMESIZE];

	/* The drivers above a netdev say "up" whatever happens below. */
	if (netdev_below(port, netdev))
		port->link_up = pgn_netdev_is_running(netdev);
	else if (pgn_port_is(port->config, "net_tap"))
		port->link_up = made_is_running(port);
	else if (rte_eth_link_get_nowait(port->id, &link) == 0)
		port->link_up = link.link_status == RTE_ETH_LINK_UP;
	return port->link_up != was_up;
}

unsigned int
pgn_port_netdev_index(const struct pgn_port *port)
{
	char netdev[IF_NAMESIZE];

	return netdev_below(port, netdev) ? if_nametoindex(netdev) : 0;
}

bool
pgn_port_netdev_is_gone(const struct pgn_port *port)
{
	char netdev[IF_NAMESIZE];

	if (pgn_port_is(port->config, "net_tap"))
		return !netdev_made(port, netdev) && is_deleted(port);
	return port->netdev_index != 0 && pgn_port_netdev_index(port) != port->netdev_index;
}

uint32_t
pgn_port_frame_limit(const struct pgn_port *port)
{
	char netdev[IF_NAMESIZE];
	uint16_t mtu = RTE_ETHER_MTU;
	int below;

	rte_eth_dev_get_mtu(port->id, &mtu);
	/* A netdev below a vdev may take less than the vdev says. */
	if (netdev_below(port, netdev)) {
		below = pgn_netdev_mtu(netdev);
		if (below > 0)
			mtu = (uint16_t)RTE_MIN(below, mtu);
	}
	return mtu + RTE_ETHER_HDR_LEN;
}
