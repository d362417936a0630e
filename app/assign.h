/* SPDX-License-Identifier: BSD-3-Clause */
/** Which worker polls which queue of which port. */
#ifndef PGN_ASSIGN_H
#define PGN_ASSIGN_H

#include "config.h"

#define PGN_WORKER_RX_MAX 64 /**< queues a worker polls */

/** A queue, by its port's index. */
struct pgn_assigned {
	uint8_t port;
	uint16_t queue;
};

struct pgn_assign_port {
	const char *name;    /**< of its section; NULL: there is no such port */
	unsigned int queues; /**< it receives by */
	int socket;          /**< NUMA node, -1: none in particular */
};

struct pgn_assign_worker {
	unsigned int lcore;
	int socket;
	unsigned int count;
	struct pgn_assigned rx[PGN_WORKER_RX_MAX];
};

/**
 * Deal the queues of PGN_MAX_PORTS ports out to workers: as the map says, the rest one by one to
 * the worker that has the fewest, of those on the port's NUMA node where there are any. 0; or
 * -EINVAL, and why[] says what of the map was found and what is allowed. One thread.
 */
#define PGN_ASSIGN_WHY 256
int pgn_assign(const struct pgn_assign_port *ports, const struct pgn_worker_map *map,
	       struct pgn_assign_worker *workers, unsigned int count, char why[PGN_ASSIGN_WHY]);

#endif
