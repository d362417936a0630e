/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <rte_bus.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include "config_port.h"
#include "log.h"
#include "netdev.h"
#include "pgn_node.h"
#include "port.h"
#include "port_apply.h"
#include "port_link.h"
#include "port_spread.h"

static_assert(PGN_BURST_MAX == 64, "a profile's burst is at most 64");

/** One line that names the place in the file, the key, the port and what is wrong with it. */
#define complain(port, file_config, ...)                                                      \
	do {                                                                                  \
		const struct pgn_port_config *at_ = (port)->config;                           \
		char why_[512];                                                               \
		snprintf(why_, sizeof(why_), __VA_ARGS__);                                    \
		pgn_log((port)->reopening ? LOG_DEBUG : LOG_ERR,                              \
			"%s:%u: %s%s.port: found \"%s\": %s", (file_config)->file, at_->line, \
			at_ == &(file_config)->tap.port ? "" : "wire ", at_->name, at_->port, \
			why_);                                                                \
	} while (0)

static int
probe(struct pgn_port *port, const struct pgn_config *config)
{
	const struct pgn_port_config *wanted = port->config;
	const char *obstacle = pgn_netdev_obstacle(wanted);
	int ret;

	if (obstacle != NULL) {
		complain(port, config, "%s", obstacle);
		return -ENODEV;
	}
	/* As the EAL started, PCI ports were probed that are bound to a driver of DPDK's, and all
	 * that sit on NXP's buses. */
	if (!wanted->is_pci && rte_eth_dev_get_port_by_name(wanted->device, &port->id) != 0) {
		ret = rte_dev_probe(wanted->probe);
		if (ret != 0) {
			complain(port, config,
				 "rte_dev_probe: %s (%s); is the driver installed, are its "
				 "arguments right?",
				 strerror(-ret), pgn_log_dpdk_reason());
			return -ENODEV;
		}
	}
	if (rte_eth_dev_get_port_by_name(wanted->device, &port->id) != 0) {
		port->id = PGN_PORT_NONE;
		complain(port, config,
			 "no such port; is the device there and bound to a driver "
			 "that DPDK takes (dpdk-devbind.py --status)?");
		return -ENODEV;
	}
	return 0;
}

static int
find_values(struct pgn_port *port, const struct pgn_config *config)
{
	int ret = pgn_port_find_values(port);

	if (ret != 0)
		complain(port, config, "rte_eth_dev_info_get: %s", strerror(-ret));
	return ret;
}

/** Ask for a Tx queue a worker; some drivers want as many of one kind as of the other. */
static int
configure_queues(struct pgn_port *port, const struct pgn_config *config, unsigned int workers)
{
	/* No offloads: the protocol has nothing to offload, and vector Rx and Tx want none. */
	struct rte_eth_conf conf = {
		.intr_conf = {.lsc = port->values.lsc, .rxq = port->values.rxintr}};
	int ret;

	port->rx_queues = pgn_port_spread_queues(port, config, workers, &conf);
	port->tx_queues = (uint16_t)RTE_MIN(workers, port->values.txq);
	ret = rte_eth_dev_configure(port->id, port->rx_queues, port->tx_queues, &conf);
	if (ret != 0 && port->tx_queues != port->rx_queues) {
		port->tx_queues = port->rx_queues;
		ret = rte_eth_dev_configure(port->id, port->rx_queues, port->tx_queues, &conf);
	}
	port->tx_is_shared = port->tx_queues < workers;
	return ret;
}

static int
configure(struct pgn_port *port, const struct pgn_config *config, struct rte_mempool *rx_pool,
	  unsigned int workers)
{
	uint16_t rx_descriptors = port->values.rxd, tx_descriptors = port->values.txd;
	int socket = rte_eth_dev_socket_id(port->id);
	const char *call = "rte_eth_dev_configure";
	int ret = configure_queues(port, config, workers);

	if (ret == 0) {
		call = "rte_eth_dev_adjust_nb_rx_tx_desc";
		ret = rte_eth_dev_adjust_nb_rx_tx_desc(port->id, &rx_descriptors, &tx_descriptors);
	}
	for (uint16_t queue = 0; ret == 0 && queue < port->rx_queues; queue++) {
		call = "rte_eth_rx_queue_setup";
		ret = rte_eth_rx_queue_setup(port->id, queue, rx_descriptors, (unsigned int)socket,
					     NULL, rx_pool);
	}
	for (uint16_t queue = 0; ret == 0 && queue < port->tx_queues; queue++) {
		call = "rte_eth_tx_queue_setup";
		ret = rte_eth_tx_queue_setup(port->id, queue, tx_descriptors, (unsigned int)socket,
					     NULL);
	}
	if (ret != 0)
		complain(port, config, "%s: %s (%s)", call, strerror(-ret), pgn_log_dpdk_reason());
	return ret;
}

static int
start(struct pgn_port *port, const struct pgn_config *config)
{
	struct rte_ether_addr mac;
	int ret = rte_eth_dev_start(port->id);

	if (ret != 0) {
		complain(port, config, "rte_eth_dev_start: %s (%s)", strerror(-ret),
			 pgn_log_dpdk_reason());
		return ret;
	}
	port->started = true;
	ret = rte_eth_macaddr_get(port->id, &mac);
	if (ret != 0) {
		complain(port, config, "rte_eth_macaddr_get: %s", strerror(-ret));
		return ret;
	}
	memcpy(&port->mac, &mac, sizeof(port->mac));
	return 0;
}

/** Probe, configure, start, and see what it can do. */
static int
bring_up(struct pgn_port *port, const struct pgn_config *config, struct rte_mempool *rx_pool,
	 unsigned int workers)
{
	int ret;

	pgn_log_hold_dpdk(true);
	ret = probe(port, config);
	if (ret == 0)
		ret = find_values(port, config);
	if (ret == 0)
		ret = configure(port, config, rx_pool, workers);
	if (ret == 0) {
		pgn_port_set_extras(port);
		ret = start(port, config);
	}
	if (ret != 0) {
		pgn_port_close(port);
		return ret;
	}
	port->netdev_index = pgn_port_netdev_index(port);
	port->max_frame = pgn_port_frame_limit(port);
	port->min_frame = port->values.min_tx;
	port->rx_burst = port->values.burst;
	/* Whether it gives sent buffers back when asked. */
	port->tx_cleanup = rte_eth_tx_done_cleanup(port->id, 0, 0) >= 0;
	port->kept_at_close += pgn_port_keeps(port->config) * port->rx_queues;
	ret = pgn_port_spread_start(port, config, workers);
	if (ret != 0)
		pgn_port_close(port);
	return ret;
}

int
pgn_port_open(struct pgn_port *port, const struct pgn_config *config,
	      const struct pgn_port_config *port_config, struct rte_mempool *rx_pool,
	      unsigned int workers)
{
	*port = (struct pgn_port){.config = port_config, .id = PGN_PORT_NONE, .link_up = true};
	return bring_up(port, config, rx_pool, workers);
}

int
pgn_port_open_again(struct pgn_port *port, const struct pgn_config *config,
		    struct rte_mempool *rx_pool, unsigned int workers)
{
	const struct pgn_mac mac = port->mac;
	struct rte_ether_addr address;
	int ret = bring_up(port, config, rx_pool, workers);

	pgn_log_hold_dpdk(false);
	if (ret != 0)
		return ret;
	/* Neighbours know us by it. */
	port->mac = mac;
	memcpy(&address, &mac, sizeof(address));
	ret = rte_eth_dev_default_mac_addr_set(port->id, &address);
	/* Who cannot set it does not look at it either. */
	if (ret != 0 && ret != -ENOTSUP)
		pgn_log(LOG_WARNING,
			"wire %s: cannot give it its MAC again: %s; neighbours send "
			"to the old one",
			port->config->name, strerror(-ret));
	return 0;
}

int
pgn_port_look_at(struct pgn_port *port, const struct pgn_config *config,
		 const struct pgn_port_config *port_config)
{
	int ret;

	*port = (struct pgn_port){.config = port_config, .id = PGN_PORT_NONE};
	pgn_log_hold_dpdk(true);
	ret = probe(port, config);
	if (ret == 0)
		ret = find_values(port, config);
	if (ret == 0 && port->values.mtu == 0)
		rte_eth_dev_get_mtu(port->id, &port->values.mtu);
	if (ret != 0)
		pgn_port_close(port);
	return ret;
}

/**
 * The driver makes up another MAC at each start, and hosts would go on sending to the old one for
 * as long as they keep their ARP entries: ours comes from the node's identity.
 */
static int
fix_tap_mac(struct pgn_port *port, const struct pgn_mac *identity)
{
	struct rte_ether_addr mac;
	char given[32];
	int ret;

	if (!pgn_port_is(port->config, "net_tap") ||
	    pgn_devargs_value(port->config->probe, "mac", given, sizeof(given)))
		return 0;
	memcpy(&mac, identity, sizeof(mac));
	/* A station's, of local administration, and not the wire's own. */
	mac.addr_bytes[0] = (uint8_t)((mac.addr_bytes[0] & ~1) | 2);
	mac.addr_bytes[1] ^= 'P';
	ret = rte_eth_dev_default_mac_addr_set(port->id, &mac);
	if (ret == 0)
		memcpy(&port->mac, &mac, sizeof(port->mac));
	return ret;
}

static int
set_up_tap(struct pgn_port *port, const struct pgn_config *config, const struct pgn_mac *identity)
{
	const struct pgn_tap_config *tap = &config->tap;
	struct rte_eth_dev_info info;
	char netdev[IF_NAMESIZE];
	int ret = rte_eth_dev_set_mtu(port->id, (uint16_t)tap->mtu);

	if (ret != 0 && ret != -ENOTSUP) {
		complain(port, config, "cannot set the MTU to %u: %s", tap->mtu, strerror(-ret));
		return ret;
	}
	ret = fix_tap_mac(port, identity);
	if (ret != 0) {
		complain(port, config, "cannot set its MAC: %s", strerror(-ret));
		return ret;
	}
	/* An inner frame may carry a VLAN tag beside its MTU. */
	port->max_frame = tap->mtu + RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN;
	if (tap->ip_family == AF_UNSPEC)
		return 0;

	ret = rte_eth_dev_info_get(port->id, &info);
	if (ret == 0 && if_indextoname(info.if_index, netdev) == NULL)
		ret = -errno;
	if (ret == 0)
		ret = pgn_netdev_set_address(netdev, tap);
	if (ret != 0)
		complain(port, config, "cannot give it the address: %s", strerror(-ret));
	return ret;
}

int
pgn_port_open_tap(struct pgn_port *port, const struct pgn_config *config,
		  const struct pgn_mac *identity, struct rte_mempool *rx_pool, unsigned int workers)
{
	int ret = pgn_port_open(port, config, &config->tap.port, rx_pool, workers);

	if (ret != 0)
		return ret;
	ret = set_up_tap(port, config, identity);
	if (ret != 0)
		pgn_port_close(port);
	return ret;
}

void
pgn_port_count_losses(struct pgn_port *port)
{
	struct rte_eth_stats stats;

	if (port->id != PGN_PORT_NONE && rte_eth_stats_get(port->id, &stats) == 0)
		port->losses = (struct pgn_port_losses){
			.missed = port->lost_before.missed + stats.imissed,
			.no_buffer = port->lost_before.no_buffer + stats.rx_nombuf,
			.errors = port->lost_before.errors + stats.ierrors};
}

void
pgn_port_remove(struct pgn_port *port)
{
	struct rte_eth_dev_info info = {0};

	rte_eth_dev_info_get(port->id, &info);
	pgn_port_close(port);
	if (info.device != NULL)
		rte_dev_remove(info.device);
	port->lost_before = port->losses;
}

void
pgn_port_close(struct pgn_port *port)
{
	if (port->id == PGN_PORT_NONE)
		return;
	/* Before the start some drivers have no counters, and do not say so. */
	if (port->started) {
		pgn_port_count_losses(port);
		pgn_spread_rules_remove(&port->rules);
		rte_eth_dev_stop(port->id);
	}
	rte_eth_dev_close(port->id);
	port->started = false;
	port->id = PGN_PORT_NONE;
}
