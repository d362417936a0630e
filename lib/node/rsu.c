/* SPDX-License-Identifier: BSD-3-Clause */
#include "rsu.h"
#include "control.h"

bool
pgn_rsu_take_aside(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame,
		   struct pgn_data *data)
{
	if (!pgn_take_aside(lane, wire, frame, data))
		return false;
	if (data->kind != PGN_KIND_UPSTREAM)
		pgn_forward_drop(lane, data->frame, PGN_DROP_NOT_OUR_ROLE);
	else if (!pgn_is_other_station(&lane->own, data->origin))
		pgn_forward_drop(lane, data->frame, pgn_origin_fault(data->origin));
	else
		return true;
	return false;
}

static void
take_aside(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame,
	   struct inner_burst *burst)
{
	const uint8_t *inner;
	struct pgn_data data;
	uint32_t length;

	if (!pgn_rsu_take_aside(lane, wire, frame, &data))
		return;
	frame = data.frame;
	inner = rte_pktmbuf_mtod_offset(frame, const uint8_t *, PGN_UPSTREAM_LEN);
	length = frame->data_len - PGN_UPSTREAM_LEN;
	if (!pgn_inner_ok(inner, length)) {
		pgn_forward_drop(lane, frame, pgn_inner_fault(length));
		return;
	}
	take_inner(&lane->node->clients->table, burst, burst->count++, frame, data.origin, inner);
	pgn_strip(frame, PGN_UPSTREAM_LEN);
}

static void
take_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n,
	   struct inner_burst *burst)
{
	const struct pgn_mac_table table = lane->node->clients->table;
	/* What a link may have padded goes aside. */
	const struct pgn_gate gate =
		pgn_gate_open(lane, wire, PGN_PADDED_FRAME + 1, UINT16_MAX, true);
	struct rte_mbuf *aside[PGN_BURST_MAX];
	unsigned int count = 0, odd = 0;
	uint64_t bytes = 0;

	pgn_prefetch_frames(frames, n);
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];
		const uint8_t *header = rte_pktmbuf_mtod(frame, const uint8_t *);

		if (unlikely(
			    !pgn_gate_pass(&gate, frame, header) ||
			    !pgn_mac_key_is_station(pgn_inner_source(header + PGN_UPSTREAM_LEN)))) {
			aside[odd++] = frame;
			continue;
		}
		bytes += frame->data_len;
		take_inner(&table, burst, count++, frame, pgn_header_origin(header),
			   header + PGN_UPSTREAM_LEN);
		pgn_move_front(frame, PGN_UPSTREAM_LEN);
	}
	burst->count = count;
	pgn_count_intake(lane, wire, PGN_KIND_UPSTREAM, count, bytes);
	for (unsigned int i = 0; i < odd; i++)
		take_aside(lane, wire, aside[i], burst);
}

uint16_t
pgn_rsu_learn_home(struct pgn_lane *lane, uint64_t source, uint64_t origin, uint16_t known)
{
	uint16_t slot = pgn_fib_slot_of_key(lane->snapshot, origin);

	pgn_learn(lane, source, slot, known);
	return slot;
}

/** To every other known OBU, as a copy. */
static void
spread_group(struct pgn_lane *lane, const struct rte_mbuf *frame, uint64_t origin, uint16_t home)
{
	struct rte_mbuf *copy;

	if (lane->snapshot->node_count <= (home != PGN_SLOT_NONE))
		return;
	copy = pgn_copy_flat(lane, frame);
	lane->counters->copied[PGN_KIND_DOWNSTREAM]++;
	if (copy != NULL)
		pgn_replicate(lane, copy, origin, home);
	else
		pgn_count_drop(lane->counters, PGN_DROP_NO_BUFFER);
}

/** Frames for OBUs that do not go the common way: one by one, when the writers are closed. */
struct odd_burst {
	unsigned int count;
	struct rte_mbuf *frame[PGN_BURST_MAX];
	uint64_t origin[PGN_BURST_MAX]; /**< as in pgn_push_header() */
	uint16_t to[PGN_BURST_MAX];
};

static inline void
odd_burst_add(struct odd_burst *odd, struct rte_mbuf *frame, uint16_t to, uint64_t origin)
{
	odd->frame[odd->count] = frame;
	odd->origin[odd->count] = origin;
	odd->to[odd->count++] = to;
}

static void
send_odd(struct pgn_lane *lane, const struct odd_burst *odd)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;

	for (unsigned int i = 0; i < odd->count; i++) {
		uint16_t slot = odd->to[i];

		if (slot >= snapshot->slot_count || snapshot->node[slot].hop_count == 0)
			pgn_forward_drop(lane, odd->frame[i], PGN_DROP_NO_ROUTE);
		else
			pgn_send_encapsulated(lane, odd->frame[i], &snapshot->node[slot].hop[0],
					      PGN_DOWNSTREAM_LEN, PGN_KIND_DOWNSTREAM,
					      odd->origin[i]);
	}
}

/**
 * To the air, to the OBU in a slot below slot_count, by the writer's wire. False: it is an odd one,
 * without a route, with another wire, or without room for the header.
 */
static inline bool
send_down(struct pgn_lane *lane, struct pgn_writer *air, struct rte_mbuf *frame,
	  const struct pgn_fib_node *node, uint64_t origin)
{
	if (unlikely(node->hop[0].wire != air->port ||
		     rte_pktmbuf_headroom(frame) < PGN_HEADER_ROOM || lane->node->form != PGN_FLAT))
		return false;
	pgn_push_header(frame, &node->hop[0], PGN_DOWNSTREAM_LEN, origin);
	pgn_writer_add(lane, air, frame, frame->data_len);
	return true;
}

/** All to the host, or to whoever is behind it. */
static void
deliver_burst(struct pgn_lane *lane, const struct inner_burst *burst)
{
	const struct homes homes = homes_of(lane);
	struct pgn_writer tap = pgn_writer_open(lane, PGN_PORT_TAP);

	for (unsigned int i = 0; i < burst->count; i++) {
		struct rte_mbuf *frame = burst->frame[i];

		home_of(lane, &homes, burst, i);
		pgn_writer_add(lane, &tap, frame, frame->data_len);
	}
	pgn_writer_close(&tap, PGN_KIND_HOST, PGN_FLAT);
}

static void
forward_burst(struct pgn_lane *lane, unsigned int wire, const struct inner_burst *burst)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	const struct homes homes = homes_of(lane);
	struct pgn_writer tap = pgn_writer_open(lane, PGN_PORT_TAP);
	struct pgn_writer air = pgn_writer_open(lane, wire);
	struct odd_burst odd;

	odd.count = 0;
	for (unsigned int i = 0; i < burst->count; i++) {
		struct rte_mbuf *frame = burst->frame[i];
		uint16_t home = home_of(lane, &homes, burst, i);
		uint16_t slot = burst->to[burst->to_one ? 0 : i];

		if (slot < snapshot->slot_count) {
			if (unlikely(slot == home))
				pgn_forward_drop(lane, frame, PGN_DROP_LOOP);
			else if (unlikely(!send_down(lane, &air, frame, &snapshot->node[slot],
						     burst->origin[i])))
				odd_burst_add(&odd, frame, slot, burst->origin[i]);
			continue;
		}
		if (unlikely(slot != PGN_SLOT_LOCAL && slot != PGN_SLOT_NONE)) {
			odd_burst_add(&odd, frame, slot, burst->origin[i]);
			continue;
		}
		/* A group is no client: it is not known. */
		if (unlikely(pgn_mac_key_is_group(burst->destination[i])))
			spread_group(lane, frame, burst->origin[i], home);
		pgn_writer_add(lane, &tap, frame, frame->data_len);
	}
	pgn_writer_close(&tap, PGN_KIND_HOST, PGN_FLAT);
	pgn_writer_close(&air, PGN_KIND_DOWNSTREAM, PGN_FLAT);
	send_odd(lane, &odd);
}

void
pgn_rsu_wire_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames,
		   unsigned int n)
{
	struct inner_burst burst;

	if (unlikely(lane->aead != NULL)) {
		pgn_rsu_open_burst(lane, wire, frames, n);
		return;
	}
	take_burst(lane, wire, frames, n, &burst);
	if (burst.count == 0)
		return;
	look_up_destinations(lane->node->clients, &burst);
	if (burst.to_one && (burst.to[0] == PGN_SLOT_LOCAL || burst.to[0] == PGN_SLOT_NONE) &&
	    !pgn_mac_key_is_group(burst.destination[0]))
		deliver_burst(lane, &burst);
	else
		forward_burst(lane, wire, &burst);
}

/** Who sends by our TAP lives behind it: hosts are refreshed, new ones learned. */
static void
look_up_host(struct pgn_lane *lane, uint64_t source)
{
	const struct pgn_clients *clients = lane->node->clients;
	struct pgn_mac_found from = pgn_mac_table_find(&clients->table, source);

	if (likely(pgn_mac_found_slot(&from) == PGN_SLOT_LOCAL))
		pgn_clients_refresh(from.place, pgn_clients_epoch(clients));
	else
		pgn_learn(lane, source, PGN_SLOT_LOCAL, pgn_mac_found_slot(&from));
}

bool
pgn_rsu_may_flood(struct pgn_lane *lane, struct rte_mbuf *frame, uint16_t slot)
{
	/* A group is no client: it is not known. */
	if (slot != PGN_SLOT_NONE)
		pgn_forward_drop(lane, frame,
				 slot == PGN_SLOT_LOCAL ? PGN_DROP_LOOP : PGN_DROP_NO_ROUTE);
	else if (lane->snapshot->node_count == 0)
		pgn_forward_drop(lane, frame, PGN_DROP_NO_NODES);
	else
		return true;
	return false;
}

static void
take_host_burst(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n,
		struct host_burst *burst)
{
	const struct pgn_mac_table table = lane->node->clients->table;
	unsigned int count = 0;
	uint64_t bytes = 0, last = 0;

	pgn_prefetch_frames(frames, n);
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];
		const uint8_t *inner;
		uint64_t source;

		bytes += frame->pkt_len;
		frame = pgn_admit_host(lane, frame);
		if (unlikely(frame == NULL))
			continue;
		inner = rte_pktmbuf_mtod(frame, const uint8_t *);
		source = pgn_inner_source(inner);
		/* Frames of one host come in runs. */
		if (unlikely(source != last))
			look_up_host(lane, source);
		last = source;
		burst->frame[count] = frame;
		pgn_mac_table_probe(&table, pgn_inner_destination(inner),
				    &burst->destination[count++]);
	}
	burst->count = count;
	pgn_count_intake(lane, PGN_PORT_TAP, PGN_KIND_HOST, n, bytes);
}

static void
look_up_obus(const struct pgn_lane *lane, struct host_burst *burst)
{
	const struct pgn_mac_table *table = &lane->node->clients->table;
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;

	for (unsigned int i = 0; i < burst->count; i++) {
		struct pgn_mac_found found = pgn_mac_table_probed(table, &burst->destination[i]);
		uint16_t slot = pgn_mac_found_slot(&found);

		burst->to[i] = slot;
		/* Headers of many OBUs do not stay in the nearest cache. */
		if (likely(slot < snapshot->slot_count))
			rte_prefetch0(&snapshot->node[slot]);
	}
}

/** Apart: the clear way keeps its registers. */
static __rte_noinline void
seal_tap_burst(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n)
{
	struct host_burst burst;

	take_host_burst(lane, frames, n, &burst);
	look_up_obus(lane, &burst);
	pgn_rsu_seal_burst(lane, &burst);
}

/** A host's frame that is for no OBU, or for all of them. */
static void
flood(struct pgn_lane *lane, struct rte_mbuf *frame, uint16_t slot)
{
	if (pgn_rsu_may_flood(lane, frame, slot))
		pgn_replicate(lane, frame, lane->own.key[0], PGN_SLOT_NONE);
}

void
pgn_rsu_tap_burst(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	const unsigned int slot_count = snapshot->slot_count;
	struct pgn_writer air = pgn_writer_open(lane, 0);
	struct host_burst burst;
	struct odd_burst odd;

	if (unlikely(lane->aead != NULL)) {
		seal_tap_burst(lane, frames, n);
		return;
	}
	take_host_burst(lane, frames, n, &burst);
	look_up_obus(lane, &burst);
	odd.count = 0;
	for (unsigned int i = 0; i < burst.count; i++) {
		struct rte_mbuf *frame = burst.frame[i];
		uint16_t slot = burst.to[i];

		if (unlikely(slot >= slot_count))
			flood(lane, frame, slot);
		else if (unlikely(!send_down(lane, &air, frame, &snapshot->node[slot], 0)))
			odd_burst_add(&odd, frame, slot, 0);
	}
	pgn_writer_close(&air, PGN_KIND_DOWNSTREAM, PGN_FLAT);
	send_odd(lane, &odd);
}
