/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "pgn_mac_table.h"

static uint64_t
random_word(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state ^ *state >> 29;
}

/** A MAC's key out of a few, so that a bucket has it, has it twice, or has it not. */
static uint64_t
random_key(uint64_t *state)
{
	const uint8_t mac[6] = {(uint8_t)(random_word(state) >> 40 & 3), 0, 0, 0, 0,
				(uint8_t)(random_word(state) >> 40 & 3)};

	return pgn_mac_key(mac);
}

static void
a_bucket_is_matched_as_the_plain_path_does(void **state)
{
	struct pgn_mac_bucket bucket;
	uint64_t random = 1;

	(void)state;
	for (unsigned int times = 0; times < 20000; times++) {
		uint64_t key = random_key(&random);
		unsigned int expected = 0;

		for (unsigned int e = 0; e < PGN_BUCKET_ENTRIES; e++) {
			uint64_t other = random_key(&random);
			uint16_t slot = (uint16_t)(random_word(&random) >> 33);

			atomic_init(&bucket.entry[e], pgn_mac_entry(other, slot));
			expected |= (unsigned int)(other == key) << e;
		}
		/* Notes that look like the key are none. */
		memcpy((uint8_t *)&bucket.note, &key, sizeof(bucket.note));
		assert_int_equal(pgn_mac_bucket_match(&bucket, &key), expected);
		assert_int_equal(pgn_mac_bucket_match_plain(&bucket, &key), expected);
	}
}

static void
keys_are_the_same_whichever_way_they_are_read(void **state)
{
	const uint8_t bytes[10] = {0xff, 0xee, 0x02, 0x81, 0x42, 0x93, 0x24, 0xa5, 0xdd, 0xcc};
	struct pgn_mac mac;

	(void)state;
	memcpy(&mac, bytes + 2, sizeof(mac));
	assert_true(pgn_mac_key_behind(bytes + 2) == pgn_mac_key(&mac));
	assert_true(pgn_mac_key_before(bytes + 2) == pgn_mac_key(&mac));
	memset(&mac, 0, sizeof(mac));
	pgn_mac_of_key(&mac, pgn_mac_key(bytes + 2));
	assert_memory_equal(&mac, bytes + 2, sizeof(mac));
}

static void
a_station_is_neither_zero_nor_a_group(void **state)
{
	const uint8_t group[6] = {1, 2, 3, 4, 5, 6}, station[6] = {2, 0xff, 0xff, 0xff, 0xff, 0xff};

	(void)state;
	assert_false(pgn_mac_key_is_station(0));
	assert_false(pgn_mac_key_is_station(pgn_mac_key(group)));
	assert_true(pgn_mac_key_is_station(pgn_mac_key(station)));
	assert_true(pgn_mac_key_is_group(pgn_mac_key_broadcast()));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bucket_is_matched_as_the_plain_path_does),
		cmocka_unit_test(keys_are_the_same_whichever_way_they_are_read),
		cmocka_unit_test(a_station_is_neither_zero_nor_a_group),
	};

#ifdef __AVX2__
	if (!__builtin_cpu_supports("avx2")) {
		puts("this CPU has no AVX2");
		return 77;
	}
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
