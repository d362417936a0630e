/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules 1 and 2: an RSU's heartbeats, and which replies count. */
#include "kit.h"

static struct pgn_reply
reply_to(const struct pgn_heartbeat *m, uint32_t from, uint32_t hops, uint32_t sender)
{
	struct pgn_reply reply = reply_of(SELF, from, m->id, hops, sender);

	reply.duration = m->duration;
	return reply;
}

static void
a_heartbeat_leaves_by_every_wire(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_outbox outbox = {0};
	struct pgn_rsu *rsu;

	(void)state;
	conf.wire_count = 3;
	rsu = pgn_rsu_create(&conf, 5000000);
	for (uint32_t id = 0; id < 3; id++) {
		uint64_t now_us = 5000000 + id * 1200000;

		outbox.count = 0;
		pgn_rsu_tick(rsu, now_us, &outbox);
		assert_int_equal(outbox.count, 3);
		for (unsigned int wire = 0; wire < 3; wire++) {
			const struct pgn_send *send = &outbox.send[wire];

			assert_int_equal(send->wire, wire);
			assert_int_equal(send->kind, PGN_KIND_HEARTBEAT);
			assert_int_equal(send->term,
					 wire == 0 ? PGN_TERM_GENERATED : PGN_TERM_COPIED);
			assert_memory_equal(&send->heartbeat.to, &pgn_mac_broadcast, 6);
			assert_memory_equal(&send->heartbeat.from, &conf.wire_mac[wire], 6);
			assert_mac(&send->heartbeat.source, SELF);
			assert_int_equal(send->heartbeat.hops, 1);
			assert_int_equal(send->heartbeat.id, id);
			assert_int_equal(send->heartbeat.duration.high, 0);
			assert_int_equal(send->heartbeat.duration.low, id * 1200);
		}
	}
	pgn_rsu_destroy(rsu);
}

/* Gaps between 1,000 heartbeats, each tick when it was asked for. */
static void
take_gaps(uint64_t seed, uint64_t *gap)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_rsu *rsu;
	uint64_t now_us = 7, last_us = 0;
	unsigned int count = 0;

	conf.seed = seed;
	rsu = pgn_rsu_create(&conf, now_us);
	while (count <= 1000) {
		struct pgn_outbox outbox = {0};
		uint64_t next_us = pgn_rsu_tick(rsu, now_us, &outbox);

		if (outbox.count > 0) {
			if (count > 0)
				gap[count - 1] = now_us - last_us;
			last_us = now_us;
			count++;
		}
		now_us = next_us;
	}
	pgn_rsu_destroy(rsu);
}

static void
jitter_is_0_to_10_percent_and_from_the_seed(void **state)
{
	static uint64_t gap[1000], same[1000], other[1000];
	uint64_t least = UINT64_MAX, most = 0;

	(void)state;
	take_gaps(1, gap);
	take_gaps(1, same);
	take_gaps(2, other);
	for (unsigned int i = 0; i < 1000; i++) {
		assert_in_range(gap[i], PERIOD_US, PERIOD_US + PERIOD_US / 10);
		least = gap[i] < least ? gap[i] : least;
		most = gap[i] > most ? gap[i] : most;
	}
	assert_true(least < PERIOD_US + PERIOD_US / 100);
	assert_true(most > PERIOD_US + PERIOD_US * 9 / 100);
	assert_memory_equal(gap, same, sizeof(gap));
	assert_memory_not_equal(gap, other, sizeof(gap));
}

static void
a_late_tick_sends_one_heartbeat(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_rsu *rsu = pgn_rsu_create(&conf, 0);
	struct pgn_outbox outbox = {0};

	(void)state;
	pgn_rsu_tick(rsu, 0, &outbox);
	assert_true(pgn_rsu_tick(rsu, 10 * PERIOD_US, &outbox) > 10 * PERIOD_US);
	assert_int_equal(outbox.count, 2);
	pgn_rsu_tick(rsu, 10 * PERIOD_US + 1, &outbox);
	pgn_rsu_tick(rsu, 11 * PERIOD_US - 1, &outbox);
	assert_int_equal(outbox.count, 2);
	pgn_rsu_destroy(rsu);
}

static void
which_replies_count(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_rsu *rsu = pgn_rsu_create(&conf, 0);
	struct pgn_heartbeat sent[12] = {0};
	struct pgn_node_route route;
	struct pgn_reply m;
	uint64_t now_us = 0;

	(void)state;
	m = reply_of(SELF, 2, 0, 1, 2);
	assert_dropped(pgn_rsu_reply(rsu, now_us, 0, &m), PGN_DROP_UNKNOWN_ID);
	for (unsigned int i = 0; i < 12; i++) {
		run_rsu(rsu, &now_us, now_us + (i == 0 ? 1 : PERIOD_US * 11 / 10), &sent[i]);
		assert_int_equal(sent[i].id, i);
	}

	m = reply_to(&sent[11], 2, 1, 2);
	m.source = mac_of(7);
	assert_dropped(pgn_rsu_reply(rsu, now_us, 0, &m), PGN_DROP_FOREIGN_REPLY);
	m = reply_to(&sent[11], 2, 1, 2);
	m.id = 12;
	assert_dropped(pgn_rsu_reply(rsu, now_us, 0, &m), PGN_DROP_UNKNOWN_ID);
	m = reply_to(&sent[1], 2, 1, 2);
	assert_dropped(pgn_rsu_reply(rsu, now_us, 0, &m), PGN_DROP_UNKNOWN_ID);
	m = reply_to(&sent[11], 2, 1, 2);
	m.duration.low++;
	assert_dropped(pgn_rsu_reply(rsu, now_us, 0, &m), PGN_DROP_WRONG_DURATION);
	m = reply_to(&sent[11], 2, 1, 2);
	m.duration.high++;
	assert_dropped(pgn_rsu_reply(rsu, now_us, 0, &m), PGN_DROP_WRONG_DURATION);
	assert_false(rsu_route(rsu, 2, &route));
	assert_int_equal(pgn_rsu_version(rsu), 0);

	m = reply_to(&sent[11], 2, 1, 2);
	assert_kept(pgn_rsu_reply(rsu, now_us, 0, &m));
	assert_true(rsu_route(rsu, 2, &route));
	m = reply_to(&sent[9], 4, 2, 3);
	assert_kept(pgn_rsu_reply(rsu, now_us, 0, &m));
	assert_true(rsu_route(rsu, 3, &route));
	assert_int_equal(route.hop_count, 1);
	assert_mac(&route.hop[0].mac, 4);
	pgn_rsu_destroy(rsu);
}

/* Kept, but too old to say that the hop lives. */
static void
an_old_reply_makes_no_route(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_rsu *rsu = pgn_rsu_create(&conf, 0);
	struct pgn_heartbeat first = {0}, last = {0};
	struct pgn_node_route route;
	struct pgn_reply m;
	uint64_t now_us = 0;

	(void)state;
	run_rsu(rsu, &now_us, 1, &first);
	while (run_rsu(rsu, &now_us, now_us + PERIOD_US / 2, &last) < 5)
		continue;
	m = reply_to(&first, 2, 1, 2);
	assert_kept(pgn_rsu_reply(rsu, now_us, 0, &m));
	assert_true(rsu_route(rsu, 2, &route));
	assert_int_equal(route.hop_count, 0);
	pgn_rsu_destroy(rsu);
}

static void
a_history_of_one_works(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_heartbeat last = {0}, before = {0};
	struct pgn_rsu *rsu;
	struct pgn_reply m;
	uint64_t now_us = 0;

	(void)state;
	conf.hello_history = 1;
	rsu = pgn_rsu_create(&conf, 0);
	run_rsu(rsu, &now_us, 1, &before);
	while (run_rsu(rsu, &now_us, now_us + PERIOD_US / 2, &last) < 1)
		continue;
	m = reply_to(&before, 2, 1, 2);
	assert_dropped(pgn_rsu_reply(rsu, now_us, 0, &m), PGN_DROP_UNKNOWN_ID);
	m = reply_to(&last, 2, 1, 2);
	assert_kept(pgn_rsu_reply(rsu, now_us, 0, &m));
	pgn_rsu_destroy(rsu);
}

static void
heartbeats_of_others_are_not_for_an_rsu(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_rsu *rsu = pgn_rsu_create(&conf, 0);
	struct pgn_heartbeat m = heartbeat_of(1, 1, 0, 1);

	(void)state;
	assert_dropped(pgn_rsu_heartbeat(rsu, 0, 0, &m), PGN_DROP_NOT_OUR_ROLE);
	pgn_rsu_destroy(rsu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_heartbeat_leaves_by_every_wire),
		cmocka_unit_test(jitter_is_0_to_10_percent_and_from_the_seed),
		cmocka_unit_test(a_late_tick_sends_one_heartbeat),
		cmocka_unit_test(which_replies_count),
		cmocka_unit_test(an_old_reply_makes_no_route),
		cmocka_unit_test(a_history_of_one_works),
		cmocka_unit_test(heartbeats_of_others_are_not_for_an_rsu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
