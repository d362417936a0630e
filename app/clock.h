/* SPDX-License-Identifier: BSD-3-Clause */
/** Nanoseconds: of the wall clock, and of the TSC's cycles. Any thread. */
#ifndef PGN_CLOCK_H
#define PGN_CLOCK_H

#include <stdint.h>
#include <time.h>

#include <rte_cycles.h>

/** Since 1970, of UTC. */
static inline uint64_t
pgn_utc_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/** In parts, so that no number of cycles overflows on the way. */
static inline uint64_t
pgn_cycles_ns(uint64_t cycles)
{
	uint64_t hz = rte_get_tsc_hz();

	return cycles / hz * NS_PER_S + cycles % hz * NS_PER_S / hz;
}

#endif
