/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mix.h"
#include "obu.h"
#include "outbox.h"
#include "patience.h"
#include "sanity.h"

#define IDLE_US UINT64_C(1000000) /* between calls when nothing is heard */
#define NO_HOP UINT64_MAX

struct pgn_obu *
pgn_obu_create(const struct pgn_routing_conf *conf, uint64_t now_us)
{
	struct pgn_obu *obu = aligned_alloc(PGN_CACHE_LINE, sizeof(*obu));
	uint64_t seeds = conf->seed;

	if (obu == NULL)
		return NULL;
	memset(obu, 0, sizeof(*obu));
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

/* When an RSU is forgotten, unless heard again: not before the last way to it is dead. */
static uint64_t
forgotten_at(const struct pgn_heard *rsu)
{
	uint64_t at_us = rsu->gone_at;

	for (unsigned int i = 0; i < rsu->path_count; i++) {
		const struct pgn_path *path = &rsu->path[i];

		if (path->state != PGN_PATH_FAILED && path->dead_at > at_us)
			at_us = path->dead_at;
	}
	return at_us;
}

/* Forget RSUs that were silent for long. */
static void
age_rsus(struct pgn_obu *obu, uint64_t now_us)
{
	struct pgn_heard *rsu;
	uint32_t index = 0;

	while ((rsu = pgn_table_next_due(&obu->rsus, &index, now_us)) != NULL) {
		uint64_t at_us = forgotten_at(rsu);

		if (now_us >= at_us)
			forget_rsu(obu, rsu);
		else
			pgn_table_set_due(&obu->rsus, &rsu->entry, at_us);
	}
}

/* A pass over what wants to be looked at; twice a period of what is heard. */
static void
sweep(struct pgn_obu *obu, uint64_t now_us)
{
	age_rsus(obu, now_us);
	pgn_nodes_age(&obu->nodes, now_us);
	obu->sweep_us = now_us + IDLE_US;
}

uint64_t
pgn_obu_tick(struct pgn_obu *obu, uint64_t now_us, struct pgn_outbox *outbox)
{
	uint64_t deadline_us;

	(void)outbox;
	if (now_us >= obu->sweep_us)
		sweep(obu, now_us);
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
			if (pgn_hop_of_number(rsu->hop[k]).wire == wire)
				pgn_path_fail(&rsu->path[k], obu->conf.dead_after);
		}
	}
	obu->upstream.earliest_us = 0;
	pgn_upstream_age(&obu->upstream, &obu->rsus, now_us);
	pgn_nodes_wire_down(&obu->nodes, wire);
}

/* ---- heartbeats ---- */

static struct pgn_heard *
take_rsu(struct pgn_obu *obu, const struct pgn_mac *source, uint64_t hop)
{
	uint64_t key = pgn_mac_number(source);
	struct pgn_heard *rsu = pgn_table_find(&obu->rsus, key);
	void *victim;

	if (rsu != NULL)
		return rsu;
	if (!pgn_table_room(&obu->rsus, hop, &victim))
		return NULL;
	if (victim != NULL)
		forget_rsu(obu, victim);
	rsu = pgn_table_add(&obu->rsus, key, hop);
	pgn_heard_init(rsu, obu->conf.hello_history,
		       (uint64_t)obu->conf.hello_periodicity_ms * 1000);
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
hear_path(struct pgn_obu *obu, struct pgn_heard *rsu, uint64_t now_us, uint64_t hop,
	  struct pgn_path *path, const struct pgn_heartbeat *m)
{
	struct pgn_way way;

	if (m->hops >= pgn_heard_find_id(rsu, m->id)->hops + 2)
		return;
	if (path == NULL) {
		path = pgn_heard_place_path(rsu, now_us, m->hops,
					    pgn_upstream_current(&obu->upstream));
		if (path == NULL)
			return;
		pgn_upstream_forget(&obu->upstream, rsu, path);
		pgn_heard_start_path(rsu, path, hop, m->id);
	}
	pgn_heard_by_path(rsu, path, now_us, m, obu->conf.dead_after);
	if (!pgn_path_is_live(path, now_us))
		return;
	way = pgn_way_of(rsu, path, hop);
	pgn_upstream_hear(&obu->upstream, &way);
	pgn_upstream_age(&obu->upstream, &obu->rsus, now_us);
}

/* The first copy of an id: it is passed on and answered. */
static void
take_news(struct pgn_obu *obu, struct pgn_heard *rsu, uint64_t now_us, unsigned int wire,
	  const struct pgn_heartbeat *m, struct pgn_outbox *outbox)
{
	if (now_us + rsu->period_us / 2 < obu->sweep_us)
		obu->sweep_us = now_us + rsu->period_us / 2;
	if (m->hops < obu->conf.max_hops)
		relay_heartbeat(obu, m, outbox);
	answer(obu, wire, m, outbox);
}

struct pgn_outcome
pgn_obu_heartbeat(struct pgn_obu *obu, uint64_t now_us, unsigned int wire,
		  const struct pgn_heartbeat *m, struct pgn_outbox *outbox)
{
	uint64_t hop = pgn_hop_number(&(struct pgn_hop){.mac = m->from, .wire = (uint8_t)wire});
	struct pgn_heard *rsu;
	struct pgn_path *path;
	enum pgn_drop reason;
	bool is_first;

	if (!pgn_heartbeat_is_sane(&obu->conf, m, &reason))
		return pgn_dropped(reason);
	pgn_upstream_age(&obu->upstream, &obu->rsus, now_us);
	rsu = take_rsu(obu, &m->source, hop);
	if (rsu == NULL)
		return pgn_dropped(PGN_DROP_RSUS_FULL);
	is_first = rsu->window.seen == 0;
	path = pgn_heard_find_path(rsu, hop);
	if (path != NULL)
		__builtin_prefetch(path);
	switch (pgn_heard_heartbeat(rsu, now_us, hop, m)) {
	case PGN_HEARD_NEW:
		if (is_first)
			pgn_table_use(&obu->rsus, &rsu->entry);
		else
			pgn_table_establish(&obu->rsus, &rsu->entry);
		take_news(obu, rsu, now_us, wire, m, outbox);
		break;
	case PGN_HEARD_AGAIN:
		break;
	case PGN_HEARD_STALE:
		return pgn_dropped(PGN_DROP_STALE_ID);
	}
	hear_path(obu, rsu, now_us, hop, path, m);
	return pgn_kept();
}

/* ---- replies of others ---- */

/* Not back to where the reply came from, not to whom it is from. */
static bool
may_carry(uint64_t hop, const struct pgn_reply *m)
{
	uint64_t mac = hop & UINT64_C(0xffffffffffff);

	return mac != pgn_mac_number(&m->from) && mac != pgn_mac_number(&m->sender);
}

/* The number of the hop from which this id came first, while it lives; else of the cheapest. */
static uint64_t
way_back(struct pgn_heard *rsu, uint64_t now_us, uint64_t first, const struct pgn_reply *m)
{
	struct pgn_path *path = pgn_heard_find_path(rsu, first);
	struct pgn_way best = {.hop = NO_HOP};

	if (path != NULL && pgn_path_is_live(path, now_us) && may_carry(first, m))
		return first;
	for (unsigned int i = 0; i < rsu->path_count; i++) {
		struct pgn_way way;

		if (!pgn_path_is_live(&rsu->path[i], now_us) || !may_carry(rsu->hop[i], m))
			continue;
		way = pgn_way_of(rsu, &rsu->path[i], rsu->hop[i]);
		if (best.hop == NO_HOP || pgn_way_costs_less(&way, &best))
			best = way;
	}
	return best.hop;
}

/*
 * The sender is reached through the neighbour that handed us its reply; a late reply shows that it
 * was, some periods ago. False: no room.
 */
static bool
learn_node(struct pgn_obu *obu, const struct pgn_heard *rsu, uint64_t now_us, uint64_t hop,
	   const struct pgn_reply *m, bool is_first_copy)
{
	uint32_t late = pgn_window_place(&rsu->window, m->id) == PGN_WINDOW_SEEN
				? rsu->window.newest - m->id
				: 0;
	struct pgn_routed_node *node = pgn_nodes_take(&obu->nodes, &m->sender, hop);
	struct pgn_node_sign sign = {
		.hop = hop,
		.now = now_us,
		.dead_at = now_us + pgn_silence_us(obu->conf.dead_after, rsu->period_us),
		.gone_at =
			now_us + rsu->period_us * obu->conf.hello_history * PGN_FORGOTTEN_HISTORIES,
		.hops = m->hops,
	};

	if (node == NULL)
		return false;
	sign.dead_at =
		sign.dead_at > late * rsu->period_us ? sign.dead_at - late * rsu->period_us : 0;
	sign.ordinal = node->ordinal + is_first_copy;
	pgn_nodes_hear(&obu->nodes, node, &sign);
	return true;
}

struct pgn_outcome
pgn_obu_reply(struct pgn_obu *obu, uint64_t now_us, unsigned int wire, const struct pgn_reply *m,
	      struct pgn_outbox *outbox)
{
	uint64_t hop = pgn_hop_number(&(struct pgn_hop){.mac = m->from, .wire = (uint8_t)wire});
	const struct pgn_heard_id *heard;
	struct pgn_heard *rsu;
	struct pgn_send *send;
	struct pgn_hop back;
	enum pgn_drop reason;
	struct pgn_relayed_reply reply;
	uint64_t back_number;
	bool is_first_copy;

	if (!pgn_reply_is_sane(&obu->conf, m, &reason))
		return pgn_dropped(reason);
	pgn_nodes_fetch(&obu->nodes, &m->sender);
	rsu = pgn_table_find(&obu->rsus, pgn_mac_number(&m->source));
	heard = rsu == NULL ? NULL : pgn_heard_find_id(rsu, m->id);
	if (heard == NULL)
		return pgn_dropped(PGN_DROP_UNKNOWN_ID);
	if (!pgn_duration_equal(&m->duration, &heard->duration))
		return pgn_dropped(PGN_DROP_WRONG_DURATION);
	/* Ids and durations may be the same after a restart of the RSU, the time is not. */
	reply = pgn_relayed_reply(&obu->relayed, rsu->entry.key ^ pgn_mix(heard->at_us), m->id,
				  pgn_mac_number(&m->sender));
	is_first_copy = !pgn_relayed_has(&reply);
	if (!learn_node(obu, rsu, now_us, hop, m, is_first_copy))
		return pgn_dropped(PGN_DROP_NODES_FULL);
	if (!is_first_copy)
		return pgn_dropped(PGN_DROP_DUPLICATE_REPLY);
	back_number = way_back(rsu, now_us, heard->first, m);
	if (back_number == NO_HOP)
		return pgn_dropped(PGN_DROP_NO_WAY_BACK);
	back = pgn_hop_of_number(back_number);
	send = pgn_outbox_add(outbox, back.wire, PGN_TERM_RELAYED, PGN_KIND_REPLY);
	if (send == NULL)
		return pgn_dropped(PGN_DROP_CONTROL_FULL);

	pgn_relayed_add(&obu->relayed, &reply, hop);
	send->reply = *m;
	send->reply.to = back.mac;
	send->reply.from = obu->conf.wire_mac[back.wire];
	return (struct pgn_outcome){.verdict = PGN_RELAYED};
}
