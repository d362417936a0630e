/* SPDX-License-Identifier: BSD-3-Clause */
/** The kernel's side of a port: does it exist, may we open it, give a TAP its address. */
#ifndef PGN_NETDEV_H
#define PGN_NETDEV_H

#include "config.h"

/** The value of `key=` in a vdev string into `value`; false when it is not there. */
bool pgn_devargs_value(const char *devargs, const char *key, char *value, size_t size);

/**
 * Before a port is probed: is what it needs there? NULL when it is, else what is wrong and what to
 * do, for one log line; valid until the next call.
 */
const char *pgn_netdev_obstacle(const struct pgn_port_config *port);

/** Address and prefix from the config to a netdev that is up. 0 or a negative errno. */
int pgn_netdev_set_address(const char *netdev, const struct pgn_tap_config *tap);

/** The netdev's MTU in bytes, or a negative errno. */
int pgn_netdev_mtu(const char *netdev);

/** Whether the netdev is up and has a carrier; one that is gone is down. */
bool pgn_netdev_is_running(const char *netdev);

#endif
