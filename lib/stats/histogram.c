/* SPDX-License-Identifier: BSD-3-Clause */
#include "pgn_histogram.h"

uint64_t
pgn_histogram_bound(unsigned int bucket)
{
	unsigned int octave = bucket / PGN_HISTOGRAM_STEPS, step = bucket % PGN_HISTOGRAM_STEPS;

	if (octave == 0)
		return bucket;
	return ((UINT64_C(1) * PGN_HISTOGRAM_STEPS + step + 1) << (octave - 1)) - 1;
}

uint64_t
pgn_histogram_count(const struct pgn_histogram *histogram)
{
	uint64_t count = 0;

	for (unsigned int i = 0; i < PGN_HISTOGRAM_BUCKETS; i++)
		count += histogram->bucket[i];
	return count;
}

uint64_t
pgn_histogram_permille(const struct pgn_histogram *histogram, unsigned int permille)
{
	uint64_t count = pgn_histogram_count(histogram);
	uint64_t wanted = count / 1000 * permille + (count % 1000 * permille + 999) / 1000;
	uint64_t seen = 0;

	if (count == 0)
		return 0;
	for (unsigned int i = 0; i < PGN_HISTOGRAM_BUCKETS; i++) {
		seen += histogram->bucket[i];
		if (seen >= wanted && seen > 0)
			return pgn_histogram_bound(i);
	}
	return pgn_histogram_bound(PGN_HISTOGRAM_BUCKETS - 1);
}
