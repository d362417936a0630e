/* SPDX-License-Identifier: BSD-3-Clause */
/* Somebody says what is not so. */
#include "cases.h"

static unsigned int
add_forger(struct sim *sim, enum sim_forgery forgery, uint64_t start_us, uint64_t interval_us,
	   uint64_t burst, uint64_t count)
{
	unsigned int node = sim_add(sim, SIM_FORGER, "forger");
	struct sim_forger *forger = sim->node[node].forger;

	forger->forgery = forgery;
	forger->start_us = start_us;
	forger->interval_us = interval_us;
	forger->burst = burst;
	forger->left = count;
	return node;
}

static void
mutual(struct sim *sim)
{
	unsigned int a = sim_add(sim, SIM_OBU, "a");
	unsigned int b = sim_add(sim, SIM_OBU, "b");
	unsigned int forger = add_forger(sim, SIM_FORGE_MUTUAL, 0, SIM_SECOND, 1, UINT64_MAX);
	unsigned int rsu = sim_add(sim, SIM_RSU, "rsu");
	unsigned int relay = sim_add(sim, SIM_OBU, "relay");

	sim->node[forger].forger->victim[0] = (uint16_t)a;
	sim->node[forger].forger->victim[1] = (uint16_t)b;
	sim_link(sim, a, b, 1000, 0, 0);
	sim_link(sim, forger, a, 1000, 0, 0);
	sim_link(sim, forger, b, 1000, 0, 0);
	sim_link(sim, rsu, relay, 1000, 0, 0);
	sim_link(sim, relay, a, 1000, 0, 0);
	sim->groups = false;
	sim_measure_from(sim, 10 * SIM_SECOND);
	/* Each has the other as its upstream: the looks find no way from a, b and only they. */
	sim_expect_at_most(sim, "good_percent", 34);
	sim_expect_at_least(sim, "up_sent", 100);
	sim_expect_at_most(sim, "crossed_twice", 0);
	sim_expect_at_most(sim, "lost_too_far", 0);
}

/* An RSU, a relay and an OBU behind it that also hears the RSU badly; the forger near all three. */
static unsigned int
beset(struct sim *sim, enum sim_forgery forgery, uint64_t interval_us, uint64_t burst,
      uint64_t count)
{
	unsigned int rsu = sim_add(sim, SIM_RSU, "rsu");
	unsigned int relay = sim_add(sim, SIM_OBU, "relay");
	unsigned int obu = sim_add(sim, SIM_OBU, "obu");
	unsigned int forger = add_forger(sim, forgery, 10 * SIM_SECOND, interval_us, burst, count);

	sim_link(sim, rsu, relay, 1000, 300, 0);
	sim_link(sim, relay, obu, 1000, 300, 0);
	for (unsigned int i = 0; i < forger; i++)
		sim_link(sim, forger, i, 1000, 0, 0);
	sim->node[forger].forger->victim[0] = (uint16_t)rsu;
	sim->node[forger].forger->victim[1] = (uint16_t)obu;
	sim_measure_from(sim, 9 * SIM_SECOND);
	return forger;
}

/* No route moves, and no real heartbeat is late by more than a period. */
static void
expect_nothing_to_happen(struct sim *sim)
{
	sim_expect_at_most(sim, "upstream_changes", 0);
	sim_expect_at_most(sim, "out_up_count", 0);
	sim_expect_at_most(sim, "out_down_count", 0);
	sim_expect_at_most(sim, "up_lost", 0);
	sim_expect_at_most(sim, "down_lost", 0);
	sim_expect_at_most(sim, "gap_max", 2);
}

static void
flood(struct sim *sim)
{
	beset(sim, SIM_FORGE_FLOOD, 1000, 25, 1000000);
	expect_nothing_to_happen(sim);
	sim_expect_at_least(sim, "forged", 1000000);
	sim_expect_at_most(sim, "rsus_most", 64);
	sim_expect_at_most(sim, "nodes_most", 1024);
}

static void
replay(struct sim *sim)
{
	beset(sim, SIM_FORGE_REPLAY, 10000, 1, UINT64_MAX);
	expect_nothing_to_happen(sim);
	sim_expect_at_least(sim, "forged", 1000);
}

/* Nobody can tell: who hears it loses what it sends, others do not, and none when it has gone. */
static void
near(struct sim *sim)
{
	unsigned int forger = beset(sim, SIM_FORGE_NEAR, SIM_SECOND, 0, UINT64_MAX);

	sim_expect_at_least(sim, "forged", 10);
	sim_expect_at_least(sim, "good_percent", 50);
	sim_expect_at_most(sim, "upstream_changes", 2);
	sim_off_at(sim, 40 * SIM_SECOND, forger);
	sim_expect_at_most(sim, "out_up_max", 34);
	sim_expect_at_most(sim, "down_lost", 0);
	sim_expect_at_most(sim, "crossed_twice", 0);
}

/* With a list of RSUs, a heartbeat of 1 hop must be from one of them. */
static void
near_and_listed(struct sim *sim)
{
	beset(sim, SIM_FORGE_NEAR, SIM_SECOND, 0, UINT64_MAX);
	sim->conf.rsu_allow[0] = sim_mac(0);
	sim->conf.rsu_allow_count = 1;
	expect_nothing_to_happen(sim);
	sim_expect_at_least(sim, "forged", 10);
}

const struct sim_case sim_cases_hostile[] = {
	{"flood", "a million forged heartbeats and replies, 25,000 a second", 60, flood},
	{"replay", "what was heard some periods ago, 100 times a second", 60, replay},
	{"claims-near", "a neighbour that says it is next to the RSU", 60, near},
	{"claims-listed", "the same, while OBUs have a list of RSUs", 60, near_and_listed},
	{"mutual", "two OBUs that are each other's upstream", 100, mutual},
	{NULL, NULL, 0, NULL},
};
