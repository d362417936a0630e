/* SPDX-License-Identifier: BSD-3-Clause */
#include "data.h"

static void
lose(struct sim *sim, unsigned int node, const struct sim_data *data, enum sim_loss why)
{
	static const char *const name[SIM_LOSSES] = {
		"in the air",   "out of reach", "no route",  "would go back",
		"went too far", "at a forger",  "at a peer",
	};

	sim->watch.counts.lost[why]++;
	sim_trace(sim, node, "loses data of %s: %s", sim->node[data->origin].name, name[why]);
}

static bool
has_crossed(const struct sim_data *data, unsigned int a, unsigned int b)
{
	for (unsigned int i = 0; i + 1 < data->crossed; i++) {
		unsigned int from = data->trail[i], to = data->trail[i + 1];

		if ((from == a && to == b) || (from == b && to == a))
			return true;
	}
	return false;
}

/* By a link of the air, if there is one and it does not lose it. */
static void
transmit(struct sim *sim, unsigned int from, unsigned int to, const struct sim_data *data)
{
	const struct sim_link *link =
		to == SIM_NOBODY ? NULL : sim_radio_find(&sim->radio, from, to);
	struct sim_frame *frame;
	uint32_t index;

	if (link == NULL || !sim->node[to].on) {
		lose(sim, from, data, SIM_LOST_REACH);
		return;
	}
	if (data->crossed == SIM_TRAIL) {
		lose(sim, from, data, SIM_LOST_TRAIL);
		return;
	}
	index = sim_frame(sim, from);
	frame = &sim->frames.frame[index];
	frame->has_data = true;
	frame->data = *data;
	frame->data.trail[frame->data.crossed++] = (uint16_t)from;
	if (has_crossed(&frame->data, from, to))
		sim->watch.counts.crossed_twice++;
	if (!sim_send_by(sim, index, link))
		lose(sim, from, data, SIM_LOST_IN_AIR);
}

/*
 * By the best next hop that is not who it came from (SIM_NOBODY: from nobody). Peers have one and
 * use it.
 */
static void
pass_on(struct sim *sim, unsigned int node, unsigned int came_from, const struct sim_data *data)
{
	struct pgn_hop hop[1 + PGN_CANDIDATES_MAX];
	bool is_peer = sim->node[node].kind == SIM_PEER_OBU;
	unsigned int count;

	if (data->kind == PGN_KIND_UPSTREAM)
		count = sim_upstream(sim, node, hop, 1 + PGN_CANDIDATES_MAX);
	else
		count = sim_route(sim, node, data->destination, hop);
	for (unsigned int i = 0; i < count; i++) {
		unsigned int next = sim_node_of(sim, &hop[i].mac);

		if (is_peer || next != came_from || next == SIM_NOBODY) {
			transmit(sim, node, next, data);
			return;
		}
	}
	lose(sim, node, data, count == 0 ? SIM_LOST_NO_ROUTE : SIM_LOST_LOOP);
}

static void
arrive(struct sim *sim, unsigned int node, const struct sim_data *data)
{
	struct sim_watch *watch = &sim->watch;
	uint32_t uncounted =
		data->probe == SIM_PROBE_GROUP ? watch->uncounted_groups : watch->uncounted_probes;
	uint8_t *seen =
		data->probe == SIM_PROBE_GROUP
			? &watch->group_seen[data->number % SIM_GROUPS * SIM_MAX_NODES + node]
			: &watch->delivered[data->number % SIM_PROBES];

	if (data->number <= uncounted)
		return;
	if (*seen == 0)
		watch->counts.delivered[data->probe]++;
	else
		watch->counts.duplicates[data->probe]++;
	*seen = 1;
}

/* To every other OBU: a copy each with its MAC. A peer RSU sends one, to the group. */
static void
spread(struct sim *sim, unsigned int rsu, const struct sim_data *data)
{
	struct sim_data copy = *data;

	copy.kind = PGN_KIND_DOWNSTREAM;
	copy.crossed = 0;
	if (sim->node[rsu].kind == SIM_PEER_RSU) {
		copy.destination = SIM_EVERYBODY;
		for (unsigned int i = 0; i < sim->radio.links[rsu]; i++)
			transmit(sim, rsu, sim_radio_links(&sim->radio, rsu)[i].to, &copy);
		return;
	}
	for (unsigned int i = 0; i < sim->nodes; i++) {
		struct pgn_hop hop[PGN_NODE_HOPS];

		copy.destination = (uint16_t)i;
		if (sim_is_obu(&sim->node[i]) && i != data->origin &&
		    sim_route(sim, rsu, i, hop) > 0)
			pass_on(sim, rsu, SIM_NOBODY, &copy);
	}
}

static uint32_t
next_number(struct sim *sim, enum sim_probe_kind probe)
{
	struct sim_watch *watch = &sim->watch;

	watch->counts.probes[probe]++;
	watch->delivered[++watch->probe_number % SIM_PROBES] = 0;
	return watch->probe_number;
}

/* Every OBU but the origin is to get it once. */
static uint32_t
next_group(struct sim *sim, unsigned int origin)
{
	struct sim_watch *watch = &sim->watch;
	uint32_t number = ++watch->group_number;
	uint8_t *seen = &watch->group_seen[number % SIM_GROUPS * SIM_MAX_NODES];

	for (unsigned int i = 0; i < sim->nodes; i++) {
		seen[i] = 0;
		if (i != origin && sim_is_obu(&sim->node[i]) &&
		    sim_watch_distance(sim, i) != SIM_NO_WAY)
			watch->counts.probes[SIM_PROBE_GROUP]++;
	}
	return number;
}

static void
at_rsu(struct sim *sim, unsigned int node, const struct sim_frame *frame)
{
	const struct sim_data *data = &frame->data;
	struct sim_data answer = {.probe = SIM_PROBE_DOWN,
				  .kind = PGN_KIND_DOWNSTREAM,
				  .origin = (uint16_t)node,
				  .destination = data->origin};

	if (data->kind != PGN_KIND_UPSTREAM)
		return;
	if (data->spread) {
		spread(sim, node, data);
		return;
	}
	arrive(sim, node, data);
	answer.number = next_number(sim, SIM_PROBE_DOWN);
	pass_on(sim, node, SIM_NOBODY, &answer);
}

static void
at_obu(struct sim *sim, unsigned int node, const struct sim_frame *frame)
{
	const struct sim_data *data = &frame->data;
	bool is_peer = sim->node[node].kind == SIM_PEER_OBU;

	if (data->kind == PGN_KIND_DOWNSTREAM &&
	    (data->destination == node || data->destination == SIM_EVERYBODY))
		arrive(sim, node, data);
	else if (!is_peer && data->kind == PGN_KIND_UPSTREAM && data->origin == node)
		lose(sim, node, data, SIM_LOST_LOOP);
	else
		pass_on(sim, node, frame->from, data);
}

void
sim_data_hear(struct sim *sim, unsigned int node, const struct sim_frame *frame)
{
	/* What it leads to takes frames, and frames move when more are needed. */
	const struct sim_frame kept = *frame;

	if (sim_is_rsu(&sim->node[node]))
		at_rsu(sim, node, &kept);
	else if (sim_is_obu(&sim->node[node]))
		at_obu(sim, node, &kept);
	else
		lose(sim, node, &kept.data, SIM_LOST_FORGER);
}

void
sim_data_probe(struct sim *sim, bool groups)
{
	unsigned int obu_that_spreads = sim->watch.group_number % sim->nodes;

	for (unsigned int i = 0; i < sim->nodes; i++) {
		struct sim_data data = {.origin = (uint16_t)i, .kind = PGN_KIND_UPSTREAM};

		if (!sim->node[i].on)
			continue;
		if (sim_is_rsu(&sim->node[i]) && groups) {
			data.probe = SIM_PROBE_GROUP;
			data.number = next_group(sim, i);
			spread(sim, i, &data);
		}
		if (!sim_is_obu(&sim->node[i]) || sim_watch_distance(sim, i) == SIM_NO_WAY)
			continue;
		data.probe = SIM_PROBE_UP;
		data.number = next_number(sim, SIM_PROBE_UP);
		pass_on(sim, i, SIM_NOBODY, &data);
		if (groups && i == obu_that_spreads) {
			data.probe = SIM_PROBE_GROUP;
			data.spread = 1;
			data.number = next_group(sim, i);
			pass_on(sim, i, SIM_NOBODY, &data);
		}
	}
}
