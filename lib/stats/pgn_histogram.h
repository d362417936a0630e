/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A log-linear histogram: PGN_HISTOGRAM_STEPS buckets from each power of two to the next, so that a
 * bucket's bounds are within an eighth of each other, whatever the size of what is counted.
 */
#ifndef PGN_HISTOGRAM_H
#define PGN_HISTOGRAM_H

#include <stdint.h>

#define PGN_HISTOGRAM_STEP_BITS 3
#define PGN_HISTOGRAM_STEPS (1 << PGN_HISTOGRAM_STEP_BITS)
#define PGN_HISTOGRAM_BITS 36 /**< larger values are in the last bucket */
#define PGN_HISTOGRAM_BUCKETS \
	((PGN_HISTOGRAM_BITS - PGN_HISTOGRAM_STEP_BITS + 1) * PGN_HISTOGRAM_STEPS)

/** One writer; the rule for readers is that of struct pgn_counters. */
struct pgn_histogram {
	uint64_t bucket[PGN_HISTOGRAM_BUCKETS];
};

/** The bucket of a value: those below PGN_HISTOGRAM_STEPS have one each. */
static inline unsigned int
pgn_histogram_bucket(uint64_t value)
{
	unsigned int top, step;

	if (value < PGN_HISTOGRAM_STEPS)
		return (unsigned int)value;
	top = 63 - (unsigned int)__builtin_clzll(value);
	if (top >= PGN_HISTOGRAM_BITS)
		return PGN_HISTOGRAM_BUCKETS - 1;
	step = (unsigned int)(value >> (top - PGN_HISTOGRAM_STEP_BITS)) & (PGN_HISTOGRAM_STEPS - 1);
	return (top - PGN_HISTOGRAM_STEP_BITS + 1) * PGN_HISTOGRAM_STEPS + step;
}

static inline void
pgn_histogram_add(struct pgn_histogram *histogram, uint64_t value, uint64_t count)
{
	histogram->bucket[pgn_histogram_bucket(value)] += count;
}

/** The largest value of a bucket. */
uint64_t pgn_histogram_bound(unsigned int bucket);

uint64_t pgn_histogram_count(const struct pgn_histogram *histogram);

/**
 * The bound of the bucket that holds the value which so many per mille of all are not above; 0 when
 * nothing was counted. 1000: the largest.
 */
uint64_t pgn_histogram_permille(const struct pgn_histogram *histogram, unsigned int permille);

#endif
