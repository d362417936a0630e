/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What both roles do with a frame: drop it, make it a reply, check it, put a header in front.
 * For workers; everything is on the lane given.
 */
#ifndef PGN_FORWARD_H
#define PGN_FORWARD_H

#include <rte_memcpy.h>

#include "pgn_node.h"
#include "pgn_wire_mbuf.h"

static inline void
pgn_forward_drop(struct pgn_lane *lane, struct rte_mbuf *frame, enum pgn_drop reason)
{
	pgn_count_drop(lane->counters, reason);
	rte_pktmbuf_free(frame);
}

static_assert(PGN_REPLIES_MAX >= 2 * PGN_BURST_MAX + PGN_REPLICATE_BUDGET,
	      "replies are taken after each turn at the latest: all that one makes has room");

/** Hand a whole frame to a port's replies; one that is too long for the port is dropped. */
static inline void
pgn_forward_reply(struct pgn_lane *lane, unsigned int port, struct rte_mbuf *frame,
		  enum pgn_kind kind)
{
	struct pgn_replies *replies = &lane->replies[port];
	enum pgn_form form = frame->nb_segs == 1 ? PGN_FLAT : PGN_NESTED;

	if (unlikely(frame->pkt_len > lane->node->max_frame[port])) {
		pgn_forward_drop(lane, frame, PGN_DROP_OVERSIZE);
		return;
	}
	replies->frame[replies->count] = frame;
	replies->length[replies->count] = (uint16_t)frame->pkt_len;
	replies->kind[replies->count] = (uint8_t)kind;
	replies->form[replies->count] = (uint8_t)form;
	replies->nested += form;
	replies->count++;
}

static inline bool
pgn_is_own_mac(const struct pgn_node *node, const struct pgn_mac *mac)
{
	for (unsigned int w = 0; w < node->id.wire_count; w++) {
		if (pgn_mac_equal(mac, &node->id.wire_mac[w]))
			return true;
	}
	return false;
}

/** Is a message that came in by this wire meant for us, and from a neighbour? */
static inline bool
pgn_address_ok(const struct pgn_node *node, unsigned int wire, const uint8_t *header,
	       enum pgn_drop *reason)
{
	struct pgn_wire_common common;

	memcpy(&common, header, sizeof(common));
	if (!pgn_mac_equal(&common.to, &node->id.wire_mac[wire]) &&
	    !pgn_mac_equal(&common.to, &pgn_mac_broadcast))
		*reason = PGN_DROP_NOT_FOR_US;
	else if (!pgn_mac_is_station(&common.from))
		*reason = PGN_DROP_BAD_FROM;
	else if (pgn_is_own_mac(node, &common.from))
		*reason = PGN_DROP_OWN_FROM;
	else
		return true;
	return false;
}

/** May these bytes, `length` of them, be an inner frame? */
static inline bool
pgn_inner_ok(const uint8_t *inner, uint32_t length, enum pgn_drop *reason)
{
	struct pgn_mac source;

	if (length < PGN_INNER_MIN) {
		*reason = PGN_DROP_SHORT_PAYLOAD;
		return false;
	}
	memcpy(&source, inner + sizeof(struct pgn_mac), sizeof(source));
	if (!pgn_mac_is_station(&source)) {
		*reason = PGN_DROP_BAD_INNER_SOURCE;
		return false;
	}
	return true;
}

/**
 * Put a ready-made header (right-aligned in PGN_HEADER_ROOM bytes) in front of a plain frame: in
 * place, or in a segment of its own where headroom is short or the node makes nested replies.
 * NULL: no buffer, and the frame is dropped.
 */
struct rte_mbuf *pgn_encapsulate_nested(struct pgn_lane *lane, struct rte_mbuf *frame,
					const uint8_t *header, uint16_t length);

static inline struct rte_mbuf *
pgn_encapsulate(struct pgn_lane *lane, struct rte_mbuf *frame, const uint8_t *header,
		uint16_t length)
{
	if (unlikely(lane->node->form == PGN_NESTED ||
		     rte_pktmbuf_headroom(frame) < PGN_HEADER_ROOM))
		return pgn_encapsulate_nested(lane, frame, header, length);

	/* One 32-byte store; what lies before the header is headroom. */
	rte_mov32(rte_pktmbuf_mtod(frame, uint8_t *) - PGN_HEADER_ROOM, header);
	rte_pktmbuf_prepend(frame, length);
	return frame;
}

/** A copy of a frame in one fresh segment; NULL: no buffer, or longer than the largest class. */
struct rte_mbuf *pgn_copy_flat(struct pgn_lane *lane, const struct rte_mbuf *frame);

/** One segment, which nobody else holds: it may be written to. */
static inline bool
pgn_is_plain(const struct rte_mbuf *frame)
{
	return frame->nb_segs == 1 && pgn_mbuf_is_writable(frame);
}

/** The frame itself where it is plain, else a plain copy; NULL: dropped and counted. */
struct rte_mbuf *pgn_make_plain(struct pgn_lane *lane, struct rte_mbuf *frame);

/**
 * Cut a clear data frame down to its inner frame: the header off the front, and behind it what
 * only a padding link can have put there.
 */
void pgn_strip(struct rte_mbuf *frame, uint16_t header_length);

/**
 * Count and check frames that came in by the TAP: the good ones, plain each, are moved to the
 * front of `frames`; returns how many. The others are dropped.
 */
unsigned int pgn_admit_host(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n);

/** Queue an inner frame to be sent to every OBU but the one in slot `except`. */
void pgn_replicate(struct pgn_lane *lane, struct rte_mbuf *frame, const struct pgn_mac *origin,
		   uint16_t except);

/* ---- sort.c ---- */

/** The data frames of a burst: each is plain and begins with its data header. */
struct pgn_sorted {
	struct rte_mbuf *frame[PGN_BURST_MAX];
	uint8_t kind[PGN_BURST_MAX];
	unsigned int count;
};

/**
 * Count what came in; send control messages up to the control loop; keep the data frames whose
 * addresses are right. Everything else is dropped here.
 */
void pgn_sort(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n,
	      struct pgn_sorted *sorted);

#endif
