/* SPDX-License-Identifier: BSD-3-Clause */
/** The control loop: signals, the desk's turns, sleep in epoll between them. */
#ifndef PGN_CONTROL_H
#define PGN_CONTROL_H

#include "ask.h"
#include "worker.h"

/** Links are looked at so often: not every driver tells of a change. */
#define PGN_LINKS_EVERY_US 100000
#define PGN_SECOND_US 1000000

struct pgn_control {
	struct pgn_desk *desk;
	struct pgn_lane **lanes;
	unsigned int lane_count;
	struct pgn_doorbell doorbell;
	struct pgn_ask *ask;                     /**< questions of other threads */
	atomic_bool stop;                        /**< set once SIGINT or SIGTERM came */
	void (*show_routes)(void *context);      /**< on SIGUSR1 */
	void (*show_totals)(void *context);      /**< on SIGUSR2 */
	void (*reread_keys)(void *context);      /**< on SIGHUP */
	void (*look_at_links)(void *context);    /**< every PGN_LINKS_EVERY_US */
	void (*look_each_second)(void *context); /**< every PGN_SECOND_US */
	void *context;
	int epoll, signals;
	int requests; /**< when it can be read, take_requests(requests_context) is called */
	void (*take_requests)(void *context);
	void *requests_context;
	uint64_t polled_us;
	uint64_t links_us;
	uint64_t second_us;
};

/** Blocks the signals it will take, for this thread and those it makes: before the EAL starts. */
int pgn_control_open(struct pgn_control *control);
void pgn_control_close(struct pgn_control *control);

/** Watch a descriptor: take is called when it can be read. 0 or a negative errno. */
int pgn_control_watch_requests(struct pgn_control *control, int fd, void (*take)(void *context),
			       void *context);

/** Until a signal says stop; blocks between turns. */
void pgn_control_run(struct pgn_control *control);

/** One turn without blocking, from inside a worker's loop. */
void pgn_control_poll(void *control);

#endif
