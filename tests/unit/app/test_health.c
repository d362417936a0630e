/* SPDX-License-Identifier: BSD-3-Clause */
/* What is made of facts that are put before the judge once a second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "health.h"

#define SECOND UINT64_C(1000000)

static struct pgn_health health;
static struct pgn_health_facts facts;

static int
start(void **state)
{
	(void)state;
	memset(&health, 0, sizeof(health));
	facts = (struct pgn_health_facts){.now_us = 100 * SECOND,
					  .started_us = 100 * SECOND,
					  .is_rsu = true,
					  .lcore_count = 2,
					  .lcore = {3, 5},
					  .wires = 2,
					  .wires_up = 2,
					  .tap_up = true,
					  .period_us = SECOND,
					  .has_upstream = true};
	return 0;
}

/** A second passes, all that moves in a node that is well moves; is there something to tell? */
static bool
second(void)
{
	facts.now_us += SECOND;
	facts.turns[0] += 10;
	facts.turns[1] += 7;
	facts.heartbeats++;
	return pgn_health_judge(&health, &facts);
}

static void
assert_is(enum pgn_health_check check, enum pgn_health_verdict verdict, const char *reason)
{
	assert_string_equal(pgn_health_verdict_name(health.verdict),
			    pgn_health_verdict_name(verdict));
	assert_string_equal(health.reason, reason);
	for (unsigned int i = 0; i < PGN_CHECK_COUNT; i++)
		assert_int_equal(health.check[i], i == check ? verdict : PGN_HEALTH_OKAY);
}

static void
a_node_that_is_well_says_so_once(void **state)
{
	(void)state;
	assert_true(second());
	for (unsigned int i = 0; i < 2000; i++) {
		assert_false(second());
		assert_is(PGN_CHECK_LCORES, PGN_HEALTH_OKAY, "");
	}
	assert_int_equal(health.since_us, 101 * SECOND);
}

static void
a_lcore_that_stands_still(void **state)
{
	(void)state;
	second();
	for (unsigned int i = 1; i < 5; i++) {
		facts.turns[1] -= 7;
		assert_int_equal(second(), i == 2);
		assert_int_equal(health.verdict, i < 2 ? PGN_HEALTH_OKAY : PGN_HEALTH_CRITICAL);
	}
	assert_is(PGN_CHECK_LCORES, PGN_HEALTH_CRITICAL, "lcore 5 has not turned for 4 s");
	assert_true(second());
	assert_is(PGN_CHECK_LCORES, PGN_HEALTH_OKAY, "");
}

static void
links(void **state)
{
	(void)state;
	second();
	facts.wires_up = 1;
	assert_true(second());
	assert_is(PGN_CHECK_LINKS, PGN_HEALTH_WARNING, "1 of 2 wires have no link");
	facts.wires_up = 0;
	assert_true(second());
	assert_is(PGN_CHECK_LINKS, PGN_HEALTH_CRITICAL, "no wire has a link");
	facts.wires_up = 2;
	assert_true(second());
	assert_is(PGN_CHECK_LINKS, PGN_HEALTH_OKAY, "");
	facts.tap_up = false;
	assert_true(second());
	assert_is(PGN_CHECK_LINKS, PGN_HEALTH_WARNING, "the TAP has no link");
	facts.wires_up = 0;
	assert_true(second());
	assert_is(PGN_CHECK_LINKS, PGN_HEALTH_CRITICAL, "no wire has a link");
	facts.wires_up = 2;
	facts.tap_up = true;
	assert_true(second());
	assert_is(PGN_CHECK_LINKS, PGN_HEALTH_OKAY, "");
}

/** What happened is forgotten after a minute. */
static void
what_overflows_is_remembered_for_a_minute(void **state)
{
	(void)state;
	facts.overflowed = 7; /* before the first look: not news */
	second();
	assert_is(PGN_CHECK_RINGS, PGN_HEALTH_OKAY, "");
	facts.overflowed = 9;
	assert_true(second());
	assert_is(PGN_CHECK_RINGS, PGN_HEALTH_WARNING,
		  "rings were full: 9 messages dropped so far");
	for (unsigned int i = 1; i < 60; i++)
		assert_false(second());
	assert_true(second());
	assert_is(PGN_CHECK_RINGS, PGN_HEALTH_OKAY, "");
}

static void
buffers(void **state)
{
	(void)state;
	second();
	facts.pool_percent = 89;
	assert_false(second());
	facts.pool_percent = 90;
	assert_true(second());
	assert_is(PGN_CHECK_POOLS, PGN_HEALTH_WARNING, "90 % of the buffers of a class are in use");
	facts.pool_failures = 1;
	assert_true(second());
	assert_is(PGN_CHECK_POOLS, PGN_HEALTH_CRITICAL, "buffers ran out: 1 times so far");
}

static void
an_rsu_sends_heartbeats(void **state)
{
	(void)state;
	second();
	for (unsigned int i = 1; i < 7; i++) {
		facts.heartbeats--;
		assert_int_equal(second(), i == 5);
	}
	assert_is(PGN_CHECK_ROUTES, PGN_HEALTH_CRITICAL, "no heartbeat was sent for 6 s");
}

/** For as long as it remembers OBUs: then they have left. */
static void
an_rsu_hears_replies(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 100; i++) {
		second();
		assert_is(PGN_CHECK_REPLIES, PGN_HEALTH_OKAY, "");
	}
	facts.obus = 2;
	for (unsigned int round = 0; round < 2; round++) {
		for (unsigned int i = 0; i < 20; i++) {
			facts.replies += 2;
			assert_int_equal(second(), round > 0 && i == 0);
			assert_is(PGN_CHECK_REPLIES, PGN_HEALTH_OKAY, "");
		}
		for (unsigned int i = 1; i < 100; i++)
			assert_int_equal(second(), i == 7);
		assert_is(PGN_CHECK_REPLIES, PGN_HEALTH_WARNING,
			  "no reply was heard for 99 s, of 2 OBUs that did");
	}
	facts.obus = 0;
	assert_true(second());
	assert_is(PGN_CHECK_REPLIES, PGN_HEALTH_OKAY, "");
	/* The next one has its time to reply. */
	facts.obus = 1;
	for (unsigned int i = 1; i < 7; i++)
		assert_false(second());
	assert_true(second());
}

static void
an_obu_hears_an_rsu(void **state)
{
	(void)state;
	facts.is_rsu = false;
	facts.has_upstream = false;
	for (unsigned int i = 1; i < 10; i++) {
		second();
		assert_is(PGN_CHECK_ROUTES, PGN_HEALTH_UNKNOWN, "no RSU was heard yet");
	}
	assert_true(second());
	assert_is(PGN_CHECK_ROUTES, PGN_HEALTH_WARNING, "no RSU can be reached");
	/* Told again after ten minutes, not before. */
	for (unsigned int i = 1; i < 600; i++)
		assert_false(second());
	assert_true(second());
	assert_int_equal(health.since_us, 110 * SECOND);
	facts.has_upstream = true;
	assert_true(second());
	assert_is(PGN_CHECK_ROUTES, PGN_HEALTH_OKAY, "");
}

/** It is no fault, whatever the role; what is worse still counts. */
static void
a_node_that_stands_by(void **state)
{
	for (unsigned int role = 0; role < 2; role++) {
		start(state);
		facts.is_rsu = role == 0;
		second();
		facts.standby = true;
		facts.has_upstream = false;
		/* For longer than what is not okay waits until it is told again. */
		for (unsigned int i = 1; i < 1000; i++) {
			facts.heartbeats--;
			assert_int_equal(second(), i == 1);
			assert_is(PGN_CHECK_ROUTES, PGN_HEALTH_OTHER, "standby, as it was told");
		}
		facts.heartbeats--;
		facts.wires_up = 1;
		assert_true(second());
		assert_int_equal(health.verdict, PGN_HEALTH_WARNING);
		assert_string_equal(health.reason, "1 of 2 wires have no link");
		assert_int_equal(health.check[PGN_CHECK_ROUTES], PGN_HEALTH_OTHER);
		facts.wires_up = 2;
		facts.heartbeats--;
		assert_true(second());
		assert_is(PGN_CHECK_ROUTES, PGN_HEALTH_OTHER, "standby, as it was told");
		/* Back: a heartbeat is due, but not late. */
		facts.standby = false;
		facts.heartbeats--;
		assert_true(second());
		if (!facts.is_rsu)
			assert_is(PGN_CHECK_ROUTES, PGN_HEALTH_UNKNOWN, "no RSU was heard yet");
		facts.has_upstream = true;
		facts.heartbeats--;
		assert_int_equal(second(), !facts.is_rsu);
		assert_is(PGN_CHECK_ROUTES, PGN_HEALTH_OKAY, "");
	}
}

static void
sealing_and_keys(void **state)
{
	(void)state;
	facts.key_age_s = 365 * 86400;
	second();
	facts.failed_to_open = 3;
	assert_true(second());
	assert_is(PGN_CHECK_SEALING, PGN_HEALTH_WARNING, "payloads did not open: 3 so far");
	facts.now_us += 60 * SECOND;
	second();
	second();
	facts.key_age_s += 1;
	assert_true(second());
	assert_is(PGN_CHECK_KEYS, PGN_HEALTH_WARNING, "keys are 365 days old");
}

/** The worst of several gives the word and the reason. */
static void
the_worst_counts(void **state)
{
	(void)state;
	second();
	facts.wires_up = 1;
	facts.pool_failures = 2;
	second();
	assert_string_equal(health.reason, "buffers ran out: 2 times so far");
	assert_int_equal(health.check[PGN_CHECK_LINKS], PGN_HEALTH_WARNING);
	assert_int_equal(health.verdict, PGN_HEALTH_CRITICAL);
}

/** Which checks are told by themselves, as bits. */
static unsigned int
news(void)
{
	unsigned int found = 0;

	for (unsigned int check = 0; check < PGN_CHECK_COUNT; check++)
		found |= (unsigned int)health.news[check] << check;
	return found;
}

#define BIT(check) (1u << (check))

/** What is behind the worst check, or ends before it does. */
static void
each_check_is_told(void **state)
{
	(void)state;
	second();
	assert_int_equal(news(), 0);
	facts.wires_up = 0;
	assert_true(second());
	assert_int_equal(news(), 0);
	facts.key_age_s = 366 * 86400;
	assert_false(second());
	assert_int_equal(news(), BIT(PGN_CHECK_KEYS));
	assert_string_equal(health.why[PGN_CHECK_KEYS], "keys are 366 days old");
	assert_string_equal(health.reason, "no wire has a link");
	assert_false(second());
	assert_int_equal(news(), 0);
	facts.pool_failures = 1;
	assert_false(second());
	assert_int_equal(news(), BIT(PGN_CHECK_POOLS));
	/* Another one is the worst now, and the verdict is the same. */
	facts.wires_up = 1;
	assert_false(second());
	assert_int_equal(news(), BIT(PGN_CHECK_LINKS));
	assert_string_equal(health.reason, "buffers ran out: 1 times so far");
	facts.key_age_s = 0;
	assert_false(second());
	assert_int_equal(news(), BIT(PGN_CHECK_KEYS));
	assert_string_equal(health.why[PGN_CHECK_KEYS], "");
	/* The verdict's line has the links, not the pools. */
	facts.now_us += 60 * SECOND;
	assert_true(second());
	assert_int_equal(news(), BIT(PGN_CHECK_POOLS));
	facts.wires_up = 2;
	assert_true(second());
	assert_int_equal(news(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_node_that_is_well_says_so_once, start),
		cmocka_unit_test_setup(a_lcore_that_stands_still, start),
		cmocka_unit_test_setup(links, start),
		cmocka_unit_test_setup(what_overflows_is_remembered_for_a_minute, start),
		cmocka_unit_test_setup(buffers, start),
		cmocka_unit_test_setup(an_rsu_sends_heartbeats, start),
		cmocka_unit_test_setup(an_rsu_hears_replies, start),
		cmocka_unit_test_setup(an_obu_hears_an_rsu, start),
		cmocka_unit_test_setup(a_node_that_stands_by, start),
		cmocka_unit_test_setup(sealing_and_keys, start),
		cmocka_unit_test_setup(the_worst_counts, start),
		cmocka_unit_test_setup(each_check_is_told, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
