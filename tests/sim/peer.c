/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "memory.h"
#include "sim.h"

#define HISTORY 10
#define RSUS 64
#define NODES SIM_MAX_NODES
#define HELLO_US 1000000

/* A next hop as a heartbeat or a reply showed it. */
struct way {
	struct pgn_hop hop;
	bool again; /* a further copy */
	uint32_t id;
	uint32_t hops;
	uint64_t latency_us;
};

struct history {
	struct pgn_mac of;
	unsigned int count;
	struct way way[HISTORY];
};

struct sim_peer {
	bool is_rsu;
	struct pgn_mac self;
	uint64_t created_us, due_us;
	uint32_t next_id;
	uint64_t sent_us[HISTORY];
	unsigned int rsus;
	struct history rsu[RSUS];
	unsigned int last; /* RSU heard last */
	unsigned int nodes;
	struct history *node;
};

struct sim_peer *
sim_peer_create(bool is_rsu, const struct pgn_mac *self, uint64_t now_us)
{
	struct sim_peer *peer = sim_alloc(sizeof(*peer));

	peer->is_rsu = is_rsu;
	peer->self = *self;
	peer->created_us = peer->due_us = now_us;
	peer->node = sim_alloc(NODES * sizeof(*peer->node));
	return peer;
}

void
sim_peer_destroy(struct sim_peer *peer)
{
	sim_free(peer->node);
	sim_free(peer);
}

/*
 * Fault 1: what is in the first places never leaves. The last one is all that news changes, and the
 * one before it all that further copies do.
 */
static void
remember(struct history *history, const struct way *way)
{
	unsigned int at = history->count < HISTORY ? history->count++
						   : HISTORY - 1 - (unsigned int)way->again;

	history->way[at] = *way;
}

static struct history *
find(struct history *list, unsigned int count, const struct pgn_mac *of)
{
	for (unsigned int i = 0; i < count; i++) {
		if (pgn_mac_equal(&list[i].of, of))
			return &list[i];
	}
	return NULL;
}

static struct history *
take(struct history *list, unsigned int *count, unsigned int max, const struct pgn_mac *of)
{
	struct history *history = find(list, *count, of);

	if (history != NULL || *count == max)
		return history;
	history = &list[(*count)++];
	history->of = *of;
	return history;
}

static const struct way *
find_id(const struct history *history, uint32_t id)
{
	for (unsigned int i = 0; i < history->count; i++) {
		if (history->way[i].id == id && !history->way[i].again)
			return &history->way[i];
	}
	return NULL;
}

static const struct way *
best(const struct history *history)
{
	const struct way *best = NULL;

	for (unsigned int i = 0; i < history->count; i++) {
		const struct way *way = &history->way[i];

		if (best == NULL || way->hops < best->hops ||
		    (way->hops == best->hops && way->latency_us < best->latency_us) ||
		    (way->hops == best->hops && way->latency_us == best->latency_us &&
		     pgn_mac_number(&way->hop.mac) < pgn_mac_number(&best->hop.mac)))
			best = way;
	}
	return best;
}

void
sim_peer_tick(struct sim *sim, unsigned int node)
{
	struct sim_peer *peer = sim->node[node].peer;
	struct sim_frame *frame;
	uint32_t index;

	if (!peer->is_rsu || sim->now_us < peer->due_us) {
		if (peer->is_rsu)
			sim_tick_at(sim, node, peer->due_us);
		return;
	}
	index = sim_frame(sim, node);
	frame = &sim->frames.frame[index];
	frame->has_heartbeat = true;
	frame->heartbeat = (struct pgn_heartbeat){
		.to = pgn_mac_broadcast,
		.from = peer->self,
		.duration.low = (sim->now_us - peer->created_us) / 1000,
		.id = peer->next_id,
		.hops = 1,
		.source = peer->self,
	};
	peer->sent_us[peer->next_id++ % HISTORY] = sim->now_us;
	sim_trace(sim, node, "sends heartbeat %u", peer->next_id - 1);
	sim_send(sim, index, &pgn_mac_broadcast);
	sim_watch_beat(sim, node);
	peer->due_us = sim->now_us + HELLO_US;
	sim_tick_at(sim, node, peer->due_us);
}

/* Faults 2 and 4: the RSU heard last is the upstream; one frame to all answers and relays. */
static void
hear_heartbeat(struct sim *sim, unsigned int node, const struct pgn_heartbeat *m)
{
	struct sim_peer *peer = sim->node[node].peer;
	struct history *rsu = take(peer->rsu, &peer->rsus, RSUS, &m->source);
	struct way way = {.hop = {.mac = m->from}, .id = m->id, .hops = m->hops};
	struct sim_frame *frame;
	bool is_new;
	uint32_t index;

	if (rsu == NULL)
		return;
	is_new = find_id(rsu, m->id) == NULL;
	way.again = !is_new;
	remember(rsu, &way);
	peer->last = (unsigned int)(rsu - peer->rsu);
	if (!is_new)
		return;
	index = sim_frame(sim, node);
	frame = &sim->frames.frame[index];
	frame->has_heartbeat = frame->has_reply = true;
	frame->heartbeat = *m;
	frame->heartbeat.from = peer->self;
	frame->heartbeat.hops = m->hops + 1;
	frame->reply = (struct pgn_reply){
		.to = m->from,
		.from = peer->self,
		.duration = m->duration,
		.id = m->id,
		.hops = m->hops,
		.source = m->source,
		.sender = peer->self,
	};
	sim_trace(sim, node, "relays and answers heartbeat %u hops %u", m->id, m->hops);
	sim_send(sim, index, &pgn_mac_broadcast);
}

static void
learn(struct sim_peer *peer, const struct pgn_reply *m, uint64_t latency_us)
{
	struct history *sender = take(peer->node, &peer->nodes, NODES, &m->sender);
	struct way way = {
		.hop = {.mac = m->from}, .id = m->id, .hops = m->hops, .latency_us = latency_us};

	if (sender != NULL)
		remember(sender, &way);
}

static void
relay_reply(struct sim *sim, unsigned int node, const struct pgn_reply *m)
{
	struct sim_peer *peer = sim->node[node].peer;
	struct history *rsu = find(peer->rsu, peer->rsus, &m->source);
	const struct way *back = rsu == NULL ? NULL : find_id(rsu, m->id);
	struct sim_frame *frame;
	uint32_t index;

	if (back == NULL)
		return;
	learn(peer, m, 0);
	index = sim_frame(sim, node);
	frame = &sim->frames.frame[index];
	frame->has_reply = true;
	frame->reply = *m;
	frame->reply.to = back->hop.mac;
	frame->reply.from = peer->self;
	sim_send(sim, index, &back->hop.mac);
}

void
sim_peer_hear(struct sim *sim, unsigned int node, const struct sim_frame *frame)
{
	struct sim_peer *peer = sim->node[node].peer;
	const struct sim_frame kept = *frame;

	if (kept.has_heartbeat && !peer->is_rsu)
		hear_heartbeat(sim, node, &kept.heartbeat);
	if (!kept.has_reply)
		return;
	if (!peer->is_rsu) {
		relay_reply(sim, node, &kept.reply);
	} else if (pgn_mac_equal(&kept.reply.source, &peer->self)) {
		sim->watch.counts.replies++;
		if (peer->next_id - 1 - kept.reply.id < HISTORY)
			learn(peer, &kept.reply,
			      sim->now_us - peer->sent_us[kept.reply.id % HISTORY]);
	}
}

unsigned int
sim_peer_upstream(const struct sim_peer *peer, struct pgn_hop *hop)
{
	if (peer->rsus == 0)
		return 0;
	*hop = best(&peer->rsu[peer->last])->hop;
	return 1;
}

unsigned int
sim_peer_route(const struct sim_peer *peer, const struct pgn_mac *to, struct pgn_hop *hop)
{
	const struct history *node = find(peer->node, peer->nodes, to);

	if (node == NULL)
		return 0;
	*hop = best(node)->hop;
	return 1;
}
