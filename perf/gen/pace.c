/* SPDX-License-Identifier: BSD-3-Clause */
#include "pace.h"

void
gen_pace_start(struct gen_pace *pace, double rate, double hz, uint64_t now)
{
	double together = rate * GEN_PACE_TOGETHER_S;

	*pace = (struct gen_pace){.rate = rate, .hz = hz, .start = now, .not_before = now};
	pace->ticks = rate == 0 ? 0 : hz / rate;
	pace->together = 1;
	if (together > 1)
		pace->together = together < GEN_BURST ? (unsigned int)together : GEN_BURST;
}

unsigned int
gen_pace_due(struct gen_pace *pace, uint64_t now, uint64_t sent)
{
	double due;

	if (pace->rate == 0)
		return GEN_BURST;
	due = (double)(now - pace->start) / pace->ticks - (double)sent;
	if (due < pace->together)
		return 0;
	pace->looks++;
	pace->sum += due;
	if (due > pace->worst)
		pace->worst = due;
	if (now < pace->not_before)
		return 0;
	return due < GEN_BURST ? (unsigned int)due : GEN_BURST;
}
