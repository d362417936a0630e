/* SPDX-License-Identifier: BSD-3-Clause */
#include <rte_mbuf.h>

#include "pgn_node.h"
#include "pgn_wire_mbuf.h"

#define SEGMENTS_MAX 8

static void
count(struct pgn_counters *counters, unsigned int port, enum pgn_kind kind, uint64_t bytes)
{
	pgn_count_received(counters, port, kind, bytes);
	pgn_count_drop(counters, PGN_DROP_STANDBY);
}

/** Every message, as a role would count them. */
static void
count_messages(struct pgn_lane *lane, unsigned int wire, const struct rte_mbuf *frame)
{
	struct iovec segment[SEGMENTS_MAX];
	int segments = pgn_mbuf_segments(frame, segment, SEGMENTS_MAX);
	struct pgn_message message;
	struct pgn_walk walk;
	bool any = false;

	pgn_walk_start(&walk, segment, segments < 0 ? SEGMENTS_MAX : (size_t)segments,
		       lane->node->id.marker);
	for (; pgn_walk_next(&walk, &message); any = true)
		count(lane->counters, wire, message.kind, message.length);
	if (!any)
		count(lane->counters, wire, PGN_KIND_UNKNOWN, frame->pkt_len);
}

void
pgn_lane_stand_by(struct pgn_lane *lane, unsigned int port, struct rte_mbuf **frames,
		  unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (pgn_direction_of(port) == PGN_TO_TAP)
			count(lane->counters, port, PGN_KIND_HOST, frames[i]->pkt_len);
		else
			count_messages(lane, port, frames[i]);
	}
	rte_pktmbuf_free_bulk(frames, n);
}
