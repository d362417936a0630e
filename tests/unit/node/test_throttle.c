/* SPDX-License-Identifier: BSD-3-Clause */
/* A flood of control messages is bounded, and takes nothing from those that are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rte_random.h>

#include "rig.h"
#include "test_eal.h"
#include "throttle.h"

#define COMMON_AT_ONCE (RIG_CONTROL_RATE / 2 / 10)
#define NEIGHBOUR_AT_ONCE (RIG_NEIGHBOUR_RATE / 5)
#define MANY (3 * RIG_CONTROL_RATE)

static const struct pgn_mac obu_a = {{2, 0, 0, 0, 0, 0xa}};
static const struct pgn_mac obu_b = {{2, 0, 0, 0, 0, 0xb}};
static const struct pgn_mac rsu = {{2, 0, 0, 0, 0, 1}};

static struct pgn_mac
stranger(uint32_t number)
{
	return (struct pgn_mac){
		{2, 0, 1, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
}

static unsigned int
take(struct rig *rig, unsigned int wire, enum pgn_kind kind, const uint8_t *header,
     unsigned int messages, enum pgn_throttled as)
{
	unsigned int taken = 0;

	rig->lane.now_us = rig->now_us;
	rig->lane.snapshot = pgn_fib_current(rig->node.fib);
	for (unsigned int i = 0; i < messages; i++)
		taken += pgn_throttle_take(&rig->lane, wire, kind, header) == as;
	return taken;
}

/** So many of a neighbour's next heartbeats fare like that, with no time passing. */
static unsigned int
heartbeats(struct rig *rig, unsigned int wire, struct pgn_mac from, unsigned int messages,
	   enum pgn_throttled as)
{
	struct pgn_wire_heartbeat header = {.common.from = from};

	return take(rig, wire, PGN_KIND_HEARTBEAT, (const uint8_t *)&header, messages, as);
}

/** So many replies of a sender that a neighbour hands us. */
static unsigned int
replies(struct rig *rig, struct pgn_mac from, struct pgn_mac sender, unsigned int messages,
	enum pgn_throttled as)
{
	struct pgn_wire_reply header = {.common.from = from, .sender = sender};

	return take(rig, 0, PGN_KIND_REPLY, (const uint8_t *)&header, messages, as);
}

static unsigned int
take_of_strangers(struct rig *rig, unsigned int messages)
{
	unsigned int taken = 0;

	for (unsigned int i = 0; i < messages; i++)
		taken += heartbeats(rig, 0, stranger(i), 1, PGN_THROTTLE_COMMON);
	return taken;
}

/** Two OBUs answer a heartbeat of our RSU and are known from then on. */
static void
meet_obus(struct rig *rig, uint8_t heartbeat[2048])
{
	rig_pass(rig, 2000);
	assert_int_equal(rig_take(rig, 0, heartbeat), PGN_HEARTBEAT_LEN);
	rig_answer(rig, 0, heartbeat, obu_a, obu_a, 1);
	rig_answer(rig, 0, heartbeat, obu_b, obu_b, 1);
	rig_discard(rig);
	rig_pass(rig, 3000);
}

static void
one_stranger_is_bounded(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(heartbeats(rig, 0, stranger(1), MANY, PGN_THROTTLE_COMMON),
			 NEIGHBOUR_AT_ONCE);
	assert_int_equal(heartbeats(rig, 0, stranger(2), 1, PGN_THROTTLE_COMMON), 1);
	rig->now_us += 10000;
	assert_int_equal(heartbeats(rig, 0, stranger(1), MANY, PGN_THROTTLE_COMMON),
			 RIG_NEIGHBOUR_RATE / 100);
}

static void
strangers_together_get_half(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(take_of_strangers(rig, MANY), COMMON_AT_ONCE);
	for (unsigned int i = 0; i < 1000; i++) {
		rig->now_us += 1000;
		assert_int_equal(take_of_strangers(rig, 100), RIG_CONTROL_RATE / 2 / 1000);
	}
}

static void
nodes_have_shares_of_their_own(void **state)
{
	struct rig *rig = *state;
	const unsigned int share = RIG_CONTROL_RATE / 2 / 2;
	uint8_t heartbeat[2048];

	meet_obus(rig, heartbeat);
	take_of_strangers(rig, MANY);
	assert_int_equal(replies(rig, obu_a, obu_a, MANY, PGN_THROTTLE_SHARE), share);
	assert_int_equal(replies(rig, obu_a, obu_a, 1, PGN_THROTTLE_REFUSED), 1);
	/* Whoever hands them on, and whatever else that one hands on. */
	assert_int_equal(replies(rig, obu_a, stranger(1), 1, PGN_THROTTLE_REFUSED), 1);
	assert_int_equal(replies(rig, obu_a, obu_b, MANY, PGN_THROTTLE_SHARE), share);
	rig->now_us += 1000;
	assert_int_equal(replies(rig, stranger(1), obu_a, MANY, PGN_THROTTLE_SHARE), share / 1000);
}

static void
a_node_takes_of_what_is_left_too(void **state)
{
	struct rig *rig = *state;
	uint8_t heartbeat[2048];

	meet_obus(rig, heartbeat);
	assert_int_equal(replies(rig, obu_a, obu_a, MANY, PGN_THROTTLE_COMMON), NEIGHBOUR_AT_ONCE);
}

/* An OBU that relays a flood of heartbeats uses up nothing that its replies need. */
static void
heartbeats_take_no_share_of_a_node(void **state)
{
	struct rig *rig = *state;
	uint8_t heartbeat[2048];

	meet_obus(rig, heartbeat);
	assert_int_equal(heartbeats(rig, 0, obu_a, MANY, PGN_THROTTLE_SHARE), 0);
}

static void
an_upstream_hop_has_a_share(void **state)
{
	struct rig *rig = *state;

	rig_heartbeat(rig, 1, rsu, rsu, 0, 1);
	rig_pass(rig, 3000);
	rig_discard(rig);
	take_of_strangers(rig, MANY);
	assert_int_equal(heartbeats(rig, 1, rsu, MANY, PGN_THROTTLE_SHARE), RIG_CONTROL_RATE / 4);
	rig->now_us += 1000000;
	take_of_strangers(rig, MANY);
	/* By the wire it is on, and for heartbeats. */
	assert_int_equal(heartbeats(rig, 0, rsu, 1, PGN_THROTTLE_REFUSED), 1);
	assert_int_equal(replies(rig, rsu, rsu, 1, PGN_THROTTLE_REFUSED), 1);
}

static void
low_rates_add_up(void **state)
{
	struct rig *rig = *state;
	unsigned int taken = 0;

	pgn_throttle_fini(&rig->lane.throttle);
	rig->node.neighbour_rate = 10;
	assert_int_equal(pgn_throttle_init(&rig->lane.throttle, &rig->node, SOCKET_ID_ANY), 0);
	assert_int_equal(heartbeats(rig, 0, stranger(1), MANY, PGN_THROTTLE_COMMON), 2);
	for (unsigned int i = 0; i < 100000; i++) {
		rig->now_us += 100;
		taken += heartbeats(rig, 0, stranger(1), 1, PGN_THROTTLE_COMMON);
	}
	assert_int_equal(taken, 100);
}

static void
a_clock_that_steps_back_fills_nothing(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(heartbeats(rig, 0, stranger(1), MANY, PGN_THROTTLE_COMMON),
			 NEIGHBOUR_AT_ONCE);
	rig->now_us -= 5;
	assert_int_equal(heartbeats(rig, 0, stranger(1), MANY, PGN_THROTTLE_COMMON), 0);
	rig->now_us += 5;
	assert_int_equal(heartbeats(rig, 0, stranger(1), MANY, PGN_THROTTLE_COMMON), 0);
}

static void
refusals_are_counted_and_name_who(void **state)
{
	struct rig *rig = *state;
	const uint32_t sent = NEIGHBOUR_AT_ONCE + 100;
	const struct pgn_mac from = stranger(7);

	for (uint32_t i = 0; i < sent; i++) {
		rig_heartbeat(rig, 0, from, rsu, i, 1);
		if (i % 400 == 0)
			rig_pass(rig, 0);
	}
	rig_pass(rig, 0);
	/* Each turn of the rig takes a millisecond, in which 4 more are let in. */
	assert_in_range(rig_drops(rig, PGN_DROP_CONTROL_THROTTLED), 100 - 4 * 5, 100);
	assert_int_equal(rig_drops(rig, PGN_DROP_CONTROL_FULL), 0);
	assert_int_equal(rig->lane.throttled_from, pgn_mac_key(&from));
	assert_int_equal(rig_drops(rig, PGN_DROP_NOT_OUR_ROLE) +
				 rig_drops(rig, PGN_DROP_CONTROL_THROTTLED),
			 sent);
}

static void
strangers_fill_half_of_the_ring(void **state)
{
	struct rig *rig = *state;
	uint8_t heartbeat[2048];
	unsigned int half = PGN_CONTROL_RING - 1 - PGN_CONTROL_RING / 2;

	meet_obus(rig, heartbeat);
	for (uint32_t i = 0; i < COMMON_AT_ONCE; i++)
		rig_heartbeat(rig, 0, stranger(i), rsu, i, 1);
	assert_int_equal(rte_ring_count(rig->lane.control), half);
	assert_int_equal(rig_drops(rig, PGN_DROP_CONTROL_FULL), COMMON_AT_ONCE - half);
	for (uint32_t i = 0; i < PGN_CONTROL_RING / 2; i++)
		rig_answer(rig, 0, heartbeat, obu_a, obu_a, 1);
	assert_int_equal(rte_ring_free_count(rig->lane.control), 0);
	assert_int_equal(rig_drops(rig, PGN_DROP_CONTROL_FULL), COMMON_AT_ONCE - half);
}

#define rsu_test(f) cmocka_unit_test_setup_teardown(f, rig_open_rsu, rig_close)
#define obu_test(f) cmocka_unit_test_setup_teardown(f, rig_open_obu, rig_close)

/** Which MACs fall together is the same each time. */
static int
start(void **state)
{
	int ret = test_eal_start(state);

	rte_srand(1);
	return ret;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		rsu_test(one_stranger_is_bounded),
		rsu_test(strangers_together_get_half),
		rsu_test(nodes_have_shares_of_their_own),
		rsu_test(a_node_takes_of_what_is_left_too),
		rsu_test(heartbeats_take_no_share_of_a_node),
		obu_test(an_upstream_hop_has_a_share),
		rsu_test(low_rates_add_up),
		rsu_test(a_clock_that_steps_back_fills_nothing),
		rsu_test(refusals_are_counted_and_name_who),
		rsu_test(strangers_fill_half_of_the_ring),
	};

	return cmocka_run_group_tests(tests, start, test_eal_stop);
}
