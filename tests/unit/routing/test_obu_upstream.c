/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules 7 and 8: the choice of upstream, failover, and the way back. */
#include "kit.h"

/* RSU 1 is heard directly; 2, 3, 4 are OBUs that relay. */
#define RSU 1

struct bench {
	struct pgn_obu *obu;
	uint32_t id;
};

static struct bench
make(uint32_t cached_candidates)
{
	struct pgn_routing_conf conf = conf_of(SELF);

	conf.wire_count = 2;
	conf.cached_candidates = cached_candidates;
	return (struct bench){.obu = pgn_obu_create(&conf, 0)};
}

static uint64_t
time_of(const struct bench *bench)
{
	return (bench->id + 1) * PERIOD_US;
}

/* The copy of the present id that comes from a neighbour. */
static void
copy(const struct bench *bench, uint32_t from, uint32_t hops)
{
	assert_kept(hear(bench->obu, time_of(bench), heartbeat_of(RSU, from, bench->id, hops)));
}

static uint64_t
tick(const struct bench *bench, uint64_t now_us)
{
	struct pgn_outbox outbox = {0};
	uint64_t next_us = pgn_obu_tick(bench->obu, now_us, &outbox);

	assert_int_equal(outbox.count, 0);
	assert_true(next_us > now_us);
	return next_us;
}

/* On to the next id. */
static void
next(struct bench *bench)
{
	bench->id++;
	tick(bench, time_of(bench) - 1);
}

static void
nothing_heard_no_upstream(void **state)
{
	struct bench bench = make(3);

	(void)state;
	assert_int_equal(upstream_of(bench.obu), 0);
	tick(&bench, 100 * PERIOD_US);
	assert_int_equal(pgn_obu_version(bench.obu), 0);
	pgn_obu_destroy(bench.obu);
}

static void
the_nearest_is_chosen_and_others_stand_by(void **state)
{
	struct bench bench = make(3);
	struct pgn_hop hop[9];

	(void)state;
	copy(&bench, 2, 3);
	assert_int_equal(upstream_of(bench.obu), 2);
	copy(&bench, 3, 2);
	copy(&bench, RSU, 1);
	copy(&bench, RSU, 1);
	assert_int_equal(upstream_of(bench.obu), RSU);
	assert_int_equal(pgn_obu_upstream(bench.obu, hop, 9), 3);
	assert_mac(&hop[0].mac, RSU);
	assert_mac(&hop[1].mac, 3);
	assert_mac(&hop[2].mac, 2);
	assert_int_equal(pgn_obu_upstream(bench.obu, hop, 2), 2);
	pgn_obu_destroy(bench.obu);
}

static void
candidates_are_as_many_as_configured_and_the_cheapest(void **state)
{
	struct bench bench = make(2);
	struct pgn_hop hop[9];

	(void)state;
	for (unsigned int i = 0; i < 3; i++, next(&bench)) {
		copy(&bench, 5, 4);
		copy(&bench, 6, 5);
		copy(&bench, 4, 3);
		copy(&bench, 3, 2);
		copy(&bench, RSU, 1);
	}
	assert_int_equal(pgn_obu_upstream(bench.obu, hop, 9), 3);
	assert_mac(&hop[0].mac, RSU);
	assert_mac(&hop[1].mac, 3);
	assert_mac(&hop[2].mac, 4);
	/* Heard once is not enough to push out what has settled. */
	copy(&bench, RSU, 1);
	copy(&bench, 7, 2);
	assert_int_equal(pgn_obu_upstream(bench.obu, hop, 9), 3);
	assert_mac(&hop[1].mac, 3);
	assert_mac(&hop[2].mac, 4);
	pgn_obu_destroy(bench.obu);

	bench = make(0);
	copy(&bench, 3, 2);
	copy(&bench, RSU, 1);
	assert_int_equal(pgn_obu_upstream(bench.obu, hop, 9), 1);
	assert_mac(&hop[0].mac, RSU);
	pgn_obu_destroy(bench.obu);
}

static void
the_same_neighbour_by_two_rsus_is_one_candidate(void **state)
{
	struct bench bench = make(3);
	struct pgn_hop hop[9];

	(void)state;
	copy(&bench, 2, 2);
	assert_kept(hear(bench.obu, time_of(&bench), heartbeat_of(8, 2, 0, 2)));
	assert_int_equal(pgn_obu_upstream(bench.obu, hop, 9), 1);
	pgn_obu_destroy(bench.obu);
}

static void
a_copy_of_what_we_relayed_makes_no_candidate(void **state)
{
	struct bench bench = make(3);
	struct pgn_hop hop[9];

	(void)state;
	for (unsigned int i = 0; i < 5; i++, next(&bench)) {
		copy(&bench, RSU, 1);
		copy(&bench, 3, 3); /* a child: it relays what we relayed */
		copy(&bench, 4, 2); /* a sibling */
	}
	assert_int_equal(pgn_obu_upstream(bench.obu, hop, 9), 2);
	assert_mac(&hop[0].mac, RSU);
	assert_mac(&hop[1].mac, 4);
	pgn_obu_destroy(bench.obu);
}

static void
a_slower_copy_over_a_better_path_wins(void **state)
{
	struct bench bench = make(3);

	(void)state;
	for (unsigned int i = 0; i < 4; i++, next(&bench)) {
		copy(&bench, 2, 3);
		copy(&bench, 3, 2);
	}
	assert_int_equal(upstream_of(bench.obu), 3);
	pgn_obu_destroy(bench.obu);
}

static void
the_current_one_is_not_left_for_one_that_was_heard_once(void **state)
{
	struct bench bench = make(3);

	(void)state;
	for (unsigned int i = 0; i < 4; i++, next(&bench))
		copy(&bench, 2, 2);
	copy(&bench, RSU, 1);
	assert_int_equal(upstream_of(bench.obu), 2);
	next(&bench);
	copy(&bench, RSU, 1);
	assert_int_equal(upstream_of(bench.obu), RSU);
	pgn_obu_destroy(bench.obu);
}

static void
equal_hops_need_20_percent(void **state)
{
	struct bench bench = make(3);

	(void)state;
	/* 2 loses every 8th: 3 is cheaper by one eighth. */
	for (unsigned int i = 0; i < 200; i++, next(&bench)) {
		if (i % 8 != 7)
			copy(&bench, 2, 2);
		copy(&bench, 3, 2);
		assert_int_equal(upstream_of(bench.obu), 2);
	}
	/* Every 4th: by a quarter. */
	for (unsigned int i = 0; i < 100; i++, next(&bench)) {
		if (i % 4 != 3)
			copy(&bench, 2, 2);
		copy(&bench, 3, 2);
	}
	assert_int_equal(upstream_of(bench.obu), 3);
	pgn_obu_destroy(bench.obu);
}

static void
fewer_hops_need_only_be_cheaper(void **state)
{
	struct bench bench = make(3);

	(void)state;
	for (unsigned int i = 0; i < 10; i++, next(&bench))
		copy(&bench, 2, 6);
	for (unsigned int i = 0; i < 2; i++, next(&bench)) {
		copy(&bench, 2, 6);
		copy(&bench, 3, 5);
	}
	assert_int_equal(upstream_of(bench.obu), 3);
	pgn_obu_destroy(bench.obu);
}

static void
a_dead_upstream_fails_over_when_it_has_missed_3(void **state)
{
	struct bench bench = make(3);
	struct pgn_hop hop[9];

	(void)state;
	for (unsigned int i = 0; i < 10; i++, next(&bench)) {
		copy(&bench, RSU, 1);
		copy(&bench, 3, 2);
		copy(&bench, 2, 2);
	}
	assert_int_equal(pgn_obu_upstream(bench.obu, hop, 9), 3);
	assert_mac(&hop[1].mac, 3);
	for (unsigned int i = 0; i < 2; i++, next(&bench)) {
		copy(&bench, 3, 2);
		copy(&bench, 2, 2);
		assert_int_equal(upstream_of(bench.obu), RSU);
	}
	/* A farther copy is here, so the nearer one is not late but lost. */
	copy(&bench, 3, 2);
	/* Among equals, the lowest MAC. */
	assert_int_equal(pgn_obu_upstream(bench.obu, hop, 9), 2);
	assert_mac(&hop[0].mac, 2);
	assert_mac(&hop[1].mac, 3);
	pgn_obu_destroy(bench.obu);
}

static void
the_deadline_is_exact(void **state)
{
	struct bench bench = make(3);
	uint64_t now_us, next_us;

	(void)state;
	for (unsigned int i = 0; i < 10; i++, next(&bench))
		copy(&bench, RSU, 1);
	now_us = time_of(&bench);
	next_us = tick(&bench, now_us);
	while (upstream_of(bench.obu) == RSU) {
		tick(&bench, next_us - 1);
		assert_int_equal(upstream_of(bench.obu), RSU);
		now_us = next_us;
		next_us = tick(&bench, now_us);
	}
	assert_in_range(now_us - (time_of(&bench) - PERIOD_US), 3 * PERIOD_US,
			3 * PERIOD_US + PERIOD_US / 8);
	assert_int_equal(upstream_of(bench.obu), 0);
	pgn_obu_destroy(bench.obu);
}

static void
the_period_is_the_rsus_own(void **state)
{
	struct bench bench = make(3);
	struct pgn_heartbeat m;

	(void)state;
	/* A heartbeat each 5 s, where the OBU's own file says 1 s. */
	for (uint32_t id = 0; id < 10; id++) {
		m = heartbeat_of(RSU, RSU, id, 1);
		m.duration.low = id * UINT64_C(5000);
		assert_kept(hear(bench.obu, id * 5 * PERIOD_US, m));
	}
	tick(&bench, (45 + 14) * PERIOD_US);
	assert_int_equal(upstream_of(bench.obu), RSU);
	tick(&bench, (45 + 16) * PERIOD_US);
	assert_int_equal(upstream_of(bench.obu), 0);
	pgn_obu_destroy(bench.obu);
}

static void
a_failed_upstream_returns_after_two_ids_in_a_row(void **state)
{
	struct bench bench = make(3);

	(void)state;
	for (unsigned int i = 0; i < 10; i++, next(&bench)) {
		copy(&bench, RSU, 1);
		copy(&bench, 2, 2);
	}
	for (unsigned int i = 0; i < 20; i++, next(&bench))
		copy(&bench, 2, 2);
	assert_int_equal(upstream_of(bench.obu), 2);
	/* Every second id: not in a row. */
	for (unsigned int i = 0; i < 10; i++, next(&bench)) {
		copy(&bench, 2, 2);
		if (i % 2 == 0)
			copy(&bench, RSU, 1);
		assert_int_equal(upstream_of(bench.obu), 2);
	}
	copy(&bench, 2, 2);
	copy(&bench, RSU, 1);
	assert_int_equal(upstream_of(bench.obu), 2);
	next(&bench);
	copy(&bench, 2, 2);
	copy(&bench, RSU, 1);
	assert_int_equal(upstream_of(bench.obu), RSU);
	pgn_obu_destroy(bench.obu);
}

/* A direct RSU of which every third is heard costs more than a relay. */
static void
deliver_poorly(const struct bench *bench, const struct pgn_heartbeat *m)
{
	struct pgn_heartbeat relayed = *m;

	relayed.from = mac_of(2);
	relayed.hops = 2;
	assert_kept(hear(bench->obu, time_of(bench), relayed));
	if (bench->id < 2 || bench->id % 3 == 0)
		assert_kept(hear(bench->obu, time_of(bench), *m));
}

static void
what_was_delivered_outlives_a_restart(void **state)
{
	/* 0 is behind the one, ahead of the other. */
	static const uint32_t starts[] = {1000, 0xa0000000};

	(void)state;
	for (unsigned int k = 0; k < 2; k++) {
		struct bench bench = make(3);
		struct pgn_heartbeat m;

		for (unsigned int i = 0; i < 201; i++, next(&bench)) {
			m = heartbeat_of(RSU, RSU, starts[k] + i, 1);
			deliver_poorly(&bench, &m);
		}
		assert_int_equal(upstream_of(bench.obu), 2);
		next(&bench);
		for (unsigned int i = 0; i < 100; i++, next(&bench)) {
			m = heartbeat_of(RSU, RSU, i, 1);
			deliver_poorly(&bench, &m);
			assert_int_equal(upstream_of(bench.obu), 2);
		}
		pgn_obu_destroy(bench.obu);
	}
}

static void
an_rsu_that_must_go_takes_its_ways_along(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_obu *obu;
	struct pgn_hop hop[9];

	(void)state;
	conf.max_rsus = 4;
	obu = pgn_obu_create(&conf, 0);
	for (uint32_t id = 0; id < 3; id++) {
		assert_kept(hear(obu, id * PERIOD_US, heartbeat_of(1, 1, id, 1)));
		assert_kept(hear(obu, id * PERIOD_US, heartbeat_of(20, 9, id, 2)));
		assert_kept(hear(obu, id * PERIOD_US, heartbeat_of(21, 8, id, 2)));
		assert_kept(hear(obu, id * PERIOD_US, heartbeat_of(22, 7, id, 3)));
	}
	assert_int_equal(upstream_of(obu), 1);
	assert_kept(hear(obu, 2 * PERIOD_US, heartbeat_of(23, 6, 0, 5)));
	assert_int_equal(upstream_of(obu), 8);
	assert_int_equal(pgn_obu_upstream(obu, hop, 9), 4);
	pgn_obu_destroy(obu);
}

static void
a_wire_that_goes_down_fails_over_at_once(void **state)
{
	struct bench bench = make(3);
	struct pgn_heartbeat m;
	struct pgn_outbox outbox = {0};
	struct pgn_hop hop;

	(void)state;
	for (unsigned int i = 0; i < 5; i++, next(&bench)) {
		copy(&bench, RSU, 1);
		m = heartbeat_of(RSU, 2, bench.id, 2);
		outbox.count = 0;
		assert_kept(pgn_obu_heartbeat(bench.obu, time_of(&bench), 1, &m, &outbox));
	}
	pgn_obu_wire_down(bench.obu, time_of(&bench), 0);
	assert_int_equal(pgn_obu_upstream(bench.obu, &hop, 1), 1);
	assert_mac(&hop.mac, 2);
	assert_int_equal(hop.wire, 1);
	copy(&bench, RSU, 1);
	assert_int_equal(upstream_of(bench.obu), 2);
	next(&bench);
	copy(&bench, RSU, 1);
	assert_int_equal(upstream_of(bench.obu), RSU);
	pgn_obu_destroy(bench.obu);
}

static void
the_version_grows_with_each_change_only(void **state)
{
	struct bench bench = make(3);
	struct pgn_hop before[9], after[9];
	unsigned int changes = 0;

	(void)state;
	for (unsigned int i = 0; i < 2000; i++) {
		uint64_t version = pgn_obu_version(bench.obu);
		unsigned int count_before = pgn_obu_upstream(bench.obu, before, 9);
		unsigned int count_after;
		bool changed;

		if (i * 7 % 4 != 0)
			copy(&bench, 2 + i * 5 % 7, 1 + i % 3);
		else
			next(&bench);
		count_after = pgn_obu_upstream(bench.obu, after, 9);
		changed = count_before != count_after ||
			  memcmp(before, after, count_after * sizeof(after[0])) != 0;
		assert_int_equal(pgn_obu_version(bench.obu) != version, changed);
		changes += changed;
	}
	assert_true(changes > 10);
	pgn_obu_destroy(bench.obu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_heard_no_upstream),
		cmocka_unit_test(the_nearest_is_chosen_and_others_stand_by),
		cmocka_unit_test(candidates_are_as_many_as_configured_and_the_cheapest),
		cmocka_unit_test(the_same_neighbour_by_two_rsus_is_one_candidate),
		cmocka_unit_test(a_copy_of_what_we_relayed_makes_no_candidate),
		cmocka_unit_test(a_slower_copy_over_a_better_path_wins),
		cmocka_unit_test(the_current_one_is_not_left_for_one_that_was_heard_once),
		cmocka_unit_test(equal_hops_need_20_percent),
		cmocka_unit_test(fewer_hops_need_only_be_cheaper),
		cmocka_unit_test(a_dead_upstream_fails_over_when_it_has_missed_3),
		cmocka_unit_test(the_deadline_is_exact),
		cmocka_unit_test(the_period_is_the_rsus_own),
		cmocka_unit_test(a_failed_upstream_returns_after_two_ids_in_a_row),
		cmocka_unit_test(what_was_delivered_outlives_a_restart),
		cmocka_unit_test(an_rsu_that_must_go_takes_its_ways_along),
		cmocka_unit_test(a_wire_that_goes_down_fails_over_at_once),
		cmocka_unit_test(the_version_grows_with_each_change_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
