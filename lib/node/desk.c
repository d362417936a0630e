/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include <rte_errno.h>
#include <rte_lcore.h>

#include "control.h"
#include "learn.h"
#include "pgn_wire_mbuf.h"

#define EVENTS_AT_ONCE 32
/** Ageing walks a quarter of the table a call: with this, all of it in less than an epoch. */
#define AGE_EVERY_US 250000
/** Each release costs a pass over the table of clients: forged nodes must not make many. */
#define RELEASE_EVERY_US 100000
/** Changes that come thick are published together. */
#define PUBLISH_EVERY_US 1000

int
pgn_desk_open(struct pgn_desk *desk, const struct pgn_node *node, struct pgn_counters *counters,
	      const struct pgn_routing_conf *conf, uint64_t now_us, int socket)
{
	int ret;

	memset(desk, 0, sizeof(*desk));
	desk->node = node;
	desk->counters = counters;
	desk->published = UINT64_MAX;
	desk->send =
		rte_ring_create("pgn_send", PGN_SEND_RING, socket, RING_F_SP_ENQ | RING_F_SC_DEQ);
	if (desk->send == NULL)
		return -rte_errno;
	ret = node->role->open(desk, conf, now_us);
	if (ret != 0)
		rte_ring_free(desk->send);
	return ret;
}

uint64_t
pgn_desk_in_flight(const struct pgn_desk *desk)
{
	return rte_ring_count(desk->send);
}

void
pgn_desk_close(struct pgn_desk *desk)
{
	void *frame;

	while (rte_ring_sc_dequeue(desk->send, &frame) == 0) {
		pgn_count_drop(desk->counters, PGN_DROP_STOPPING);
		rte_pktmbuf_free(frame);
	}
	rte_ring_free(desk->send);
	desk->node->role->close(desk);
}

struct pgn_fib_snapshot *
pgn_snapshot_of_nodes(const struct pgn_node *node, const void *routing, unsigned int slots,
		      bool (*tell)(const void *routing, unsigned int slot,
				   struct pgn_node_route *route))
{
	struct pgn_fib_snapshot *snapshot = pgn_fib_snapshot_create(slots, (int)rte_socket_id());
	struct pgn_node_route route;

	if (snapshot == NULL)
		return NULL;
	for (unsigned int slot = 0; slot < slots; slot++) {
		/* A table by MAC that is full for this one leaves the node without a route. */
		if (!tell(routing, slot, &route) ||
		    pgn_fib_set_node(snapshot, slot, &route.mac) != 0)
			continue;
		for (unsigned int h = 0; h < route.hop_count; h++)
			pgn_fib_add_node_hop(snapshot, &node->id, slot, &route.hop[h].mac,
					     route.hop[h].wire);
	}
	return snapshot;
}

/** A control message as a frame for its wire; NULL: no buffer. */
static struct rte_mbuf *
frame_of(struct pgn_desk *desk, const struct pgn_send *send)
{
	struct rte_mbuf *frame = pgn_bufpool_get(desk->node->pool, PGN_HEADER_MAX);
	uint16_t marker = desk->node->id.marker;

	if (frame == NULL)
		return NULL;
	if (send->kind == PGN_KIND_HEARTBEAT)
		pgn_mbuf_write_heartbeat(frame, marker, &send->heartbeat);
	else
		pgn_mbuf_write_reply(frame, marker, &send->reply);
	frame->port = send->wire;
	frame->hash.usr = (uint32_t)send->kind;
	return frame;
}

static void
empty_outbox(struct pgn_desk *desk)
{
	for (unsigned int i = 0; i < desk->outbox.count; i++) {
		const struct pgn_send *send = &desk->outbox.send[i];
		struct rte_mbuf *frame = frame_of(desk, send);

		if (send->term == PGN_TERM_GENERATED)
			desk->counters->generated[send->kind]++;
		else if (send->term == PGN_TERM_COPIED)
			desk->counters->copied[send->kind]++;

		if (frame == NULL) {
			pgn_count_drop(desk->counters, PGN_DROP_NO_BUFFER);
		} else if (rte_ring_sp_enqueue(desk->send, frame) != 0) {
			pgn_count_drop(desk->counters, PGN_DROP_CONTROL_FULL);
			rte_pktmbuf_free(frame);
		}
	}
	desk->outbox.count = 0;
}

static void
refuse(struct pgn_desk *desk, const struct pgn_control_event *event, enum pgn_drop reason)
{
	const struct pgn_wire_common *common = (const struct pgn_wire_common *)event->header;

	pgn_count_drop(desk->counters, reason);
	desk->refused_from[reason] = pgn_mac_key(&common->from);
}

static void
route(struct pgn_desk *desk, const struct pgn_control_event *event)
{
	struct pgn_outcome outcome = desk->node->role->control(desk, event);

	if (outcome.verdict == PGN_KEPT)
		desk->counters->kept[event->kind]++;
	else if (outcome.verdict == PGN_DROPPED)
		refuse(desk, event, outcome.reason);
	empty_outbox(desk);
}

/** At most what the ring holds: who fills it faster than we empty it cannot keep us here. */
static void
take_control(struct pgn_desk *desk, struct pgn_lane *lane, bool standby)
{
	struct pgn_control_event event[EVENTS_AT_ONCE];
	unsigned int n, taken = 0;

	do {
		n = rte_ring_sc_dequeue_burst_elem(lane->control, event, sizeof(event[0]),
						   EVENTS_AT_ONCE, NULL);
		for (unsigned int i = 0; i < n && !standby; i++)
			route(desk, &event[i]);
		if (standby)
			desk->counters->dropped[PGN_DROP_STANDBY] += n;
		taken += n;
	} while (n == EVENTS_AT_ONCE && taken < PGN_CONTROL_RING);
}

/** What was told may have been overtaken by what another lane told. */
static int
learn(struct pgn_desk *desk, const struct pgn_learn_event *event)
{
	struct pgn_clients *clients = desk->node->clients;
	struct pgn_mac_found found = pgn_mac_table_find(&clients->table, event->key);

	if (event->slot != PGN_SLOT_LOCAL &&
	    pgn_is_kept(desk->node, event->key, pgn_mac_found_slot(&found)))
		return -EEXIST;
	return pgn_clients_learn(clients, event->key, event->slot);
}

static void
take_learned(struct pgn_desk *desk, struct pgn_lane *lane)
{
	struct pgn_learn_event event[EVENTS_AT_ONCE];
	unsigned int n, taken = 0;

	do {
		n = rte_ring_sc_dequeue_burst_elem(lane->learn, event, sizeof(event[0]),
						   EVENTS_AT_ONCE, NULL);
		for (unsigned int i = 0; i < n; i++) {
			int ret = learn(desk, &event[i]);

			if (ret == 0)
				desk->counters->clients_learned++;
			else if (ret == -ENOSPC)
				desk->counters->clients_refused++;
		}
		taken += n;
	} while (n == EVENTS_AT_ONCE && taken < PGN_LEARN_RING);
}

/** Workers get to see what routing decided; -ENOMEM: tried again at the next turn. */
static int
publish(struct pgn_desk *desk, uint64_t now_us)
{
	uint64_t version = desk->node->role->version(desk);
	struct pgn_fib_snapshot *snapshot = desk->node->role->snapshot(desk);
	uint64_t token;
	int ret;

	if (snapshot == NULL)
		return -ENOMEM;
	ret = pgn_fib_publish(desk->node->fib, snapshot, &token);
	if (ret != 0) {
		pgn_fib_snapshot_destroy(snapshot);
		return ret;
	}
	desk->published = version;
	desk->published_us = now_us;
	desk->retire_token = token;
	return 0;
}

/**
 * A slot whose node went may be used again when no worker reads a snapshot that has it and no
 * client names it: the current publication is without it, workers have passed that, what they had
 * learned by then is taken in, and clients that name it are purged.
 */
static void
release_slots(struct pgn_desk *desk, struct pgn_lane **lanes, unsigned int lane_count,
	      uint64_t now_us)
{
	const struct pgn_role *role = desk->node->role;
	struct pgn_slot_set released;
	unsigned int slot;

	if (now_us - desk->released_us < RELEASE_EVERY_US || !role->retired_slot(desk, &slot) ||
	    role->version(desk) != desk->published ||
	    !pgn_fib_passed(desk->node->fib, desk->retire_token))
		return;
	for (unsigned int i = 0; i < lane_count && desk->node->clients != NULL; i++)
		take_learned(desk, lanes[i]);
	memset(&released, 0, sizeof(released));
	do {
		pgn_slot_set_add(&released, (uint16_t)slot);
		role->release_slot(desk, slot);
	} while (role->retired_slot(desk, &slot));
	if (desk->node->clients != NULL)
		pgn_clients_purge(desk->node->clients, &released);
	desk->released_us = now_us;
}

uint64_t
pgn_desk_turn(struct pgn_desk *desk, struct pgn_lane **lanes, unsigned int lane_count,
	      uint64_t now_us)
{
	bool standby = atomic_load_explicit(&desk->node->standby, memory_order_relaxed);
	const struct pgn_role *role = desk->node->role;
	uint64_t next_us = UINT64_MAX;

	for (unsigned int i = 0; i < lane_count; i++) {
		take_control(desk, lanes[i], standby);
		if (desk->node->clients != NULL)
			take_learned(desk, lanes[i]);
	}
	if (!standby)
		next_us = role->tick(desk, now_us);
	empty_outbox(desk);

	if (role->version(desk) != desk->published) {
		uint64_t due_us = desk->published_us + PUBLISH_EVERY_US;

		if (now_us < due_us || publish(desk, now_us) != 0)
			next_us = RTE_MIN(next_us,
					  now_us < due_us ? due_us : now_us + PUBLISH_EVERY_US);
	}
	release_slots(desk, lanes, lane_count, now_us);
	pgn_fib_reclaim(desk->node->fib);
	if (desk->node->sealing != NULL &&
	    !pgn_sealing_reclaim(desk->node->sealing, desk->node->fib))
		next_us = RTE_MIN(next_us, now_us + PUBLISH_EVERY_US);

	if (desk->node->clients != NULL && now_us - desk->aged_us >= AGE_EVERY_US) {
		pgn_clients_age(desk->node->clients, now_us / 1000000);
		desk->aged_us = now_us;
	}
	return RTE_MIN(next_us, now_us + AGE_EVERY_US);
}
