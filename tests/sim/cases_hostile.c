/* SPDX-License-Identifier: BSD-3-Clause */
/* Somebody says what is not so. */
#include "cases.h"

static unsigned int
add_forger(struct sim *sim, enum sim_forgery forgery, uint64_t start_us, uint64_t interval_us,
	   uint64_t count)
{
	unsigned int node = sim_add(sim, SIM_FORGER, "forger");
	struct sim_forger *forger = sim->node[node].forger;

	forger->forgery = forgery;
	forger->start_us = start_us;
	forger->interval_us = interval_us;
	forger->left = count;
	return node;
}

static void
mutual(struct sim *sim)
{
	unsigned int a = sim_add(sim, SIM_OBU, "a");
	unsigned int b = sim_add(sim, SIM_OBU, "b");
	unsigned int forger = add_forger(sim, SIM_FORGE_MUTUAL, 0, SIM_SECOND, UINT64_MAX);
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

const struct sim_case sim_cases_hostile[] = {
	{"mutual", "two OBUs that are each other's upstream", 100, mutual},
	{NULL, NULL, 0, NULL},
};
