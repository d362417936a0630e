/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "mix.h"
#include "nodes.h"
#include "outbox.h"
#include "patience.h"
#include "sanity.h"
#include "sent.h"

#define JITTER_PART 10 /* a period grows by up to one part in so many */

struct pgn_rsu {
	struct pgn_routing_conf conf;
	uint64_t created_us;
	uint64_t random;
	uint64_t due_us; /* next heartbeat */
	struct pgn_sent sent;
	uint64_t judged;   /* ordinal up to which answers are over */
	uint64_t judge_us; /* when those to the newest heartbeat are */
	struct pgn_nodes nodes;
};

struct pgn_rsu *
pgn_rsu_create(const struct pgn_routing_conf *conf, uint64_t now_us)
{
	struct pgn_rsu *rsu = aligned_alloc(PGN_CACHE_LINE, sizeof(*rsu));

	if (rsu == NULL)
		return NULL;
	memset(rsu, 0, sizeof(*rsu));
	if (pgn_nodes_init(&rsu->nodes, conf->max_nodes, conf->seed) != 0) {
		free(rsu);
		errno = ENOMEM;
		return NULL;
	}
	rsu->conf = *conf;
	rsu->created_us = now_us;
	rsu->due_us = now_us;
	rsu->random = pgn_mix(conf->seed);
	pgn_sent_init(&rsu->sent, conf->hello_history);
	rsu->judged = rsu->sent.ordinal;
	return rsu;
}

void
pgn_rsu_destroy(struct pgn_rsu *rsu)
{
	if (rsu == NULL)
		return;
	pgn_nodes_fini(&rsu->nodes);
	free(rsu);
}

static uint64_t
period_us(const struct pgn_rsu *rsu)
{
	return (uint64_t)rsu->conf.hello_periodicity_ms * 1000;
}

static void
send_heartbeat(struct pgn_rsu *rsu, uint64_t now_us, struct pgn_outbox *outbox)
{
	struct pgn_heartbeat heartbeat = {
		.to = pgn_mac_broadcast,
		.duration.low = (now_us - rsu->created_us) / 1000,
		.hops = 1,
		.source = rsu->conf.wire_mac[0],
	};

	heartbeat.id = pgn_sent_add(&rsu->sent, now_us, &heartbeat.duration);
	for (unsigned int wire = 0; wire < rsu->conf.wire_count; wire++) {
		struct pgn_send *send = pgn_outbox_add(
			outbox, wire, wire == 0 ? PGN_TERM_GENERATED : PGN_TERM_COPIED,
			PGN_KIND_HEARTBEAT);

		if (send == NULL)
			break;
		heartbeat.from = rsu->conf.wire_mac[wire];
		send->heartbeat = heartbeat;
	}
}

uint64_t
pgn_rsu_tick(struct pgn_rsu *rsu, uint64_t now_us, struct pgn_outbox *outbox)
{
	uint64_t period = period_us(rsu);

	if (rsu->judged != rsu->sent.ordinal && now_us >= rsu->judge_us) {
		rsu->judged = rsu->sent.ordinal;
		pgn_nodes_age(&rsu->nodes, rsu->judged);
	}
	if (now_us >= rsu->due_us) {
		send_heartbeat(rsu, now_us, outbox);
		rsu->judge_us = now_us + period / 2;
		rsu->due_us =
			now_us + period + pgn_random(&rsu->random) % (period / JITTER_PART + 1);
	}
	if (rsu->judged != rsu->sent.ordinal && rsu->judge_us < rsu->due_us)
		return rsu->judge_us;
	return rsu->due_us;
}

struct pgn_outcome
pgn_rsu_heartbeat(struct pgn_rsu *rsu, uint64_t now_us, unsigned int wire,
		  const struct pgn_heartbeat *m)
{
	enum pgn_drop reason;

	(void)now_us;
	(void)wire;
	if (!pgn_heartbeat_is_sane(&rsu->conf, m, &reason))
		return pgn_dropped(reason);
	return pgn_dropped(PGN_DROP_NOT_OUR_ROLE);
}

/* An id is kept for an hour at most. */
static uint32_t
latency(uint64_t from_us, uint64_t to_us)
{
	if (to_us <= from_us)
		return 0;
	return to_us - from_us < UINT32_MAX ? (uint32_t)(to_us - from_us) : UINT32_MAX;
}

struct pgn_outcome
pgn_rsu_reply(struct pgn_rsu *rsu, uint64_t now_us, unsigned int wire, const struct pgn_reply *m)
{
	const struct pgn_sent_heartbeat *sent;
	struct pgn_node_sign sign = {
		.hop = pgn_hop_number(&(struct pgn_hop){.mac = m->from, .wire = (uint8_t)wire}),
		.hops = m->hops,
	};
	struct pgn_routed_node *node;
	enum pgn_drop reason;

	if (!pgn_reply_is_sane(&rsu->conf, m, &reason))
		return pgn_dropped(reason);
	if (!pgn_mac_equal(&m->source, &rsu->conf.wire_mac[0]))
		return pgn_dropped(PGN_DROP_FOREIGN_REPLY);
	sent = pgn_sent_find(&rsu->sent, m->id, &sign.ordinal);
	if (sent == NULL)
		return pgn_dropped(PGN_DROP_UNKNOWN_ID);
	if (!pgn_duration_equal(&m->duration, &sent->duration))
		return pgn_dropped(PGN_DROP_WRONG_DURATION);
	node = pgn_nodes_take(&rsu->nodes, &m->sender, sign.hop);
	if (node == NULL)
		return pgn_dropped(PGN_DROP_NODES_FULL);

	/* Silence is counted in heartbeats: an answer shows that those up to it were answerable. */
	sign.now = sign.ordinal > rsu->judged ? sign.ordinal : rsu->judged;
	sign.dead_at = sign.ordinal + rsu->conf.dead_after;
	sign.gone_at = sign.ordinal + (uint64_t)rsu->conf.hello_history * PGN_FORGOTTEN_HISTORIES;
	sign.latency_us = latency(sent->at_us, now_us);
	pgn_nodes_hear(&rsu->nodes, node, &sign);
	return pgn_kept();
}

void
pgn_rsu_wire_down(struct pgn_rsu *rsu, unsigned int wire)
{
	pgn_nodes_wire_down(&rsu->nodes, wire);
}

uint64_t
pgn_rsu_version(const struct pgn_rsu *rsu)
{
	return rsu->nodes.version;
}

unsigned int
pgn_rsu_slots(const struct pgn_rsu *rsu)
{
	return pgn_nodes_slots(&rsu->nodes);
}

bool
pgn_rsu_node(const struct pgn_rsu *rsu, unsigned int slot, struct pgn_node_route *route)
{
	return pgn_nodes_route(&rsu->nodes, slot, route);
}

bool
pgn_rsu_find(const struct pgn_rsu *rsu, const struct pgn_mac *mac, struct pgn_node_route *route)
{
	return pgn_nodes_find(&rsu->nodes, mac, route);
}

struct pgn_routing_use
pgn_rsu_use(const struct pgn_rsu *rsu)
{
	return (struct pgn_routing_use){.nodes = rsu->nodes.table.count};
}

bool
pgn_rsu_retired_slot(const struct pgn_rsu *rsu, unsigned int *slot)
{
	return pgn_nodes_retired_slot(&rsu->nodes, slot);
}

void
pgn_rsu_release_slot(struct pgn_rsu *rsu, unsigned int slot)
{
	pgn_nodes_release_slot(&rsu->nodes, slot);
}

struct pgn_rsu_inside
pgn_rsu_inside(const struct pgn_rsu *rsu)
{
	return (struct pgn_rsu_inside){.sent = &rsu->sent, .nodes = &rsu->nodes};
}
