/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include "inside.h"
#include "mix.h"
#include "nodes.h"
#include "outbox.h"
#include "patience.h"
#include "relayed.h"
#include "sanity.h"
#include "upstream.h"

#define IDLE_US UINT64_C(1000000) /* between calls when nothing is known */

struct pgn_obu {
	struct pgn_routing_conf conf;
	uint64_t sweep_us; /* next pass over the tables */
	uint64_t epochs;
	struct pgn_table rsus;
	struct pgn_upstream_hops upstream;
	struct pgn_nodes nodes;
	struct pgn_relayed relayed;
};

struct pgn_obu *
pgn_obu_create(const struct pgn_routing_conf *conf, uint64_t now_us)
{
	struct pgn_obu *obu = calloc(1, sizeof(*obu));
	uint64_t seeds = conf->seed;

	if (obu == NULL)
		return NULL;
	obu->conf = *conf;
	obu->sweep_us = now_us;
	pgn_upstream_init(&obu->upstream, conf->cached_candidates, conf->dead_after);
	if (pgn_table_init(&obu->rsus, conf->max_rsus, 0, pgn_heard_size(conf->hello_history),
			   pgn_random(&seeds)) != 0)
		goto no_rsus;
	if (pgn_nodes_init(&obu->nodes, conf->max_nodes, pgn_random(&seeds)) != 0)
		goto no_nodes;
	if (pgn_relayed_init(&obu->relayed, conf->max_nodes, pgn_random(&seeds)) != 0)
		goto no_relayed;
	return obu;

no_relayed:
	pgn_nodes_fini(&obu->nodes);
no_nodes:
	pgn_table_fini(&obu->rsus);
no_rsus:
	free(obu);
	errno = ENOMEM;
	return NULL;
}

void
pgn_obu_destroy(struct pgn_obu *obu)
{
	if (obu == NULL)
		return;
	pgn_relayed_fini(&obu->relayed);
	pgn_nodes_fini(&obu->nodes);
	pgn_table_fini(&obu->rsus);
	free(obu);
}

static void
forget_rsu(struct pgn_obu *obu, struct pgn_heard *rsu)
{
	pgn_upstream_forget(&obu->upstream, rsu, NULL);
	pgn_table_remove(&obu->rsus, &rsu->entry);
}

/* ---- time ---- */

/* Forget RSUs that were silent for long; returns the shortest period of those that stay. */
static uint64_t
age_rsus(struct pgn_obu *obu, struct pgn_table_order *order, uint64_t now_us, uint64_t shortest_us)
{
	struct pgn_table_entry *entry, *next;

	TAILQ_FOREACH_SAFE(entry, order, order, next)
	{
		struct pgn_heard *rsu = (void *)entry;

		if (now_us >= rsu->gone_at)
			forget_rsu(obu, rsu);
		else if (rsu->period_us < shortest_us)
			shortest_us = rsu->period_us;
	}
	return shortest_us;
}

uint64_t
pgn_obu_tick(struct pgn_obu *obu, uint64_t now_us, struct pgn_outbox *outbox)
{
	uint64_t deadline_us;

	(void)outbox;
	if (now_us >= obu->sweep_us) {
		uint64_t shortest_us = IDLE_US * 2;

		shortest_us = age_rsus(obu, &obu->rsus.established, now_us, shortest_us);
		shortest_us = age_rsus(obu, &obu->rsus.on_probation, now_us, shortest_us);
		pgn_nodes_age(&obu->nodes, now_us);
		obu->sweep_us = now_us + shortest_us / 2;
	}
	pgn_upstream_age(&obu->upstream, &obu->rsus, now_us);
	deadline_us = pgn_upstream_deadline(&obu->upstream);
	return deadline_us < obu->sweep_us ? deadline_us : obu->sweep_us;
}

void
pgn_obu_wire_down(struct pgn_obu *obu, uint64_t now_us, unsigned int wire)
{
	for (uint32_t i = 0; i < obu->rsus.fresh; i++) {
		struct pgn_heard *rsu = pgn_table_at(&obu->rsus, i);

		for (unsigned int k = 0; rsu != NULL && k < rsu->path_count; k++) {
			if (rsu->path[k].hop.wire == wire)
				pgn_path_fail(&rsu->path[k], obu->conf.dead_after);
		}
	}
	pgn_upstream_age(&obu->upstream, &obu->rsus, now_us);
	pgn_nodes_wire_down(&obu->nodes, wire);
}

/* ---- heartbeats ---- */

static struct pgn_heard *
take_rsu(struct pgn_obu *obu, const struct pgn_mac *source, const struct pgn_hop *hop)
{
	uint64_t key = pgn_mac_number(source);
	struct pgn_heard *rsu = pgn_table_find(&obu->rsus, key);
	void *victim;

	if (rsu != NULL)
		return rsu;
	if (!pgn_table_room(&obu->rsus, pgn_hop_number(hop), &victim))
		return NULL;
	if (victim != NULL)
		forget_rsu(obu, victim);
	rsu = pgn_table_add(&obu->rsus, key, pgn_hop_number(hop));
	pgn_heard_init(rsu, obu->conf.hello_history,
		       (uint64_t)obu->conf.hello_periodicity_ms * 1000, &obu->epochs);
	return rsu;
}

static void
relay_heartbeat(const struct pgn_obu *obu, const struct pgn_heartbeat *m, struct pgn_outbox *outbox)
{
	for (unsigned int wire = 0; wire < obu->conf.wire_count; wire++) {
		struct pgn_send *send =
			pgn_outbox_add(outbox, wire, PGN_TERM_COPIED, PGN_KIND_HEARTBEAT);

		if (send == NULL)
			return;
		send->heartbeat = *m;
		send->heartbeat.to = pgn_mac_broadcast;
		send->heartbeat.from = obu->conf.wire_mac[wire];
		send->heartbeat.hops = m->hops + 1;
	}
}

static void
answer(const struct pgn_obu *obu, unsigned int wire, const struct pgn_heartbeat *m,
       struct pgn_outbox *outbox)
{
	struct pgn_send *send = pgn_outbox_add(outbox, wire, PGN_TERM_GENERATED, PGN_KIND_REPLY);

	if (send == NULL)
		return;
	send->reply = (struct pgn_reply){
		.to = m->from,
		.from = obu->conf.wire_mac[wire],
		.duration = m->duration,
		.id = m->id,
		.hops = m->hops,
		.source = m->source,
		.sender = obu->conf.wire_mac[0],
	};
}

/* A copy speaks for the neighbour it came from, unless it may have come through us: upstream.h. */
static void
hear_path(struct pgn_obu *obu, struct pgn_heard *rsu, uint64_t now_us, const struct pgn_hop *hop,
	  const struct pgn_heartbeat *m)
{
	struct pgn_way way = {.rsu = rsu, .path = pgn_heard_find_path(rsu, hop)};

	if (m->hops >= pgn_heard_find_id(rsu, m->id)->hops + 2)
		return;
	if (way.path == NULL) {
		way.path = pgn_heard_place_path(rsu, now_us, m->hops,
						pgn_upstream_current(&obu->upstream));
		if (way.path == NULL)
			return;
		pgn_upstream_forget(&obu->upstream, rsu, way.path);
		pgn_path_start(way.path, hop, pgn_window_ordinal(&rsu->window, m->id));
	}
	pgn_heard_by_path(rsu, way.path, now_us, m, obu->conf.dead_after);
	if (pgn_path_is_live(way.path, now_us))
		pgn_upstream_hear(&obu->upstream, &way);
}

struct pgn_outcome
pgn_obu_heartbeat(struct pgn_obu *obu, uint64_t now_us, unsigned int wire,
		  const struct pgn_heartbeat *m, struct pgn_outbox *outbox)
{
	struct pgn_hop hop = {.mac = m->from, .wire = (uint8_t)wire};
	enum pgn_heard_verdict verdict;
	struct pgn_heard *rsu;
	enum pgn_drop reason;
	bool is_first;

	if (!pgn_heartbeat_is_sane(&obu->conf, m, &reason))
		return pgn_dropped(reason);
	pgn_upstream_age(&obu->upstream, &obu->rsus, now_us);
	rsu = take_rsu(obu, &m->source, &hop);
	if (rsu == NULL)
		return pgn_dropped(PGN_DROP_RSUS_FULL);
	is_first = rsu->window.seen == 0;
	verdict = pgn_heard_heartbeat(rsu, now_us, &hop, m, &obu->epochs);
	if (verdict == PGN_HEARD_STALE)
		return pgn_dropped(PGN_DROP_STALE_ID);

	if (verdict == PGN_HEARD_NEW) {
		if (is_first)
			pgn_table_use(&obu->rsus, &rsu->entry);
		else
			pgn_table_establish(&obu->rsus, &rsu->entry);
		if (m->hops < obu->conf.max_hops)
			relay_heartbeat(obu, m, outbox);
		answer(obu, wire, m, outbox);
	}
	hear_path(obu, rsu, now_us, &hop, m);
	return pgn_kept();
}

/* ---- replies of others ---- */

/* Not back to where the reply came from, not to whom it is from. */
static bool
may_carry(const struct pgn_hop *hop, const struct pgn_reply *m)
{
	return !pgn_mac_equal(&hop->mac, &m->from) && !pgn_mac_equal(&hop->mac, &m->sender);
}

/* The hop from which this id came first, while it lives; else the cheapest that does. */
static const struct pgn_hop *
way_back(struct pgn_heard *rsu, uint64_t now_us, const struct pgn_hop *first,
	 const struct pgn_reply *m)
{
	struct pgn_path *path = pgn_heard_find_path(rsu, first);
	struct pgn_way best = {.rsu = rsu};

	if (path != NULL && pgn_path_is_live(path, now_us) && may_carry(first, m))
		return first;
	for (unsigned int i = 0; i < rsu->path_count; i++) {
		struct pgn_way way = {.rsu = rsu, .path = &rsu->path[i]};

		if (pgn_path_is_live(way.path, now_us) && may_carry(&way.path->hop, m) &&
		    (best.path == NULL || pgn_way_costs_less(&way, &best)))
			best = way;
	}
	return best.path == NULL ? NULL : &best.path->hop;
}

/* The sender is reached through the neighbour that handed us its reply. False: no room. */
static bool
learn_node(struct pgn_obu *obu, const struct pgn_heard *rsu, uint64_t now_us,
	   const struct pgn_hop *hop, const struct pgn_reply *m, bool is_first_copy)
{
	struct pgn_routed_node *node = pgn_nodes_take(&obu->nodes, &m->sender, hop);
	struct pgn_node_sign sign = {
		.hop = *hop,
		.now = now_us,
		.dead_at = now_us + pgn_silence_us(obu->conf.dead_after, rsu->period_us),
		.gone_at =
			now_us + rsu->period_us * obu->conf.hello_history * PGN_FORGOTTEN_HISTORIES,
		.hops = m->hops,
	};

	if (node == NULL)
		return false;
	sign.ordinal = node->ordinal + is_first_copy;
	pgn_nodes_hear(&obu->nodes, node, &sign);
	return true;
}

struct pgn_outcome
pgn_obu_reply(struct pgn_obu *obu, uint64_t now_us, unsigned int wire, const struct pgn_reply *m,
	      struct pgn_outbox *outbox)
{
	struct pgn_hop hop = {.mac = m->from, .wire = (uint8_t)wire};
	const struct pgn_heard_id *heard;
	const struct pgn_hop *back;
	struct pgn_heard *rsu;
	struct pgn_send *send;
	enum pgn_drop reason;
	uint64_t digest;
	bool is_first_copy;

	if (!pgn_reply_is_sane(&obu->conf, m, &reason))
		return pgn_dropped(reason);
	rsu = pgn_table_find(&obu->rsus, pgn_mac_number(&m->source));
	heard = rsu == NULL ? NULL : pgn_heard_find_id(rsu, m->id);
	if (heard == NULL)
		return pgn_dropped(PGN_DROP_UNKNOWN_ID);

	digest = pgn_relayed_digest(&obu->relayed, rsu->epoch, m->id, pgn_mac_number(&m->sender));
	is_first_copy = !pgn_relayed_has(&obu->relayed, digest);
	if (!learn_node(obu, rsu, now_us, &hop, m, is_first_copy))
		return pgn_dropped(PGN_DROP_NODES_FULL);
	if (!is_first_copy)
		return pgn_dropped(PGN_DROP_DUPLICATE_REPLY);
	back = way_back(rsu, now_us, &heard->first, m);
	if (back == NULL)
		return pgn_dropped(PGN_DROP_NO_WAY_BACK);
	send = pgn_outbox_add(outbox, back->wire, PGN_TERM_RELAYED, PGN_KIND_REPLY);
	if (send == NULL)
		return pgn_dropped(PGN_DROP_CONTROL_FULL);

	pgn_relayed_add(&obu->relayed, digest, pgn_hop_number(&hop));
	send->reply = *m;
	send->reply.to = back->mac;
	send->reply.from = obu->conf.wire_mac[back->wire];
	return (struct pgn_outcome){.verdict = PGN_RELAYED};
}

/* ---- what is reported ---- */

uint64_t
pgn_obu_version(const struct pgn_obu *obu)
{
	return obu->nodes.version + obu->upstream.version;
}

unsigned int
pgn_obu_upstream(const struct pgn_obu *obu, struct pgn_hop *hop, unsigned int max)
{
	unsigned int count = obu->upstream.reported_count;

	if (count > max)
		count = max;
	for (unsigned int i = 0; i < count; i++)
		hop[i] = obu->upstream.reported[i];
	return count;
}

unsigned int
pgn_obu_slots(const struct pgn_obu *obu)
{
	return pgn_nodes_slots(&obu->nodes);
}

bool
pgn_obu_node(const struct pgn_obu *obu, unsigned int slot, struct pgn_node_route *route)
{
	return pgn_nodes_route(&obu->nodes, slot, route);
}

bool
pgn_obu_find(const struct pgn_obu *obu, const struct pgn_mac *mac, struct pgn_node_route *route)
{
	return pgn_nodes_find(&obu->nodes, mac, route);
}

struct pgn_routing_use
pgn_obu_use(const struct pgn_obu *obu)
{
	return (struct pgn_routing_use){.nodes = obu->nodes.table.count, .rsus = obu->rsus.count};
}

bool
pgn_obu_retired_slot(const struct pgn_obu *obu, unsigned int *slot)
{
	return pgn_nodes_retired_slot(&obu->nodes, slot);
}

void
pgn_obu_release_slot(struct pgn_obu *obu, unsigned int slot)
{
	pgn_nodes_release_slot(&obu->nodes, slot);
}

struct pgn_obu_inside
pgn_obu_inside(const struct pgn_obu *obu)
{
	return (struct pgn_obu_inside){
		.rsus = &obu->rsus, .upstream = &obu->upstream, .nodes = &obu->nodes};
}
