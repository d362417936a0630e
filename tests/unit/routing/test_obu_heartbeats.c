/* SPDX-License-Identifier: BSD-3-Clause */
/* Rule 6: a new id is relayed once and answered once, whatever ids and RSUs do. */
#include "kit.h"

static struct pgn_obu *
make(uint32_t history, unsigned int wires)
{
	struct pgn_routing_conf conf = conf_of(SELF);

	conf.hello_history = history;
	conf.wire_count = wires;
	return pgn_obu_create(&conf, 0);
}

/* Messages an OBU makes of a heartbeat, which it keeps. */
static unsigned int
made_of(struct pgn_obu *obu, uint64_t now_us, const struct pgn_heartbeat *m)
{
	struct pgn_outbox outbox = {0};

	assert_kept(pgn_obu_heartbeat(obu, now_us, 0, m, &outbox));
	return outbox.count;
}

static unsigned int
made(struct pgn_obu *obu, uint64_t now_us, struct pgn_heartbeat m)
{
	return made_of(obu, now_us, &m);
}

static void
a_new_id_is_relayed_to_every_wire_and_answered(void **state)
{
	struct pgn_obu *obu = make(10, 2);
	struct pgn_heartbeat m = heartbeat_of(1, 2, 77, 3);
	struct pgn_outbox outbox = {0};
	const struct pgn_send *send;

	(void)state;
	m.duration.high = 5;
	assert_kept(pgn_obu_heartbeat(obu, 10, 1, &m, &outbox));
	assert_int_equal(outbox.count, 3);
	for (unsigned int wire = 0; wire < 2; wire++) {
		send = &outbox.send[wire];
		assert_int_equal(send->wire, wire);
		assert_int_equal(send->kind, PGN_KIND_HEARTBEAT);
		assert_int_equal(send->term, PGN_TERM_COPIED);
		assert_memory_equal(&send->heartbeat.to, &pgn_mac_broadcast, 6);
		assert_mac(&send->heartbeat.from, SELF + wire * 0x1000);
		assert_mac(&send->heartbeat.source, 1);
		assert_int_equal(send->heartbeat.hops, 4);
		assert_int_equal(send->heartbeat.id, 77);
		assert_int_equal(send->heartbeat.duration.high, 5);
		assert_int_equal(send->heartbeat.duration.low, 77 * PERIOD_MS);
	}
	send = &outbox.send[2];
	assert_int_equal(send->wire, 1);
	assert_int_equal(send->kind, PGN_KIND_REPLY);
	assert_int_equal(send->term, PGN_TERM_GENERATED);
	assert_mac(&send->reply.to, 2);
	assert_mac(&send->reply.from, SELF + 0x1000);
	assert_mac(&send->reply.source, 1);
	assert_mac(&send->reply.sender, SELF);
	assert_int_equal(send->reply.hops, 3);
	assert_int_equal(send->reply.id, 77);
	assert_int_equal(send->reply.duration.high, 5);
	assert_int_equal(send->reply.duration.low, 77 * PERIOD_MS);
	pgn_obu_destroy(obu);
}

static void
further_copies_are_kept_silently(void **state)
{
	struct pgn_obu *obu = make(10, 1);

	(void)state;
	assert_int_equal(made(obu, 0, heartbeat_of(1, 2, 0, 2)), 2);
	assert_int_equal(made(obu, 1, heartbeat_of(1, 2, 0, 2)), 0);
	assert_int_equal(made(obu, 2, heartbeat_of(1, 3, 0, 2)), 0);
	assert_int_equal(made(obu, 3, heartbeat_of(1, 4, 0, 9)), 0);
	/* Another RSU has ids of its own. */
	assert_int_equal(made(obu, 4, heartbeat_of(5, 5, 0, 1)), 2);
	pgn_obu_destroy(obu);
}

static void
a_missed_id_in_the_window_is_new(void **state)
{
	struct pgn_obu *obu = make(10, 1);

	(void)state;
	assert_int_equal(made(obu, 0, heartbeat_of(1, 2, 50, 1)), 2);
	assert_int_equal(made(obu, 1, heartbeat_of(1, 2, 53, 1)), 2);
	assert_int_equal(made(obu, 2, heartbeat_of(1, 2, 52, 1)), 2);
	assert_int_equal(made(obu, 3, heartbeat_of(1, 2, 44, 1)), 2);
	assert_int_equal(made(obu, 4, heartbeat_of(1, 2, 52, 1)), 0);
	assert_int_equal(made(obu, 5, heartbeat_of(1, 2, 44, 1)), 0);
	pgn_obu_destroy(obu);
}

static void
an_id_behind_the_window_is_stale(void **state)
{
	struct pgn_obu *obu = make(10, 1);
	struct pgn_heartbeat m = heartbeat_of(1, 2, 43, 1);

	(void)state;
	assert_int_equal(made(obu, 0, heartbeat_of(1, 2, 53, 1)), 2);
	m.duration.low = 53 * PERIOD_MS; /* no restart: the duration does not fall */
	assert_dropped(hear(obu, 1, m), PGN_DROP_STALE_ID);
	assert_int_equal(made(obu, 2, heartbeat_of(1, 2, 54, 1)), 2);
	pgn_obu_destroy(obu);
}

static void
a_history_of_one_works(void **state)
{
	struct pgn_obu *obu = make(1, 1);
	struct pgn_heartbeat m;

	(void)state;
	for (uint32_t id = 0; id < 50; id++) {
		assert_int_equal(made(obu, id * PERIOD_US, heartbeat_of(1, 2, id, 1)), 2);
		assert_int_equal(made(obu, id * PERIOD_US, heartbeat_of(1, 2, id, 1)), 0);
		assert_int_equal(made(obu, id * PERIOD_US, heartbeat_of(1, 3, id, 2)), 0);
	}
	m = heartbeat_of(1, 2, 48, 1);
	m.duration.low = 49 * PERIOD_MS;
	assert_dropped(hear(obu, 50 * PERIOD_US, m), PGN_DROP_STALE_ID);
	pgn_obu_destroy(obu);
}

static void
ids_wrap(void **state)
{
	struct pgn_obu *obu = make(10, 1);
	uint64_t version = 0;

	(void)state;
	for (uint32_t i = 0; i < 40; i++) {
		struct pgn_heartbeat m = heartbeat_of(1, 2, i, 1);

		m.id = UINT32_MAX - 19 + i;
		assert_int_equal(made_of(obu, i * PERIOD_US, &m), 2);
		assert_int_equal(made_of(obu, i * PERIOD_US, &m), 0);
		assert_int_equal(upstream_of(obu), 2);
		if (i == 1)
			version = pgn_obu_version(obu);
	}
	assert_int_equal(pgn_obu_version(obu), version);
	pgn_obu_destroy(obu);
}

/*
 * last: id before the restart. gap_us after it the RSU counts from 0 again, with durations from 0;
 * refused: how many come before they are believed.
 */
static void
restart_after(uint32_t history, uint32_t last, uint64_t gap_us, uint32_t refused)
{
	struct pgn_obu *obu = make(history, 1);
	uint32_t first = last > 100 ? last - 100 : 0;
	uint64_t now_us = 0, version = 0;

	for (uint32_t id = first; id <= last; id++, now_us += PERIOD_US) {
		struct pgn_heartbeat m = heartbeat_of(1, 2, id, 1);

		m.duration.low += 7; /* the restarted one's differ */
		assert_int_equal(made_of(obu, now_us, &m), 2);
		version = pgn_obu_version(obu);
	}
	now_us += gap_us - PERIOD_US;
	for (uint32_t id = 0; id < 50; id++, now_us += PERIOD_US) {
		struct pgn_outbox outbox = {0};

		if (id < refused) {
			assert_dropped(hear(obu, now_us, heartbeat_of(1, 2, id, 1)),
				       PGN_DROP_STALE_ID);
			continue;
		}
		assert_int_equal(made(obu, now_us, heartbeat_of(1, 2, id, 1)), 2);
		assert_int_equal(made(obu, now_us, heartbeat_of(1, 2, id, 1)), 0);
		pgn_obu_tick(obu, now_us, &outbox);
		assert_int_equal(upstream_of(obu), 2);
	}
	assert_int_equal(pgn_obu_version(obu), version);
	pgn_obu_destroy(obu);
}

static void
a_restarted_rsu_is_followed_at_once(void **state)
{
	uint64_t gap_us = PERIOD_US * 3 / 2;

	(void)state;
	restart_after(10, 11, gap_us, 0);         /* just out of the window */
	restart_after(10, 1000, gap_us, 0);       /* far back */
	restart_after(10, 9, gap_us, 0);          /* in the window */
	restart_after(10, 0xfffffff0, gap_us, 0); /* 0 is ahead of it */
	restart_after(1, 3, gap_us, 0);
	restart_after(64, 63, gap_us, 0);
}

/* While the next one may still come, a restart is not believed. */
static void
a_quick_restart_takes_a_second_heartbeat(void **state)
{
	(void)state;
	restart_after(10, 1000, PERIOD_US / 2, 1);
	restart_after(10, 1000, PERIOD_US, 1);
	restart_after(10, 11, PERIOD_US, 1);
	restart_after(10, 1000, PERIOD_US / 16, 2);
}

/* Heartbeats from the RSU's start on, again and again, while it is heard. */
static void
what_is_replayed_is_stale(void **state)
{
	struct pgn_obu *obu = make(10, 1);
	uint64_t version;

	(void)state;
	for (uint32_t id = 0; id <= 20; id++)
		assert_int_equal(made(obu, id * PERIOD_US, heartbeat_of(1, 2, id, 1)), 2);
	version = pgn_obu_version(obu);
	for (uint32_t id = 21; id < 40; id++) {
		for (uint32_t old = 0; old < 8; old++)
			assert_dropped(
				hear(obu, id * PERIOD_US - 1000 + old, heartbeat_of(1, 1, old, 1)),
				PGN_DROP_STALE_ID);
		assert_int_equal(made(obu, id * PERIOD_US, heartbeat_of(1, 2, id, 1)), 2);
	}
	assert_int_equal(pgn_obu_version(obu), version);
	assert_int_equal(upstream_of(obu), 2);
	pgn_obu_destroy(obu);
}

/* Whom the RSU was not heard through cannot run ahead of it. */
static void
a_stranger_does_not_run_ahead(void **state)
{
	struct pgn_obu *obu = make(10, 1);
	struct pgn_heartbeat m;

	(void)state;
	for (uint32_t id = 0; id <= 20; id++)
		assert_int_equal(made(obu, id * PERIOD_US, heartbeat_of(1, 2, id, 1)), 2);
	for (uint32_t id = 21; id <= 30; id++) {
		m = heartbeat_of(1, 3, id, 1);
		m.duration.low = 20 * PERIOD_MS;
		assert_dropped(hear(obu, 20 * PERIOD_US + 1000, m), PGN_DROP_STALE_ID);
	}
	/* It may bring the next one, when that is due. */
	assert_int_equal(made(obu, 21 * PERIOD_US, heartbeat_of(1, 3, 21, 2)), 2);
	/* Whom it was heard through may be late with one and early with the next. */
	assert_int_equal(made(obu, 23 * PERIOD_US - 2, heartbeat_of(1, 2, 22, 1)), 2);
	assert_int_equal(made(obu, 23 * PERIOD_US - 1, heartbeat_of(1, 2, 23, 1)), 2);
	pgn_obu_destroy(obu);
}

/* A slow copy from before the restart starts no second life of the old ids. */
static void
copies_from_before_a_restart_are_stale(void **state)
{
	struct pgn_obu *obu = make(10, 1);
	uint64_t now_us;

	(void)state;
	for (uint32_t id = 400; id <= 500; id++)
		assert_int_equal(made(obu, id * PERIOD_US, heartbeat_of(1, 2, id, 1)), 2);
	now_us = 501 * PERIOD_US + PERIOD_US / 2;
	assert_int_equal(made(obu, now_us, heartbeat_of(1, 2, 0, 1)), 2);
	assert_dropped(hear(obu, now_us + 1, heartbeat_of(1, 3, 500, 4)), PGN_DROP_STALE_ID);
	assert_dropped(hear(obu, now_us + 2, heartbeat_of(1, 3, 499, 4)), PGN_DROP_STALE_ID);
	assert_int_equal(made(obu, now_us + 3, heartbeat_of(1, 3, 0, 2)), 0);
	assert_int_equal(made(obu, now_us + PERIOD_US, heartbeat_of(1, 2, 1, 1)), 2);
	/* It was no restart: what it goes on with is new. */
	assert_int_equal(made(obu, now_us + PERIOD_US + 1, heartbeat_of(1, 2, 501, 1)), 2);
	pgn_obu_destroy(obu);

	/* Nor does the old window stand in the way of the same ids when they are due again. */
	obu = make(10, 1);
	assert_int_equal(made(obu, 0, heartbeat_of(1, 2, 50, 1)), 2);
	assert_int_equal(made(obu, 2 * PERIOD_US, heartbeat_of(1, 2, 0, 1)), 2);
	assert_int_equal(made(obu, 50 * PERIOD_US, heartbeat_of(1, 2, 49, 1)), 2);
	pgn_obu_destroy(obu);
}

static void
the_hop_limit_ends_the_relay_not_the_answer(void **state)
{
	struct pgn_obu *obu = make(10, 1);
	struct pgn_heartbeat m = heartbeat_of(1, 2, 0, 16);
	struct pgn_outbox outbox = {0};

	(void)state;
	assert_kept(pgn_obu_heartbeat(obu, 0, 0, &m, &outbox));
	assert_int_equal(outbox.count, 1);
	assert_int_equal(outbox.send[0].kind, PGN_KIND_REPLY);
	m = heartbeat_of(1, 2, 1, 15);
	outbox.count = 0;
	assert_kept(pgn_obu_heartbeat(obu, 1, 0, &m, &outbox));
	assert_int_equal(outbox.count, 2);
	assert_int_equal(outbox.send[0].heartbeat.hops, 16);
	pgn_obu_destroy(obu);
}

static void
a_full_outbox_is_not_overrun(void **state)
{
	struct pgn_obu *obu = make(10, 4);
	struct pgn_heartbeat m = heartbeat_of(1, 2, 0, 1);
	struct pgn_outbox outbox = {.count = PGN_OUTBOX_MAX - 2};

	(void)state;
	assert_kept(pgn_obu_heartbeat(obu, 0, 0, &m, &outbox));
	assert_int_equal(outbox.count, PGN_OUTBOX_MAX);
	pgn_obu_destroy(obu);
}

static void
a_neighbour_brings_at_most_a_quarter_of_the_rsus(void **state)
{
	struct pgn_obu *obu = make(10, 1);

	(void)state;
	for (uint32_t id = 0; id < 2; id++) {
		for (uint32_t rsu = 20; rsu < 24; rsu++)
			assert_kept(hear(obu, id * PERIOD_US, heartbeat_of(rsu, 2, id, 2)));
	}
	assert_dropped(hear(obu, PERIOD_US, heartbeat_of(24, 2, 0, 2)), PGN_DROP_RSUS_FULL);
	assert_kept(hear(obu, PERIOD_US, heartbeat_of(24, 3, 0, 2)));
	pgn_obu_destroy(obu);
}

static void
a_silent_rsu_is_forgotten(void **state)
{
	struct pgn_obu *obu = make(10, 1);
	struct pgn_outbox outbox = {0};
	struct pgn_heartbeat old = heartbeat_of(1, 2, 100, 1);
	uint64_t now_us = 0;

	(void)state;
	for (uint32_t id = 200; id < 210; id++, now_us += PERIOD_US)
		assert_kept(hear(obu, now_us, heartbeat_of(1, 2, id, 1)));
	old.duration.low = 300 * PERIOD_MS;
	pgn_obu_tick(obu, now_us + 95 * PERIOD_US, &outbox);
	assert_dropped(hear(obu, now_us + 95 * PERIOD_US, old), PGN_DROP_STALE_ID);
	pgn_obu_tick(obu, now_us + 101 * PERIOD_US, &outbox);
	assert_int_equal(made_of(obu, now_us + 101 * PERIOD_US, &old), 2);
	pgn_obu_destroy(obu);
}

static void
an_rsu_is_kept_while_its_next_hop_lives(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_outbox outbox = {0};
	struct pgn_obu *obu;

	(void)state;
	conf.hello_history = 1;
	conf.dead_after = 20;
	obu = pgn_obu_create(&conf, 0);
	for (uint32_t id = 0; id < 4; id++)
		assert_kept(hear(obu, id * PERIOD_US, heartbeat_of(1, 2, id, 1)));
	pgn_obu_tick(obu, 22 * PERIOD_US, &outbox);
	assert_int_equal(upstream_of(obu), 2);
	pgn_obu_tick(obu, 24 * PERIOD_US, &outbox);
	assert_int_equal(upstream_of(obu), 0);
	pgn_obu_destroy(obu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_id_is_relayed_to_every_wire_and_answered),
		cmocka_unit_test(further_copies_are_kept_silently),
		cmocka_unit_test(a_missed_id_in_the_window_is_new),
		cmocka_unit_test(an_id_behind_the_window_is_stale),
		cmocka_unit_test(a_history_of_one_works),
		cmocka_unit_test(ids_wrap),
		cmocka_unit_test(a_restarted_rsu_is_followed_at_once),
		cmocka_unit_test(a_quick_restart_takes_a_second_heartbeat),
		cmocka_unit_test(what_is_replayed_is_stale),
		cmocka_unit_test(a_stranger_does_not_run_ahead),
		cmocka_unit_test(copies_from_before_a_restart_are_stale),
		cmocka_unit_test(the_hop_limit_ends_the_relay_not_the_answer),
		cmocka_unit_test(a_full_outbox_is_not_overrun),
		cmocka_unit_test(a_neighbour_brings_at_most_a_quarter_of_the_rsus),
		cmocka_unit_test(a_silent_rsu_is_forgotten),
		cmocka_unit_test(an_rsu_is_kept_while_its_next_hop_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
