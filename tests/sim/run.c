/* SPDX-License-Identifier: BSD-3-Clause */
/* How a world goes on: events, frames, and the library's code for each node. */
#include <string.h>

#include "data.h"
#include "sim.h"

#define FORESEEN 4     /* events between two steps of fetching what one takes */
#define TIDY_US 100000 /* as the node's control loop releases slots */

/* ---- nodes of ours ---- */

/* What a node's routing has said to send. */
static void
empty_outbox(struct sim *sim, unsigned int node, const struct pgn_outbox *outbox)
{
	for (unsigned int i = 0; i < outbox->count; i++) {
		const struct pgn_send *send = &outbox->send[i];
		uint32_t index = sim_frame(sim, node);
		struct sim_frame *frame = &sim->frames.frame[index];

		if (send->kind == PGN_KIND_HEARTBEAT) {
			frame->has_heartbeat = true;
			frame->heartbeat = send->heartbeat;
			frame->heartbeat.id += sim->node[node].id_offset;
			sim_trace(sim, node, "sends heartbeat %u hops %u", frame->heartbeat.id,
				  frame->heartbeat.hops);
			sim_send(sim, index, &send->heartbeat.to);
		} else {
			frame->has_reply = true;
			frame->reply = send->reply;
			sim_trace(sim, node, "sends reply of %u to id %u", frame->reply.sender.b[5],
				  frame->reply.id);
			sim_send(sim, index, &send->reply.to);
		}
	}
}

static void
note_upstream(struct sim *sim, unsigned int node)
{
	struct sim_node *n = &sim->node[node];
	uint64_t version = pgn_obu_version(n->obu);
	struct pgn_hop hop = {.wire = UINT8_MAX};

	if (version == n->version)
		return;
	n->version = version;
	pgn_obu_upstream(n->obu, &hop, 1);
	if (memcmp(&hop, &n->first, sizeof(hop)) == 0)
		return;
	n->first = hop;
	sim->watch.counts.upstream_changes++;
	if (sim->options.trace) {
		unsigned int to = sim_node_of(sim, &hop.mac);

		sim_trace(sim, node, "upstream is %s",
			  hop.wire == UINT8_MAX ? "nobody"
			  : to == SIM_NOBODY    ? "somebody made up"
						: sim->node[to].name);
	}
}

static void
tick(struct sim *sim, unsigned int node)
{
	struct sim_node *n = &sim->node[node];
	struct pgn_outbox outbox;

	if (n->tick_us <= sim->now_us)
		n->tick_us = UINT64_MAX;
	outbox.count = 0;
	switch (n->kind) {
	case SIM_RSU:
		sim_tick_at(sim, node, pgn_rsu_tick(n->rsu, sim->now_us, &outbox));
		if (outbox.count > 0)
			sim_watch_beat(sim, node);
		break;
	case SIM_OBU:
		sim_tick_at(sim, node, pgn_obu_tick(n->obu, sim->now_us, &outbox));
		note_upstream(sim, node);
		break;
	case SIM_PEER_RSU:
	case SIM_PEER_OBU:
		sim_peer_tick(sim, node);
		break;
	case SIM_FORGER:
		sim_forger_tick(sim, node);
		break;
	}
	empty_outbox(sim, node, &outbox);
}

/* The longest an OBU waited for a heartbeat that was new to it, from those who do not forge. */
static void
note_heartbeat(struct sim *sim, unsigned int node, unsigned int from)
{
	struct sim_watched *watched = &sim->watch.node[node];
	uint64_t gap_us = sim->now_us - watched->heartbeat_us;

	if (sim->node[from].kind == SIM_FORGER)
		return;
	if (watched->heartbeat_us != 0 && gap_us > sim->watch.counts.gap_us)
		sim->watch.counts.gap_us = gap_us;
	watched->heartbeat_us = sim->now_us;
}

static struct pgn_outcome
hear_heartbeat(struct sim *sim, unsigned int node, const struct sim_frame *frame)
{
	struct sim_node *n = &sim->node[node];
	struct pgn_heartbeat m = frame->heartbeat;
	unsigned int from = frame->from;
	struct pgn_outcome outcome;
	struct pgn_outbox outbox;

	if (n->kind == SIM_RSU)
		return pgn_rsu_heartbeat(n->rsu, sim->now_us, 0, &m);
	outbox.count = 0;
	outcome = pgn_obu_heartbeat(n->obu, sim->now_us, 0, &m, &outbox);
	if (outbox.count > 0)
		note_heartbeat(sim, node, from);
	empty_outbox(sim, node, &outbox);
	note_upstream(sim, node);
	return outcome;
}

static struct pgn_outcome
hear_reply(struct sim *sim, unsigned int node, const struct sim_frame *frame)
{
	struct sim_node *n = &sim->node[node];
	struct pgn_reply m = frame->reply;
	struct pgn_mac self = sim_mac(node);
	struct pgn_outcome outcome;
	struct pgn_outbox outbox;

	if (!pgn_mac_equal(&m.to, &self) && !pgn_mac_equal(&m.to, &pgn_mac_broadcast))
		return (struct pgn_outcome){PGN_DROPPED, PGN_DROP_NOT_FOR_US};
	if (n->kind == SIM_RSU) {
		if (pgn_mac_equal(&m.source, &self))
			sim->watch.counts.replies++;
		m.id -= n->id_offset;
		return pgn_rsu_reply(n->rsu, sim->now_us, 0, &m);
	}
	outbox.count = 0;
	outcome = pgn_obu_reply(n->obu, sim->now_us, 0, &m, &outbox);
	empty_outbox(sim, node, &outbox);
	return outcome;
}

static void
hear_control(struct sim *sim, unsigned int node, uint32_t index)
{
	struct pgn_outcome outcome;

	/* What is sent meanwhile may move frames. */
	if (sim->frames.frame[index].has_heartbeat) {
		outcome = hear_heartbeat(sim, node, &sim->frames.frame[index]);
		if (outcome.verdict == PGN_DROPPED)
			sim->watch.counts.dropped[outcome.reason]++;
	}
	if (sim->frames.frame[index].has_reply) {
		outcome = hear_reply(sim, node, &sim->frames.frame[index]);
		if (outcome.verdict == PGN_DROPPED)
			sim->watch.counts.dropped[outcome.reason]++;
	}
}

static void
arrive(struct sim *sim, const struct sim_event *event)
{
	struct sim_frame *frame = &sim->frames.frame[event->frame];
	const struct sim_node *n = &sim->node[event->node];

	sim->watch.counts.receptions++;
	sim->receptions++;
	if (!n->on)
		;
	else if (frame->has_data)
		sim_data_hear(sim, event->node, frame);
	else if (n->kind == SIM_FORGER)
		sim_forger_hear(sim, event->node, frame);
	else if (n->kind == SIM_PEER_RSU || n->kind == SIM_PEER_OBU)
		sim_peer_hear(sim, event->node, frame);
	else
		hear_control(sim, event->node, event->frame);

	frame = &sim->frames.frame[event->frame];
	if (--frame->holders == 0)
		sim_frames_give(&sim->frames, event->frame);
}

/* ---- time ---- */

static void
tidy(struct sim *sim)
{
	unsigned int slot;

	for (unsigned int i = 0; i < sim->nodes; i++) {
		struct sim_node *n = &sim->node[i];

		if (n->on && n->kind == SIM_RSU) {
			while (pgn_rsu_retired_slot(n->rsu, &slot))
				pgn_rsu_release_slot(n->rsu, slot);
		} else if (n->on && n->kind == SIM_OBU) {
			while (pgn_obu_retired_slot(n->obu, &slot))
				pgn_obu_release_slot(n->obu, slot);
		}
	}
}

static void
play(struct sim *sim)
{
	for (; sim->next_line < sim->lines; sim->next_line++) {
		const struct sim_line *line = &sim->line[sim->next_line];

		if (line->at_us > sim->now_us)
			return;
		switch (line->deed) {
		case SIM_DO_LINK:
			sim_radio_link(&sim->radio, line->node, &line->link);
			break;
		case SIM_DO_CUT:
			sim_radio_cut(&sim->radio, line->node, line->link.to);
			break;
		case SIM_DO_OFF:
			sim_switch_off(sim, line->node);
			break;
		case SIM_DO_ON:
			sim_switch_on(sim, line->node);
			break;
		case SIM_DO_MEASURE:
			sim_watch_restart(sim);
			break;
		}
		sim->watch.stale = true;
	}
}

/* Whether what happens again and again happens now. */
static bool
is_time(const struct sim *sim, uint64_t *next_us, uint64_t interval_us)
{
	if (sim->now_us < *next_us)
		return false;
	*next_us += interval_us;
	return true;
}

/* What concerns all nodes happens at the beginning of a window. */
static void
happen_to_all(struct sim *sim, uint64_t end_us)
{
	play(sim);
	if (sim->radio.plane.width != 0 && is_time(sim, &sim->move_us, sim->period_us)) {
		sim_radio_move(&sim->radio, (uint32_t)(sim->period_us / 1000));
		sim->watch.stale = true;
	}
	/* What is sent last has a period to get there. */
	if (sim->probes_per_period > 0 &&
	    is_time(sim, &sim->probe_us, sim->period_us / sim->probes_per_period) &&
	    sim->now_us + sim->period_us < end_us)
		sim_data_probe(sim, sim->groups);
	if (is_time(sim, &sim->look_us, sim->period_us / sim->looks_per_period))
		sim_watch_look(sim);
	if (is_time(sim, &sim->tidy_us, TIDY_US)) {
		tidy(sim);
		sim_watch_tables(sim);
		if (sim->now_us >= SIM_SETTLED * sim->period_us)
			sim_watch_settled(sim);
	}
}

/*
 * An event that comes soon: what it takes is fetched while others are at hand, step by step: the
 * frame, then what the frame says.
 */
static void
foresee(const struct sim *sim, const struct sim_event *event, unsigned int step)
{
	const struct sim_node *n = &sim->node[event->node];
	const struct sim_frame *frame;

	if (event->frame == SIM_NONE)
		return;
	frame = &sim->frames.frame[event->frame];
	if (step == 0) {
		__builtin_prefetch(n);
		__builtin_prefetch(frame);
		__builtin_prefetch(&frame->reply);
		__builtin_prefetch(&frame->reply.sender);
	} else if (n->kind != SIM_OBU || !n->on) {
		return;
	} else if (frame->has_heartbeat) {
		pgn_obu_fetch(n->obu, step - 1, &frame->heartbeat.source, frame->heartbeat.id,
			      NULL);
	} else if (frame->has_reply) {
		pgn_obu_fetch(n->obu, step - 1, &frame->reply.source, frame->reply.id,
			      &frame->reply.sender);
	}
}

/* A window, node by node; as a control loop does, each lets time pass after what came in. */
static void
happen(struct sim *sim)
{
	uint64_t begin_us = sim->now_us;
	const struct sim_event *event;
	uint32_t count = sim_events_take(&sim->events, sim->nodes, &event);

	for (uint32_t i = 0; i < count; i++) {
		unsigned int node = event[i].node;

		for (uint32_t step = 0; step <= PGN_FETCH_STEPS; step++) {
			uint32_t later = i + (PGN_FETCH_STEPS + 1 - step) * FORESEEN;

			if (later < count)
				foresee(sim, &event[later], step);
		}
		sim->now_us = begin_us + event[i].offset_us;
		if (event[i].frame != SIM_NONE)
			arrive(sim, &event[i]);
		if ((i + 1 == count || event[i + 1].node != node) && sim->node[node].on &&
		    (sim->node[node].kind == SIM_OBU || sim->node[node].tick_us <= sim->now_us))
			tick(sim, node);
	}
}

static uint32_t
quickest_link(const struct sim *sim)
{
	uint32_t least_us = SIM_WINDOW_MAX_US;

	if (sim->radio.plane.width != 0)
		least_us = sim->radio.plane.like.delay_us;
	for (unsigned int i = 0; i < sim->nodes; i++) {
		for (unsigned int k = 0; k < sim->radio.links[i]; k++) {
			uint32_t delay_us = sim_radio_links(&sim->radio, i)[k].delay_us;

			least_us = delay_us < least_us ? delay_us : least_us;
		}
	}
	for (unsigned int i = 0; i < sim->lines; i++) {
		const struct sim_line *line = &sim->line[i];

		if (line->deed == SIM_DO_LINK && line->link.delay_us < least_us)
			least_us = line->link.delay_us;
	}
	return least_us;
}

void
sim_run(struct sim *sim)
{
	uint64_t end_us = sim->periods * sim->period_us;

	sim_events_init(&sim->events, quickest_link(sim), SIM_MAX_NODES);
	for (unsigned int i = 0; i < sim->nodes; i++) {
		if (!sim->node[i].late)
			sim_switch_on(sim, i);
	}
	while (sim->now_us <= end_us) {
		happen_to_all(sim, end_us);
		happen(sim);
		sim_events_step(&sim->events);
		sim->now_us = sim_events_now_us(&sim->events);
	}
	sim_watch_end(sim);
}
