/* SPDX-License-Identifier: BSD-3-Clause */
/** How a port's frames are spread over Rx queues, or not, by its profile and the config. */
#ifndef PGN_PORT_SPREAD_H
#define PGN_PORT_SPREAD_H

#include <rte_ethdev.h>

#include "port.h"

/**
 * Before a port is configured for so many workers: the queues it is to receive by, those of
 * pgn_spread_queues() that the device has; what the way wants of conf is set there.
 */
uint16_t pgn_port_spread_queues(struct pgn_port *port, const struct pgn_config *config,
				unsigned int workers, struct rte_eth_conf *conf);

/**
 * Of a started port: try the ways in their order; each refusal is logged. Then spread_mode and
 * spread say what came of it: software where nothing else works and the config allows it. 0; or
 * -ENOTSUP: the config names a mode that the device does not have.
 */
int pgn_port_spread_start(struct pgn_port *port, const struct pgn_config *config,
			  unsigned int workers);

/** From now on its frames are spread by this mode. */
void pgn_port_spread_set(struct pgn_port *port, enum pgn_spread_mode mode);

#endif
