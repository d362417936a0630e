/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "pgn_wire.h"

static bool
stop_early(struct pgn_walk *walk, enum pgn_drop why)
{
	walk->stopped_early = true;
	walk->stop = why;
	return false;
}

static void
skip_empty_segments(struct pgn_walk *walk)
{
	while (walk->left_here == 0) {
		walk->here = walk->segment->iov_base;
		walk->left_here = walk->segment->iov_len;
		walk->segment++;
	}
}

/** The next bytes, as many as a header can have or fewer at the frame's end, in one piece. */
static const uint8_t *
gather(struct pgn_walk *walk, size_t left)
{
	size_t wanted = left < PGN_HEADER_MAX ? left : PGN_HEADER_MAX, part = walk->left_here;
	const struct iovec *segment = walk->segment;
	size_t done;

	if (part >= wanted)
		return walk->here;
	memcpy(walk->gathered, walk->here, part);
	for (done = part; done < wanted; done += part, segment++) {
		part = segment->iov_len < wanted - done ? segment->iov_len : wanted - done;
		if (part > 0)
			memcpy(walk->gathered + done, segment->iov_base, part);
	}
	return walk->gathered;
}

/** Go on by a message's length, over as many segments as it takes. */
static void
advance(struct pgn_walk *walk, size_t length)
{
	while (length > walk->left_here) {
		length -= walk->left_here;
		walk->here = walk->segment->iov_base;
		walk->left_here = walk->segment->iov_len;
		walk->segment++;
	}
	walk->here += length;
	walk->left_here -= length;
}

/** Why 16 bytes and more are no message. */
static enum pgn_drop
fault_of(const uint8_t *header, uint16_t marker)
{
	uint32_t what = pgn_load32(header + offsetof(struct pgn_wire_common, marker)) ^
			pgn_what(marker, 0, 0);

	if (what >> 16 != 0)
		return PGN_DROP_FOREIGN;
	return (what & ~pgn_what(0, 1, 1)) != 0 ? PGN_DROP_UNKNOWN_TYPE : PGN_DROP_TRUNCATED;
}

bool
pgn_walk_across(struct pgn_walk *walk, struct pgn_message *message)
{
	size_t left = walk->frame_length - walk->offset;
	const uint8_t *header;
	enum pgn_kind kind;

	if (left == 0)
		return false;
	if (left < PGN_COMMON_LEN)
		return stop_early(walk, PGN_DROP_RUNT);
	skip_empty_segments(walk);
	header = gather(walk, left);
	kind = pgn_peek(header, left, walk->marker);
	if (kind == PGN_KIND_UNKNOWN)
		return stop_early(walk, fault_of(header, walk->marker));
	if (walk->taken == PGN_WALK_MAX)
		return stop_early(walk, PGN_DROP_WALK_BOUND);

	pgn_walk_take(walk, message, kind, header);
	if (pgn_kind_is_data(kind))
		walk->left_here = 0;
	else
		advance(walk, message->length);
	return true;
}
