/* SPDX-License-Identifier: BSD-3-Clause */
/** All workers of a node: which lcore each runs on, what each polls and sends by. */
#ifndef PGN_WORKERS_H
#define PGN_WORKERS_H

#include "control.h"

struct pgn_workers {
	unsigned int count;
	bool on_main; /**< the last one shares the main lcore with the control loop */
	struct pgn_worker worker[PGN_WORKERS_MAX];
	struct pgn_counters counters[PGN_WORKERS_MAX];
	struct pgn_lane *lane[PGN_WORKERS_MAX];
	struct pgn_spread *spread[PGN_WORKERS_MAX];
	uint64_t looked[PGN_WORKERS_MAX][PGN_WORKER_RX_MAX]; /**< frames at the last look */
};

/** Lanes and rings, for so many workers. 0 or -ENOMEM. */
int pgn_workers_open(struct pgn_workers *workers, const struct pgn_config *config,
		     const struct pgn_node *node, unsigned int count, int socket);
void pgn_workers_close(struct pgn_workers *workers);

/** Deal PGN_MAX_PORTS ports' queues out. 0; or -EINVAL, after one line to the log: the map. */
int pgn_workers_assign(struct pgn_workers *workers, const struct pgn_config *config,
		       struct pgn_port *ports);

/**
 * Once a second: where a device's queues are filled by one source in spite of many (sources: that
 * are live), say so, and spread by software where the config leaves that to us.
 */
void pgn_workers_watch_spread(struct pgn_workers *workers, const struct pgn_config *config,
			      struct pgn_port *ports, unsigned int sources);

/** A line a worker and port to the log: who does what, and what that costs. */
void pgn_workers_log(const struct pgn_workers *workers, const struct pgn_port *ports);

/** Run all until control->stop; the control loop as well. */
void pgn_workers_run(struct pgn_workers *workers, struct pgn_control *control);

/** Messages in lanes' queues; frames on their way between workers are not received yet. */
uint64_t pgn_workers_in_flight(const struct pgn_workers *workers);

/** What each handed to each other, where they do, as lines of "name value". */
void pgn_workers_report(FILE *out, const struct pgn_workers *workers);

#endif
