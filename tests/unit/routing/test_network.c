/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules 1 to 9 together: networks in virtual time. */
#include "net.h"

#define HOP_US 1000

static void
a_chain_of_8_is_up_in_2_periods(void **state)
{
	static struct net net;

	(void)state;
	net_init(&net, 1);
	net_add_rsu(&net);
	for (unsigned int i = 1; i <= 8; i++) {
		net_add_obu(&net);
		net_link(&net, i - 1, i, HOP_US, 0);
	}
	net_run(&net, 2 * PERIOD_US);
	for (unsigned int i = 1; i <= 8; i++) {
		assert_int_equal(net_upstream(&net, i), i - 1);
		assert_true(net_reaches_rsu(&net, i));
		assert_true(net_reaches_obu(&net, 0, i));
	}
	net_fini(&net);
}

static void
a_full_mesh_of_12_costs_25_frames_and_12_replies(void **state)
{
	static struct net net;
	uint64_t heartbeats, frames = 0;

	(void)state;
	net_init(&net, 2);
	net_add_rsu(&net);
	for (unsigned int i = 1; i <= 12; i++)
		net_add_obu(&net);
	for (unsigned int i = 0; i <= 12; i++) {
		for (unsigned int k = 0; k < i; k++)
			net_link(&net, i, k, HOP_US, 0);
	}
	net.delay_noise_us = 500;
	net_run(&net, 5 * PERIOD_US - PERIOD_US / 2);
	net_clear_counts(&net);
	net_run(&net, 100 * PERIOD_US);

	heartbeats = net.node[0].generated[PGN_KIND_HEARTBEAT];
	assert_in_range(heartbeats, 90, 100);
	for (unsigned int i = 0; i <= 12; i++)
		frames += net.node[i].frames;
	assert_true(frames <= 25 * heartbeats);
	assert_int_equal(net.node[0].received[PGN_KIND_REPLY], 12 * heartbeats);
	for (unsigned int i = 1; i <= 12; i++)
		assert_int_equal(net_upstream(&net, i), 0);
	net_fini(&net);
}

static void
make_direct_and_relayed(struct net *net, uint64_t seed)
{
	net_init(net, seed);
	net_add_rsu(net);
	net_add_obu(net);
	net_add_obu(net);
	net_link(net, 0, 1, HOP_US, 0);
	net_link(net, 0, 2, HOP_US, 0);
	net_link(net, 1, 2, HOP_US, 0);
}

/* The mean period of an RSU is 5 % longer than hello_periodicity. */
#define MEAN_PERIOD_US (PERIOD_US + PERIOD_US / 20)

static void
a_dead_direct_link_gives_way_to_a_relay_and_comes_back(void **state)
{
	static struct net net;
	struct pgn_node_route route;
	uint64_t version;

	(void)state;
	make_direct_and_relayed(&net, 3);
	net_run(&net, 20 * PERIOD_US + PERIOD_US / 2);
	assert_int_equal(net_upstream(&net, 2), 0);

	net_cut(&net, 0, 2);
	net_run(&net, 3 * MEAN_PERIOD_US);
	assert_int_equal(net_upstream(&net, 2), 1);
	assert_true(rsu_route(net.node[0].rsu, 3, &route));
	assert_mac(&route.hop[0].mac, 2);
	assert_true(net_reaches_obu(&net, 0, 2));

	net_link(&net, 0, 2, HOP_US, 0);
	net_run(&net, 5 * MEAN_PERIOD_US);
	assert_int_equal(net_upstream(&net, 2), 0);
	assert_true(rsu_route(net.node[0].rsu, 3, &route));
	assert_mac(&route.hop[0].mac, 3);

	net_run(&net, 10 * PERIOD_US);
	version = pgn_obu_version(net.node[2].obu);
	net_run(&net, 200 * PERIOD_US);
	assert_int_equal(pgn_obu_version(net.node[2].obu), version);
	net_fini(&net);
}

static void
an_rsu_that_restarts_keeps_its_routes(void **state)
{
	/* Once after ids far beyond the window, once after a few. */
	static const unsigned int periods[] = {50, 4};
	static struct net net;

	(void)state;
	for (unsigned int k = 0; k < 2; k++) {
		uint64_t version;

		make_direct_and_relayed(&net, 4 + k);
		net_run(&net, periods[k] * PERIOD_US + PERIOD_US / 2);
		version = pgn_obu_version(net.node[2].obu);
		net_switch_off(&net, 0);
		net_switch_on_rsu(&net, 0);
		for (unsigned int i = 0; i < 40; i++) {
			net_run(&net, PERIOD_US / 4);
			assert_int_equal(net_upstream(&net, 2), 0);
			assert_int_equal(net_upstream(&net, 1), 0);
		}
		assert_int_equal(pgn_obu_version(net.node[2].obu), version);
		assert_true(net_reaches_obu(&net, 0, 2));
		/* The first, by two ways, came when the next one of before was not due yet. */
		assert_in_range(net.node[2].dropped[PGN_DROP_STALE_ID], 0, 2);
		net_fini(&net);
	}
}

/*
 * Two OBUs are each other's upstream only for as long as it takes to see that both have lost what
 * they had. Were copies of what we relayed taken for a neighbour's own, it would be six times as
 * often.
 */
static void
no_loops_stand_in_a_lossy_mesh(void **state)
{
	static struct net net;
	unsigned int loops = 0, connected = 0, looks = 0;

	(void)state;
	net_init(&net, 6);
	net_add_rsu(&net);
	for (unsigned int i = 1; i <= 10; i++)
		net_add_obu(&net);
	for (unsigned int i = 1; i <= 10; i++) {
		for (unsigned int k = i + 1; k <= 10 && k <= i + 3; k++)
			net_link(&net, i, k, HOP_US, 200);
	}
	net_link(&net, 0, 1, HOP_US, 200);
	net_link(&net, 0, 2, HOP_US, 400);
	net_link(&net, 0, 3, HOP_US, 600);
	net.delay_noise_us = 2 * HOP_US;
	net_run(&net, 20 * PERIOD_US);

	for (unsigned int period = 0; period < 3000; period++) {
		net_run(&net, PERIOD_US);
		for (unsigned int i = 1; i <= 10; i++) {
			unsigned int up = net_upstream(&net, i);

			looks++;
			connected += net_reaches_rsu(&net, i);
			if (up != NET_NODES && up != 0 && net_upstream(&net, up) == i)
				loops++;
		}
	}
	assert_true(loops * 1000 <= looks);
	assert_true(connected * 100 >= looks * 99);
	net_fini(&net);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_of_8_is_up_in_2_periods),
		cmocka_unit_test(a_full_mesh_of_12_costs_25_frames_and_12_replies),
		cmocka_unit_test(a_dead_direct_link_gives_way_to_a_relay_and_comes_back),
		cmocka_unit_test(an_rsu_that_restarts_keeps_its_routes),
		cmocka_unit_test(no_loops_stand_in_a_lossy_mesh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
