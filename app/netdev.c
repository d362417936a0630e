/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <bsd/string.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "config_port.h"
#include "netdev.h"

/** As in linux/ipv6.h, which cannot be included beside netinet/in.h. */
struct address6_request {
	struct in6_addr address;
	uint32_t prefix;
	int index;
};

bool
pgn_devargs_value(const char *devargs, const char *key, char *value, size_t size)
{
	size_t length = strlen(key);

	for (const char *at = strchr(devargs, ','); at != NULL; at = strchr(at, ',')) {
		at++;
		if (strncmp(at, key, length) == 0 && at[length] == '=') {
			const char *from = at + length + 1;

			strlcpy(value, from, size);
			value[strcspn(value, ",")] = '\0';
			return true;
		}
	}
	return false;
}

static const char *
netdev_obstacle(const char *netdev)
{
	static char text[128];
	int fd;

	if (if_nametoindex(netdev) == 0) {
		snprintf(text, sizeof(text),
			 "there is no network interface \"%s\" here (see: ip link)", netdev);
		return text;
	}
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0) {
		snprintf(text, sizeof(text),
			 "socket(AF_PACKET): %s; run as root or with CAP_NET_RAW", strerror(errno));
		return text;
	}
	close(fd);
	return NULL;
}

static const char *
tap_obstacle(const char *devargs)
{
	static char text[192];
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	const char *obstacle = NULL;
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		snprintf(text, sizeof(text),
			 "open(/dev/net/tun): %s; run as root, with the tun module loaded",
			 strerror(errno));
		return text;
	}
	if (pgn_devargs_value(devargs, "iface", request.ifr_name, sizeof(request.ifr_name)) &&
	    if_nametoindex(request.ifr_name) != 0) {
		/* A persistent one is there on purpose. */
		if (strstr(devargs, ",persist") == NULL) {
			snprintf(text, sizeof(text),
				 "the name \"%s\" is in use; choose another iface= or remove it "
				 "(ip link del %s)",
				 request.ifr_name, request.ifr_name);
			obstacle = text;
		}
	} else if (ioctl(fd, TUNSETIFF, &request) != 0) {
		/* The device this makes goes with the descriptor. */
		snprintf(text, sizeof(text),
			 "ioctl(TUNSETIFF): %s; run as root or with CAP_NET_ADMIN",
			 strerror(errno));
		obstacle = text;
	}
	close(fd);
	return obstacle;
}

/** A server's socket that is left of a process that was killed is in the way of the next. */
static void
remove_dead_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	strlcpy(address.sun_path, path, sizeof(address.sun_path));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 &&
	    errno == ECONNREFUSED)
		unlink(path);
	close(fd);
}

const char *
pgn_netdev_obstacle(const struct pgn_port_config *port)
{
	char netdev[IFNAMSIZ], path[sizeof(((struct sockaddr_un *)0)->sun_path)];

	if (pgn_port_is(port, "net_vhost") &&
	    pgn_devargs_value(port->probe, "iface", path, sizeof(path)))
		remove_dead_socket(path);
	if (pgn_port_is(port, "net_memif") && pgn_port_is_server(port) &&
	    pgn_devargs_value(port->probe, "socket", path, sizeof(path)))
		remove_dead_socket(path);
	if (pgn_port_is(port, "net_tap"))
		return tap_obstacle(port->probe);
	if ((pgn_port_is(port, "net_af_packet") || pgn_port_is(port, "net_af_xdp")) &&
	    pgn_devargs_value(port->probe, "iface", netdev, sizeof(netdev)))
		return netdev_obstacle(netdev);
	return NULL;
}

static int
set_address4(int fd, struct ifreq *request, const struct pgn_tap_config *tap)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = tap->ip4};
	uint32_t mask = tap->ip_prefix == 0 ? 0 : UINT32_MAX << (32 - tap->ip_prefix);

	memcpy(&request->ifr_addr, &address, sizeof(address));
	if (ioctl(fd, SIOCSIFADDR, request) != 0)
		return -errno;
	address.sin_addr.s_addr = htonl(mask);
	memcpy(&request->ifr_netmask, &address, sizeof(address));
	return ioctl(fd, SIOCSIFNETMASK, request) == 0 ? 0 : -errno;
}

static int
set_address6(int fd, const struct ifreq *request, const struct pgn_tap_config *tap)
{
	struct address6_request address = {.address = tap->ip6,
					   .prefix = tap->ip_prefix,
					   .index = (int)if_nametoindex(request->ifr_name)};

	return ioctl(fd, SIOCSIFADDR, &address) == 0 ? 0 : -errno;
}

int
pgn_netdev_set_address(const char *netdev, const struct pgn_tap_config *tap)
{
	int fd = socket(tap->ip_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {0};
	int ret;

	if (fd < 0)
		return -errno;
	strlcpy(request.ifr_name, netdev, sizeof(request.ifr_name));
	if (ioctl(fd, SIOCGIFFLAGS, &request) != 0) {
		ret = -errno;
		goto out;
	}
	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) != 0) {
		ret = -errno;
		goto out;
	}
	ret = tap->ip_family == AF_INET ? set_address4(fd, &request, tap)
					: set_address6(fd, &request, tap);
out:
	close(fd);
	return ret;
}

/** Ask the kernel about a netdev; 0 or a negative errno. `data` is what a question points at. */
static int
ask(const char *netdev, unsigned long what, struct ifreq *answer, void *data)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int ret;

	if (fd < 0)
		return -errno;
	memset(answer, 0, sizeof(*answer));
	strlcpy(answer->ifr_name, netdev, sizeof(answer->ifr_name));
	if (data != NULL)
		answer->ifr_data = data;
	ret = ioctl(fd, what, answer) == 0 ? 0 : -errno;
	close(fd);
	return ret;
}

int
pgn_netdev_mtu(const char *netdev)
{
	struct ifreq answer;
	int ret = ask(netdev, SIOCGIFMTU, &answer, NULL);

	return ret == 0 ? answer.ifr_mtu : ret;
}

bool
pgn_netdev_is_running(const char *netdev)
{
	struct ethtool_value carrier = {.cmd = ETHTOOL_GLINK};
	struct ifreq answer;

	if (ask(netdev, SIOCGIFFLAGS, &answer, NULL) != 0 || !(answer.ifr_flags & IFF_UP))
		return false;
	/* The flag lags by up to a second when a link goes down and up again. */
	if (ask(netdev, SIOCETHTOOL, &(struct ifreq){0}, &carrier) == 0)
		return carrier.data != 0;
	return answer.ifr_flags & IFF_RUNNING;
}
