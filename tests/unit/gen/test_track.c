/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "track.h"

#define NONE UINT64_MAX

static struct gen_track track;

static enum gen_track_verdict
see(uint64_t number)
{
	return gen_track_see(&track, (uint32_t)number, NONE);
}

static void
counts_are(uint64_t received, uint64_t duplicated, uint64_t reordered)
{
	assert_int_equal(track.received, received);
	assert_int_equal(track.duplicated, duplicated);
	assert_int_equal(track.reordered, reordered);
}

static void
all_in_order(void **state)
{
	(void)state;
	gen_track_start(&track, 0);
	for (uint64_t i = 0; i < 3 * GEN_TRACK_WINDOW; i++)
		assert_int_equal(see(i), GEN_TRACK_NEW);
	counts_are(3 * GEN_TRACK_WINDOW, 0, 0);
}

static void
lost_late_and_twice(void **state)
{
	(void)state;
	gen_track_start(&track, 100);
	assert_int_equal(see(100), GEN_TRACK_NEW);
	assert_int_equal(see(103), GEN_TRACK_NEW);
	assert_int_equal(see(103), GEN_TRACK_AGAIN);
	assert_int_equal(see(101), GEN_TRACK_NEW);
	assert_int_equal(see(101), GEN_TRACK_AGAIN);
	assert_int_equal(see(104), GEN_TRACK_NEW);
	counts_are(4, 2, 1);
	/* 102 never came. */
	assert_int_equal(track.next - track.base - track.received, 1);
}

static void
what_was_before_does_not_count(void **state)
{
	(void)state;
	gen_track_start(&track, 1000);
	assert_int_equal(see(999), GEN_TRACK_BEFORE);
	assert_int_equal(see(1), GEN_TRACK_BEFORE);
	assert_int_equal(see(1001), GEN_TRACK_NEW);
	assert_int_equal(see(999), GEN_TRACK_BEFORE);
	assert_int_equal(see(1000), GEN_TRACK_NEW);
	counts_are(2, 0, 1);
	gen_track_start(&track, 1002);
	assert_int_equal(see(1001), GEN_TRACK_BEFORE);
	counts_are(0, 0, 0);
}

static void
what_was_not_sent_does_not_count(void **state)
{
	(void)state;
	gen_track_start(&track, 10);
	assert_int_equal(gen_track_see(&track, 10, 10), GEN_TRACK_UNSENT);
	assert_int_equal(gen_track_see(&track, 10, 11), GEN_TRACK_NEW);
	assert_int_equal(gen_track_see(&track, 500, 100), GEN_TRACK_UNSENT);
	assert_int_equal(gen_track_see(&track, 99, 100), GEN_TRACK_NEW);
	counts_are(2, 0, 0);
}

/** Gaps of all sizes, from any place in a word: what is missing comes late, and is not seen yet. */
static void
gaps_are_not_seen(void **state)
{
	static const uint64_t gap[] = {1, 2, 63, 64, 65, 127, 128, 1000, GEN_TRACK_WINDOW - 129};

	(void)state;
	for (unsigned int start = 0; start < 130; start += 7) {
		for (unsigned int g = 0; g < sizeof(gap) / sizeof(gap[0]); g++) {
			uint64_t first = GEN_TRACK_WINDOW + start;

			gen_track_start(&track, 0);
			for (uint64_t i = 0; i < first; i++)
				see(i);
			see(first);
			assert_int_equal(see(first + gap[g] + 1), GEN_TRACK_NEW);
			assert_int_equal(see(first + gap[g]), GEN_TRACK_NEW);
			assert_int_equal(see(first + gap[g]), GEN_TRACK_AGAIN);
			if (gap[g] > 1)
				assert_int_equal(see(first + 1), GEN_TRACK_NEW);
			assert_int_equal(see(first), GEN_TRACK_AGAIN);
			assert_int_equal(track.duplicated, 2);
		}
	}
}

/** What the window held a lap ago is forgotten, however it was passed. */
static void
a_lap_later_nothing_is_seen(void **state)
{
	static const uint64_t leap[] = {1,
					64,
					GEN_TRACK_WINDOW / 2,
					GEN_TRACK_WINDOW - 1,
					GEN_TRACK_WINDOW,
					GEN_TRACK_WINDOW + 1,
					5 * GEN_TRACK_WINDOW + 17};

	(void)state;
	for (unsigned int l = 0; l < sizeof(leap) / sizeof(leap[0]); l++) {
		uint64_t newest = GEN_TRACK_WINDOW + 5;

		gen_track_start(&track, 0);
		for (uint64_t i = 0; i <= newest; i++)
			see(i);
		newest += leap[l] + 1;
		assert_int_equal(see(newest), GEN_TRACK_NEW);
		for (uint64_t i = newest - 1; i > newest - leap[l] - 1; i--) {
			enum gen_track_verdict right = newest + 1 - i > GEN_TRACK_WINDOW - 64
							       ? GEN_TRACK_LATE
							       : GEN_TRACK_NEW;

			assert_int_equal(see(i), right);
			if (right == GEN_TRACK_LATE)
				break;
		}
	}
}

static void
numbers_wrap(void **state)
{
	const uint64_t base = UINT64_C(0x3fffffff0);

	(void)state;
	gen_track_start(&track, base);
	for (uint64_t i = 0; i < 1000; i += 2)
		assert_int_equal(see(base + i), GEN_TRACK_NEW);
	for (uint64_t i = 1; i < 1000; i += 2)
		assert_int_equal(see(base + i), GEN_TRACK_NEW);
	counts_are(1000, 0, 499);
	assert_int_equal(track.next, base + 1000);
}

/** As a list of all that came would tell it. */
static void
as_a_list_would_tell(void **state)
{
	enum {
		FRAMES = 20000
	};
	static bool came[FRAMES + 1];
	uint64_t random = 7, received = 0, duplicated = 0, reordered = 0, newest = 0;

	(void)state;
	memset(came, 0, sizeof(came));
	gen_track_start(&track, 0);
	for (unsigned int i = 0; i < 2 * FRAMES; i++) {
		uint64_t number, about = i / 2;

		random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
		number = about + (random >> 33) % 700;
		number = number > FRAMES ? FRAMES : number;
		duplicated += came[number];
		received += !came[number];
		reordered += !came[number] && number < newest;
		newest = number > newest ? number : newest;
		came[number] = true;
		see(number);
	}
	counts_are(received, duplicated, reordered);
	assert_true(received > FRAMES / 2 && duplicated > 1000 && reordered > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_in_order),
		cmocka_unit_test(lost_late_and_twice),
		cmocka_unit_test(what_was_before_does_not_count),
		cmocka_unit_test(what_was_not_sent_does_not_count),
		cmocka_unit_test(gaps_are_not_seen),
		cmocka_unit_test(a_lap_later_nothing_is_seen),
		cmocka_unit_test(numbers_wrap),
		cmocka_unit_test(as_a_list_would_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
