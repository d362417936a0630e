/* SPDX-License-Identifier: BSD-3-Clause */
/** Ports: from a config's string to an ethdev that receives and sends, and back. */
#ifndef PGN_PORT_H
#define PGN_PORT_H

#include <stdatomic.h>

#include <rte_mempool.h>
#include <rte_spinlock.h>

#include "config.h"
#include "pgn_wire.h"
#include "port_values.h"
#include "spread_rules.h"

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
	uint16_t rx_queues, tx_queues;
	bool tx_is_shared;      /**< workers send by one queue: each burst under tx_lock */
	rte_spinlock_t tx_lock; /**< one for all its Tx queues */
	enum pgn_spread_mode spread_mode; /**< what was decided on: not auto */
	bool hashes_l2;                   /**< it was configured with RSS over layer 2 */
	struct pgn_spread_rules rules;
	atomic_bool spread;     /**< who polls it hands frames over to the workers they belong to */
	uint32_t kept_at_close; /**< buffers that the driver may not give back; it stays known */
	bool started;
	bool link_up;
	unsigned int netdev_index; /**< of the netdev it was opened on; 0: none */
	atomic_bool away;          /**< that was taken away: workers leave the port alone */
	uint64_t away_token;       /**< pgn_fib_passed(): they do */
	uint64_t retry_us;         /**< when to try again to open it */
	uint64_t link_downs, reopened;
	bool starved;     /**< it was said that too few buffers are left to open it again */
	bool reopening;   /**< it was tried before: why it failed has been said */
	uint64_t told_us; /**< when a change was told last */
	unsigned int untold;
	struct pgn_port_losses losses;      /**< in all */
	struct pgn_port_losses lost_before; /**< before it was opened again */
	uint64_t counted_us; /**< when they were last read because of stats_poll_max_s */
};

/**
 * Probe, configure and start. `rx_pool` is what it receives into; so many workers will send by it,
 * each by a Tx queue of its own where the device has as many. 0, or a negative errno after one
 * line ("FILE:LINE: wire air0: port: ...") that says what failed and what to do.
 */
int pgn_port_open(struct pgn_port *port, const struct pgn_config *config,
		  const struct pgn_port_config *port_config, struct rte_mempool *rx_pool,
		  unsigned int workers);

/**
 * Open the TAP: as pgn_port_open, and give it its MTU, its address and, where the port string says
 * none, a MAC made of the node's identity.
 */
int pgn_port_open_tap(struct pgn_port *port, const struct pgn_config *config,
		      const struct pgn_mac *identity, struct rte_mempool *rx_pool,
		      unsigned int workers);

/**
 * Probe only, to see in port->values what the device makes of its profile; closed by
 * pgn_port_close(). 0, or a negative errno after one line as above.
 */
int pgn_port_look_at(struct pgn_port *port, const struct pgn_config *config,
		     const struct pgn_port_config *port_config);

/** Stop and close; buffers in its queues go back to their pool. */
void pgn_port_close(struct pgn_port *port);

/** Close a wire whose netdev is gone, and take its device off the bus; its config stays. */
void pgn_port_remove(struct pgn_port *port);

/**
 * Open a removed wire again as it was: its netdev gets the MAC it had. 0, or a negative errno after
 * a line to the log.
 */
int pgn_port_open_again(struct pgn_port *port, const struct pgn_config *config,
			struct rte_mempool *rx_pool, unsigned int workers);

/** Bring port->losses up to date; a port that is closed keeps its last ones. */
void pgn_port_count_losses(struct pgn_port *port);

#endif
