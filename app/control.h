/* SPDX-License-Identifier: BSD-3-Clause */
/** The control loop: signals, the desk's turns, sleep in epoll between them. */
#ifndef PGN_CONTROL_H
#define PGN_CONTROL_H

#include "worker.h"

struct pgn_control {
	struct pgn_desk *desk;
	struct pgn_lane **lanes;
	unsigned int lane_count;
	struct pgn_doorbell doorbell;
	atomic_bool stop;            /**< set once SIGINT or SIGTERM came */
	void (*show)(void *context); /**< on SIGUSR2 */
	void *show_context;
	int epoll, signals;
	uint64_t polled_us;
};

/** Blocks the signals it will take, for this thread and those it makes: before the EAL starts. */
int pgn_control_open(struct pgn_control *control);
void pgn_control_close(struct pgn_control *control);

/** Until a signal says stop; blocks between turns. */
void pgn_control_run(struct pgn_control *control);

/** One turn without blocking, from inside a worker's loop. */
void pgn_control_poll(void *control);

#endif
