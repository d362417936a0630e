/* SPDX-License-Identifier: BSD-3-Clause */
/** The poll loop of one lcore. */
#ifndef PGN_WORKER_H
#define PGN_WORKER_H

#include <stdatomic.h>

#include "assign.h"
#include "capture_tap.h"
#include "pgn_node.h"
#include "port.h"
#include "spread.h"

/** Wakes the control loop: written by workers, at most once a sleep of its. */
struct pgn_doorbell {
	int fd;              /**< eventfd */
	atomic_bool waiting; /**< the control loop sleeps, or is about to */
};

/** What the control loop does on a box of one core: a turn inside the worker's loop. */
typedef void (*pgn_inline_control)(void *context);

/** A queue that a worker polls. */
struct pgn_worker_rx {
	struct pgn_port *port;
	uint16_t index; /**< of the port */
	uint16_t queue;
	uint64_t frames; /**< it gave us */
};

struct pgn_worker {
	struct pgn_lane lane;
	struct pgn_spread spread;
	unsigned int lcore;
	unsigned int reader; /**< of the fib */
	unsigned int rx_count;
	struct pgn_worker_rx rx[PGN_WORKER_RX_MAX];
	struct pgn_port *port[PGN_MAX_PORTS]; /**< by index; NULL: none */
	uint16_t tx_queue[PGN_MAX_PORTS];
	struct rte_ring
		*send; /**< control messages from the desk; NULL: another worker sends them */
	_Atomic(const struct pgn_capture_tap *) capture; /**< NULL: none; left as the fib is */
	struct pgn_doorbell *doorbell;
	const atomic_bool *stop;
	bool busy;                  /**< never sleep */
	pgn_inline_control control; /**< NULL: the control loop has a lcore of its own */
	void *control_context;
} __rte_cache_aligned;

/** Runs on its lcore until *stop; what the lane holds then is the closer's. Returns 0. */
int pgn_worker_run(void *worker);

/** Microseconds of CLOCK_MONOTONIC. */
uint64_t pgn_now_us(void);

#endif
