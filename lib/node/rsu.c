/* SPDX-License-Identifier: BSD-3-Clause */
#include "control.h"
#include "forward.h"

/** Upstream frames of a burst, stage by stage. */
struct upstream_burst {
	unsigned int count;
	struct rte_mbuf *frame[PGN_BURST_MAX]; /**< inner frames */
	struct pgn_mac origin[PGN_BURST_MAX];
	uint64_t source[PGN_BURST_MAX]; /**< keys of the inner MACs */
	uint64_t destination[PGN_BURST_MAX];
	struct pgn_client from[PGN_BURST_MAX];
	struct pgn_client to[PGN_BURST_MAX];
};

static void
admit(struct pgn_lane *lane, const struct pgn_sorted *sorted, struct upstream_burst *burst)
{
	burst->count = 0;
	for (unsigned int i = 0; i < sorted->count; i++) {
		struct rte_mbuf *frame = sorted->frame[i];
		const uint8_t *header = rte_pktmbuf_mtod(frame, const uint8_t *);
		const uint8_t *inner = header + PGN_UPSTREAM_LEN;
		enum pgn_drop reason;
		struct pgn_upstream m;

		if (sorted->kind[i] != PGN_KIND_UPSTREAM) {
			pgn_forward_drop(lane, frame, PGN_DROP_NOT_OUR_ROLE);
			continue;
		}
		pgn_read_upstream(header, &m);
		if (!pgn_mac_is_station(&m.origin)) {
			pgn_forward_drop(lane, frame, PGN_DROP_BAD_ORIGIN);
			continue;
		}
		if (pgn_is_own_mac(lane->node, &m.origin)) {
			pgn_forward_drop(lane, frame, PGN_DROP_OWN_ORIGIN);
			continue;
		}
		if (!pgn_inner_ok(inner, frame->data_len - PGN_UPSTREAM_LEN, &reason)) {
			pgn_forward_drop(lane, frame, reason);
			continue;
		}
		burst->frame[burst->count] = frame;
		burst->origin[burst->count] = m.origin;
		burst->destination[burst->count] = pgn_mac_key(inner);
		burst->source[burst->count] = pgn_mac_key(inner + sizeof(struct pgn_mac));
		burst->count++;
		pgn_strip(frame, PGN_UPSTREAM_LEN);
	}
}

/** The client is where its entry says: refresh it; else tell the control loop. */
static void
learn(struct pgn_lane *lane, uint64_t key, const struct pgn_client *known, uint16_t slot)
{
	struct pgn_learn_event event = {.key = key, .slot = slot};

	if (slot == PGN_SLOT_NONE)
		return;
	if (known->slot == slot) {
		pgn_clients_refresh(lane->node->clients, known);
		return;
	}
	if (known->slot == PGN_SLOT_LOCAL)
		return;
	if (rte_ring_sp_enqueue_elem(lane->learn, &event, sizeof(event)) != 0)
		lane->counters->clients_late++;
	lane->events = true;
}

/** To the TAP and to every other known OBU. */
static void
spread_group(struct pgn_lane *lane, struct rte_mbuf *frame, const struct pgn_mac *origin,
	     uint16_t origin_slot)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;

	if (snapshot->node_count > (origin_slot != PGN_SLOT_NONE)) {
		struct rte_mbuf *copy = pgn_copy_flat(lane, frame);

		lane->counters->copied[PGN_KIND_DOWNSTREAM]++;
		if (copy != NULL)
			pgn_replicate(lane, copy, origin, origin_slot);
		else
			pgn_count_drop(lane->counters, PGN_DROP_NO_BUFFER);
	}
	pgn_forward_reply(lane, PGN_PORT_TAP, frame, PGN_KIND_HOST);
}

/** Back to the air, to the OBU in `slot`; origin NULL: our own, as the header says already. */
static void
send_down(struct pgn_lane *lane, struct rte_mbuf *frame, uint16_t slot,
	  const struct pgn_mac *origin)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	const struct pgn_fib_hop *hop;

	if (slot >= snapshot->slot_count || snapshot->node[slot].hop_count == 0) {
		pgn_forward_drop(lane, frame, PGN_DROP_NO_ROUTE);
		return;
	}
	hop = &snapshot->node[slot].hop[0];
	frame = pgn_encapsulate(lane, frame, hop->header, PGN_DOWNSTREAM_LEN);
	if (frame == NULL)
		return;
	if (origin != NULL)
		memcpy(rte_pktmbuf_mtod_offset(frame, uint8_t *,
					       offsetof(struct pgn_wire_downstream, origin)),
		       origin, sizeof(*origin));
	pgn_forward_reply(lane, hop->wire, frame, PGN_KIND_DOWNSTREAM);
}

static void
rsu_wire_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n)
{
	struct pgn_clients *clients = lane->node->clients;
	struct upstream_burst burst;
	struct pgn_sorted sorted;

	pgn_sort(lane, wire, frames, n, &sorted);
	admit(lane, &sorted, &burst);
	pgn_clients_lookup_bulk(clients, burst.source, burst.from, burst.count);
	pgn_clients_lookup_bulk(clients, burst.destination, burst.to, burst.count);

	for (unsigned int i = 0; i < burst.count; i++) {
		const uint8_t *inner = rte_pktmbuf_mtod(burst.frame[i], const uint8_t *);
		uint16_t origin_slot = pgn_fib_slot_of(lane->snapshot, &burst.origin[i]);
		uint16_t slot = burst.to[i].slot;

		learn(lane, burst.source[i], &burst.from[i], origin_slot);
		if (inner[0] & 1)
			spread_group(lane, burst.frame[i], &burst.origin[i], origin_slot);
		else if (slot == PGN_SLOT_LOCAL || slot == PGN_SLOT_NONE)
			pgn_forward_reply(lane, PGN_PORT_TAP, burst.frame[i], PGN_KIND_HOST);
		else if (slot == origin_slot)
			pgn_forward_drop(lane, burst.frame[i], PGN_DROP_LOOP);
		else
			send_down(lane, burst.frame[i], slot, &burst.origin[i]);
	}
}

static void
rsu_tap_burst(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n)
{
	struct pgn_clients *clients = lane->node->clients;
	struct pgn_client from[PGN_BURST_MAX], to[PGN_BURST_MAX];
	uint64_t source[PGN_BURST_MAX], destination[PGN_BURST_MAX];
	unsigned int count = pgn_admit_host(lane, frames, n);

	for (unsigned int i = 0; i < count; i++) {
		const uint8_t *inner = rte_pktmbuf_mtod(frames[i], const uint8_t *);

		destination[i] = pgn_mac_key(inner);
		source[i] = pgn_mac_key(inner + sizeof(struct pgn_mac));
	}
	pgn_clients_lookup_bulk(clients, source, from, count);
	pgn_clients_lookup_bulk(clients, destination, to, count);

	for (unsigned int i = 0; i < count; i++) {
		bool group = *rte_pktmbuf_mtod(frames[i], const uint8_t *) & 1;

		learn(lane, source[i], &from[i], PGN_SLOT_LOCAL);
		if (group || to[i].slot == PGN_SLOT_NONE) {
			if (lane->snapshot->node_count == 0)
				pgn_forward_drop(lane, frames[i], PGN_DROP_NO_NODES);
			else
				pgn_replicate(lane, frames[i], &lane->node->id.wire_mac[0],
					      PGN_SLOT_NONE);
		} else if (to[i].slot == PGN_SLOT_LOCAL) {
			pgn_forward_drop(lane, frames[i], PGN_DROP_LOOP);
		} else {
			send_down(lane, frames[i], to[i].slot, NULL);
		}
	}
}

static int
rsu_open(struct pgn_desk *desk, const struct pgn_routing_conf *conf, uint64_t now_us)
{
	desk->rsu = pgn_rsu_create(conf, now_us);
	return desk->rsu == NULL ? -errno : 0;
}

static void
rsu_close(struct pgn_desk *desk)
{
	pgn_rsu_destroy(desk->rsu);
}

static struct pgn_outcome
rsu_control(struct pgn_desk *desk, const struct pgn_control_event *event)
{
	if (event->kind == PGN_KIND_HEARTBEAT) {
		struct pgn_heartbeat heartbeat;

		pgn_read_heartbeat(event->header, &heartbeat);
		return pgn_rsu_heartbeat(desk->rsu, event->time_us, event->wire, &heartbeat);
	}
	struct pgn_reply reply;

	pgn_read_reply(event->header, &reply);
	return pgn_rsu_reply(desk->rsu, event->time_us, event->wire, &reply);
}

static uint64_t
rsu_tick(struct pgn_desk *desk, uint64_t now_us)
{
	return pgn_rsu_tick(desk->rsu, now_us, &desk->outbox);
}

static void
rsu_wire_down(struct pgn_desk *desk, uint64_t now_us, unsigned int wire)
{
	(void)now_us;
	pgn_rsu_wire_down(desk->rsu, wire);
}

static uint64_t
rsu_version(const struct pgn_desk *desk)
{
	return pgn_rsu_version(desk->rsu);
}

static bool
rsu_node(const void *rsu, unsigned int slot, struct pgn_node_route *route)
{
	return pgn_rsu_node(rsu, slot, route);
}

static struct pgn_fib_snapshot *
rsu_snapshot(const struct pgn_desk *desk)
{
	return pgn_snapshot_of_nodes(desk->node, desk->rsu, pgn_rsu_slots(desk->rsu), rsu_node);
}

static bool
rsu_retired_slot(const struct pgn_desk *desk, unsigned int *slot)
{
	return pgn_rsu_retired_slot(desk->rsu, slot);
}

static void
rsu_release_slot(struct pgn_desk *desk, unsigned int slot)
{
	pgn_rsu_release_slot(desk->rsu, slot);
}

const struct pgn_role pgn_role_rsu = {
	.name = "rsu",
	.wire_burst = rsu_wire_burst,
	.tap_burst = rsu_tap_burst,
	.open = rsu_open,
	.close = rsu_close,
	.control = rsu_control,
	.tick = rsu_tick,
	.wire_down = rsu_wire_down,
	.version = rsu_version,
	.snapshot = rsu_snapshot,
	.retired_slot = rsu_retired_slot,
	.release_slot = rsu_release_slot,
};
