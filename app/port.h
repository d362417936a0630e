/* SPDX-License-Identifier: BSD-3-Clause */
/** Ports: from a config's string to an ethdev that receives and sends, and back. */
#ifndef PGN_PORT_H
#define PGN_PORT_H

#include <rte_mempool.h>

#include "config.h"
#include "pgn_wire.h"
#include "port_values.h"

#define PGN_PORT_NONE UINT16_MAX

/** Frames the device missed, had no buffer for or found wrong; no message of ours yet. */
struct pgn_port_losses {
	uint64_t missed, no_buffer, errors;
};

struct pgn_port {
	const struct pgn_port_config *config;
	uint16_t id; /**< ethdev's; PGN_PORT_NONE: not there */
	struct pgn_mac mac;
	uint32_t max_frame;            /**< bytes it sends at most, without FCS */
	uint32_t min_frame;            /**< shorter ones are padded with zeros; 0: none */
	uint16_t rx_burst;             /**< frames to ask for at once, 1 to 64 */
	struct pgn_port_values values; /**< what it made of its profile */
	bool tx_cleanup;               /**< rte_eth_tx_done_cleanup() works */
	bool started;
	bool link_up;
	struct pgn_port_losses losses;
	uint64_t counted_us; /**< when they were last read because of stats_poll_max_s */
};

/**
 * Probe, configure and start. `rx_pool` is what it receives into. 0, or a negative errno after one
 * line ("FILE:LINE: wire air0: port: ...") that says what failed and what to do.
 */
int pgn_port_open(struct pgn_port *port, const struct pgn_config *config,
		  const struct pgn_port_config *port_config, struct rte_mempool *rx_pool);

/**
 * Open the TAP: as pgn_port_open, and give it its MTU, its address and, where the port string says
 * none, a MAC made of the node's identity.
 */
int pgn_port_open_tap(struct pgn_port *port, const struct pgn_config *config,
		      const struct pgn_mac *identity, struct rte_mempool *rx_pool);

/**
 * Probe only, to see in port->values what the device makes of its profile; closed by
 * pgn_port_close(). 0, or a negative errno after one line as above.
 */
int pgn_port_look_at(struct pgn_port *port, const struct pgn_config *config,
		     const struct pgn_port_config *port_config);

/** Stop and close; buffers in its queues go back to their pool. */
void pgn_port_close(struct pgn_port *port);

/** Look at the link now: true when it is not what port->link_up said, which it sets. */
bool pgn_port_link_changed(struct pgn_port *port);

/** Bring port->losses up to date; a port that is closed keeps its last ones. */
void pgn_port_count_losses(struct pgn_port *port);

#endif
