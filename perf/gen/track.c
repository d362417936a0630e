/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "track.h"

static uint64_t *
word_of(struct gen_track *track, uint64_t number)
{
	return &track->seen[number % GEN_TRACK_WINDOW / 64];
}

void
gen_track_start(struct gen_track *track, uint64_t base)
{
	memset(track, 0, sizeof(*track));
	track->base = base;
	track->next = base;
}

/** Numbers from `next` to this one are not seen; then this one is. */
static void
go_on(struct gen_track *track, uint64_t number)
{
	uint64_t first = (track->next + 63) / 64, last = number / 64;

	if (last - track->next / 64 >= GEN_TRACK_WINDOW / 64)
		memset(track->seen, 0, sizeof(track->seen));
	else
		for (uint64_t word = first; word <= last; word++)
			*word_of(track, word * 64) = 0;
	*word_of(track, number) |= UINT64_C(1) << number % 64;
	track->next = number + 1;
	track->received++;
}

enum gen_track_verdict
gen_track_odd(struct gen_track *track, int32_t ahead, uint64_t sent)
{
	uint64_t behind, number, bit;

	if (ahead >= 0) {
		number = track->next + (uint32_t)ahead;
		if (number >= sent)
			return GEN_TRACK_UNSENT;
		go_on(track, number);
		return GEN_TRACK_NEW;
	}
	behind = (uint64_t) - (int64_t)ahead;
	if (behind > track->next - track->base)
		return GEN_TRACK_BEFORE;
	/* The newest words share the window with what is being cleared. */
	if (behind > GEN_TRACK_WINDOW - 64)
		return GEN_TRACK_LATE;
	number = track->next - behind;
	bit = UINT64_C(1) << number % 64;
	if ((*word_of(track, number) & bit) != 0) {
		track->duplicated++;
		return GEN_TRACK_AGAIN;
	}
	*word_of(track, number) |= bit;
	track->received++;
	track->reordered++;
	return GEN_TRACK_NEW;
}
