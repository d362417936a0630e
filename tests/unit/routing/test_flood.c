/* SPDX-License-Identifier: BSD-3-Clause */
/* Rule 10: a million MACs made up. Tables stay at their bounds, what is real stays in them. */
#include "kit.h"
#include "mix.h"

#define MADE_UP 1000000
#define PERIODS 100 /* of the flood */
#define BEFORE 2    /* periods without */
#define REAL_NODES 40

static struct pgn_routing_conf
conf_of_flooded(void)
{
	struct pgn_routing_conf conf = conf_of(SELF);

	conf.max_nodes = 256;
	conf.max_rsus = 64;
	return conf;
}

static struct pgn_mac
made_up(uint64_t *random)
{
	return mac_of(0x10000 + (uint32_t)pgn_random(random) % 0xfffe0000);
}

static unsigned int
count_nodes_of_obu(const struct pgn_obu *obu)
{
	struct pgn_node_route route;
	unsigned int count = 0;

	for (unsigned int slot = 0; slot < pgn_obu_slots(obu); slot++)
		count += pgn_obu_node(obu, slot, &route);
	return count;
}

static unsigned int
count_nodes_of_rsu(const struct pgn_rsu *rsu)
{
	struct pgn_node_route route;
	unsigned int count = 0;

	for (unsigned int slot = 0; slot < pgn_rsu_slots(rsu); slot++)
		count += pgn_rsu_node(rsu, slot, &route);
	return count;
}

static void
replies_at_an_rsu(void **state)
{
	struct pgn_routing_conf conf = conf_of_flooded();
	struct pgn_rsu *rsu = pgn_rsu_create(&conf, 0);
	struct pgn_heartbeat last = {0};
	uint64_t random = 5, now_us = 0;
	unsigned int slot, taken = 0;

	(void)state;
	for (uint32_t id = 0; id < BEFORE + PERIODS; id++) {
		while (run_rsu(rsu, &now_us, now_us + PERIOD_US / 10, &last) < id)
			continue;
		for (uint32_t i = 0; i < REAL_NODES; i++) {
			struct pgn_reply m = reply_of(SELF, 2 + i % 4, id, 2, 100 + i);

			m.duration = last.duration;
			assert_kept(pgn_rsu_reply(rsu, now_us, 0, &m));
		}
		for (unsigned int i = 0; id >= BEFORE && i < MADE_UP / PERIODS; i++) {
			struct pgn_reply m = reply_of(SELF, 6, id, 1, 0);

			m.duration = last.duration;
			m.sender = made_up(&random);
			/* Half from one neighbour, half from neighbours made up as well. */
			if (i % 2 != 0)
				m.from = made_up(&random);
			taken += pgn_rsu_reply(rsu, now_us, 0, &m).verdict == PGN_KEPT;
			if (i % 16 == 15) {
				while (pgn_rsu_retired_slot(rsu, &slot))
					pgn_rsu_release_slot(rsu, slot);
			}
		}
		for (uint32_t i = 0; i < REAL_NODES; i++) {
			struct pgn_node_route route;

			assert_true(rsu_route(rsu, 100 + i, &route));
			assert_true(route.hop_count > 0);
			assert_mac(&route.hop[0].mac, 2 + i % 4);
		}
		assert_true(pgn_rsu_use(rsu).nodes <= conf.max_nodes);
		assert_int_equal(count_nodes_of_rsu(rsu), pgn_rsu_use(rsu).nodes);
	}
	assert_true(taken > MADE_UP / 2);
	/* It came to its bound. */
	assert_int_equal(pgn_rsu_use(rsu).nodes, conf.max_nodes);
	pgn_rsu_destroy(rsu);
}

static void
heartbeats_and_replies_at_an_obu(void **state)
{
	struct pgn_routing_conf conf = conf_of_flooded();
	struct pgn_obu *obu = pgn_obu_create(&conf, 0);
	struct pgn_outbox outbox = {0};
	uint64_t random = 6;
	unsigned int slot;

	(void)state;
	for (uint32_t id = 0; id < BEFORE + PERIODS; id++) {
		uint64_t now_us = id * PERIOD_US;

		assert_kept(hear(obu, now_us, heartbeat_of(1, 1, id, 1)));
		assert_kept(hear(obu, now_us, heartbeat_of(2, 2, id, 1)));
		for (uint32_t i = 0; i < REAL_NODES; i++) {
			struct pgn_reply m = reply_of(1, 3 + i % 4, id, 2, 100 + i);

			outbox.count = 0;
			assert_relayed(pgn_obu_reply(obu, now_us, 0, &m, &outbox));
			assert_mac(&outbox.send[0].reply.to, 1);
		}
		for (unsigned int i = 0; id >= BEFORE && i < MADE_UP / PERIODS / 2; i++) {
			struct pgn_heartbeat heartbeat = heartbeat_of(0, 8, 7, 1);
			struct pgn_reply reply = reply_of(1, 8, id, 2, 0);

			now_us += 50;
			heartbeat.source = made_up(&random);
			reply.sender = made_up(&random);
			if (i % 2 != 0) {
				heartbeat.from = made_up(&random);
				reply.from = made_up(&random);
			}
			hear(obu, now_us, heartbeat);
			outbox.count = 0;
			pgn_obu_reply(obu, now_us, 0, &reply, &outbox);
			if (i % 16 == 15) {
				outbox.count = 0;
				pgn_obu_tick(obu, now_us, &outbox);
				while (pgn_obu_retired_slot(obu, &slot))
					pgn_obu_release_slot(obu, slot);
			}
		}
		assert_int_equal(upstream_of(obu), 1);
		for (uint32_t i = 0; i < REAL_NODES; i++) {
			struct pgn_node_route route;

			assert_true(obu_route(obu, 100 + i, &route));
			assert_true(route.hop_count > 0);
			assert_mac(&route.hop[0].mac, 3 + i % 4);
		}
		assert_true(count_nodes_of_obu(obu) <= conf.max_nodes);
		assert_true(pgn_obu_use(obu).rsus <= conf.max_rsus);
	}
	/* The second RSU is still known as well: its last id is no news. */
	outbox.count = 0;
	assert_kept(hear(obu, (BEFORE + PERIODS) * PERIOD_US,
			 heartbeat_of(2, 2, BEFORE + PERIODS - 1, 1)));
	assert_int_equal(outbox.count, 0);
	pgn_obu_destroy(obu);
}

/* The RSU and the id are real, the neighbours are not: the way upstream stands. */
static void
neighbours_made_up_at_an_obu(void **state)
{
	struct pgn_routing_conf conf = conf_of_flooded();
	struct pgn_obu *obu = pgn_obu_create(&conf, 0);
	struct pgn_outbox outbox = {0};
	struct pgn_hop hop[9];
	uint64_t random = 7;

	(void)state;
	for (uint32_t id = 0; id < BEFORE + PERIODS; id++) {
		uint64_t now_us = id * PERIOD_US;

		assert_kept(hear(obu, now_us, heartbeat_of(1, 1, id, 1)));
		assert_kept(hear(obu, now_us, heartbeat_of(1, 2, id, 2)));
		for (unsigned int i = 0; id >= BEFORE && i < MADE_UP / PERIODS; i++) {
			struct pgn_heartbeat m = heartbeat_of(1, 0, id, 1);

			m.from = made_up(&random);
			assert_kept(hear(obu, now_us, m));
			if (i % 16 == 15)
				pgn_obu_tick(obu, now_us, &outbox);
		}
		assert_int_equal(upstream_of(obu), 1);
	}
	assert_true(pgn_obu_upstream(obu, hop, 9) > 1);
	assert_mac(&hop[1].mac, 2);
	pgn_obu_destroy(obu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replies_at_an_rsu),
		cmocka_unit_test(heartbeats_and_replies_at_an_obu),
		cmocka_unit_test(neighbours_made_up_at_an_obu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
