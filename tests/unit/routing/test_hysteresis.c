/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules 4 and 7: who is as good as another does not take over again and again. */
#include "net.h"

#define LOSS_PERMILLE 100

static void
two_equal_rsus(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		static struct net net;
		unsigned int changes = 0, without = 0, before;

		net_init(&net, seed);
		net_add_rsu(&net);
		net_add_rsu(&net);
		net_add_obu(&net);
		net_link(&net, 0, 2, 1000, LOSS_PERMILLE);
		net_link(&net, 1, 2, 1000, LOSS_PERMILLE);
		net_run(&net, 3 * PERIOD_US);
		before = net_upstream(&net, 2);
		for (unsigned int i = 0; i < 10500; i++) {
			unsigned int now;

			net_run(&net, PERIOD_US / 10);
			now = net_upstream(&net, 2);
			changes += now != before;
			without += now == NET_NODES;
			before = now;
		}
		assert_true(net.node[0].generated[PGN_KIND_HEARTBEAT] >= 990);
		assert_true(changes <= 10);
		assert_int_equal(without, 0);
		net_fini(&net);
	}
}

/* An RSU and two relays: which of them its node answers through. */
static void
two_equal_relays_at_an_rsu(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		static struct net net;
		struct pgn_node_route route;
		struct pgn_mac before = {0};
		unsigned int changes = 0;

		net_init(&net, seed);
		net_add_rsu(&net);
		for (unsigned int i = 1; i <= 3; i++)
			net_add_obu(&net);
		net_link(&net, 0, 1, 1000, 0);
		net_link(&net, 0, 2, 1200, 0);
		net_link(&net, 1, 3, 1000, 0);
		net_link(&net, 2, 3, 1000, 0);
		for (unsigned int i = 0; i < 1000; i++) {
			net_run(&net, PERIOD_US);
			assert_true(rsu_route(net.node[0].rsu, 4, &route));
			assert_int_equal(route.hop_count, 1);
			changes += i > 0 && !pgn_mac_equal(&route.hop[0].mac, &before);
			before = route.hop[0].mac;
		}
		assert_int_equal(changes, 0);
		net_fini(&net);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_equal_rsus),
		cmocka_unit_test(two_equal_relays_at_an_rsu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
