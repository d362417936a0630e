/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What a worker does after polls that found nothing: it pauses for some, then sleeps, longer each
 * time; the first frame ends that. A sleep costs 2 to 4 us of CPU time, and a poll of a TAP a
 * system call, so an idle worker takes 1 to 2 % of a core; a frame waits for as long as the
 * longest sleep, at most. Where all its ports give Rx interrupts it waits for these in the end.
 */
#ifndef PGN_IDLE_H
#define PGN_IDLE_H

#include <stdint.h>

#define PGN_IDLE_PAUSES 256
#define PGN_IDLE_SHORTEST_US 10
#define PGN_IDLE_LONGEST_US 250
#define PGN_IDLE_SLEEPS 20 /**< before Rx interrupts are waited for, where there are any */

struct pgn_idle_state {
	uint32_t pauses;
	uint32_t sleeps;
	uint32_t sleep_us; /**< the next one */
};

/** Something was found. */
static inline void
pgn_idle_end(struct pgn_idle_state *idle)
{
	idle->pauses = 0;
	idle->sleeps = 0;
	idle->sleep_us = PGN_IDLE_SHORTEST_US;
}

/** Nothing was found: for how many microseconds to sleep; 0: pause. */
static inline uint32_t
pgn_idle_step(struct pgn_idle_state *idle)
{
	uint32_t sleep_us = idle->sleep_us;

	if (idle->pauses < PGN_IDLE_PAUSES) {
		idle->pauses++;
		return 0;
	}
	idle->sleeps++;
	idle->sleep_us = sleep_us * 2 < PGN_IDLE_LONGEST_US ? sleep_us * 2 : PGN_IDLE_LONGEST_US;
	return sleep_us;
}

#endif
