/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "pgn_stats.h"

static void
names_are_there_distinct_and_plain(void **state)
{
	(void)state;
	for (unsigned int a = 0; a < PGN_DROP_COUNT; a++) {
		const char *name = pgn_drop_name(a);

		assert_true(strlen(name) > 0);
		assert_true(strlen(pgn_drop_help(a)) > 0);
		for (const char *c = name; *c != '\0'; c++)
			assert_true(islower(*c) || *c == '_');
		for (unsigned int b = 0; b < a; b++)
			assert_string_not_equal(name, pgn_drop_name(b));
	}
	for (unsigned int a = 0; a < PGN_KIND_COUNT; a++) {
		for (unsigned int b = 0; b < a; b++)
			assert_string_not_equal(pgn_kind_name(a), pgn_kind_name(b));
	}
}

static void
every_term_is_in_the_balance_once(void **state)
{
	struct pgn_counters c = {0};
	struct pgn_balance balance;

	(void)state;
	pgn_count_received(&c, 0, PGN_KIND_UPSTREAM, 100);
	pgn_count_received(&c, PGN_PORT_TAP, PGN_KIND_HOST, 60);
	c.generated[PGN_KIND_HEARTBEAT] = 10;
	c.copied[PGN_KIND_DOWNSTREAM] = 5;
	c.sent[1][PGN_KIND_DOWNSTREAM].messages = 12;
	c.kept[PGN_KIND_REPLY] = 3;
	pgn_count_drop(&c, PGN_DROP_LOOP);
	pgn_count_drop(&c, PGN_DROP_STOPPING);
	balance = pgn_stats_balance(&c);
	assert_int_equal(balance.received, 2);
	assert_int_equal(balance.generated, 10);
	assert_int_equal(balance.copied, 5);
	assert_int_equal(balance.sent, 12);
	assert_int_equal(balance.kept, 3);
	assert_int_equal(balance.dropped, 2);
	assert_int_equal(pgn_stats_unaccounted(&balance), 0);
	pgn_count_drop(&c, PGN_DROP_LOOP);
	balance = pgn_stats_balance(&c);
	assert_int_equal(pgn_stats_unaccounted(&balance), -1);
	assert_int_equal(c.received[0][PGN_KIND_UPSTREAM].bytes, 100);
}

static void
lanes_add_up(void **state)
{
	struct pgn_counters sum = {0}, lane = {0};

	(void)state;
	pgn_count_received(&lane, 2, PGN_KIND_REPLY, 52);
	lane.clients_late = 7;
	pgn_stats_add(&sum, &lane);
	pgn_stats_add(&sum, &lane);
	assert_int_equal(sum.received[2][PGN_KIND_REPLY].messages, 2);
	assert_int_equal(sum.received[2][PGN_KIND_REPLY].bytes, 104);
	assert_int_equal(sum.clients_late, 14);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_there_distinct_and_plain),
		cmocka_unit_test(every_term_is_in_the_balance_once),
		cmocka_unit_test(lanes_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
