/* SPDX-License-Identifier: BSD-3-Clause */
#include "aside.h"
#include "forward.h"
#include "throttle.h"

/** Segments a frame that is walked may have. */
#define SEGMENTS_MAX 8

/** Off the data path: heartbeats and replies. */
static void
send_up(struct pgn_lane *lane, unsigned int wire, const struct pgn_message *message)
{
	struct pgn_control_event event = {
		.time_us = lane->now_us, .wire = (uint8_t)wire, .kind = (uint8_t)message->kind};
	const struct pgn_wire_common *common = (const struct pgn_wire_common *)message->header;
	uint64_t to = pgn_mac_key(&common->to), from = pgn_mac_key(&common->from);
	enum pgn_throttled throttled;

	if (!pgn_address_ok(&lane->own, wire, to, from)) {
		pgn_count_drop(lane->counters, pgn_address_fault(&lane->own, wire, to, from));
		return;
	}
	throttled = pgn_throttle_take(lane, wire, message->kind, message->header);
	if (throttled == PGN_THROTTLE_REFUSED) {
		atomic_store_explicit(&lane->throttled_from, from, memory_order_relaxed);
		pgn_count_drop(lane->counters, PGN_DROP_CONTROL_THROTTLED);
		return;
	}
	/* The ring is no place to crowd others out either. */
	if (throttled == PGN_THROTTLE_COMMON &&
	    rte_ring_free_count(lane->control) <= PGN_CONTROL_RING / 2) {
		pgn_count_drop(lane->counters, PGN_DROP_CONTROL_FULL);
		return;
	}
	memcpy(event.header, message->header, message->length);
	if (rte_ring_sp_enqueue_elem(lane->control, &event, sizeof(event)) != 0)
		pgn_count_drop(lane->counters, PGN_DROP_CONTROL_FULL);
	lane->events = true;
}

/** A plain frame that begins with a data header; false: dropped. */
static bool
take_data(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame, enum pgn_kind kind,
	  struct pgn_data *data)
{
	const struct pgn_wire_upstream *header =
		rte_pktmbuf_mtod(frame, const struct pgn_wire_upstream *);
	uint64_t to = pgn_mac_key(&header->common.to), from = pgn_mac_key(&header->common.from);

	if (!pgn_address_ok(&lane->own, wire, to, from)) {
		pgn_forward_drop(lane, frame, pgn_address_fault(&lane->own, wire, to, from));
		return false;
	}
	*data = (struct pgn_data){.frame = frame,
				  .kind = kind,
				  .from = from,
				  /* In both data headers at the same place. */
				  .origin = pgn_mac_key(&header->origin)};
	return true;
}

static void
no_message(struct pgn_lane *lane, unsigned int wire, uint32_t length, enum pgn_drop reason)
{
	pgn_count_received(lane->counters, wire, PGN_KIND_UNKNOWN, length);
	pgn_count_drop(lane->counters, reason);
}

bool
pgn_take_aside(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame,
	       struct pgn_data *data)
{
	struct iovec segments[SEGMENTS_MAX];
	struct pgn_message message;
	struct pgn_walk steps;
	int count = pgn_mbuf_segments(frame, segments, SEGMENTS_MAX);

	if (count < 0) {
		no_message(lane, wire, frame->pkt_len, PGN_DROP_OVERSIZE);
		rte_pktmbuf_free(frame);
		return false;
	}
	pgn_walk_start(&steps, segments, (size_t)count, lane->node->id.marker);
	while (pgn_walk_next(&steps, &message)) {
		pgn_count_received(lane->counters, wire, message.kind, message.length);
		if (message.kind == PGN_KIND_HEARTBEAT || message.kind == PGN_KIND_REPLY) {
			send_up(lane, wire, &message);
			continue;
		}
		/* Data is always the last message: the frame becomes it. */
		frame = pgn_make_plain(lane, frame);
		if (frame == NULL)
			return false;
		rte_pktmbuf_adj(frame, (uint16_t)message.offset);
		return take_data(lane, wire, frame, message.kind, data);
	}
	if (steps.taken == 0)
		no_message(lane, wire, frame->pkt_len, steps.stop);
	else if (steps.stopped_early && steps.stop == PGN_DROP_WALK_BOUND)
		no_message(lane, wire, frame->pkt_len - (uint32_t)steps.offset, steps.stop);
	rte_pktmbuf_free(frame);
	return false;
}
