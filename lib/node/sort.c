/* SPDX-License-Identifier: BSD-3-Clause */
#include "forward.h"

/** Segments a frame that is walked may have. */
#define SEGMENTS_MAX 8

static bool
take_from(struct pgn_bucket *bucket, uint64_t now_us, uint32_t rate, uint32_t depth)
{
	uint64_t elapsed = now_us - bucket->filled_us;

	if (bucket->tokens < depth && elapsed >= 1000) {
		uint64_t tokens = RTE_MIN(elapsed, UINT64_C(1000000)) * rate / 1000000;

		bucket->tokens = (uint32_t)RTE_MIN(bucket->tokens + tokens, (uint64_t)depth);
		bucket->filled_us = now_us;
	}
	if (bucket->tokens == 0)
		return false;
	bucket->tokens--;
	return true;
}

/** A neighbour that floods runs dry before it takes from what all neighbours share. */
static bool
take_token(struct pgn_lane *lane, const uint8_t *header)
{
	const struct pgn_wire_common *common = (const struct pgn_wire_common *)header;
	unsigned int neighbour =
		(unsigned int)(pgn_mac_number(&common->from) * UINT64_C(0x9e3779b97f4a7c15) >> 32) %
		PGN_NEIGHBOUR_BUCKETS;

	return take_from(&lane->neighbour[neighbour], lane->now_us, PGN_NEIGHBOUR_RATE,
			 PGN_NEIGHBOUR_DEPTH) &&
	       take_from(&lane->control_bucket, lane->now_us, PGN_CONTROL_RATE, PGN_CONTROL_DEPTH);
}

/** Off the data path: heartbeats and replies. */
static void
send_up(struct pgn_lane *lane, unsigned int wire, const struct pgn_message *message)
{
	struct pgn_control_event event = {
		.time_us = lane->now_us, .wire = (uint8_t)wire, .kind = (uint8_t)message->kind};
	const struct pgn_wire_common *common = (const struct pgn_wire_common *)message->header;
	uint64_t to = pgn_mac_key(&common->to), from = pgn_mac_key(&common->from);
	const struct pgn_own own = pgn_own_of(lane);

	if (!pgn_address_ok(&own, wire, to, from)) {
		pgn_count_drop(lane->counters, pgn_address_fault(&own, wire, to, from));
		return;
	}
	if (!take_token(lane, message->header)) {
		pgn_count_drop(lane->counters, PGN_DROP_CONTROL_THROTTLED);
		return;
	}
	memcpy(event.header, message->header, message->length);
	if (rte_ring_sp_enqueue_elem(lane->control, &event, sizeof(event)) != 0)
		pgn_count_drop(lane->counters, PGN_DROP_CONTROL_FULL);
	lane->events = true;
}

/** A plain frame that begins with a data header becomes the `at`th; returns how many there are. */
static inline unsigned int
keep_data(struct pgn_lane *lane, const struct pgn_own *own, unsigned int wire,
	  struct rte_mbuf *frame, enum pgn_kind kind, struct pgn_sorted *sorted, unsigned int at)
{
	const struct pgn_wire_upstream *header =
		rte_pktmbuf_mtod(frame, const struct pgn_wire_upstream *);
	uint64_t to = pgn_mac_key_before(header->common.to.b);
	uint64_t from = pgn_mac_key_before(header->common.from.b);

	if (unlikely(!pgn_address_ok(own, wire, to, from))) {
		pgn_forward_drop(lane, frame, pgn_address_fault(own, wire, to, from));
		return at;
	}
	sorted->frame[at] = frame;
	sorted->from[at] = from;
	/* In both data headers at the same place. */
	sorted->origin[at] = pgn_mac_key_behind(header->origin.b);
	sorted->kind[at] = (uint8_t)kind;
	return at + 1;
}

static void
no_message(struct pgn_lane *lane, unsigned int wire, uint32_t length, enum pgn_drop reason)
{
	pgn_count_received(lane->counters, wire, PGN_KIND_UNKNOWN, length);
	pgn_count_drop(lane->counters, reason);
}

/** Anything that is not one data message in a plain frame. */
static __rte_noinline void
walk(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame, struct pgn_sorted *sorted)
{
	struct iovec segments[SEGMENTS_MAX];
	struct pgn_message message;
	struct pgn_walk steps;
	int count = pgn_mbuf_segments(frame, segments, SEGMENTS_MAX);

	if (count < 0) {
		no_message(lane, wire, frame->pkt_len, PGN_DROP_OVERSIZE);
		rte_pktmbuf_free(frame);
		return;
	}
	pgn_walk_start(&steps, segments, (size_t)count, lane->node->id.marker);
	while (pgn_walk_next(&steps, &message)) {
		if (message.kind == PGN_KIND_HEARTBEAT || message.kind == PGN_KIND_REPLY) {
			pgn_count_received(lane->counters, wire, message.kind, message.length);
			send_up(lane, wire, &message);
			continue;
		}
		/* Data is always the last message: the frame becomes it. */
		frame = pgn_make_plain(lane, frame);
		if (frame == NULL) {
			pgn_count_received(lane->counters, wire, message.kind, message.length);
			return;
		}
		rte_pktmbuf_adj(frame, (uint16_t)message.offset);
		pgn_count_received(lane->counters, wire, message.kind, frame->pkt_len);
		const struct pgn_own own = pgn_own_of(lane);

		sorted->count =
			keep_data(lane, &own, wire, frame, message.kind, sorted, sorted->count);
		return;
	}
	if (steps.taken == 0)
		no_message(lane, wire, frame->pkt_len, steps.stop);
	else if (steps.stopped_early && steps.stop == PGN_DROP_WALK_BOUND)
		no_message(lane, wire, frame->pkt_len - (uint32_t)steps.offset, steps.stop);
	rte_pktmbuf_free(frame);
}

void
pgn_sort(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n,
	 struct pgn_sorted *sorted)
{
	struct pgn_traffic *received = lane->counters->received[wire];
	const struct pgn_own own = pgn_own_of(lane);
	const uint16_t marker = lane->node->id.marker;
	uint64_t messages = 0, bytes = 0, down_messages = 0, down_bytes = 0;
	unsigned int count = 0;

	pgn_prefetch_frames(frames, n);
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];
		enum pgn_kind kind = pgn_peek_data(rte_pktmbuf_mtod(frame, const uint8_t *),
						   frame->data_len, marker);

		if (unlikely(kind == PGN_KIND_UNKNOWN || !pgn_mbuf_is_plain(frame))) {
			sorted->count = count;
			walk(lane, wire, frame, sorted);
			count = sorted->count;
			continue;
		}
		messages++;
		bytes += frame->pkt_len;
		down_messages += kind == PGN_KIND_DOWNSTREAM;
		down_bytes += kind == PGN_KIND_DOWNSTREAM ? frame->pkt_len : 0;
		count = keep_data(lane, &own, wire, frame, kind, sorted, count);
	}
	sorted->count = count;
	/* Counted once a burst: see pgn_admit_host(). */
	received[PGN_KIND_UPSTREAM].messages += messages - down_messages;
	received[PGN_KIND_UPSTREAM].bytes += bytes - down_bytes;
	received[PGN_KIND_DOWNSTREAM].messages += down_messages;
	received[PGN_KIND_DOWNSTREAM].bytes += down_bytes;
}
