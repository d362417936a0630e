/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Which numbered frames came, which came again, which came late: counted, for one direction.
 * Needs no DPDK.
 */
#ifndef GEN_TRACK_H
#define GEN_TRACK_H

#include <stdint.h>

/** Numbers behind the newest that are remembered; what comes later than that is lost. */
#define GEN_TRACK_WINDOW 131072

enum gen_track_verdict {
	GEN_TRACK_NEW,
	GEN_TRACK_AGAIN,
	GEN_TRACK_BEFORE, /**< of before the count began: not counted */
	GEN_TRACK_LATE,   /**< behind the window: not counted */
	GEN_TRACK_UNSENT  /**< nobody sent it: not counted */
};

struct gen_track {
	uint64_t base; /**< the first number that counts */
	uint64_t next; /**< behind the newest that came; base when none has */
	uint64_t received, duplicated;
	uint64_t reordered; /**< of those received, how many came behind a newer one */
	uint64_t seen[GEN_TRACK_WINDOW / 64];
};

/** Count from 0 again; numbers below `base` are of before. */
void gen_track_start(struct gen_track *track, uint64_t base);

/** gen_track_see() of a number that is not the next one; `ahead` of it. */
enum gen_track_verdict gen_track_odd(struct gen_track *track, int32_t ahead, uint64_t sent);

/**
 * A frame with the lower half of its number came; numbers below `sent` exist. Numbers that are 2^31
 * apart cannot be told from each other.
 */
static inline enum gen_track_verdict
gen_track_see(struct gen_track *track, uint32_t number, uint64_t sent)
{
	uint64_t next = track->next, *word = &track->seen[next % GEN_TRACK_WINDOW / 64];
	int32_t ahead = (int32_t)(number - (uint32_t)next);

	if (__builtin_expect(ahead != 0 || next >= sent, 0))
		return gen_track_odd(track, ahead, sent);
	/* A word is cleared when its first number, or one behind it, comes. */
	*word = (next % 64 == 0 ? 0 : *word) | UINT64_C(1) << next % 64;
	track->next = next + 1;
	track->received++;
	return GEN_TRACK_NEW;
}

#endif
