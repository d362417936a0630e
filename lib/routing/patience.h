/* SPDX-License-Identifier: BSD-3-Clause */
/** How long silence is borne. */
#ifndef PGN_ROUTING_PATIENCE_H
#define PGN_ROUTING_PATIENCE_H

#include <stdint.h>

/** What was dead for so many histories is forgotten. */
#define PGN_FORGOTTEN_HISTORIES 10

/**
 * A next hop is dead after dead_after periods and an eighth. The period that is measured is the
 * mean, an RSU's jitter makes each up to 10 % longer than its shortest: without the eighth, half
 * of all cases of two lost heartbeats would be taken for a death, just before the third comes.
 */
static inline uint64_t
pgn_silence_us(uint32_t dead_after, uint64_t period_us)
{
	return dead_after * period_us + period_us / 8;
}

#endif
