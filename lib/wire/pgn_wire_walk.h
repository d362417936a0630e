/* SPDX-License-Identifier: BSD-3-Clause */
/** Which messages does a frame hold. Included by pgn_wire.h. */
#ifndef PGN_WIRE_WALK_H
#define PGN_WIRE_WALK_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "pgn_stats.h"
#include "pgn_wire_format.h"

#define PGN_WALK_MAX 8 /**< messages a walk takes from one frame */

/* A message's kind is its type and subtype, 0 or 1 each, as a number of two bits. */
static_assert(PGN_KIND_HEARTBEAT == PGN_TYPE_CONTROL * 2 + PGN_SUBTYPE_HEARTBEAT, "heartbeat");
static_assert(PGN_KIND_REPLY == PGN_TYPE_CONTROL * 2 + PGN_SUBTYPE_REPLY, "reply");
static_assert(PGN_KIND_UPSTREAM == PGN_TYPE_DATA * 2 + PGN_SUBTYPE_UPSTREAM, "upstream");
static_assert(PGN_KIND_DOWNSTREAM == PGN_TYPE_DATA * 2 + PGN_SUBTYPE_DOWNSTREAM, "downstream");

/** The header's length of one of the four kinds of message. */
static inline size_t
pgn_header_length(enum pgn_kind kind)
{
	static const size_t lengths[] = {PGN_HEARTBEAT_LEN, PGN_REPLY_LEN, PGN_UPSTREAM_LEN,
					 PGN_DOWNSTREAM_LEN};

	return lengths[kind];
}

/** Data takes all that is left of its frame; a control message is its header. */
static inline bool
pgn_kind_is_data(enum pgn_kind kind)
{
	return kind == PGN_KIND_UPSTREAM || kind == PGN_KIND_DOWNSTREAM;
}

/**
 * The kind of the message that begins at `at`, when the `length` bytes there hold its whole header;
 * else PGN_KIND_UNKNOWN: nothing begins there, and a walk tells why. Never disagrees with a walk.
 */
static inline enum pgn_kind
pgn_peek(const uint8_t *at, size_t length, uint16_t marker)
{
	uint32_t what;
	enum pgn_kind kind;

	if (length < PGN_COMMON_LEN)
		return PGN_KIND_UNKNOWN;
	what = pgn_load32(at + offsetof(struct pgn_wire_common, marker)) ^ pgn_what(marker, 0, 0);
	if ((what & ~pgn_what(0, 1, 1)) != 0)
		return PGN_KIND_UNKNOWN;
	/* type * 2 + subtype: type goes from bit 8 to the last, subtype from bit 0 before it. */
	kind = (enum pgn_kind)(what * (UINT32_C(1) << 23 | UINT32_C(1) << 30) >> 30);
	return length < pgn_header_length(kind) ? PGN_KIND_UNKNOWN : kind;
}

/**
 * As pgn_peek() for a whole frame of `length` bytes, but PGN_KIND_UNKNOWN also when a further
 * message may follow. So any other kind is that of the only message that a walk finds. Reads no
 * more than the first PGN_COMMON_LEN bytes.
 */
static inline enum pgn_kind
pgn_peek_only(const uint8_t *frame, size_t length, uint16_t marker)
{
	static const size_t room[] = {PGN_COMMON_LEN, PGN_COMMON_LEN, SIZE_MAX, SIZE_MAX};
	enum pgn_kind kind = pgn_peek(frame, length, marker);

	if (kind == PGN_KIND_UNKNOWN || length - pgn_header_length(kind) >= room[kind])
		return PGN_KIND_UNKNOWN;
	return kind;
}

/**
 * Whether a whole frame of `length` bytes is a peer OBU's answer: a heartbeat, relayed, and its
 * reply PGN_HEARTBEAT_LEN bytes on, and nothing else.
 */
static inline bool
pgn_peek_answer(const uint8_t *frame, size_t length, uint16_t marker)
{
	const uint8_t *what = frame + offsetof(struct pgn_wire_common, marker);

	return length == PGN_HEARTBEAT_LEN + PGN_REPLY_LEN &&
	       pgn_load32(what) == pgn_what(marker, PGN_TYPE_CONTROL, PGN_SUBTYPE_HEARTBEAT) &&
	       pgn_load32(what + PGN_HEARTBEAT_LEN) ==
		       pgn_what(marker, PGN_TYPE_CONTROL, PGN_SUBTYPE_REPLY);
}

/**
 * The packet path's short cut: most frames are one data message. When the first `length` bytes of a
 * frame (its first segment) hold a whole data header, the frame is that message, and this is its
 * kind. Else PGN_KIND_UNKNOWN: walk the frame. Never disagrees with a walk.
 */
static inline enum pgn_kind
pgn_peek_data(const uint8_t *first, size_t length, uint16_t marker)
{
	uint32_t subtype;

	if (length < PGN_UPSTREAM_LEN)
		return PGN_KIND_UNKNOWN;
	subtype = pgn_load32(first + offsetof(struct pgn_wire_common, marker)) ^
		  pgn_what(marker, PGN_TYPE_DATA, 0);
	if (subtype > PGN_SUBTYPE_DOWNSTREAM ||
	    length < PGN_UPSTREAM_LEN + subtype * (PGN_DOWNSTREAM_LEN - PGN_UPSTREAM_LEN))
		return PGN_KIND_UNKNOWN;
	return (enum pgn_kind)(PGN_KIND_UPSTREAM + subtype);
}

/**
 * A message found by a walk. `header` points to its 46, 52, 22 or 28 contiguous bytes: into the
 * frame, or into the walk where they lie across segments; it is valid until the next step.
 * length counts header and payload; a data message takes all that is left of the frame.
 */
struct pgn_message {
	enum pgn_kind kind;
	size_t offset;
	size_t length;
	const uint8_t *header;
};

struct pgn_walk {
	const uint8_t *here;         /* the next byte, and */
	size_t left_here;            /* how many there are in its segment */
	const struct iovec *segment; /* the segment after that */
	size_t frame_length;
	size_t offset;
	unsigned int taken;
	uint16_t marker;
	enum pgn_drop stop; /**< why the walk ended, when it ended before the end of the frame */
	bool stopped_early;
	uint8_t gathered[PGN_HEADER_MAX];
};

/** Begin a walk. segments stay the caller's and must outlive the walk; none is written. */
static inline void
pgn_walk_start(struct pgn_walk *walk, const struct iovec *segments, size_t count, uint16_t marker)
{
	walk->here = NULL;
	walk->left_here = 0;
	walk->segment = segments;
	walk->frame_length = 0;
	walk->offset = 0;
	walk->taken = 0;
	walk->marker = marker;
	walk->stop = PGN_DROP_RUNT;
	walk->stopped_early = false;
	for (size_t i = 0; i < count; i++)
		walk->frame_length += segments[i].iov_len;
	if (count > 0) {
		walk->here = segments->iov_base;
		walk->left_here = segments->iov_len;
		walk->segment++;
	}
}

/* What pgn_walk_next() leaves to walk.c: a header that is not whole where the walk is, and ends. */
bool pgn_walk_across(struct pgn_walk *walk, struct pgn_message *message);

/* The next message is of this kind, and its header is there. */
static inline void
pgn_walk_take(struct pgn_walk *walk, struct pgn_message *message, enum pgn_kind kind,
	      const uint8_t *header)
{
	message->kind = kind;
	message->offset = walk->offset;
	message->length = pgn_kind_is_data(kind) ? walk->frame_length - walk->offset
						 : pgn_header_length(kind);
	message->header = header;
	walk->offset += message->length;
	walk->taken++;
}

/**
 * The next message, true; or false at the end. At the end stopped_early tells whether bytes were
 * left, and stop why (PGN_DROP_RUNT, _FOREIGN, _UNKNOWN_TYPE, _TRUNCATED, _WALK_BOUND). What a
 * walk has given before it stops counts. A frame in which the first step returns false holds no
 * message: `stop` is its drop reason (an empty frame is a runt).
 */
static inline bool
pgn_walk_next(struct pgn_walk *walk, struct pgn_message *message)
{
	enum pgn_kind kind = pgn_peek(walk->here, walk->left_here, walk->marker);

	if (kind == PGN_KIND_UNKNOWN || walk->taken == PGN_WALK_MAX)
		return pgn_walk_across(walk, message);
	pgn_walk_take(walk, message, kind, walk->here);
	if (pgn_kind_is_data(kind)) {
		walk->left_here = 0;
	} else {
		walk->here += message->length;
		walk->left_here -= message->length;
	}
	return true;
}

#endif
