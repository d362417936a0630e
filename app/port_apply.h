/* SPDX-License-Identifier: BSD-3-Clause */
/** A port and its profile: what the device makes of it, what is set by it, what is told of it. */
#ifndef PGN_PORT_APPLY_H
#define PGN_PORT_APPLY_H

#include "port.h"

/**
 * Hold the profile of a probed port against the device, to port->values; each value that it
 * refuses gets a line in the log. 0, or a negative errno of rte_eth_dev_info_get().
 */
int pgn_port_find_values(struct pgn_port *port);

/** Of a configured port that is not started: what a device may refuse, with a line in the log. */
void pgn_port_set_extras(struct pgn_port *port);

/** Read the counters of a device that would lose count otherwise, as often as its profile says. */
void pgn_port_keep_counters(struct pgn_port *port, uint64_t now_us);

/** What it is, by which profile, and what came of that: to the log. */
void pgn_port_log(const struct pgn_port *port);

#endif
