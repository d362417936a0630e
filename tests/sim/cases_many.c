/* SPDX-License-Identifier: BSD-3-Clause */
/* Many nodes. */
#include "cases.h"

static void
mesh_of_12(struct sim *sim)
{
	sim_add(sim, SIM_RSU, NULL);
	for (unsigned int i = 1; i <= 12; i++) {
		sim_add(sim, SIM_OBU, NULL);
		for (unsigned int k = 0; k < i; k++)
			sim_link(sim, i, k, 1000, 500, 0);
	}
	sim_measure_from(sim, 5 * SIM_SECOND);
	sim_expect_at_most(sim, "frames_per_heartbeat", 25);
	sim_expect_at_most(sim, "replies_per_heartbeat", 12.1);
	sim_expect_at_least(sim, "replies_per_heartbeat", 11.9);
	sim_expect_at_most(sim, "up_lost", 0);
	sim_expect_at_most(sim, "down_lost", 0);
	sim_expect_at_most(sim, "group_lost", 0);
	sim_expect_at_most(sim, "group_duplicates", 0);
}

/* Ten that lose much, each tied to the next three; the RSU is heard by the first three. */
static void
lossy_mesh(struct sim *sim)
{
	sim_add(sim, SIM_RSU, NULL);
	for (unsigned int i = 1; i <= 10; i++)
		sim_add(sim, SIM_OBU, NULL);
	for (unsigned int i = 1; i <= 10; i++) {
		for (unsigned int k = i + 1; k <= 10 && k <= i + 3; k++)
			sim_link(sim, i, k, 1000, 2000, 200);
	}
	for (unsigned int i = 1; i <= 3; i++)
		sim_link(sim, 0, i, 1000, 2000, 200 * i);
	sim->groups = false;
	sim_measure_from(sim, 20 * SIM_SECOND);
	/*
	 * Where links lose up to 60 %, what a node knows of its neighbours is old: in 6 of 20 seeds
	 * up to 280 of 57,000 data frames went round three OBUs before they were lost or arrived.
	 */
	sim_expect_at_most(sim, "crossed_twice", 500);
	sim_expect_at_least(sim, "good_percent", 98);
}

#define BLOCK_MM 500000

/* RSUs at the crossings of a grid, cars on its streets. */
static void
streets(struct sim *sim, int32_t columns, int32_t rows, unsigned int cars)
{
	const struct sim_plane plane = {
		.width = columns * BLOCK_MM,
		.height = rows * BLOCK_MM,
		.range = 200000,
		.slowest = 0,
		.fastest = 14000,
		.like = {.loss_permille = 100, .delay_us = 2000, .jitter_us = 3000},
	};

	sim_radio_unfold(&sim->radio, &plane);
	for (int32_t i = 0; i < columns * rows; i++) {
		unsigned int rsu = sim_add(sim, SIM_RSU, NULL);

		sim->radio.place[rsu] = (struct sim_place){
			.x = i % columns * BLOCK_MM + BLOCK_MM / 2,
			.y = i / columns * BLOCK_MM + BLOCK_MM / 2,
			.placed = true,
		};
		sim->node[rsu].late = true;
		sim_on_at(sim, sim_some_time(sim, 0), rsu);
	}
	for (unsigned int i = 0; i < cars; i++)
		sim_radio_scatter(&sim->radio, sim_add(sim, SIM_OBU, NULL));
	sim->groups = false;
	sim->probes_per_period = 1;
	sim->looks_per_period = 2;
	sim_measure_from(sim, 10 * SIM_SECOND);
	sim_expect_at_least(sim, "live_percent", 95);
}

/*
 * Next hops are not only named, they lead to an RSU: not as often, for a neighbour that has driven
 * out of reach is believed for dead_after periods (86 to 88 % in seven runs). Memory is what nodes
 * have from the beginning; what is in the air may take the simulator somewhat more.
 */
static void
expect_ways_and_no_growth(struct sim *sim)
{
	sim_expect_at_least(sim, "good_percent", 84);
	sim_expect_at_most(sim, "memory_growth_kb", 1024);
}

static void
city(struct sim *sim)
{
	streets(sim, 8, 6, 1000);
}

static void
city_ways(struct sim *sim)
{
	streets(sim, 8, 6, 1000);
	expect_ways_and_no_growth(sim);
}

/* An eighth of the city, as dense. */
static void
town(struct sim *sim)
{
	streets(sim, 3, 2, 125);
	expect_ways_and_no_growth(sim);
}

const struct sim_case sim_cases_many[] = {
	{"mesh-12", "12 OBUs and an RSU, all hear all", 100, mesh_of_12},
	{"lossy-mesh", "10 OBUs, 20 to 60 % loss", 1000, lossy_mesh},
	{"city", "48 RSUs on a grid, 1,000 OBUs that move, 10 % loss", 1000, city},
	{"city-ways", "the same for less long, held to more", 200, city_ways},
	{"town", "6 RSUs, 125 OBUs that move, 10 % loss", 10000, town},
	{NULL, NULL, 0, NULL},
};
