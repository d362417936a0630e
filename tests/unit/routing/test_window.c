/* SPDX-License-Identifier: BSD-3-Clause */
/* Ids as serial numbers, what was sent, and what is remembered of a hop. */
#include "kit.h"
#include "quality.h"
#include "sent.h"
#include "window.h"

static void
places_in_a_window(void **state)
{
	struct pgn_window window;
	uint64_t ordinal;

	(void)state;
	pgn_window_init(&window, 10);
	assert_int_equal(pgn_window_place(&window, 12345), PGN_WINDOW_AHEAD);
	pgn_window_see(&window, 100);
	assert_int_equal(pgn_window_place(&window, 100), PGN_WINDOW_SEEN);
	assert_int_equal(pgn_window_place(&window, 99), PGN_WINDOW_MISSED);
	assert_int_equal(pgn_window_place(&window, 91), PGN_WINDOW_MISSED);
	assert_int_equal(pgn_window_place(&window, 90), PGN_WINDOW_BEHIND);
	assert_int_equal(pgn_window_place(&window, 101), PGN_WINDOW_AHEAD);
	assert_int_equal(pgn_window_place(&window, 100U + 0x7fffffff), PGN_WINDOW_AHEAD);
	assert_int_equal(pgn_window_place(&window, 100U + 0x80000001), PGN_WINDOW_BEHIND);

	ordinal = window.ordinal;
	assert_int_equal(pgn_window_see(&window, 103), ordinal + 3);
	assert_int_equal(pgn_window_place(&window, 100), PGN_WINDOW_SEEN);
	assert_int_equal(pgn_window_place(&window, 101), PGN_WINDOW_MISSED);
	assert_int_equal(pgn_window_see(&window, 101), ordinal + 1);
	assert_int_equal(pgn_window_place(&window, 101), PGN_WINDOW_SEEN);
	assert_int_equal(pgn_window_see(&window, 103 + 1000), ordinal + 3 + 1000);
	assert_int_equal(pgn_window_place(&window, 103 + 999), PGN_WINDOW_MISSED);
}

static void
a_window_wraps(void **state)
{
	struct pgn_window window;
	uint64_t ordinal = 0;

	(void)state;
	pgn_window_init(&window, 64);
	for (uint32_t i = 0; i < 200; i++) {
		uint32_t id = UINT32_MAX - 99 + i;
		uint64_t of_id;

		assert_int_equal(pgn_window_place(&window, id), PGN_WINDOW_AHEAD);
		of_id = pgn_window_see(&window, id);
		assert_true(i == 0 || of_id == ordinal + 1);
		ordinal = of_id;
		assert_int_equal(pgn_window_place(&window, id), PGN_WINDOW_SEEN);
		if (i >= 63)
			assert_int_equal(pgn_window_place(&window, id - 63), PGN_WINDOW_SEEN);
		if (i >= 64)
			assert_int_equal(pgn_window_place(&window, id - 64), PGN_WINDOW_BEHIND);
	}
	assert_int_equal(window.newest, 99);
}

static void
a_window_of_one_works(void **state)
{
	struct pgn_window window;

	(void)state;
	pgn_window_init(&window, 1);
	for (uint32_t id = UINT32_MAX - 2; id != 3; id++) {
		assert_int_equal(pgn_window_place(&window, id), PGN_WINDOW_AHEAD);
		pgn_window_see(&window, id);
		assert_int_equal(pgn_window_place(&window, id), PGN_WINDOW_SEEN);
		assert_int_equal(pgn_window_place(&window, id - 1), PGN_WINDOW_BEHIND);
	}
}

static void
a_restart_moves_on_by_one_ordinal(void **state)
{
	struct pgn_window window;
	uint64_t before;

	(void)state;
	pgn_window_init(&window, 10);
	before = pgn_window_see(&window, 5000);
	assert_int_equal(pgn_window_restart(&window, 0), before + 1);
	assert_int_equal(pgn_window_place(&window, 0), PGN_WINDOW_SEEN);
	assert_int_equal(pgn_window_place(&window, 1), PGN_WINDOW_AHEAD);
	assert_int_equal(pgn_window_see(&window, 1), before + 2);
}

static void
what_was_sent_is_kept_for_a_history(void **state)
{
	static const uint64_t starts[] = {0, UINT32_MAX - 25};
	static const uint32_t capacities[] = {1, 10, PGN_HISTORY_MAX};
	static struct pgn_sent sent;

	(void)state;
	for (unsigned int s = 0; s < 2; s++) {
		for (unsigned int c = 0; c < 3; c++) {
			uint32_t capacity = capacities[c];

			pgn_sent_init(&sent, capacity);
			sent.ordinal += starts[s];
			for (uint64_t i = 0; i < 100; i++) {
				struct pgn_duration duration = {.low = i};
				uint32_t id = pgn_sent_add(&sent, 1000 + i, &duration);
				uint64_t ordinal;

				assert_int_equal(id, (uint32_t)(starts[s] + i));
				assert_int_equal(pgn_sent_find(&sent, id, &ordinal)->at_us,
						 1000 + i);
				assert_int_equal(ordinal, sent.ordinal);
				assert_null(pgn_sent_find(&sent, id + 1, &ordinal));
				if (i < capacity)
					continue;
				assert_int_equal(
					pgn_sent_find(&sent, id - capacity + 1, &ordinal)->at_us,
					1000 + i - capacity + 1);
				assert_null(pgn_sent_find(&sent, id - capacity, &ordinal));
			}
		}
	}
}

static void
nothing_sent_nothing_found(void **state)
{
	struct pgn_sent sent;
	struct pgn_duration duration = {0};
	uint64_t ordinal;

	(void)state;
	pgn_sent_init(&sent, 10);
	assert_null(pgn_sent_find(&sent, 0, &ordinal));
	assert_null(pgn_sent_find(&sent, UINT32_MAX, &ordinal));
	pgn_sent_add(&sent, 1, &duration);
	assert_non_null(pgn_sent_find(&sent, 0, &ordinal));
	assert_null(pgn_sent_find(&sent, UINT32_MAX, &ordinal));
}

static void
nearer_counts_at_once_and_farther_when_it_lasts(void **state)
{
	struct pgn_distance distance = {0};

	(void)state;
	pgn_distance_hear(&distance, 3);
	assert_int_equal(distance.hops, 3);
	pgn_distance_hear(&distance, 2);
	assert_int_equal(distance.hops, 2);
	for (unsigned int i = 0; i < 10; i++) {
		pgn_distance_hear(&distance, 4);
		pgn_distance_hear(&distance, 5);
		pgn_distance_hear(&distance, 5);
		assert_int_equal(distance.hops, 2);
		pgn_distance_hear(&distance, 2);
	}
	pgn_distance_hear(&distance, 5);
	pgn_distance_hear(&distance, 4);
	pgn_distance_hear(&distance, 6);
	pgn_distance_hear(&distance, 7);
	assert_int_equal(distance.hops, 4);
}

static void
delivery_counts_the_last_64(void **state)
{
	struct pgn_delivery delivery = {.newest = 100};

	(void)state;
	for (uint64_t ordinal = 100; ordinal < 200; ordinal += 2)
		pgn_delivery_hear(&delivery, ordinal);
	assert_int_equal(pgn_delivered(&delivery, 198), 32);
	assert_int_equal(pgn_delivered(&delivery, 199), 33);
	pgn_delivery_hear(&delivery, 197);
	assert_int_equal(pgn_delivered(&delivery, 198), 33);
	pgn_delivery_hear(&delivery, 1);
	assert_int_equal(pgn_delivered(&delivery, 198), 33);
	assert_int_equal(pgn_delivered(&delivery, 198 + 63), 2);
	assert_int_equal(pgn_delivered(&delivery, 198 + 64), 1);
	pgn_delivery_hear(&delivery, 1000);
	assert_int_equal(pgn_delivered(&delivery, 1000), 1);
	assert_int_equal(pgn_delivered(&delivery, 1001), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_in_a_window),
		cmocka_unit_test(a_window_wraps),
		cmocka_unit_test(a_window_of_one_works),
		cmocka_unit_test(a_restart_moves_on_by_one_ordinal),
		cmocka_unit_test(what_was_sent_is_kept_for_a_history),
		cmocka_unit_test(nothing_sent_nothing_found),
		cmocka_unit_test(nearer_counts_at_once_and_farther_when_it_lasts),
		cmocka_unit_test(delivery_counts_the_last_64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
