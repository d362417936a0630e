/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What both roles do with a frame: drop it, make it a reply, check it, put a header in front.
 * For workers; everything is on the lane given.
 */
#ifndef PGN_FORWARD_H
#define PGN_FORWARD_H

#include <rte_memcpy.h>
#include <rte_prefetch.h>

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

/** Mark which of the replies from first up to end are chains. */
void pgn_mark_nested(struct pgn_replies *replies, unsigned int first, unsigned int end);

/** Hand n frames of one kind to a port's replies; those that are too long for the port are dropped.
 */
static inline void
pgn_forward_run(struct pgn_lane *lane, unsigned int port, enum pgn_kind kind,
		struct rte_mbuf **frames, unsigned int n)
{
	struct pgn_replies *replies = &lane->replies[port];
	const uint32_t max_frame = lane->node->max_frame[port];
	/* Counted here and stored once: each store to it would be the next frame's load. */
	const unsigned int first = replies->count;
	unsigned int at = first, nested = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];
		uint32_t length = frame->pkt_len;

		if (unlikely(length > max_frame)) {
			pgn_forward_drop(lane, frame, PGN_DROP_OVERSIZE);
			continue;
		}
		replies->frame[at] = frame;
		replies->length[at] = (uint16_t)length;
		nested += frame->nb_segs != 1;
		at++;
	}
	memset(&replies->kind[first], kind, at - first);
	memset(&replies->form[first], PGN_FLAT, at - first);
	if (unlikely(nested != 0))
		pgn_mark_nested(replies, first, at);
	replies->count = at;
}

static inline void
pgn_forward_reply(struct pgn_lane *lane, unsigned int port, struct rte_mbuf *frame,
		  enum pgn_kind kind)
{
	pgn_forward_run(lane, port, kind, &frame, 1);
}

/**
 * What a burst sends, in order; frames that leave by the same port are handed over together. count
 * is 0 before the first and after the hand-over.
 */
struct pgn_outgoing {
	unsigned int count;
	struct rte_mbuf *frame[PGN_BURST_MAX];
	uint16_t way[PGN_BURST_MAX]; /**< port and kind */
};

static inline void
pgn_outgoing_add(struct pgn_outgoing *outgoing, unsigned int port, struct rte_mbuf *frame,
		 enum pgn_kind kind)
{
	outgoing->frame[outgoing->count] = frame;
	outgoing->way[outgoing->count] = (uint16_t)(port << 8 | kind);
	outgoing->count++;
}

static inline void
pgn_forward_outgoing(struct pgn_lane *lane, struct pgn_outgoing *outgoing)
{
	unsigned int i = 0;

	while (i < outgoing->count) {
		unsigned int first = i;
		uint16_t way = outgoing->way[first];

		do {
			i++;
		} while (i < outgoing->count && outgoing->way[i] == way);
		pgn_forward_run(lane, way >> 8, way & 0xff, &outgoing->frame[first], i - first);
	}
	outgoing->count = 0;
}

/** The MACs of our wires, copied to where a store of a byte elsewhere cannot be one to them. */
struct pgn_own {
	uint64_t key[PGN_MAX_WIRES];
	unsigned int count;
};

static inline struct pgn_own
pgn_own_of(const struct pgn_lane *lane)
{
	struct pgn_own own = {.count = lane->node->id.wire_count};

	memcpy(own.key, lane->own_key, sizeof(own.key));
	return own;
}

static inline bool
pgn_is_own_key(const struct pgn_own *own, uint64_t key)
{
	for (unsigned int w = 0; w < own->count; w++) {
		if (key == own->key[w])
			return true;
	}
	return false;
}

/** A station that is none of ours: what a neighbour, and the origin of a frame, must be. */
static inline bool
pgn_is_other_station(const struct pgn_own *own, uint64_t key)
{
	return pgn_mac_key_is_station(key) && !pgn_is_own_key(own, key);
}

/** Is a message that came in by this wire, with these keys, meant for us and from a neighbour? */
static inline bool
pgn_address_ok(const struct pgn_own *own, unsigned int wire, uint64_t to, uint64_t from)
{
	return (to == own->key[wire] || to == pgn_mac_key_broadcast()) &&
	       pgn_is_other_station(own, from);
}

/** Why not, when it is not. */
static inline enum pgn_drop
pgn_address_fault(const struct pgn_own *own, unsigned int wire, uint64_t to, uint64_t from)
{
	if (to != own->key[wire] && to != pgn_mac_key_broadcast())
		return PGN_DROP_NOT_FOR_US;
	return pgn_mac_key_is_station(from) ? PGN_DROP_OWN_FROM : PGN_DROP_BAD_FROM;
}

/** Why an origin is not another station's, when it is not. */
static inline enum pgn_drop
pgn_origin_fault(uint64_t origin)
{
	return pgn_mac_key_is_station(origin) ? PGN_DROP_OWN_ORIGIN : PGN_DROP_BAD_ORIGIN;
}

/** The source's key of an inner frame of at least PGN_INNER_MIN bytes. */
static inline uint64_t
pgn_inner_source(const uint8_t *inner)
{
	return pgn_mac_key_behind(inner + sizeof(struct pgn_mac));
}

/** The destination's. */
static inline uint64_t
pgn_inner_destination(const uint8_t *inner)
{
	return pgn_mac_key_before(inner);
}

/** May these bytes, `length` of them, be an inner frame? */
static inline bool
pgn_inner_ok(const uint8_t *inner, uint32_t length)
{
	return length >= PGN_INNER_MIN && pgn_mac_key_is_station(pgn_inner_source(inner));
}

/** Why not, when they may not. */
static inline enum pgn_drop
pgn_inner_fault(uint32_t length)
{
	return length < PGN_INNER_MIN ? PGN_DROP_SHORT_PAYLOAD : PGN_DROP_BAD_INNER_SOURCE;
}

/** Fetch what the first look at a burst will read. */
static inline void
pgn_prefetch_frames(struct rte_mbuf **frames, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], const void *));
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
	frame->data_off = (uint16_t)(frame->data_off - length);
	frame->data_len = (uint16_t)(frame->data_len + length);
	frame->pkt_len += length;
	return frame;
}

/** A copy of a frame in one fresh segment; NULL: no buffer, or longer than the largest class. */
struct rte_mbuf *pgn_copy_flat(struct pgn_lane *lane, const struct rte_mbuf *frame);

/** A frame's bytes into an empty buffer got for its length; returns the buffer. */
struct rte_mbuf *pgn_copy_into(struct rte_mbuf *copy, const struct rte_mbuf *frame);

/** A plain copy instead of a frame; NULL: dropped and counted. */
struct rte_mbuf *pgn_plain_copy(struct pgn_lane *lane, struct rte_mbuf *frame);

/** The frame itself where it is plain, else a plain copy; NULL: dropped and counted. */
static inline struct rte_mbuf *
pgn_make_plain(struct pgn_lane *lane, struct rte_mbuf *frame)
{
	return likely(pgn_mbuf_is_plain(frame)) ? frame : pgn_plain_copy(lane, frame);
}

/** Frames up to this length may carry a link's padding. */
#define PGN_PADDED_FRAME 60

/** Cut off what only a padding link can have put behind an inner frame. */
void pgn_trim_padding(struct rte_mbuf *inner);

/**
 * Cut a clear data frame, plain and longer than its header, down to its inner frame: the header
 * off the front, and padding off the end.
 */
static inline void
pgn_strip(struct rte_mbuf *frame, uint16_t header_length)
{
	bool may_be_padded = frame->pkt_len <= PGN_PADDED_FRAME;

	frame->data_off = (uint16_t)(frame->data_off + header_length);
	frame->data_len = (uint16_t)(frame->data_len - header_length);
	frame->pkt_len -= header_length;
	if (unlikely(may_be_padded))
		pgn_trim_padding(frame);
}

/**
 * Count and check frames that came in by the TAP: the good ones, plain each, are moved to the
 * front of `frames`, the keys of their sources to `source`; returns how many. The others are
 * dropped.
 */
unsigned int pgn_admit_host(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n,
			    uint64_t *source);

/** Queue an inner frame to be sent to every OBU but the one in slot `except`. */
void pgn_replicate(struct pgn_lane *lane, struct rte_mbuf *frame, const struct pgn_mac *origin,
		   uint16_t except);

/* ---- sort.c ---- */

/** The data frames of a burst: each is plain and begins with its data header. */
struct pgn_sorted {
	struct rte_mbuf *frame[PGN_BURST_MAX];
	uint64_t from[PGN_BURST_MAX]; /**< keys of the neighbours that sent them */
	uint64_t origin[PGN_BURST_MAX];
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
