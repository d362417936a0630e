/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules 3 to 5: next hops of a node at an RSU, their choice, their death, and slots. */
#include "kit.h"

struct bench {
	struct pgn_rsu *rsu;
	uint64_t now_us;
	uint64_t sent_us;
	struct pgn_heartbeat last;
};

static struct bench
make(uint32_t max_nodes)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct bench bench = {0};

	conf.max_nodes = max_nodes;
	conf.wire_count = 2;
	bench.rsu = pgn_rsu_create(&conf, 0);
	return bench;
}

/* On to just after the next heartbeat. */
static void
next(struct bench *bench)
{
	struct pgn_outbox outbox = {0};

	while (outbox.count == 0) {
		uint64_t next_us = pgn_rsu_tick(bench->rsu, bench->now_us, &outbox);

		bench->sent_us = bench->now_us;
		bench->now_us = next_us;
	}
	bench->last = outbox.send[0].heartbeat;
	bench->now_us = bench->sent_us;
}

static struct pgn_outcome
answer(struct bench *bench, uint32_t sender, uint32_t from, uint32_t hops, uint64_t latency_us)
{
	struct pgn_reply reply = reply_of(SELF, from, bench->last.id, hops, sender);

	reply.duration = bench->last.duration;
	return pgn_rsu_reply(bench->rsu, bench->sent_us + latency_us, 0, &reply);
}

static uint32_t
route_of(const struct bench *bench, uint32_t node)
{
	struct pgn_node_route route;

	if (!rsu_route(bench->rsu, node, &route) || route.hop_count == 0)
		return 0;
	return (uint32_t)pgn_mac_number(&route.hop[0].mac);
}

static void
fewer_hops_win_at_once(void **state)
{
	struct bench bench = make(64);
	struct pgn_node_route route;

	(void)state;
	for (unsigned int i = 0; i < 20; i++) {
		next(&bench);
		assert_kept(answer(&bench, 9, 5, 3, 1000));
	}
	assert_int_equal(route_of(&bench, 9), 5);
	assert_kept(answer(&bench, 9, 6, 2, 9000));
	assert_int_equal(route_of(&bench, 9), 6);
	assert_true(rsu_route(bench.rsu, 9, &route));
	assert_int_equal(route.hop_count, 2);
	assert_mac(&route.hop[1].mac, 5);
	pgn_rsu_destroy(bench.rsu);
}

static void
latency_must_be_10_percent_better(void **state)
{
	struct bench bench = make(64);

	(void)state;
	for (unsigned int i = 0; i < 100; i++) {
		next(&bench);
		assert_kept(answer(&bench, 9, 5, 2, 10000));
		assert_kept(answer(&bench, 9, 6, 2, 9100));
		assert_kept(answer(&bench, 9, 4, 2, 10500));
		assert_int_equal(route_of(&bench, 9), 5);
	}
	for (unsigned int i = 0; i < 100; i++) {
		next(&bench);
		assert_kept(answer(&bench, 9, 5, 2, 10000));
		assert_kept(answer(&bench, 9, 7, 2, 8900));
	}
	assert_int_equal(route_of(&bench, 9), 7);
	pgn_rsu_destroy(bench.rsu);
}

static void
delivery_must_be_10_percent_better(void **state)
{
	struct bench bench = make(64);

	(void)state;
	for (unsigned int i = 1; i < 200; i++) {
		next(&bench);
		if (i % 20 != 0)
			assert_kept(answer(&bench, 9, 5, 2, 10000));
		assert_kept(answer(&bench, 9, 4, 2, 10000));
		assert_int_equal(route_of(&bench, 9), 5);
	}
	for (unsigned int i = 0; i < 64; i++) {
		next(&bench);
		if (i % 3 != 0)
			assert_kept(answer(&bench, 9, 5, 2, 10000));
		assert_kept(answer(&bench, 9, 4, 2, 10000));
	}
	assert_int_equal(route_of(&bench, 9), 4);
	pgn_rsu_destroy(bench.rsu);
}

static void
a_hop_dies_after_3_unanswered_heartbeats(void **state)
{
	struct bench bench = make(64);
	struct pgn_node_route route;

	(void)state;
	next(&bench);
	/* Equal but for the MAC: the first heard stays, then the lowest MAC is taken. */
	assert_kept(answer(&bench, 9, 8, 2, 1000));
	assert_kept(answer(&bench, 9, 7, 2, 1000));
	assert_kept(answer(&bench, 9, 6, 2, 1000));
	assert_int_equal(route_of(&bench, 9), 8);
	for (unsigned int i = 1; i <= 3; i++) {
		next(&bench);
		assert_int_equal(route_of(&bench, 9), 8);
		assert_kept(answer(&bench, 9, 7, 2, 1000));
		assert_kept(answer(&bench, 9, 6, 2, 1000));
	}
	assert_int_equal(route_of(&bench, 9), 6);
	assert_true(rsu_route(bench.rsu, 9, &route));
	assert_int_equal(route.hop_count, 2);

	/* Nobody answers any more: with the third, and half a period to answer it, all are dead. */
	for (unsigned int i = 1; i <= 3; i++) {
		next(&bench);
		assert_int_equal(route_of(&bench, 9), 6);
	}
	next(&bench);
	assert_true(rsu_route(bench.rsu, 9, &route));
	assert_int_equal(route.hop_count, 0);
	assert_kept(answer(&bench, 9, 8, 3, 1000));
	assert_int_equal(route_of(&bench, 9), 8);
	pgn_rsu_destroy(bench.rsu);
}

static void
two_losses_are_no_death(void **state)
{
	struct bench bench = make(64);
	uint64_t version;

	(void)state;
	next(&bench);
	assert_kept(answer(&bench, 9, 8, 2, 1000));
	version = pgn_rsu_version(bench.rsu);
	for (unsigned int i = 0; i < 100; i++) {
		struct pgn_outbox outbox = {0};

		next(&bench);
		/* An answer has half a period to come in. */
		pgn_rsu_tick(bench.rsu, bench.now_us + PERIOD_US / 2 - 1, &outbox);
		assert_int_equal(outbox.count, 0);
		if (i % 3 == 2)
			assert_kept(answer(&bench, 9, 8, 2, PERIOD_US / 2 - 1));
	}
	assert_int_equal(pgn_rsu_version(bench.rsu), version);
	pgn_rsu_destroy(bench.rsu);
}

static void
a_death_elsewhere_changes_no_choice(void **state)
{
	struct bench bench = make(64);
	struct pgn_node_route route;

	(void)state;
	for (unsigned int i = 0; i < 70; i++) {
		next(&bench);
		for (uint32_t from = 8; from > 5; from--)
			assert_kept(answer(&bench, 9, from, 2, 1000));
	}
	for (unsigned int i = 0; i < 3; i++) {
		next(&bench);
		assert_kept(answer(&bench, 9, 8, 2, 1000));
		assert_kept(answer(&bench, 9, 6, 2, 1000));
	}
	assert_true(rsu_route(bench.rsu, 9, &route));
	assert_int_equal(route.hop_count, 2);
	assert_mac(&route.hop[0].mac, 8);
	assert_mac(&route.hop[1].mac, 6);
	pgn_rsu_destroy(bench.rsu);
}

static void
four_hops_are_kept_and_a_nearer_one_gets_in(void **state)
{
	struct bench bench = make(64);
	struct pgn_node_route route;

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		next(&bench);
		for (uint32_t from = 20; from < 26; from++)
			assert_kept(answer(&bench, 9, from, 3, 1000));
	}
	assert_true(rsu_route(bench.rsu, 9, &route));
	assert_int_equal(route.hop_count, PGN_NODE_HOPS);
	for (unsigned int i = 0; i < PGN_NODE_HOPS; i++)
		assert_mac(&route.hop[i].mac, 20 + i);
	assert_kept(answer(&bench, 9, 30, 2, 1000));
	assert_true(rsu_route(bench.rsu, 9, &route));
	assert_int_equal(route.hop_count, PGN_NODE_HOPS);
	assert_mac(&route.hop[0].mac, 30);
	assert_mac(&route.hop[1].mac, 20);

	/* And any gets the place of a dead one. */
	for (unsigned int i = 0; i < 4; i++) {
		next(&bench);
		for (uint32_t from = 20; from < 22; from++)
			assert_kept(answer(&bench, 9, from, 3, 1000));
	}
	assert_kept(answer(&bench, 9, 31, 5, 1000));
	assert_kept(answer(&bench, 9, 32, 5, 1000));
	assert_true(rsu_route(bench.rsu, 9, &route));
	assert_int_equal(route.hop_count, 4);
	assert_mac(&route.hop[2].mac, 31);
	assert_mac(&route.hop[3].mac, 32);
	pgn_rsu_destroy(bench.rsu);
}

static void
a_neighbour_on_two_wires_is_two_hops(void **state)
{
	struct bench bench = make(64);
	struct pgn_node_route route;
	struct pgn_reply reply;

	(void)state;
	next(&bench);
	assert_kept(answer(&bench, 9, 9, 1, 1000));
	reply = reply_of(SELF, 9, bench.last.id, 1, 9);
	reply.duration = bench.last.duration;
	assert_kept(pgn_rsu_reply(bench.rsu, bench.now_us, 1, &reply));
	assert_true(rsu_route(bench.rsu, 9, &route));
	assert_int_equal(route.hop_count, 2);
	assert_int_equal(route.hop[0].wire, 0);
	pgn_rsu_wire_down(bench.rsu, 0);
	assert_true(rsu_route(bench.rsu, 9, &route));
	assert_int_equal(route.hop_count, 1);
	assert_int_equal(route.hop[0].wire, 1);
	pgn_rsu_wire_down(bench.rsu, 1);
	assert_true(rsu_route(bench.rsu, 9, &route));
	assert_int_equal(route.hop_count, 0);
	assert_kept(answer(&bench, 9, 9, 1, 1000));
	assert_int_equal(route_of(&bench, 9), 9);
	pgn_rsu_destroy(bench.rsu);
}

static unsigned int
slot_of(const struct bench *bench, uint32_t node)
{
	struct pgn_node_route route;
	struct pgn_mac mac = mac_of(node);
	unsigned int slot = 0;

	while (slot < pgn_rsu_slots(bench->rsu) &&
	       !(pgn_rsu_node(bench->rsu, slot, &route) && pgn_mac_equal(&route.mac, &mac)))
		slot++;
	return slot;
}

static void
a_node_keeps_its_slot_until_it_is_forgotten(void **state)
{
	struct bench bench = make(64);
	struct pgn_node_route route;
	unsigned int slot, retired, periods = 0;
	uint64_t version;

	(void)state;
	next(&bench);
	assert_kept(answer(&bench, 9, 9, 1, 1000));
	slot = slot_of(&bench, 9);
	assert_true(slot < pgn_rsu_slots(bench.rsu));
	while (rsu_route(bench.rsu, 9, &route)) {
		assert_false(pgn_rsu_retired_slot(bench.rsu, &retired));
		assert_int_equal(slot_of(&bench, 9), slot);
		version = pgn_rsu_version(bench.rsu);
		next(&bench);
		periods++;
	}
	assert_true(pgn_rsu_version(bench.rsu) > version);
	assert_in_range(periods, 100, 102); /* 10 histories of 10 */

	assert_true(pgn_rsu_retired_slot(bench.rsu, &retired));
	assert_int_equal(retired, slot);
	assert_kept(answer(&bench, 9, 9, 1, 1000));
	assert_int_not_equal(slot_of(&bench, 9), slot);
	version = pgn_rsu_version(bench.rsu);
	pgn_rsu_release_slot(bench.rsu, slot);
	assert_false(pgn_rsu_retired_slot(bench.rsu, &retired));
	assert_int_equal(pgn_rsu_version(bench.rsu), version);
	assert_kept(answer(&bench, 10, 10, 1, 1000));
	assert_int_equal(slot_of(&bench, 10), slot);
	pgn_rsu_destroy(bench.rsu);
}

static void
a_neighbour_brings_at_most_a_quarter_of_the_nodes(void **state)
{
	struct bench bench = make(16);

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		next(&bench);
		for (uint32_t node = 20; node < 24; node++)
			assert_kept(answer(&bench, node, 5, 2, 1000));
	}
	assert_dropped(answer(&bench, 24, 5, 2, 1000), PGN_DROP_NODES_FULL);
	assert_kept(answer(&bench, 24, 6, 2, 1000));
	for (uint32_t node = 20; node < 24; node++)
		assert_int_equal(route_of(&bench, node), 5);
	pgn_rsu_destroy(bench.rsu);
}

static void
the_version_grows_with_each_change_only(void **state)
{
	struct bench bench = make(64);
	uint64_t version = pgn_rsu_version(bench.rsu);

	(void)state;
	next(&bench);
	assert_int_equal(pgn_rsu_version(bench.rsu), version);
	assert_kept(answer(&bench, 9, 5, 2, 1000));
	assert_true(pgn_rsu_version(bench.rsu) > version);
	version = pgn_rsu_version(bench.rsu);
	for (unsigned int i = 0; i < 50; i++) {
		next(&bench);
		assert_kept(answer(&bench, 9, 5, 2, 1000 + i));
		assert_kept(answer(&bench, 9, 5, 2, 1000 + i));
	}
	assert_int_equal(pgn_rsu_version(bench.rsu), version);
	assert_kept(answer(&bench, 9, 6, 2, 1000));
	assert_true(pgn_rsu_version(bench.rsu) > version);
	pgn_rsu_destroy(bench.rsu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fewer_hops_win_at_once),
		cmocka_unit_test(latency_must_be_10_percent_better),
		cmocka_unit_test(delivery_must_be_10_percent_better),
		cmocka_unit_test(a_hop_dies_after_3_unanswered_heartbeats),
		cmocka_unit_test(two_losses_are_no_death),
		cmocka_unit_test(a_death_elsewhere_changes_no_choice),
		cmocka_unit_test(four_hops_are_kept_and_a_nearer_one_gets_in),
		cmocka_unit_test(a_neighbour_on_two_wires_is_two_hops),
		cmocka_unit_test(a_node_keeps_its_slot_until_it_is_forgotten),
		cmocka_unit_test(a_neighbour_brings_at_most_a_quarter_of_the_nodes),
		cmocka_unit_test(the_version_grows_with_each_change_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
