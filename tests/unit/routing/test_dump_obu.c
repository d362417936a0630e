/* SPDX-License-Identifier: BSD-3-Clause */
/* What an OBU shows of RSUs, the ways to them and nodes, and why its upstream is the current one.
 */
#include "kit.h"
#include "pgn_routing_dump.h"

#define RSU 1

static int
setup(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);

	*state = pgn_obu_create(&conf, 0);
	return 0;
}

static int
teardown(void **state)
{
	pgn_obu_destroy(*state);
	return 0;
}

/** Heartbeats first to last - 1, a period apart, come by a neighbour. */
static void
hear_all(struct pgn_obu *obu, uint32_t from, uint32_t hops, uint32_t first, uint32_t end)
{
	for (uint32_t id = first; id < end; id++)
		assert_kept(hear(obu, id * PERIOD_US, heartbeat_of(RSU, from, id, hops)));
}

static void
pass(struct pgn_obu *obu, uint64_t now_us)
{
	struct pgn_outbox outbox = {0};

	pgn_obu_tick(obu, now_us, &outbox);
}

static void
assert_upstream(const struct pgn_obu *obu, uint64_t now_us, uint32_t hop, enum pgn_why why)
{
	struct pgn_upstream_view view;

	pgn_obu_view_upstream(obu, now_us, &view);
	assert_int_equal(view.why, why);
	assert_mac(&view.hop.mac, hop);
	assert_mac(&view.rsu, RSU);
}

static struct pgn_heard_view
view_of_rsu(const struct pgn_obu *obu, uint64_t now_us, uint32_t number)
{
	struct pgn_mac mac = mac_of(number);
	struct pgn_heard_view view;
	unsigned int place = 0;

	while (!pgn_obu_view_heard(obu, now_us, place, &view) || !pgn_mac_equal(&view.mac, &mac))
		assert_true(++place < pgn_obu_places(obu));
	return view;
}

static void
nothing_heard(void **state)
{
	struct pgn_upstream_view upstream;
	struct pgn_heard_view heard;
	struct pgn_node_view node;

	pgn_obu_view_upstream(*state, 0, &upstream);
	assert_int_equal(upstream.why, PGN_WHY_NONE);
	for (unsigned int place = 0; place < pgn_obu_places(*state); place++)
		assert_false(pgn_obu_view_heard(*state, 0, place, &heard));
	for (unsigned int slot = 0; slot < pgn_obu_slots(*state); slot++)
		assert_false(pgn_obu_view_node(*state, 0, slot, &node));
}

static void
what_is_known_of_an_rsu(void **state)
{
	struct pgn_heard_view view;

	hear_all(*state, RSU, 1, 0, 1);
	view = view_of_rsu(*state, 0, RSU);
	assert_false(view.period_measured);
	assert_int_equal(view.path[0].state, PGN_VIEW_FRESH);
	assert_upstream(*state, 0, RSU, PGN_WHY_ONLY);

	hear_all(*state, RSU, 1, 1, 31);
	hear_all(*state, RSU, 1, 33, 34);
	view = view_of_rsu(*state, 33 * PERIOD_US + 7, RSU);
	assert_int_equal(view.newest_id, 33);
	assert_int_equal(view.ids_kept, 10);
	assert_int_equal(view.ids_heard, 8);
	assert_true(view.period_measured);
	assert_int_equal(view.period_us, PERIOD_US);
	assert_int_equal(view.silent_us, 7);
	assert_int_equal(view.path_count, 1);
	assert_mac(&view.path[0].hop.mac, RSU);
	assert_int_equal(view.path[0].state, PGN_VIEW_SETTLED);
	assert_int_equal(view.path[0].rank, 0);
	assert_int_equal(view.path[0].hops, 1);
	assert_int_equal(view.path[0].delivered, 62);
	assert_int_equal(view.path[0].missed, 0);
	/* Three periods and an eighth. */
	assert_int_equal(view.path[0].dead_in_us, 3 * PERIOD_US + PERIOD_US / 8 - 7);
}

static void
fewest_hops(void **state)
{
	struct pgn_heard_view view;

	for (uint32_t id = 0; id < 3; id++) {
		hear_all(*state, RSU, 1, id, id + 1);
		hear_all(*state, 2, 2, id, id + 1);
	}
	assert_upstream(*state, 2 * PERIOD_US, RSU, PGN_WHY_HOPS);
	view = view_of_rsu(*state, 2 * PERIOD_US, RSU);
	assert_int_equal(view.path_count, 2);
	assert_int_equal(view.path[1].rank, 1);
	assert_int_equal(view.path[1].hops, 2);
}

static void
failover_and_back(void **state)
{
	struct pgn_heard_view view;

	fewest_hops(state);
	hear_all(*state, 2, 2, 3, 7);
	pass(*state, 6 * PERIOD_US);
	assert_upstream(*state, 6 * PERIOD_US, 2, PGN_WHY_FAILED_OVER);
	view = view_of_rsu(*state, 6 * PERIOD_US, RSU);
	assert_int_equal(view.path[0].state, PGN_VIEW_DEAD);
	assert_int_equal(view.path[0].rank, PGN_RANK_NONE);
	assert_int_equal(view.path[0].dead_in_us, 0);
	assert_false(view.path[0].heard);

	hear_all(*state, RSU, 1, 7, 8);
	hear_all(*state, 2, 2, 7, 8);
	assert_upstream(*state, 7 * PERIOD_US, 2, PGN_WHY_FAILING_BACK);
	hear_all(*state, RSU, 1, 8, 9);
	hear_all(*state, 2, 2, 8, 9);
	assert_upstream(*state, 8 * PERIOD_US, RSU, PGN_WHY_HOPS);
}

static int
setup_without_candidates(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);

	conf.cached_candidates = 0;
	*state = pgn_obu_create(&conf, 0);
	return 0;
}

/* It is no candidate, so that nobody notes its death. */
static void
one_that_went_silent_is_not_failing_back(void **state)
{
	hear_all(*state, 2, 2, 0, 3);
	hear_all(*state, RSU, 1, 3, 4);
	hear_all(*state, 2, 2, 4, 8);
	pass(*state, 7 * PERIOD_US);
	assert_upstream(*state, 7 * PERIOD_US, 2, PGN_WHY_FAILED_OVER);
}

static void
others_are_not_settled(void **state)
{
	hear_all(*state, 2, 1, 0, 2);
	hear_all(*state, RSU, 1, 1, 2);
	assert_upstream(*state, PERIOD_US, 2, PGN_WHY_SETTLED);
}

static void
hear_by_both(struct pgn_obu *obu, uint32_t first, uint32_t second, uint32_t count)
{
	for (uint32_t id = 0; id < count; id++) {
		hear_all(obu, first, 1, id, id + 1);
		hear_all(obu, second, 1, id, id + 1);
	}
}

static void
lowest_mac(void **state)
{
	hear_by_both(*state, 2, 3, 5);
	assert_upstream(*state, 4 * PERIOD_US, 2, PGN_WHY_MAC);
}

static void
kept_though_another_comes_first(void **state)
{
	hear_by_both(*state, 3, 2, 5);
	assert_upstream(*state, 4 * PERIOD_US, 3, PGN_WHY_KEPT);
}

static void
best_delivery(void **state)
{
	for (uint32_t id = 0; id < 64; id++) {
		hear_all(*state, 3, 1, id, id + 1);
		if (id < 10 || id % 2 == 0)
			hear_all(*state, 2, 1, id, id + 1);
	}
	assert_upstream(*state, 63 * PERIOD_US, 3, PGN_WHY_DELIVERY);
}

static void
nodes_behind_us(void **state)
{
	struct pgn_outbox outbox = {0};
	struct pgn_node_view view;
	unsigned int slot = 0;

	for (uint32_t id = 0; id < 3; id++) {
		struct pgn_reply by_5 = reply_of(RSU, 5, id, 2, 6), by_7 = by_5;

		by_7.from = mac_of(7);
		by_7.hops = 3;
		hear_all(*state, RSU, 1, id, id + 1);
		outbox.count = 0;
		assert_relayed(pgn_obu_reply(*state, id * PERIOD_US, 0, &by_5, &outbox));
		if (id == 0)
			assert_dropped(pgn_obu_reply(*state, id * PERIOD_US, 0, &by_7, &outbox),
				       PGN_DROP_DUPLICATE_REPLY);
	}
	while (!pgn_obu_view_node(*state, 2 * PERIOD_US + 5, slot, &view))
		assert_true(++slot < pgn_obu_slots(*state));
	assert_mac(&view.mac, 6);
	assert_int_equal(view.why, PGN_WHY_HOPS);
	assert_int_equal(view.hop_count, 2);
	assert_mac(&view.hop[0].hop.mac, 5);
	assert_int_equal(view.hop[0].hops, 2);
	assert_int_equal(view.hop[0].missed, 0);
	assert_int_equal(view.hop[0].dead_in_us, 3 * PERIOD_US + PERIOD_US / 8 - 5);
	assert_mac(&view.hop[1].hop.mac, 7);
	assert_int_equal(view.hop[1].missed, 2);
	assert_int_equal(view.hop[1].dead_in_us, PERIOD_US + PERIOD_US / 8 - 5);
}

#define obu_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		obu_test(nothing_heard),
		obu_test(what_is_known_of_an_rsu),
		obu_test(fewest_hops),
		obu_test(failover_and_back),
		cmocka_unit_test_setup_teardown(one_that_went_silent_is_not_failing_back,
						setup_without_candidates, teardown),
		obu_test(others_are_not_settled),
		obu_test(lowest_mac),
		obu_test(kept_though_another_comes_first),
		obu_test(best_delivery),
		obu_test(nodes_behind_us),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
