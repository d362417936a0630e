/* SPDX-License-Identifier: BSD-3-Clause */
/* How many Rx queues a port is to have, before any device was asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "spread_ways.h"

static struct pgn_config config = {.wire_count = 1};

static unsigned int
queues(const char *order, enum pgn_spread_mode mode, uint32_t rxq, unsigned int workers)
{
	struct pgn_profile *profile = &config.wire[0].profile;

	config.workers.spread = mode;
	profile->value[PGN_PROFILE_RXQ].number = rxq;
	strcpy(profile->value[PGN_PROFILE_ORDER].text, order);
	config.tap.port = config.wire[0];
	assert_int_equal(pgn_spread_queues(&config, &config.tap.port, workers), 1);
	return pgn_spread_queues(&config, &config.wire[0], workers);
}

static void
a_queue_a_worker_where_there_is_a_way(void **state)
{
	(void)state;
	assert_int_equal(queues("l2_hash,software", PGN_SPREAD_AUTO, PGN_PROFILE_AUTO, 4), 4);
	assert_int_equal(queues("l2_hash,software", PGN_SPREAD_RSS, PGN_PROFILE_AUTO, 3), 3);
	assert_int_equal(queues("flow_mask", PGN_SPREAD_FLOW, PGN_PROFILE_AUTO, 2), 2);
	assert_int_equal(queues("l2_hash", PGN_SPREAD_AUTO, PGN_PROFILE_AUTO, 1), 1);
}

static void
one_queue_where_there_is_none(void **state)
{
	(void)state;
	assert_int_equal(queues("software", PGN_SPREAD_AUTO, PGN_PROFILE_AUTO, 4), 1);
	assert_int_equal(queues("", PGN_SPREAD_AUTO, PGN_PROFILE_AUTO, 4), 1);
	assert_int_equal(queues("l2_hash,software", PGN_SPREAD_FLOW, PGN_PROFILE_AUTO, 4), 1);
	assert_int_equal(queues("flow_hash,software", PGN_SPREAD_RSS, PGN_PROFILE_AUTO, 4), 1);
	assert_int_equal(queues("l2_hash,software", PGN_SPREAD_SOFTWARE, PGN_PROFILE_AUTO, 4), 1);
	assert_int_equal(queues("l2_hash,software", PGN_SPREAD_NONE, PGN_PROFILE_AUTO, 4), 1);
}

static void
not_more_than_rxq_says(void **state)
{
	(void)state;
	assert_int_equal(queues("l2_hash,software", PGN_SPREAD_AUTO, 2, 4), 2);
	assert_int_equal(queues("l2_hash,software", PGN_SPREAD_AUTO, 16, 4), 4);
}

static void
ways_in_the_order_of_the_profile(void **state)
{
	enum pgn_spread_way ways[PGN_SPREAD_WAYS_COUNT];

	(void)state;
	queues("flow_mask,l2_hash,software,flow_hash", PGN_SPREAD_AUTO, PGN_PROFILE_AUTO, 2);
	assert_int_equal(pgn_spread_ways(&config, &config.wire[0], ways), 3);
	assert_int_equal(ways[0], PGN_SPREAD_FLOW_MASK);
	assert_int_equal(ways[1], PGN_SPREAD_L2_HASH);
	assert_int_equal(ways[2], PGN_SPREAD_FLOW_HASH);
	config.workers.spread = PGN_SPREAD_FLOW;
	assert_int_equal(pgn_spread_ways(&config, &config.wire[0], ways), 2);
	assert_int_equal(ways[1], PGN_SPREAD_FLOW_HASH);
}

static void
ways_have_names(void **state)
{
	(void)state;
	for (unsigned int way = 0; way < PGN_SPREAD_WAYS_COUNT; way++)
		assert_int_equal(pgn_spread_way_find(pgn_spread_way_name(way)), way);
	assert_int_equal(pgn_spread_way_find("hash"), PGN_SPREAD_WAYS_COUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_a_worker_where_there_is_a_way),
		cmocka_unit_test(one_queue_where_there_is_none),
		cmocka_unit_test(not_more_than_rxq_says),
		cmocka_unit_test(ways_in_the_order_of_the_profile),
		cmocka_unit_test(ways_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
