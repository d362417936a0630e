/* SPDX-License-Identifier: BSD-3-Clause */
/* One line a reason in ten seconds, with all that was refused in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <syslog.h>

#include <cmocka.h>

#include "refusals.h"

#define SECOND_US UINT64_C(1000000)

/** Counters and the seconds since a start that is not 0. */
struct watch {
	struct pgn_refusals refusals;
	struct pgn_counters counters;
	uint64_t second;
};

static int
setup(void **state)
{
	static struct watch watch;

	memset(&watch, 0, sizeof(watch));
	*state = &watch;
	return 0;
}

/** A second goes by, in which so many are refused. */
static void
refuse(struct watch *w, enum pgn_drop reason, uint64_t count)
{
	w->counters.dropped[reason] += count;
	w->second++;
	pgn_refusals_look(&w->refusals, &w->counters, (1000 + w->second) * SECOND_US);
}

static void
assert_nothing(struct watch *w)
{
	struct pgn_refusal refusal;

	assert_false(pgn_refusals_next(&w->refusals, &refusal));
}

static void
assert_told(struct watch *w, enum pgn_drop reason, uint64_t count, unsigned int seconds)
{
	struct pgn_refusal refusal;

	assert_true(pgn_refusals_next(&w->refusals, &refusal));
	assert_int_equal(refusal.reason, reason);
	assert_int_equal(refusal.count, count);
	assert_int_equal(refusal.seconds, seconds);
}

static void
the_first_is_told_at_once(void **state)
{
	struct watch *w = *state;

	for (unsigned int i = 0; i < 30; i++) {
		refuse(w, PGN_DROP_BAD_HOPS, 0);
		assert_nothing(w);
	}
	refuse(w, PGN_DROP_BAD_HOPS, 3);
	assert_told(w, PGN_DROP_BAD_HOPS, 3, 1);
	assert_nothing(w);
}

static void
a_flood_is_a_line_in_ten_seconds(void **state)
{
	struct watch *w = *state;
	unsigned int lines = 0;
	uint64_t told = 0;

	refuse(w, PGN_DROP_CONTROL_THROTTLED, 0);
	for (unsigned int second = 1; second <= 100; second++) {
		struct pgn_refusal refusal;

		refuse(w, PGN_DROP_CONTROL_THROTTLED, 1000);
		while (pgn_refusals_next(&w->refusals, &refusal)) {
			assert_int_equal(second % 10, 1);
			assert_int_equal(refusal.count, second == 1 ? 1000 : 10000);
			assert_int_equal(refusal.seconds, second == 1 ? 1 : 10);
			told += refusal.count;
			lines++;
		}
	}
	assert_int_equal(lines, 10);
	assert_int_equal(told, 91000);
}

static void
what_came_after_the_line_is_told_ten_seconds_later(void **state)
{
	struct watch *w = *state;

	refuse(w, PGN_DROP_NODES_FULL, 0);
	refuse(w, PGN_DROP_NODES_FULL, 5);
	assert_told(w, PGN_DROP_NODES_FULL, 5, 1);
	refuse(w, PGN_DROP_NODES_FULL, 7);
	for (unsigned int i = 0; i < 8; i++) {
		assert_nothing(w);
		refuse(w, PGN_DROP_NODES_FULL, 0);
	}
	assert_nothing(w);
	refuse(w, PGN_DROP_NODES_FULL, 0);
	assert_told(w, PGN_DROP_NODES_FULL, 7, 10);
	for (unsigned int i = 0; i < 30; i++) {
		refuse(w, PGN_DROP_NODES_FULL, 0);
		assert_nothing(w);
	}
}

static void
each_reason_has_a_line_of_its_own(void **state)
{
	struct watch *w = *state;

	refuse(w, PGN_DROP_RSUS_FULL, 0);
	w->counters.dropped[PGN_DROP_UNTRUSTED_SOURCE] = 2;
	refuse(w, PGN_DROP_WRONG_DURATION, 4);
	assert_told(w, PGN_DROP_UNTRUSTED_SOURCE, 2, 1);
	assert_told(w, PGN_DROP_WRONG_DURATION, 4, 1);
	assert_nothing(w);
	refuse(w, PGN_DROP_RSUS_FULL, 1);
	assert_told(w, PGN_DROP_RSUS_FULL, 1, 1);
	assert_nothing(w);
}

/** Heartbeats and replies that no honest neighbour sends. */
static void
impossible_addresses_are_told(void **state)
{
	static const enum pgn_drop impossible[] = {PGN_DROP_BAD_FROM, PGN_DROP_OWN_FROM,
						   PGN_DROP_BAD_SOURCE, PGN_DROP_BAD_SENDER,
						   PGN_DROP_OWN_SENDER};
	struct watch *w = *state;

	refuse(w, PGN_DROP_OWN_FROM, 0);
	for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
		struct pgn_refusal refusal;

		refuse(w, impossible[i], 2);
		assert_true(pgn_refusals_next(&w->refusals, &refusal));
		assert_int_equal(refusal.reason, impossible[i]);
		assert_int_equal(refusal.severity, LOG_WARNING);
		assert_nothing(w);
	}
}

static void
daily_business_is_not_told(void **state)
{
	static const enum pgn_drop daily[] = {PGN_DROP_OWN_SOURCE,      PGN_DROP_NOT_OUR_ROLE,
					      PGN_DROP_FOREIGN_REPLY,   PGN_DROP_NOT_FOR_US,
					      PGN_DROP_DUPLICATE_REPLY, PGN_DROP_NO_UPSTREAM};
	struct watch *w = *state;

	refuse(w, PGN_DROP_OWN_SOURCE, 0);
	for (size_t i = 0; i < sizeof(daily) / sizeof(daily[0]); i++)
		refuse(w, daily[i], 1000);
	assert_nothing(w);
}

static void
severities(void **state)
{
	struct watch *w = *state;
	struct pgn_refusal refusal;

	refuse(w, PGN_DROP_UNKNOWN_ID, 0);
	refuse(w, PGN_DROP_UNKNOWN_ID, 1);
	assert_true(pgn_refusals_next(&w->refusals, &refusal));
	assert_int_equal(refusal.severity, LOG_NOTICE);
	refuse(w, PGN_DROP_CONTROL_THROTTLED, 1);
	assert_true(pgn_refusals_next(&w->refusals, &refusal));
	assert_int_equal(refusal.severity, LOG_WARNING);
}

static void
words(void **state)
{
	const struct pgn_refusal refusal = {
		.reason = PGN_DROP_CONTROL_THROTTLED, .count = UINT64_MAX, .seconds = 10};
	const struct pgn_refusal from = {.reason = PGN_DROP_OWN_FROM, .count = 1, .seconds = 2};
	const struct pgn_mac by = {{0x02, 0, 0, 0, 0, 0x1f}}, zero = {{0}};
	char line[PGN_REFUSAL_LINE];

	(void)state;
	pgn_refusal_describe(&refusal, &by, line);
	assert_string_equal(line, "18446744073709551615 control messages refused in 10 s: "
				  "control_throttled, the last by 02:00:00:00:00:1f");
	pgn_refusal_describe(&refusal, &zero, line);
	assert_string_equal(line, "18446744073709551615 control messages refused in 10 s: "
				  "control_throttled");
	pgn_refusal_describe(&from, &zero, line);
	assert_string_equal(line, "1 messages refused in 2 s: own_from");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_first_is_told_at_once, setup),
		cmocka_unit_test_setup(a_flood_is_a_line_in_ten_seconds, setup),
		cmocka_unit_test_setup(what_came_after_the_line_is_told_ten_seconds_later, setup),
		cmocka_unit_test_setup(each_reason_has_a_line_of_its_own, setup),
		cmocka_unit_test_setup(impossible_addresses_are_told, setup),
		cmocka_unit_test_setup(daily_business_is_not_told, setup),
		cmocka_unit_test_setup(severities, setup),
		cmocka_unit_test_setup(words, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
