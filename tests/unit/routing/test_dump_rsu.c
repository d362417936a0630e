/* SPDX-License-Identifier: BSD-3-Clause */
/* What an RSU shows of its nodes, and why it chose their next hops. */
#include "kit.h"
#include "pgn_routing_dump.h"

#define NODE 100

/** An RSU, the heartbeat it sent last and the time. */
struct beating {
	struct pgn_rsu *rsu;
	struct pgn_heartbeat last;
	uint64_t now_us;
	uint32_t beats;
};

static int
setup(void **state)
{
	static struct beating beating;
	struct pgn_routing_conf conf = conf_of(SELF);

	beating = (struct beating){.rsu = pgn_rsu_create(&conf, 0)};
	*state = &beating;
	return 0;
}

static int
teardown(void **state)
{
	struct beating *b = *state;

	pgn_rsu_destroy(b->rsu);
	return 0;
}

/** Until the next heartbeat is sent, and 20 ms more. */
static void
beat(struct beating *b)
{
	while (run_rsu(b->rsu, &b->now_us, b->now_us + 20000, &b->last) != b->beats)
		continue;
	b->beats++;
}

/** The node's reply comes by a neighbour, so long after now. */
static void
answer(struct beating *b, uint32_t from, uint32_t hops, uint64_t delay_us)
{
	struct pgn_reply m = reply_of(SELF, from, b->last.id, hops, NODE);

	m.duration = b->last.duration;
	assert_kept(pgn_rsu_reply(b->rsu, b->now_us + delay_us, 0, &m));
}

static struct pgn_node_view
view_of_node(const struct beating *b)
{
	struct pgn_node_view view;
	unsigned int slot = 0;

	while (!pgn_rsu_view_node(b->rsu, slot, &view))
		assert_true(++slot < pgn_rsu_slots(b->rsu));
	assert_mac(&view.mac, NODE);
	return view;
}

static void
assert_current(const struct beating *b, uint32_t hop, enum pgn_why why)
{
	struct pgn_node_view view = view_of_node(b);

	assert_mac(&view.hop[0].hop.mac, hop);
	assert_int_equal(view.why, why);
}

static void
no_nodes(void **state)
{
	struct beating *b = *state;
	struct pgn_node_view view;
	struct pgn_beat_view own;

	pgn_rsu_view_beat(b->rsu, 0, &own);
	assert_false(own.any);
	for (unsigned int slot = 0; slot < pgn_rsu_slots(b->rsu); slot++)
		assert_false(pgn_rsu_view_node(b->rsu, slot, &view));
}

static void
own_heartbeats(void **state)
{
	struct beating *b = *state;
	struct pgn_beat_view own;
	uint64_t sent_us;

	for (unsigned int i = 0; i < 30; i++)
		beat(b);
	pgn_rsu_view_beat(b->rsu, b->now_us, &own);
	assert_true(own.any);
	assert_int_equal(own.id, 29);
	/* The duration says when it was sent, in ms of the RSU's life. */
	sent_us = b->last.duration.low * 1000;
	assert_in_range(b->now_us - own.ago_us, sent_us, sent_us + 999);
}

static void
the_only_one(void **state)
{
	struct beating *b = *state;
	struct pgn_node_view view;

	beat(b);
	answer(b, 2, 1, 0);
	assert_current(b, 2, PGN_WHY_ONLY);
	beat(b);
	beat(b);
	view = view_of_node(b);
	assert_int_equal(view.hop_count, 1);
	assert_true(view.hop[0].live);
	assert_int_equal(view.hop[0].hops, 1);
	assert_int_equal(view.hop[0].delivered, 64);
	assert_int_equal(view.hop[0].missed, 2);
	assert_in_range(view.hop[0].latency_min_us, 0, 20000);
}

static void
fewest_hops_and_failover(void **state)
{
	struct beating *b = *state;
	struct pgn_node_view view;

	beat(b);
	answer(b, 2, 1, 0);
	answer(b, 3, 2, 0);
	assert_current(b, 2, PGN_WHY_HOPS);
	for (unsigned int i = 0; i < 4; i++) {
		beat(b);
		answer(b, 3, 2, 0);
	}
	assert_current(b, 3, PGN_WHY_FAILED_OVER);
	view = view_of_node(b);
	assert_int_equal(view.hop_count, 2);
	assert_false(view.hop[1].live);
	assert_int_equal(view.hop[1].missed, 4);
	answer(b, 2, 1, 0);
	assert_current(b, 2, PGN_WHY_HOPS);
	for (unsigned int i = 0; i < 5; i++)
		beat(b);
	view = view_of_node(b);
	assert_int_equal(view.why, PGN_WHY_NONE);
	assert_false(view.hop[0].live);
}

static void
best_delivery(void **state)
{
	struct beating *b = *state;
	struct pgn_node_view view;

	for (unsigned int i = 0; i < 64; i++) {
		beat(b);
		answer(b, 3, 1, 0);
		if (i % 2 == 0)
			answer(b, 2, 1, 0);
	}
	assert_current(b, 3, PGN_WHY_DELIVERY);
	view = view_of_node(b);
	assert_int_equal(view.hop[0].delivered, 64);
	/* The newest is taken to have come. */
	assert_int_equal(view.hop[1].delivered, 33);
}

static void
answer_by_both(struct beating *b, uint32_t first, uint64_t delay_us, uint32_t second)
{
	for (unsigned int i = 0; i < 64; i++) {
		beat(b);
		answer(b, first, 1, 0);
		answer(b, second, 1, delay_us);
	}
}

static void
lowest_latency(void **state)
{
	struct beating *b = *state;
	struct pgn_node_view view;

	answer_by_both(b, 3, 50000, 2);
	assert_current(b, 3, PGN_WHY_LATENCY);
	view = view_of_node(b);
	assert_true(view.hop[1].latency_min_us >= view.hop[0].latency_min_us + 30000);
	assert_true(view.hop[1].latency_mean_us >= view.hop[1].latency_min_us);
}

static void
lowest_mac(void **state)
{
	struct beating *b = *state;

	answer_by_both(b, 2, 0, 3);
	assert_current(b, 2, PGN_WHY_MAC);
}

static void
kept_though_another_comes_first(void **state)
{
	struct beating *b = *state;

	answer_by_both(b, 3, 0, 2);
	assert_current(b, 3, PGN_WHY_KEPT);
}

#define rsu_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		rsu_test(no_nodes),      rsu_test(own_heartbeats),
		rsu_test(the_only_one),  rsu_test(fewest_hops_and_failover),
		rsu_test(best_delivery), rsu_test(lowest_latency),
		rsu_test(lowest_mac),    rsu_test(kept_though_another_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
