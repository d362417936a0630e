/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Group frames to every OBU: one frame to a thousand OBUs is a thousand frames, so they are made
 * over several turns from a bounded queue. Slots are stable for a node's life: a snapshot that
 * changes between two turns makes no OBU get a frame twice.
 */
#include "forward.h"

/** Buffers for copies that are got together. */
#define COPIES_AT_ONCE 32

void
pgn_replicate(struct pgn_lane *lane, struct rte_mbuf *frame, uint64_t origin, uint16_t except)
{
	struct pgn_replica *replica;

	if (lane->replica_count == PGN_REPLICATE_QUEUE) {
		pgn_forward_drop(lane, frame, PGN_DROP_REPLICATION_FULL);
		return;
	}
	replica = &lane->replica[(lane->replica_first + lane->replica_count) % PGN_REPLICATE_QUEUE];
	*replica = (struct pgn_replica){.frame = frame, .origin = origin, .except = except};
	lane->replica_count++;
}

/** The first slot from `slot` on that has a route; slot_count when there is none. */
static unsigned int
next_target(const struct pgn_fib_snapshot *snapshot, unsigned int slot, uint16_t except)
{
	while (slot < snapshot->slot_count &&
	       (snapshot->node[slot].hop_count == 0 || slot == except))
		slot++;
	return slot;
}

static void
send_to(struct pgn_lane *lane, struct pgn_writer *writer, struct rte_mbuf *frame,
	const struct pgn_fib_hop *hop, uint64_t origin)
{
	if (unlikely(hop->wire != writer->port))
		pgn_writer_turn(lane, writer, hop->wire, PGN_KIND_DOWNSTREAM);
	if (unlikely(!pgn_may_push(lane, frame))) {
		pgn_writer_close(writer, PGN_KIND_DOWNSTREAM, PGN_FLAT);
		pgn_send_encapsulated(lane, frame, hop, PGN_DOWNSTREAM_LEN, PGN_KIND_DOWNSTREAM,
				      origin);
		*writer = pgn_writer_open(lane, hop->wire);
		return;
	}
	pgn_push_header(frame, hop, PGN_DOWNSTREAM_LEN, origin);
	pgn_writer_add(lane, writer, frame, frame->data_len);
}

/** Buffers got together for copies; what is left over goes back. */
struct stock {
	unsigned int count;
	struct rte_mbuf *buffer[COPIES_AT_ONCE];
};

/** A copy of a frame; at most `wanted` more will be made. NULL: no buffer. */
static struct rte_mbuf *
copy_from_stock(struct pgn_lane *lane, struct stock *stock, const struct rte_mbuf *frame,
		unsigned int wanted)
{
	unsigned int n = RTE_MIN(wanted, (unsigned int)COPIES_AT_ONCE);

	if (stock->count == 0 &&
	    pgn_bufpool_get_bulk(lane->node->pool, frame->pkt_len, stock->buffer, n) == 0)
		stock->count = n;
	/* Fewer than n may be there still. */
	if (stock->count == 0)
		return pgn_copy_flat(lane, frame);
	return pgn_copy_into(stock->buffer[--stock->count], frame);
}

/** Returns the copies made; the replica is finished when its frame is gone. */
static unsigned int
replicate_some(struct pgn_lane *lane, struct pgn_replica *replica, unsigned int budget,
	       struct pgn_writer *writer)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	unsigned int slot = next_target(snapshot, replica->next_slot, replica->except);
	struct stock stock = {.count = 0};
	unsigned int made = 0;

	if (slot >= snapshot->slot_count) {
		pgn_forward_drop(lane, replica->frame, PGN_DROP_NO_ROUTE);
		replica->frame = NULL;
		return 0;
	}
	while (made < budget) {
		const struct pgn_fib_hop *hop = &snapshot->node[slot].hop[0];
		unsigned int next = next_target(snapshot, slot + 1, replica->except);
		struct rte_mbuf *copy;

		made++;
		if (next >= snapshot->slot_count) {
			send_to(lane, writer, replica->frame, hop, replica->origin);
			replica->frame = NULL;
			break;
		}
		lane->counters->copied[PGN_KIND_DOWNSTREAM]++;
		copy = copy_from_stock(lane, &stock, replica->frame,
				       RTE_MIN(budget - made + 1, snapshot->slot_count - next));
		if (copy != NULL)
			send_to(lane, writer, copy, hop, replica->origin);
		else
			pgn_count_drop(lane->counters, PGN_DROP_NO_BUFFER);
		slot = next;
	}
	replica->next_slot = (uint16_t)slot;
	pgn_bufpool_put_bulk(stock.buffer, stock.count);
	return made;
}

static void
next_replica(struct pgn_lane *lane)
{
	lane->replica_first = (lane->replica_first + 1) % PGN_REPLICATE_QUEUE;
	lane->replica_count--;
}

void
pgn_drop_replicas(struct pgn_lane *lane, enum pgn_drop reason)
{
	for (; lane->replica_count > 0; next_replica(lane))
		pgn_forward_drop(lane, lane->replica[lane->replica_first].frame, reason);
}

void
pgn_lane_replicate(struct pgn_lane *lane)
{
	unsigned int budget = PGN_REPLICATE_BUDGET;
	struct pgn_writer writer;

	if (unlikely(atomic_load_explicit(&lane->node->standby, memory_order_relaxed))) {
		pgn_drop_replicas(lane, PGN_DROP_STANDBY);
		return;
	}
	writer = pgn_writer_open(lane, 0);
	while (lane->replica_count > 0 && budget > 0) {
		struct pgn_replica *replica = &lane->replica[lane->replica_first];

		budget -= replicate_some(lane, replica, budget, &writer);
		if (replica->frame == NULL)
			next_replica(lane);
	}
	pgn_writer_close(&writer, PGN_KIND_DOWNSTREAM, PGN_FLAT);
}
