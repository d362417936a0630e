/* SPDX-License-Identifier: BSD-3-Clause */
/* Few nodes: what happens to a route when something happens to a path. */
#include <stdio.h>

#include "cases.h"

#define HOP_US 1000
#define JITTER_US 300

/* Looks are 1/200 of a period apart; a copy takes some ms. */
#define A_LOOK 0.02

static void
tie(struct sim *sim, unsigned int a, unsigned int b)
{
	sim_link(sim, a, b, HOP_US, JITTER_US, 0);
}

static void
direct_and_relayed(struct sim *sim)
{
	unsigned int rsu = sim_add(sim, SIM_RSU, "rsu");
	unsigned int relay = sim_add(sim, SIM_OBU, "relay");
	unsigned int obu = sim_add(sim, SIM_OBU, "obu");

	tie(sim, rsu, relay);
	tie(sim, rsu, obu);
	tie(sim, relay, obu);
	sim->looks_per_period = 200;
}

static void
direct_dies(struct sim *sim)
{
	uint64_t cut_us = sim_some_time(sim, 20);

	direct_and_relayed(sim);
	sim_cut_at(sim, cut_us, 0, 2);
	sim_measure_from(sim, cut_us);
	sim_expect_at_most(sim, "out_up_max", 3 + A_LOOK);
	sim_expect_at_most(sim, "out_down_max", 3 + A_LOOK);
	sim_expect_at_least(sim, "out_up_count", 1);
	sim_expect_at_most(sim, "upstream_changes", 1);
	sim_expect_at_least(sim, "out_down_count", 1);
}

static void
direct_returns(struct sim *sim)
{
	uint64_t back_us = sim_some_time(sim, 40);

	direct_and_relayed(sim);
	sim_cut_at(sim, sim_some_time(sim, 20), 0, 2);
	sim_link_at(sim, back_us, 0, 2, HOP_US);
	sim_measure_from(sim, back_us);
	sim_expect_at_most(sim, "detour_up_max", 5);
	sim_expect_at_most(sim, "detour_down_max", 5);
	sim_expect_at_least(sim, "detour_up_count", 1);
	sim_expect_at_most(sim, "upstream_changes", 1);
	sim_expect_at_most(sim, "out_up_count", 0);
	sim_expect_at_most(sim, "out_down_count", 0);
}

static void
relay_dies(struct sim *sim)
{
	uint64_t off_us = sim_some_time(sim, 20);
	unsigned int rsu = sim_add(sim, SIM_RSU, "rsu");
	unsigned int first = sim_add(sim, SIM_OBU, "first");
	unsigned int second = sim_add(sim, SIM_OBU, "second");
	unsigned int obu = sim_add(sim, SIM_OBU, "obu");

	sim->looks_per_period = 200;
	sim_link(sim, rsu, first, HOP_US, 0, 0);
	sim_link(sim, rsu, second, 2 * HOP_US, 0, 0);
	tie(sim, first, obu);
	tie(sim, second, obu);
	sim_off_at(sim, off_us, first);
	sim_measure_from(sim, off_us);
	sim_expect_at_most(sim, "out_up_max", 3 + A_LOOK);
	sim_expect_at_most(sim, "out_down_max", 3 + A_LOOK);
}

static void
two_rsus(struct sim *sim)
{
	unsigned int a = sim_add(sim, SIM_RSU, NULL);
	unsigned int b = sim_add(sim, SIM_RSU, NULL);
	unsigned int obu = sim_add(sim, SIM_OBU, NULL);

	sim_link(sim, a, obu, HOP_US, JITTER_US, 100);
	sim_link(sim, b, obu, HOP_US, JITTER_US, 100);
	sim->groups = false;
	sim_measure_from(sim, 3 * SIM_SECOND);
	sim_expect_at_most(sim, "upstream_changes", 10);
	sim_expect_at_least(sim, "live_percent", 99.9);
}

static void
chain(struct sim *sim, unsigned int obus)
{
	sim_add(sim, SIM_RSU, NULL);
	for (unsigned int i = 1; i <= obus; i++) {
		sim_add(sim, SIM_OBU, NULL);
		tie(sim, i - 1, i);
	}
}

static void
expect_all_data(struct sim *sim)
{
	sim_expect_at_least(sim, "up_sent", 1);
	sim_expect_at_most(sim, "up_lost", 0);
	sim_expect_at_most(sim, "up_duplicates", 0);
	sim_expect_at_least(sim, "down_sent", 1);
	sim_expect_at_most(sim, "down_lost", 0);
	sim_expect_at_most(sim, "down_duplicates", 0);
	sim_expect_at_least(sim, "group_sent", 1);
	sim_expect_at_most(sim, "group_lost", 0);
	sim_expect_at_most(sim, "group_duplicates", 0);
	sim_expect_at_most(sim, "crossed_twice", 0);
}

static void
chain_of_8(struct sim *sim)
{
	chain(sim, 8);
	sim->looks_per_period = 200;
	sim_expect_at_least(sim, "out_up_count", 8);
	sim_expect_at_most(sim, "out_up_max", 2);
	sim_expect_at_most(sim, "out_down_max", 2);
}

static void
chain_of_8_data(struct sim *sim)
{
	chain(sim, 8);
	sim_measure_from(sim, 3 * SIM_SECOND);
	expect_all_data(sim);
	sim_expect_at_most(sim, "upstream_changes", 0);
}

static void
asymmetric(struct sim *sim)
{
	/*
	 * The OBU hears the RSU, which does not hear it. What it hears is all that it knows: the
	 * RSU is its upstream, and its answers go back the way that heartbeats came. Both are lost,
	 * for good; nobody else loses anything.
	 */
	direct_and_relayed(sim);
	sim_radio_cut(&sim->radio, 2, 0);
	sim_measure_from(sim, 3 * SIM_SECOND);
	sim_expect_at_least(sim, "good_percent", 50);
	sim_expect_at_most(sim, "good_percent", 50);
	sim_expect_at_most(sim, "upstream_changes", 0);
	sim_expect_at_least(sim, "replies_per_heartbeat", 0.9);
	sim_expect_at_most(sim, "replies_per_heartbeat", 1.1);
	sim_expect_at_least(sim, "down_sent", 100);
	sim_expect_at_most(sim, "down_lost", 0);
	sim_expect_at_most(sim, "crossed_twice", 0);
}

static void
partition(struct sim *sim)
{
	uint64_t cut_us = sim_some_time(sim, 20), back_us = sim_some_time(sim, 60);

	/* Six in a row beyond a bridge. */
	chain(sim, 6);
	sim_cut_at(sim, cut_us, 1, 2);
	sim_link_at(sim, back_us, 1, 2, HOP_US);
	sim_measure_from(sim, back_us);
	sim->looks_per_period = 200;
	sim_expect_at_least(sim, "out_up_count", 5);
	sim_expect_at_most(sim, "out_up_max", 2);
	sim_expect_at_most(sim, "out_down_max", 2);
}

static void
id_wrap(struct sim *sim)
{
	direct_and_relayed(sim);
	sim->node[0].id_offset = UINT32_MAX - 20;
	sim_measure_from(sim, 5 * SIM_SECOND);
	expect_all_data(sim);
	sim_expect_at_most(sim, "upstream_changes", 0);
	sim_expect_at_most(sim, "out_up_count", 0);
	sim_expect_at_most(sim, "out_down_count", 0);
	sim_expect_at_most(sim, "detour_up_count", 0);
}

static void
rsu_restarts(struct sim *sim)
{
	uint64_t long_us = sim_some_time(sim, 50), short_us = long_us + sim_some_time(sim, 4);

	/* Once after ids far beyond the window, once after a few. */
	chain(sim, 3);
	sim_off_at(sim, long_us, 0);
	sim_on_at(sim, long_us, 0);
	sim_off_at(sim, short_us, 0);
	sim_on_at(sim, short_us, 0);
	sim_measure_from(sim, 10 * SIM_SECOND);
	sim->looks_per_period = 200;
	sim_expect_at_most(sim, "out_up_count", 0);
	sim_expect_at_most(sim, "upstream_changes", 0);
	/* The RSU knows nobody until it is answered, which takes a second heartbeat or a third. */
	sim_expect_at_most(sim, "out_down_max", 3 + A_LOOK);
}

static void
rsu_returns(struct sim *sim)
{
	uint64_t off_us = sim_some_time(sim, 50), later_us = off_us + sim_some_time(sim, 10);

	/* It is away for one to two periods, then for six to seven. */
	chain(sim, 3);
	sim_off_at(sim, off_us, 0);
	sim_on_at(sim, off_us + sim_some_time(sim, 1), 0);
	sim_off_at(sim, later_us, 0);
	sim_on_at(sim, later_us + sim_some_time(sim, 6), 0);
	sim_measure_from(sim, 10 * SIM_SECOND);
	sim->looks_per_period = 200;
	sim_expect_at_most(sim, "out_up_max", 2);
	sim_expect_at_most(sim, "out_down_max", 2);
}

static void
mixed(struct sim *sim, enum sim_kind rsu, bool peer_first)
{
	sim_add(sim, rsu, NULL);
	for (unsigned int i = 1; i <= 6; i++) {
		sim_add(sim, (i & 1) == peer_first ? SIM_PEER_OBU : SIM_OBU, NULL);
		tie(sim, i - 1, i);
	}
	sim_measure_from(sim, 5 * SIM_SECOND);
	sim_expect_at_least(sim, "up_sent", 1);
	sim_expect_at_most(sim, "up_lost", 0);
	sim_expect_at_most(sim, "down_lost", 0);
	sim_expect_at_most(sim, "up_duplicates", 0);
	sim_expect_at_most(sim, "down_duplicates", 0);
	sim_expect_at_most(sim, "out_up_count", 0);
	sim_expect_at_most(sim, "out_down_count", 0);
}

static void
mixed_ours_first(struct sim *sim)
{
	mixed(sim, SIM_RSU, false);
	sim_expect_at_most(sim, "group_lost", 0);
	sim_expect_at_most(sim, "group_duplicates", 0);
}

static void
mixed_peers_first(struct sim *sim)
{
	mixed(sim, SIM_RSU, true);
	sim_expect_at_most(sim, "group_lost", 0);
	sim_expect_at_most(sim, "group_duplicates", 0);
}

static void
mixed_peer_rsu(struct sim *sim)
{
	mixed(sim, SIM_PEER_RSU, false);
}

const struct sim_case sim_cases_paths[] = {
	{"direct-dies", "the link to the RSU dies, a relay stands", 60, direct_dies},
	{"direct-returns", "and comes back", 300, direct_returns},
	{"relay-dies", "one of two relays is switched off", 60, relay_dies},
	{"two-rsus", "two equal RSUs, each heard with 10 % loss", 1003, two_rsus},
	{"chain-8", "8 OBUs in a row, from nothing", 20, chain_of_8},
	{"chain-8-data", "8 OBUs in a row: data both ways and to all", 100, chain_of_8_data},
	{"asymmetric", "an RSU that is heard but does not hear", 60, asymmetric},
	{"partition", "a bridge breaks and is mended", 100, partition},
	{"id-wrap", "ids go past 2^32 - 1", 100, id_wrap},
	{"rsu-restarts", "ids begin at 0 again, twice", 100, rsu_restarts},
	{"rsu-returns", "and is away for some time before it does", 100, rsu_returns},
	{"mixed-ours", "our RSU, then ours and peers by turns", 100, mixed_ours_first},
	{"mixed-peers", "our RSU, then peers and ours by turns", 100, mixed_peers_first},
	{"mixed-peer-rsu", "a peer RSU, then ours and peers by turns", 100, mixed_peer_rsu},
	{NULL, NULL, 0, NULL},
};
