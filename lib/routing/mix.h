/* SPDX-License-Identifier: BSD-3-Clause */
/** Seeded hashing and seeded chance: the finaliser of splitmix64. */
#ifndef PGN_ROUTING_MIX_H
#define PGN_ROUTING_MIX_H

#include <stdint.h>

static inline uint64_t
pgn_mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/** The next number of a sequence that the first state decides. */
static inline uint64_t
pgn_random(uint64_t *state)
{
	uint64_t number = pgn_mix(*state);

	*state += UINT64_C(0x9e3779b97f4a7c15);
	return number;
}

#endif
