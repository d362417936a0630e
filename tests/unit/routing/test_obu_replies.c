/* SPDX-License-Identifier: BSD-3-Clause */
/* Rule 9: the replies of others, and the nodes learned from them. */
#include "kit.h"

#define RSU 1

static struct pgn_obu *
make(void)
{
	struct pgn_routing_conf conf = conf_of(SELF);

	conf.wire_count = 2;
	return pgn_obu_create(&conf, 0);
}

static void
hear_by(struct pgn_obu *obu, uint64_t now_us, unsigned int wire, uint32_t from, uint32_t id,
	uint32_t hops)
{
	struct pgn_heartbeat m = heartbeat_of(RSU, from, id, hops);
	struct pgn_outbox outbox = {0};

	assert_kept(pgn_obu_heartbeat(obu, now_us, wire, &m, &outbox));
}

static struct pgn_outcome
reply(struct pgn_obu *obu, uint64_t now_us, const struct pgn_reply *m, struct pgn_outbox *outbox)
{
	outbox->count = 0;
	return pgn_obu_reply(obu, now_us, 0, m, outbox);
}

/* The MAC a reply is relayed to; 0 when it is not. */
static uint32_t
relayed_to(struct pgn_obu *obu, uint64_t now_us, uint32_t from, uint32_t id, uint32_t sender)
{
	struct pgn_reply m = reply_of(RSU, from, id, 3, sender);
	struct pgn_outbox outbox;

	if (reply(obu, now_us, &m, &outbox).verdict != PGN_RELAYED)
		return 0;
	assert_int_equal(outbox.count, 1);
	return (uint32_t)pgn_mac_number(&outbox.send[0].reply.to);
}

static void
assert_reply_dropped(struct pgn_obu *obu, uint64_t now_us, uint32_t from, uint32_t id,
		     uint32_t sender, enum pgn_drop reason)
{
	struct pgn_reply m = reply_of(RSU, from, id, 3, sender);
	struct pgn_outbox outbox;

	assert_dropped(reply(obu, now_us, &m, &outbox), reason);
	assert_int_equal(outbox.count, 0);
}

static void
only_to_and_from_change(void **state)
{
	struct pgn_obu *obu = make();
	struct pgn_reply m = reply_of(RSU, 7, 0, 3, 9);
	struct pgn_outbox outbox = {0};
	const struct pgn_send *send = &outbox.send[0];

	(void)state;
	hear_by(obu, 0, 1, 2, 0, 2);
	assert_relayed(reply(obu, 1, &m, &outbox));
	assert_int_equal(outbox.count, 1);
	assert_int_equal(send->kind, PGN_KIND_REPLY);
	assert_int_equal(send->term, PGN_TERM_RELAYED);
	assert_int_equal(send->wire, 1);
	assert_mac(&send->reply.to, 2);
	assert_mac(&send->reply.from, SELF + 0x1000);
	assert_mac(&send->reply.source, RSU);
	assert_mac(&send->reply.sender, 9);
	assert_int_equal(send->reply.hops, 3);
	assert_int_equal(send->reply.id, 0);
	assert_int_equal(send->reply.duration.low, m.duration.low);
	pgn_obu_destroy(obu);
}

static void
it_goes_to_where_the_id_came_from_first(void **state)
{
	struct pgn_obu *obu = make();

	(void)state;
	for (uint32_t id = 0; id < 4; id++) {
		hear_by(obu, id * PERIOD_US, 0, 2 + id % 2, id, 2);
		hear_by(obu, id * PERIOD_US, 0, 3 - id % 2, id, 2);
		assert_int_equal(relayed_to(obu, id * PERIOD_US, 7, id, 9), 2 + id % 2);
	}
	assert_int_equal(relayed_to(obu, 3 * PERIOD_US, 7, 2, 10), 2);
	pgn_obu_destroy(obu);
}

static void
not_to_where_it_came_from_nor_to_its_sender(void **state)
{
	struct pgn_obu *obu = make();

	(void)state;
	hear_by(obu, 0, 0, 2, 0, 2);
	assert_reply_dropped(obu, 1, 2, 0, 9, PGN_DROP_NO_WAY_BACK);
	assert_reply_dropped(obu, 1, 7, 0, 2, PGN_DROP_NO_WAY_BACK);
	hear_by(obu, 2, 0, 3, 0, 3);
	hear_by(obu, 2, 0, 4, 0, 2);
	assert_int_equal(relayed_to(obu, 3, 2, 0, 9), 4);
	assert_int_equal(relayed_to(obu, 3, 7, 0, 2), 4);
	assert_int_equal(relayed_to(obu, 3, 4, 0, 8), 2);
	pgn_obu_destroy(obu);
}

static void
a_dead_hop_carries_no_reply(void **state)
{
	struct pgn_obu *obu = make();
	uint32_t id;

	(void)state;
	for (id = 0; id < 5; id++)
		hear_by(obu, id * PERIOD_US, 0, 2, id, 2);
	assert_reply_dropped(obu, 9 * PERIOD_US, 7, 4, 9, PGN_DROP_NO_WAY_BACK);
	hear_by(obu, 9 * PERIOD_US, 0, 3, 5, 4);
	assert_int_equal(relayed_to(obu, 9 * PERIOD_US, 7, 4, 9), 3);
	pgn_obu_destroy(obu);
}

static void
the_first_copy_only(void **state)
{
	struct pgn_obu *obu = make();
	struct pgn_outbox outbox;
	struct pgn_reply m;

	(void)state;
	hear_by(obu, 0, 0, 2, 0, 2);
	assert_int_equal(relayed_to(obu, 1, 7, 0, 9), 2);
	assert_reply_dropped(obu, 2, 7, 0, 9, PGN_DROP_DUPLICATE_REPLY);
	assert_reply_dropped(obu, 2, 8, 0, 9, PGN_DROP_DUPLICATE_REPLY);
	/* Another sender, another id, another RSU are other replies. */
	assert_int_equal(relayed_to(obu, 3, 7, 0, 10), 2);
	hear_by(obu, PERIOD_US, 0, 2, 1, 2);
	assert_int_equal(relayed_to(obu, PERIOD_US, 7, 1, 9), 2);
	assert_kept(hear(obu, PERIOD_US, heartbeat_of(5, 5, 0, 1)));
	m = reply_of(5, 7, 0, 2, 9);
	assert_relayed(reply(obu, PERIOD_US, &m, &outbox));
	pgn_obu_destroy(obu);
}

/* After a restart the same (RSU, id, sender) is another reply. */
static void
a_restart_begins_replies_anew(void **state)
{
	struct pgn_obu *obu = make();

	(void)state;
	hear_by(obu, 0, 0, 2, 3, 2);
	assert_int_equal(relayed_to(obu, 1, 7, 3, 9), 2);
	for (uint32_t id = 4; id < 20; id++)
		hear_by(obu, id * PERIOD_US, 0, 2, id, 2);
	for (uint32_t id = 0; id < 4; id++)
		hear_by(obu, (21 + id) * PERIOD_US, 0, 2, id, 2);
	assert_int_equal(relayed_to(obu, 24 * PERIOD_US, 7, 3, 9), 2);
	pgn_obu_destroy(obu);
}

static void
only_for_ids_that_were_heard(void **state)
{
	struct pgn_obu *obu = make();
	struct pgn_outbox outbox;
	struct pgn_node_route route;
	struct pgn_reply m = reply_of(8, 7, 0, 2, 9);

	(void)state;
	hear_by(obu, 0, 0, 2, 20, 2);
	assert_dropped(reply(obu, 1, &m, &outbox), PGN_DROP_UNKNOWN_ID);
	assert_reply_dropped(obu, 1, 7, 21, 9, PGN_DROP_UNKNOWN_ID);
	assert_reply_dropped(obu, 1, 7, 19, 9, PGN_DROP_UNKNOWN_ID);
	for (uint32_t id = 21; id < 31; id++)
		hear_by(obu, id, 0, 2, id, 2);
	assert_reply_dropped(obu, 31, 7, 20, 9, PGN_DROP_UNKNOWN_ID);
	assert_false(obu_route(obu, 9, &route));
	assert_int_equal(relayed_to(obu, 31, 7, 21, 9), 2);
	pgn_obu_destroy(obu);
}

static void
nodes_are_learned_with_their_alternatives(void **state)
{
	struct pgn_obu *obu = make();
	struct pgn_node_route route;
	struct pgn_outbox outbox = {0};
	uint32_t id;

	(void)state;
	for (id = 0; id < 5; id++) {
		hear_by(obu, id * PERIOD_US, 0, 2, id, 2);
		assert_int_equal(relayed_to(obu, id * PERIOD_US, 7, id, 9), 2);
		assert_reply_dropped(obu, id * PERIOD_US, 6, id, 9, PGN_DROP_DUPLICATE_REPLY);
	}
	assert_true(obu_route(obu, 9, &route));
	assert_int_equal(route.hop_count, 2);
	assert_mac(&route.hop[0].mac, 7);
	assert_mac(&route.hop[1].mac, 6);

	/* 7 is silent: the alternative takes its place. */
	for (; id < 9; id++) {
		hear_by(obu, id * PERIOD_US, 0, 2, id, 2);
		assert_int_equal(relayed_to(obu, id * PERIOD_US, 6, id, 9), 2);
		pgn_obu_tick(obu, id * PERIOD_US + PERIOD_US / 2, &outbox);
	}
	assert_true(obu_route(obu, 9, &route));
	assert_int_equal(route.hop_count, 1);
	assert_mac(&route.hop[0].mac, 6);

	/* All are: no route, and after a long while no node. */
	pgn_obu_tick(obu, 13 * PERIOD_US, &outbox);
	assert_true(obu_route(obu, 9, &route));
	assert_int_equal(route.hop_count, 0);
	pgn_obu_tick(obu, 109 * PERIOD_US, &outbox);
	assert_false(obu_route(obu, 9, &route));
	pgn_obu_destroy(obu);
}

/* A node that has just begun hears what was answered before its time. */
static void
a_late_reply_makes_no_hop_that_lives_for_ever(void **state)
{
	struct pgn_obu *obu = make();
	struct pgn_node_route route;
	struct pgn_outbox outbox = {0};

	(void)state;
	hear_by(obu, 0, 0, 2, 9, 2);
	hear_by(obu, 1, 0, 2, 0, 2);
	assert_int_equal(relayed_to(obu, 2, 7, 0, 9), 2);
	pgn_obu_tick(obu, PERIOD_US, &outbox);
	assert_true(obu_route(obu, 9, &route));
	assert_int_equal(route.hop_count, 0);
	pgn_obu_destroy(obu);
}

static void
a_route_by_a_wire_ends_with_it(void **state)
{
	struct pgn_obu *obu = make();
	struct pgn_node_route route;

	(void)state;
	hear_by(obu, 0, 1, 2, 0, 2);
	assert_int_equal(relayed_to(obu, 1, 7, 0, 9), 2);
	pgn_obu_wire_down(obu, 2, 1);
	assert_true(obu_route(obu, 9, &route));
	assert_int_equal(route.hop_count, 1);
	pgn_obu_wire_down(obu, 2, 0);
	assert_true(obu_route(obu, 9, &route));
	assert_int_equal(route.hop_count, 0);
	pgn_obu_destroy(obu);
}

static void
no_room_for_a_node_no_relay(void **state)
{
	struct pgn_obu *obu = make();
	struct pgn_outbox outbox;
	struct pgn_reply m;

	(void)state;
	for (uint32_t id = 0; id < 2; id++) {
		hear_by(obu, id, 0, 2, id, 2);
		for (uint32_t node = 100; node < 116; node++)
			assert_int_equal(relayed_to(obu, id, 7, id, node), 2);
	}
	m = reply_of(RSU, 7, 1, 2, 116);
	assert_dropped(reply(obu, 2, &m, &outbox), PGN_DROP_NODES_FULL);
	assert_int_equal(relayed_to(obu, 2, 8, 1, 116), 2);
	pgn_obu_destroy(obu);
}

/* Copies of one reply are no proof that there is such a node. */
static void
copies_of_one_reply_establish_nobody(void **state)
{
	struct pgn_obu *obu = make();
	struct pgn_node_route route;

	(void)state;
	hear_by(obu, 0, 0, 2, 0, 2);
	assert_int_equal(relayed_to(obu, 0, 7, 0, 99), 2);
	assert_reply_dropped(obu, 0, 7, 0, 99, PGN_DROP_DUPLICATE_REPLY);
	assert_reply_dropped(obu, 0, 8, 0, 99, PGN_DROP_DUPLICATE_REPLY);
	for (uint32_t node = 100; node < 116; node++)
		assert_int_equal(relayed_to(obu, 1, 7, 0, node), 2);
	assert_false(obu_route(obu, 99, &route));
	assert_true(obu_route(obu, 100, &route));
	pgn_obu_destroy(obu);
}

static void
a_full_outbox_takes_no_reply(void **state)
{
	struct pgn_obu *obu = make();
	struct pgn_reply m = reply_of(RSU, 7, 0, 2, 9);
	struct pgn_outbox outbox = {.count = PGN_OUTBOX_MAX};

	(void)state;
	hear_by(obu, 0, 0, 2, 0, 2);
	assert_dropped(pgn_obu_reply(obu, 1, 0, &m, &outbox), PGN_DROP_CONTROL_FULL);
	outbox.count = 0;
	assert_relayed(pgn_obu_reply(obu, 1, 0, &m, &outbox));
	pgn_obu_destroy(obu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_to_and_from_change),
		cmocka_unit_test(it_goes_to_where_the_id_came_from_first),
		cmocka_unit_test(not_to_where_it_came_from_nor_to_its_sender),
		cmocka_unit_test(a_dead_hop_carries_no_reply),
		cmocka_unit_test(the_first_copy_only),
		cmocka_unit_test(a_restart_begins_replies_anew),
		cmocka_unit_test(only_for_ids_that_were_heard),
		cmocka_unit_test(nodes_are_learned_with_their_alternatives),
		cmocka_unit_test(a_late_reply_makes_no_hop_that_lives_for_ever),
		cmocka_unit_test(a_route_by_a_wire_ends_with_it),
		cmocka_unit_test(no_room_for_a_node_no_relay),
		cmocka_unit_test(copies_of_one_reply_establish_nobody),
		cmocka_unit_test(a_full_outbox_takes_no_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
