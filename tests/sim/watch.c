/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "memory.h"
#include "sim.h"

#define NEVER UINT64_MAX
#define LOST_BEAT_PERCENT 120 /* an RSU that is silent for more of a period has stopped */

void
sim_watch_init(struct sim *sim)
{
	struct sim_watch *watch = &sim->watch;

	watch->node = sim_alloc(SIM_MAX_NODES * sizeof(*watch->node));
	watch->delivered = sim_alloc(SIM_PROBES);
	watch->group_seen = sim_alloc((size_t)SIM_GROUPS * SIM_MAX_NODES);
	watch->stale = true;
	for (unsigned int i = 0; i < SIM_MAX_NODES; i++) {
		struct sim_watched *node = &watch->node[i];

		node->up = node->down = (struct sim_way){.out_since = NEVER, .detour_since = NEVER};
		node->rsu = SIM_NOBODY;
	}
}

void
sim_watch_fini(struct sim *sim)
{
	sim_free(sim->watch.node);
	sim_free(sim->watch.delivered);
	sim_free(sim->watch.group_seen);
}

/* ---- time in heartbeats ---- */

static unsigned int
first_rsu(const struct sim *sim)
{
	unsigned int i = 0;

	while (i < sim->nodes && !(sim->node[i].on && sim_is_rsu(&sim->node[i])))
		i++;
	return i;
}

uint64_t
sim_watch_clock(const struct sim *sim)
{
	const struct sim_watch *watch = &sim->watch;
	uint64_t elapsed_us = sim->now_us - watch->beat_us;
	uint64_t thousandths = elapsed_us * 1000 / sim->period_us;

	if (thousandths >= 1000 && thousandths <= LOST_BEAT_PERCENT * 10)
		thousandths = 999;
	return watch->beats + thousandths;
}

void
sim_watch_beat(struct sim *sim, unsigned int node)
{
	struct sim_watch *watch = &sim->watch;
	uint64_t clock = sim_watch_clock(sim);

	watch->counts.heartbeats++;
	if (node != first_rsu(sim))
		return;
	watch->beats = clock - watch->beats > LOST_BEAT_PERCENT * 10 ? clock : watch->beats + 1000;
	watch->beat_us = sim->now_us;
}

static void
note(struct sim_durations *durations, uint64_t thousandths)
{
	uint64_t bucket = thousandths / 10;

	durations->count++;
	if (thousandths > durations->longest)
		durations->longest = thousandths;
	durations->bucket[bucket < SIM_BUCKETS ? bucket : SIM_BUCKETS - 1]++;
}

uint64_t
sim_durations_percentile(const struct sim_durations *durations, unsigned int percent)
{
	uint64_t rank = (durations->count * percent + 99) / 100, sum = 0;

	for (unsigned int i = 0; i < SIM_BUCKETS && durations->count > 0; i++) {
		sum += durations->bucket[i];
		if (sum >= rank)
			return i * 10;
	}
	return 0;
}

/* ---- distances: what could be ---- */

static bool
links_back(const struct sim *sim, unsigned int a, unsigned int b)
{
	return sim->radio.plane.width != 0 || sim_radio_find(&sim->radio, b, a) != NULL;
}

/* Breadth first from all RSUs, over links that go both ways. */
static void
measure_distances(struct sim *sim)
{
	struct sim_watch *watch = &sim->watch;
	uint16_t queue[SIM_MAX_NODES];
	unsigned int first = 0, end = 0;

	for (unsigned int i = 0; i < sim->nodes; i++) {
		bool is_source = sim->node[i].on && sim_is_rsu(&sim->node[i]);

		watch->node[i].distance = is_source ? 0 : SIM_NO_WAY;
		if (is_source)
			queue[end++] = (uint16_t)i;
	}
	while (first < end) {
		unsigned int at = queue[first++];
		unsigned int distance = watch->node[at].distance + 1;
		const struct sim_link *link = sim_radio_links(&sim->radio, at);

		for (unsigned int i = 0; i < sim->radio.links[at]; i++) {
			unsigned int to = link[i].to;

			if (watch->node[to].distance != SIM_NO_WAY || !sim->node[to].on ||
			    !sim_is_obu(&sim->node[to]) || distance > sim->conf.max_hops ||
			    !links_back(sim, at, to))
				continue;
			watch->node[to].distance = (uint8_t)distance;
			queue[end++] = (uint16_t)to;
		}
	}
	watch->stale = false;
}

unsigned int
sim_watch_distance(struct sim *sim, unsigned int node)
{
	if (sim->watch.stale)
		measure_distances(sim);
	return sim->watch.node[node].distance;
}

/* ---- ways: what is ---- */

/* The next node on the way up (to == SIM_NOBODY) or down to a node; SIM_NOBODY: none, as links are.
 */
static unsigned int
step(const struct sim *sim, unsigned int at, unsigned int to)
{
	struct pgn_hop hop[PGN_NODE_HOPS];
	unsigned int count, next;

	count = to == SIM_NOBODY ? sim_upstream(sim, at, hop, 1) : sim_route(sim, at, to, hop);
	if (count == 0)
		return SIM_NOBODY;
	next = sim_node_of(sim, &hop[0].mac);
	if (next == SIM_NOBODY || !sim->node[next].on ||
	    sim_radio_find(&sim->radio, at, next) == NULL)
		return SIM_NOBODY;
	return next;
}

/* Follow first choices; returns how many links, 0: it does not get there. */
static unsigned int
walk(const struct sim *sim, unsigned int from, unsigned int to, unsigned int *end)
{
	unsigned int at = from;

	for (unsigned int hops = 1; hops <= SIM_TRAIL; hops++) {
		at = step(sim, at, to);
		if (at == SIM_NOBODY || sim->node[at].kind == SIM_FORGER)
			return 0;
		*end = at;
		if (to == SIM_NOBODY ? sim_is_rsu(&sim->node[at]) : at == to)
			return hops;
		if (to != SIM_NOBODY && !sim_is_obu(&sim->node[at]))
			return 0;
	}
	return 0;
}

static unsigned int
walk_down(const struct sim *sim, unsigned int obu)
{
	const struct sim_watched *watched = &sim->watch.node[obu];
	unsigned int end;

	if (watched->rsu != SIM_NOBODY)
		return walk(sim, watched->rsu, obu, &end);
	for (unsigned int i = 0; i < sim->nodes; i++) {
		unsigned int hops;

		if (!sim->node[i].on || !sim_is_rsu(&sim->node[i]))
			continue;
		hops = walk(sim, i, obu, &end);
		if (hops > 0)
			return hops;
	}
	return 0;
}

/* It lasts, or it has ended. */
static void
follow(uint64_t *since, bool lasts, uint64_t clock, struct sim_durations *durations)
{
	if (lasts && *since == NEVER) {
		*since = clock;
	} else if (!lasts && *since != NEVER) {
		note(durations, clock - *since);
		*since = NEVER;
	}
}

static void
judge(struct sim_way *way, unsigned int hops, unsigned int distance, uint64_t clock,
      struct sim_durations *out, struct sim_durations *detour)
{
	way->good = hops > 0;
	way->hops = (uint8_t)hops;
	follow(&way->out_since, !way->good, clock, out);
	follow(&way->detour_since, way->good && hops > distance, clock, detour);
}

static void
look_at(struct sim *sim, unsigned int obu, uint64_t clock)
{
	struct sim_watch *watch = &sim->watch;
	struct sim_watched *watched = &watch->node[obu];
	struct pgn_hop hop[1 + PGN_CANDIDATES_MAX];
	unsigned int end = SIM_NOBODY, hops;

	if (watched->distance == SIM_NO_WAY) {
		watched->up = watched->down =
			(struct sim_way){.out_since = NEVER, .detour_since = NEVER};
		return;
	}
	hops = walk(sim, obu, SIM_NOBODY, &end);
	judge(&watched->up, hops, watched->distance, clock, &watch->out_up, &watch->detour_up);
	watched->rsu = hops > 0 ? (uint16_t)end : SIM_NOBODY;
	judge(&watched->down, walk_down(sim, obu), watched->distance, clock, &watch->out_down,
	      &watch->detour_down);
	watch->counts.looks++;
	watch->counts.upstream_live += sim_upstream(sim, obu, hop, 1) > 0;
	watch->counts.upstream_good += watched->up.good;
}

void
sim_watch_look(struct sim *sim)
{
	uint64_t clock = sim_watch_clock(sim);

	if (sim->watch.stale)
		measure_distances(sim);
	for (unsigned int i = 0; i < sim->nodes; i++) {
		if (sim->node[i].on && sim_is_obu(&sim->node[i]))
			look_at(sim, i, clock);
	}
}

void
sim_watch_tables(struct sim *sim)
{
	struct sim_watch *watch = &sim->watch;

	for (unsigned int i = 0; i < sim->nodes; i++) {
		const struct sim_node *n = &sim->node[i];
		struct pgn_routing_use use = {0};

		if (n->on && n->kind == SIM_RSU)
			use = pgn_rsu_use(n->rsu);
		else if (n->on && n->kind == SIM_OBU)
			use = pgn_obu_use(n->obu);
		if (use.rsus > watch->rsus_most)
			watch->rsus_most = use.rsus;
		if (use.nodes > watch->nodes_most)
			watch->nodes_most = use.nodes;
	}
}

void
sim_watch_settled(struct sim *sim)
{
	if (!sim->watch.settled)
		sim->watch.early = sim_memory();
	sim->watch.settled = true;
}

void
sim_watch_restart(struct sim *sim)
{
	struct sim_watch *watch = &sim->watch;

	watch->counts = (struct sim_counts){0};
	watch->uncounted_probes = watch->probe_number;
	watch->uncounted_groups = watch->group_number;
	memset(&watch->out_up, 0, sizeof(watch->out_up));
	memset(&watch->out_down, 0, sizeof(watch->out_down));
	memset(&watch->detour_up, 0, sizeof(watch->detour_up));
	memset(&watch->detour_down, 0, sizeof(watch->detour_down));
	for (unsigned int i = 0; i < sim->nodes; i++) {
		struct sim_way begins = {.out_since = NEVER, .detour_since = NEVER};

		watch->node[i].up = watch->node[i].down = begins;
		watch->node[i].heartbeat_us = 0;
	}
}

void
sim_watch_end(struct sim *sim)
{
	uint64_t clock = sim_watch_clock(sim);

	sim_watch_settled(sim);
	sim->watch.late = sim_memory();
	for (unsigned int i = 0; i < sim->nodes; i++) {
		struct sim_watched *node = &sim->watch.node[i];

		follow(&node->up.out_since, false, clock, &sim->watch.out_up);
		follow(&node->down.out_since, false, clock, &sim->watch.out_down);
		follow(&node->up.detour_since, false, clock, &sim->watch.detour_up);
		follow(&node->down.detour_since, false, clock, &sim->watch.detour_down);
	}
}
