/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pgn_histogram.h"

static void
every_value_is_in_its_bucket(void **state)
{
	uint64_t previous = 0;

	(void)state;
	for (unsigned int i = 0; i < PGN_HISTOGRAM_BUCKETS; i++) {
		uint64_t bound = pgn_histogram_bound(i);

		assert_int_equal(pgn_histogram_bucket(bound), i);
		if (i + 1 < PGN_HISTOGRAM_BUCKETS)
			assert_int_equal(pgn_histogram_bucket(bound + 1), i + 1);
		if (i > 0) {
			assert_true(bound > previous);
			/* No wider than an eighth of what it holds. */
			assert_true((bound - previous - 1) * 8 <= bound);
		}
		previous = bound;
	}
	assert_int_equal(pgn_histogram_bound(PGN_HISTOGRAM_BUCKETS - 1),
			 (UINT64_C(1) << PGN_HISTOGRAM_BITS) - 1);
	assert_int_equal(pgn_histogram_bucket(UINT64_MAX), PGN_HISTOGRAM_BUCKETS - 1);
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/** As sorting all values would tell it, to the bucket. */
static void
percentiles_are_those_of_the_values(void **state)
{
	static const unsigned int permille[] = {0, 1, 500, 900, 990, 999, 1000};
	static struct pgn_histogram histogram;
	static uint64_t value[5000];
	uint64_t random = 12345;

	(void)state;
	for (unsigned int n = 1; n <= 5000; n += n < 20 ? 1 : 997) {
		memset(&histogram, 0, sizeof(histogram));
		for (unsigned int i = 0; i < n; i++) {
			random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
			value[i] = random >> (30 + random % 32);
			pgn_histogram_add(&histogram, value[i], 1);
		}
		qsort(value, n, sizeof(value[0]), compare);
		assert_int_equal(pgn_histogram_count(&histogram), n);
		for (unsigned int k = 0; k < sizeof(permille) / sizeof(permille[0]); k++) {
			unsigned int rank = (n * permille[k] + 999) / 1000;
			uint64_t right = value[rank == 0 ? 0 : rank - 1];

			assert_int_equal(pgn_histogram_bucket(
						 pgn_histogram_permille(&histogram, permille[k])),
					 pgn_histogram_bucket(right));
		}
	}
}

static void
of_nothing_there_is_no_percentile(void **state)
{
	static const struct pgn_histogram none;

	(void)state;
	assert_int_equal(pgn_histogram_permille(&none, 500), 0);
	assert_int_equal(pgn_histogram_count(&none), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_is_in_its_bucket),
		cmocka_unit_test(percentiles_are_those_of_the_values),
		cmocka_unit_test(of_nothing_there_is_no_percentile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
