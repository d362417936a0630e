/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * When frames may go: by a clock's ticks, in bursts that are bounded, and how far from the schedule
 * they were. Needs no DPDK.
 */
#ifndef GEN_PACE_H
#define GEN_PACE_H

#include <stdint.h>

#define GEN_BURST 32
/** Frames of so much of a second go together: a call to a port for each would cost too much. */
#define GEN_PACE_TOGETHER_S 20e-6
/** After a stop the schedule is caught up with this much faster, not with all that is due. */
#define GEN_PACE_HURRY 1.25

struct gen_pace {
	double rate;  /**< frames a second; 0: as many as go */
	double ticks; /**< a frame */
	double hz;
	uint64_t start, not_before;
	unsigned int together; /**< frames that are waited for */
	/* How far behind the schedule, in frames, whenever some were due. */
	double worst, sum;
	uint64_t looks;
};

void gen_pace_start(struct gen_pace *pace, double rate, double hz, uint64_t now);

/** Frames to send now, at most GEN_BURST, when so many have been sent since the start. */
unsigned int gen_pace_due(struct gen_pace *pace, uint64_t now, uint64_t sent);

/** So many were sent at `now`. */
static inline void
gen_pace_sent(struct gen_pace *pace, uint64_t now, unsigned int n)
{
	pace->not_before = now + (uint64_t)(n * pace->ticks / GEN_PACE_HURRY);
}

static inline double
gen_pace_mean(const struct gen_pace *pace)
{
	return pace->looks == 0 ? 0 : pace->sum / (double)pace->looks;
}

#endif
