/* SPDX-License-Identifier: BSD-3-Clause */
/* How a world goes on: events, frames, and the library's code for each node. */
#include <string.h>

#include "data.h"
#include "mix.h"
#include "sim.h"

#define FORESEEN PGN_FORESEE_STAGES
#define TIDY_US 100000 /* as the node's control loop releases slots */

/* ---- sending ---- */

uint32_t
sim_frame(struct sim *sim, unsigned int from)
{
	uint32_t index = sim_frames_take(&sim->frames);

	sim->frames.frame[index].from = (uint16_t)from;
	return index;
}

static bool
put_in_air(struct sim *sim, uint32_t index, const struct sim_link *link)
{
	uint64_t random = pgn_random(&sim->random);
	uint64_t jitter_us = (random >> 32) * link->jitter_us >> 32;

	if ((random & UINT32_MAX) * 1000 >> 32 < link->loss_permille)
		return false;
	sim->frames.frame[index].holders++;
	sim_events_add(&sim->events, sim->now_us + link->delay_us + jitter_us, SIM_ARRIVAL,
		       link->to, index);
	return true;
}

bool
sim_send_by(struct sim *sim, uint32_t index, const struct sim_link *link)
{
	bool sent = put_in_air(sim, index, link);

	if (!sent)
		sim_frames_give(&sim->frames, index);
	return sent;
}

void
sim_send(struct sim *sim, uint32_t index, const struct pgn_mac *to)
{
	const struct sim_frame *frame = &sim->frames.frame[index];
	unsigned int from = frame->from;
	const struct sim_link *link = sim_radio_links(&sim->radio, from);

	if (sim->node[from].kind == SIM_FORGER)
		sim->watch.counts.forged++;
	else
		sim->watch.counts.frames++;
	if (pgn_mac_equal(to, &pgn_mac_broadcast)) {
		for (unsigned int i = 0; i < sim->radio.links[from]; i++)
			put_in_air(sim, index, &link[i]);
	} else {
		unsigned int node = sim_node_of(sim, to);

		link = node == SIM_NOBODY ? NULL : sim_radio_find(&sim->radio, from, node);
		if (link != NULL)
			put_in_air(sim, index, link);
	}
	if (frame->holders == 0)
		sim_frames_give(&sim->frames, index);
}

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

/* ---- nodes of ours ---- */

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
	if (outbox.count == 0) {
		note_upstream(sim, node);
		return outcome;
	}
	note_heartbeat(sim, node, from);
	empty_outbox(sim, node, &outbox);
	tick(sim, node);
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

		if (line->at_us > sim->now_us) {
			sim_events_add(&sim->events, line->at_us, SIM_SCRIPT, 0, SIM_NONE);
			break;
		}
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

/* Something that happens again and again. */
static void
again(struct sim *sim, enum sim_event_kind kind, uint64_t interval_us)
{
	sim_events_add(&sim->events, sim->now_us + interval_us, kind, 0, SIM_NONE);
}

static void
happen(struct sim *sim, const struct sim_event *event, uint64_t end_us)
{
	switch ((enum sim_event_kind)event->kind) {
	case SIM_ARRIVAL:
		arrive(sim, event);
		break;
	case SIM_TICK:
		if (sim->node[event->node].tick_us <= sim->now_us)
			tick(sim, event->node);
		break;
	case SIM_SCRIPT:
		play(sim);
		break;
	case SIM_PROBE:
		/* What is sent last has a period to get there. */
		if (sim->now_us + sim->period_us < end_us)
			sim_data_probe(sim, sim->groups);
		again(sim, SIM_PROBE, sim->period_us / sim->probes_per_period);
		break;
	case SIM_WATCH:
		sim_watch_look(sim);
		again(sim, SIM_WATCH, sim->period_us / sim->looks_per_period);
		break;
	case SIM_TIDY:
		tidy(sim);
		sim_watch_tables(sim);
		again(sim, SIM_TIDY, TIDY_US);
		break;
	case SIM_MOVE:
		sim_radio_move(&sim->radio, (uint32_t)(sim->period_us / 1000));
		sim->watch.stale = true;
		again(sim, SIM_MOVE, sim->period_us);
		break;
	}
}

/*
 * Half of all time would go into waiting for memory. Some steps ahead it is known what comes, and
 * each step nearer one thing more that it will be looked up in.
 */
static void
foresee(const struct sim *sim)
{
	const struct sim_chunk *chunk = sim_events_ahead(&sim->events, FORESEEN + 1);

	for (; chunk != NULL; chunk = sim_events_next_chunk(&sim->events, chunk)) {
		for (uint32_t i = 0; i < chunk->count; i++) {
			if (chunk->event[i].kind == SIM_ARRIVAL)
				__builtin_prefetch(&sim->frames.frame[chunk->event[i].frame]);
			__builtin_prefetch(&sim->node[chunk->event[i].node]);
		}
	}
	for (unsigned int stage = 0; stage < FORESEEN; stage++) {
		chunk = sim_events_ahead(&sim->events, FORESEEN - stage);
		for (; chunk != NULL; chunk = sim_events_next_chunk(&sim->events, chunk)) {
			for (uint32_t i = 0; i < chunk->count; i++) {
				const struct sim_event *event = &chunk->event[i];
				const struct sim_node *n = &sim->node[event->node];
				const struct sim_frame *frame;

				if (event->kind != SIM_ARRIVAL || n->kind != SIM_OBU || !n->on)
					continue;
				frame = &sim->frames.frame[event->frame];
				if (frame->has_heartbeat)
					pgn_obu_foresee_heartbeat(n->obu, stage, &frame->heartbeat);
				else if (frame->has_reply)
					pgn_obu_foresee_reply(n->obu, stage, &frame->reply);
			}
		}
	}
}

void
sim_run(struct sim *sim)
{
	uint64_t hello_us = (uint64_t)sim->conf.hello_periodicity_ms * 1000;
	struct sim_event event;
	uint64_t end_us;

	sim->period_us = hello_us + hello_us / 20;
	end_us = sim->periods * sim->period_us;
	if (sim->radio.plane.width != 0) {
		sim_radio_move(&sim->radio, 0);
		again(sim, SIM_MOVE, sim->period_us);
	}
	for (unsigned int i = 0; i < sim->nodes; i++) {
		if (!sim->node[i].late)
			sim_switch_on(sim, i);
	}
	if (sim->probes_per_period > 0)
		again(sim, SIM_PROBE, sim->period_us / sim->probes_per_period);
	again(sim, SIM_WATCH, 0);
	again(sim, SIM_TIDY, TIDY_US);
	again(sim, SIM_SCRIPT, 0);
	for (; sim->now_us <= end_us; sim_events_step(&sim->events)) {
		sim->now_us = sim_events_now_us(&sim->events);
		foresee(sim);
		while (sim_events_take(&sim->events, &event))
			happen(sim, &event, end_us);
	}
	sim_watch_end(sim);
}
