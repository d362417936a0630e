/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What both roles do with a frame: drop it, make it a reply, check it, put a header in front.
 * For workers; everything is on the lane given.
 */
#ifndef PGN_FORWARD_H
#define PGN_FORWARD_H

#include <rte_memcpy.h>

#include "gate.h"
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

/** Frames for one port, counted in registers until the writer is closed. One at a time a port. */
struct pgn_writer {
	struct pgn_replies *replies;
	struct rte_mbuf **at; /**< where the next one goes */
	uint32_t max_frame;
	uint32_t bytes;
	unsigned int port;
};

/** Bytes a port sends at most; the control loop may change it at any time. */
static inline uint32_t
pgn_port_max_frame(const struct pgn_node *node, unsigned int port)
{
	return atomic_load_explicit(&node->max_frame[port], memory_order_relaxed);
}

static inline struct pgn_writer
pgn_writer_open(struct pgn_lane *lane, unsigned int port)
{
	struct pgn_replies *replies = &lane->replies[port];

	return (struct pgn_writer){.replies = replies,
				   .at = &replies->frame[replies->count],
				   .max_frame = pgn_port_max_frame(lane->node, port),
				   .port = port};
}

/** A frame of so many bytes that is not too long for the port. */
static inline void
pgn_writer_put(struct pgn_writer *writer, struct rte_mbuf *frame, uint32_t length)
{
	*writer->at++ = frame;
	writer->bytes += length;
}

/** A frame of so many bytes; one that is too long for the port is dropped. */
static inline void
pgn_writer_add(struct pgn_lane *lane, struct pgn_writer *writer, struct rte_mbuf *frame,
	       uint32_t length)
{
	if (unlikely(length > writer->max_frame)) {
		pgn_forward_drop(lane, frame, PGN_DROP_OVERSIZE);
		return;
	}
	pgn_writer_put(writer, frame, length);
}

/** What was added is of this kind and form. */
static inline void
pgn_writer_close(const struct pgn_writer *writer, enum pgn_kind kind, enum pgn_form form)
{
	struct pgn_replies *replies = writer->replies;
	unsigned int count = (unsigned int)(writer->at - replies->frame);

	if (count == replies->count)
		return;
	replies->count = count;
	replies->run[replies->run_count++] = (struct pgn_run){.bytes = writer->bytes,
							      .end = (uint16_t)count,
							      .kind = (uint8_t)kind,
							      .form = (uint8_t)form};
}

/** Close the writer and open it for another port. */
static inline void
pgn_writer_turn(struct pgn_lane *lane, struct pgn_writer *writer, unsigned int port,
		enum pgn_kind kind)
{
	pgn_writer_close(writer, kind, PGN_FLAT);
	*writer = pgn_writer_open(lane, port);
}

/** One frame of any form, while no writer is open for its port. */
static inline void
pgn_forward_reply(struct pgn_lane *lane, unsigned int port, struct rte_mbuf *frame,
		  enum pgn_kind kind)
{
	struct pgn_writer writer = pgn_writer_open(lane, port);
	enum pgn_form form = frame->nb_segs == 1 ? PGN_FLAT : PGN_NESTED;

	pgn_writer_add(lane, &writer, frame, frame->pkt_len);
	pgn_writer_close(&writer, kind, form);
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

/**
 * Move a plain frame's first byte by so many bytes, and its end: what is to be there or to be left
 * out is known to be. Three fields in one load, add and store in place of three.
 */
static inline void
pgn_move_ends(struct rte_mbuf *frame, int front, int end)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	typedef int32_t words __attribute__((vector_size(sizeof(struct pgn_mbuf_start))));
	/* data_off and data_len are the low halves of their words, and stay within them. */
	const words change = {front, 0, 0, 0, 0, end - front, end - front, 0};
	uint8_t *at = (uint8_t *)frame + offsetof(struct rte_mbuf, data_off);
	words now;

	static_assert(offsetof(struct pgn_mbuf_start, pkt_len) == 5 * sizeof(int32_t), "pkt_len");
	static_assert(offsetof(struct pgn_mbuf_start, data_len) == 6 * sizeof(int32_t), "data_len");
	memcpy(&now, at, sizeof(now));
	now += change;
	memcpy(at, &now, sizeof(now));
#else
	frame->data_off = (uint16_t)(frame->data_off + front);
	frame->data_len = (uint16_t)(frame->data_len + end - front);
	frame->pkt_len += (uint32_t)(end - front);
#endif
}

static inline void
pgn_move_front(struct rte_mbuf *frame, int bytes)
{
	pgn_move_ends(frame, bytes, 0);
}

/** Both data headers have the origin at the same place. */
static inline void
pgn_header_set_origin(uint8_t *header, uint64_t origin)
{
	pgn_mac_of_key((struct pgn_mac *)(header + offsetof(struct pgn_wire_upstream, origin)),
		       origin);
}

/**
 * Put a next hop's ready-made header in front of a plain frame that goes by the hop's wire. origin:
 * a key that takes our own's place in the header; 0: our own stays. The caller has seen that the
 * frame's headroom is PGN_HEADER_ROOM or more.
 */
static inline void
pgn_push_header(struct rte_mbuf *frame, const struct pgn_fib_hop *hop, uint16_t length,
		uint64_t origin)
{
	uint8_t *payload = rte_pktmbuf_mtod(frame, uint8_t *);

	/* One 32-byte store; what lies before the header is headroom. */
	rte_mov32(payload - PGN_HEADER_ROOM, hop->header);
	if (origin != 0)
		pgn_header_set_origin(payload - length, origin);
	pgn_move_front(frame, -(int)length);
}

/**
 * The same in whatever way it can be done, and the frame becomes a reply, while no writer is open
 * for the hop's wire: in a segment of its own where headroom is short, or where the node makes
 * nested replies. Without a buffer the frame is dropped.
 */
void pgn_send_encapsulated(struct pgn_lane *lane, struct rte_mbuf *frame,
			   const struct pgn_fib_hop *hop, uint16_t length, enum pgn_kind kind,
			   uint64_t origin);

/** May frames be pushed a header in place, where headroom allows? Else all are chained. */
static inline bool
pgn_may_push(const struct pgn_lane *lane, const struct rte_mbuf *frame)
{
	return lane->node->form == PGN_FLAT && rte_pktmbuf_headroom(frame) >= PGN_HEADER_ROOM;
}

/** A copy of a frame in one fresh segment; NULL: no buffer, or longer than the largest class. */
struct rte_mbuf *pgn_copy_flat(struct pgn_lane *lane, const struct rte_mbuf *frame);

/** A frame's bytes into an empty buffer got for its length; returns the buffer. */
struct rte_mbuf *pgn_copy_into(struct rte_mbuf *copy, const struct rte_mbuf *frame);

/** A plain copy instead of a frame, with `room` bytes behind it; NULL: dropped and counted. */
struct rte_mbuf *pgn_plain_copy(struct pgn_lane *lane, struct rte_mbuf *frame, uint32_t room);

/** The frame itself where it is plain, else a plain copy; NULL: dropped and counted. */
static inline struct rte_mbuf *
pgn_make_plain(struct pgn_lane *lane, struct rte_mbuf *frame)
{
	return likely(pgn_mbuf_is_plain(frame)) ? frame : pgn_plain_copy(lane, frame, 0);
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

	pgn_move_front(frame, header_length);
	if (unlikely(may_be_padded))
		pgn_trim_padding(frame);
}

/** pgn_admit_host() of a frame that is not plain, or is no inner frame. */
struct rte_mbuf *pgn_admit_odd_host(struct pgn_lane *lane, struct rte_mbuf *frame);

/** A frame that came in by the TAP, as a plain inner frame; NULL: dropped. */
static inline struct rte_mbuf *
pgn_admit_host(struct pgn_lane *lane, struct rte_mbuf *frame)
{
	if (likely(pgn_mbuf_is_plain(frame) &&
		   pgn_inner_ok(rte_pktmbuf_mtod(frame, const uint8_t *), frame->data_len)))
		return frame;
	return pgn_admit_odd_host(lane, frame);
}

/** Queue an inner frame to be sent to every OBU but the one in slot `except`; origin is a key. */
void pgn_replicate(struct pgn_lane *lane, struct rte_mbuf *frame, uint64_t origin, uint16_t except);

/** What waits to be copied goes nowhere. */
void pgn_drop_replicas(struct pgn_lane *lane, enum pgn_drop reason);

#endif
