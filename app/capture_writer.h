/* SPDX-License-Identifier: BSD-3-Clause */
/** The thread that writes what workers copied: whatever the disk does, it alone waits for it. */
#ifndef PGN_CAPTURE_WRITER_H
#define PGN_CAPTURE_WRITER_H

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include <rte_ring.h>

#include "capture_files.h"
#include "capture_head.h"
#include "capture_request.h"

struct pgn_capture_writer {
	/* Set before it starts. */
	struct rte_ring *ring;
	struct pgn_capture_series series; /**< its directory is the writer's to close */
	struct pgn_capture_request request;
	uint8_t head[PGN_CAPTURE_HEAD]; /**< what each file begins with */
	size_t head_bytes;

	pthread_t thread;
	atomic_bool finish; /**< nothing more comes into the ring: write what is there, and end */
	atomic_bool ended;  /**< it ended by itself: what comes is freed; `why` is set */
	atomic_bool gone;   /**< it can be joined without a wait */
	_Atomic uint64_t frames, bytes, lost;
	char why[PGN_CAPTURE_WHY];
	pthread_mutex_t lock; /**< of name */
	char name[PGN_CAPTURE_NAME];

	/* The thread's own. */
	int file; /**< -1: none is open */
	uint64_t file_bytes;
	time_t began; /**< by the clock that is never set */
};

/** Open the first file, then start the thread. 0 or a negative errno; `why` says more. */
int pgn_capture_writer_start(struct pgn_capture_writer *w);

/** After finish was set: waits for the thread, unless it is gone. */
void pgn_capture_writer_join(struct pgn_capture_writer *w);
void pgn_capture_writer_close(struct pgn_capture_writer *w);

/** Any thread. */
void pgn_capture_writer_name(struct pgn_capture_writer *w, char name[PGN_CAPTURE_NAME]);

#endif
