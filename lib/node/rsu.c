/* SPDX-License-Identifier: BSD-3-Clause */
#include "control.h"
#include "forward.h"

/** Inner frames of a burst that are to be sent on, stage by stage. */
struct inner_burst {
	unsigned int count;
	struct rte_mbuf *frame[PGN_BURST_MAX];
	uint64_t origin[PGN_BURST_MAX]; /**< key of the OBU it came from */
	uint64_t source[PGN_BURST_MAX]; /**< keys of the inner MACs */
	uint64_t destination[PGN_BURST_MAX];
	uint16_t home[PGN_BURST_MAX]; /**< slot the source is behind, by this frame */
	struct pgn_client from[PGN_BURST_MAX];
	struct pgn_client to[PGN_BURST_MAX];
};

static void
admit(struct pgn_lane *lane, const struct pgn_sorted *sorted, struct inner_burst *burst)
{
	const struct pgn_own own = pgn_own_of(lane);
	unsigned int count = 0;

	for (unsigned int i = 0; i < sorted->count; i++) {
		struct rte_mbuf *frame = sorted->frame[i];
		uint64_t origin = sorted->origin[i];
		const uint8_t *inner =
			rte_pktmbuf_mtod_offset(frame, const uint8_t *, PGN_UPSTREAM_LEN);
		uint32_t length = frame->data_len - PGN_UPSTREAM_LEN;

		if (unlikely(sorted->kind[i] != PGN_KIND_UPSTREAM)) {
			pgn_forward_drop(lane, frame, PGN_DROP_NOT_OUR_ROLE);
			continue;
		}
		if (unlikely(!pgn_is_other_station(&own, origin))) {
			pgn_forward_drop(lane, frame, pgn_origin_fault(origin));
			continue;
		}
		if (unlikely(!pgn_inner_ok(inner, length))) {
			pgn_forward_drop(lane, frame, pgn_inner_fault(length));
			continue;
		}
		burst->frame[count] = frame;
		burst->origin[count] = origin;
		burst->destination[count] = pgn_inner_destination(inner);
		burst->source[count] = pgn_inner_source(inner);
		count++;
		pgn_strip(frame, PGN_UPSTREAM_LEN);
	}
	burst->count = count;
}

static void
look_up_homes(const struct pgn_fib_snapshot *snapshot, struct inner_burst *burst)
{
	for (unsigned int i = 0; i < burst->count; i++)
		burst->home[i] = pgn_fib_slot_of_key(snapshot, burst->origin[i]);
}

/**
 * The clients that are where their entries say are refreshed; of the others the control loop is
 * told. Every frame is compared with the shared entry itself: a client that moves from A to B and
 * back, seen by several workers, is never held back by what a worker remembers.
 */
static void
learn(struct pgn_lane *lane, const struct inner_burst *burst)
{
	uint64_t others = pgn_clients_confirm_bulk(lane->node->clients, burst->from, burst->home,
						   burst->count);

	for (; unlikely(others != 0); others &= others - 1) {
		unsigned int i = (unsigned int)__builtin_ctzll(others);
		struct pgn_learn_event event = {.key = burst->source[i], .slot = burst->home[i]};

		if (event.slot == PGN_SLOT_NONE || burst->from[i].slot == PGN_SLOT_LOCAL)
			continue;
		if (rte_ring_sp_enqueue_elem(lane->learn, &event, sizeof(event)) != 0)
			lane->counters->clients_late++;
		lane->events = true;
	}
}

static void
look_up_clients(struct pgn_lane *lane, struct inner_burst *burst)
{
	const struct pgn_clients *clients = lane->node->clients;

	pgn_clients_lookup_bulk(clients, burst->source, burst->from, burst->count);
	pgn_clients_lookup_bulk(clients, burst->destination, burst->to, burst->count);
}

/** To the TAP and to every other known OBU. */
static void
spread_group(struct pgn_lane *lane, struct rte_mbuf *frame, uint64_t origin, uint16_t origin_slot,
	     struct pgn_outgoing *outgoing)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;

	if (snapshot->node_count > (origin_slot != PGN_SLOT_NONE)) {
		struct rte_mbuf *copy = pgn_copy_flat(lane, frame);
		struct pgn_mac mac;

		pgn_mac_of_key(&mac, origin);
		lane->counters->copied[PGN_KIND_DOWNSTREAM]++;
		if (copy != NULL)
			pgn_replicate(lane, copy, &mac, origin_slot);
		else
			pgn_count_drop(lane->counters, PGN_DROP_NO_BUFFER);
	}
	pgn_outgoing_add(outgoing, PGN_PORT_TAP, frame, PGN_KIND_HOST);
}

/** To the air, to the OBU in `slot`, our own the origin; NULL: dropped. */
static inline struct rte_mbuf *
send_down(struct pgn_lane *lane, struct rte_mbuf *frame, uint16_t slot,
	  struct pgn_outgoing *outgoing)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	const struct pgn_fib_hop *hop;

	if (unlikely(slot >= snapshot->slot_count || snapshot->node[slot].hop_count == 0)) {
		pgn_forward_drop(lane, frame, PGN_DROP_NO_ROUTE);
		return NULL;
	}
	hop = &snapshot->node[slot].hop[0];
	frame = pgn_encapsulate(lane, frame, hop->header, PGN_DOWNSTREAM_LEN);
	if (likely(frame != NULL))
		pgn_outgoing_add(outgoing, hop->wire, frame, PGN_KIND_DOWNSTREAM);
	return frame;
}

/** Back to the air, for another OBU, with the origin it came from. */
static void
turn_round(struct pgn_lane *lane, struct rte_mbuf *frame, uint16_t slot, uint64_t origin,
	   struct pgn_outgoing *outgoing)
{
	frame = send_down(lane, frame, slot, outgoing);
	if (likely(frame != NULL))
		pgn_mac_of_key(&rte_pktmbuf_mtod(frame, struct pgn_wire_downstream *)->origin,
			       origin);
}

static void
rsu_wire_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n)
{
	struct pgn_outgoing outgoing;
	struct pgn_sorted sorted;
	struct inner_burst burst;

	pgn_sort(lane, wire, frames, n, &sorted);
	admit(lane, &sorted, &burst);
	look_up_clients(lane, &burst);
	look_up_homes(lane->snapshot, &burst);
	learn(lane, &burst);

	outgoing.count = 0;
	for (unsigned int i = 0; i < burst.count; i++) {
		struct rte_mbuf *frame = burst.frame[i];
		uint16_t slot = burst.to[i].slot;

		if (unlikely(pgn_mac_key_is_group(burst.destination[i])))
			spread_group(lane, frame, burst.origin[i], burst.home[i], &outgoing);
		else if (slot == PGN_SLOT_LOCAL || slot == PGN_SLOT_NONE)
			pgn_outgoing_add(&outgoing, PGN_PORT_TAP, frame, PGN_KIND_HOST);
		else if (slot == burst.home[i])
			pgn_forward_drop(lane, frame, PGN_DROP_LOOP);
		else
			turn_round(lane, frame, slot, burst.origin[i], &outgoing);
	}
	pgn_forward_outgoing(lane, &outgoing);
}

/** A group frame of the host's, or one to a client nobody knows: to every OBU. */
static void
flood(struct pgn_lane *lane, struct rte_mbuf *frame)
{
	if (lane->snapshot->node_count == 0)
		pgn_forward_drop(lane, frame, PGN_DROP_NO_NODES);
	else
		pgn_replicate(lane, frame, &lane->node->id.wire_mac[0], PGN_SLOT_NONE);
}

static void
rsu_tap_burst(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	struct pgn_outgoing outgoing;
	struct inner_burst burst;

	burst.count = pgn_admit_host(lane, frames, n, burst.source);
	for (unsigned int i = 0; i < burst.count; i++) {
		burst.destination[i] =
			pgn_inner_destination(rte_pktmbuf_mtod(frames[i], const uint8_t *));
		burst.home[i] = PGN_SLOT_LOCAL;
	}
	look_up_clients(lane, &burst);
	/* Headers of many OBUs do not stay in the nearest cache. */
	for (unsigned int i = 0; i < burst.count; i++) {
		if (burst.to[i].slot < snapshot->slot_count)
			rte_prefetch0(&snapshot->node[burst.to[i].slot]);
	}
	learn(lane, &burst);

	outgoing.count = 0;
	for (unsigned int i = 0; i < burst.count; i++) {
		uint16_t slot = burst.to[i].slot;

		if (unlikely(pgn_mac_key_is_group(burst.destination[i]) || slot == PGN_SLOT_NONE))
			flood(lane, frames[i]);
		else if (unlikely(slot == PGN_SLOT_LOCAL))
			pgn_forward_drop(lane, frames[i], PGN_DROP_LOOP);
		else
			send_down(lane, frames[i], slot, &outgoing);
	}
	pgn_forward_outgoing(lane, &outgoing);
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
