/* SPDX-License-Identifier: BSD-3-Clause */
/** What a worker has made goes out. By the worker. */
#ifndef PGN_WORKER_TX_H
#define PGN_WORKER_TX_H

#include "worker.h"

/** The capture that runs, or NULL; valid until the worker is next quiescent. */
static inline const struct pgn_capture_tap *
pgn_worker_capture(const struct pgn_worker *worker)
{
	return atomic_load_explicit(&worker->capture, memory_order_acquire);
}

/** Send the lane's replies. */
void pgn_worker_flush(struct pgn_worker *worker);

/** What ports have sent comes home, though nothing more is sent. */
void pgn_worker_bring_home(const struct pgn_worker *worker);

#endif
