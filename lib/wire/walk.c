/* SPDX-License-Identifier: BSD-3-Clause */
#include "pgn_wire.h"

void
pgn_walk_start(struct pgn_walk *walk, const struct iovec *segments, size_t count, uint16_t marker)
{
	walk->segments = segments;
	walk->frame_length = 0;
	walk->offset = 0;
	walk->taken = 0;
	walk->marker = marker;
	walk->stop = PGN_DROP_RUNT;
	walk->stopped_early = false;
	for (size_t i = 0; i < count; i++)
		walk->frame_length += segments[i].iov_len;
}

static const uint8_t *
gather(struct pgn_walk *walk, const struct iovec *segment, size_t skip, size_t length)
{
	size_t done = 0;

	for (; done < length; segment++, skip = 0) {
		size_t part = segment->iov_len - skip;

		if (part == 0)
			continue;
		if (part > length - done)
			part = length - done;
		memcpy(walk->gathered + done, (const uint8_t *)segment->iov_base + skip, part);
		done += part;
	}
	return walk->gathered;
}

/* The next length bytes of the frame in one piece; the caller has checked that they are there. */
static inline const uint8_t *
contiguous(struct pgn_walk *walk, size_t length)
{
	const struct iovec *segment = walk->segments;
	size_t skip = walk->offset;

	while (skip >= segment->iov_len) {
		skip -= segment->iov_len;
		segment++;
	}
	if (segment->iov_len - skip >= length)
		return (const uint8_t *)segment->iov_base + skip;
	return gather(walk, segment, skip, length);
}

static bool
stop_early(struct pgn_walk *walk, enum pgn_drop why)
{
	walk->stopped_early = true;
	walk->stop = why;
	return false;
}

bool
pgn_walk_next(struct pgn_walk *walk, struct pgn_message *message)
{
	size_t left = walk->frame_length - walk->offset;
	const struct pgn_wire_common *common;
	size_t header_length;
	uint32_t what;

	if (left == 0)
		return false;
	if (left < PGN_COMMON_LEN)
		return stop_early(walk, PGN_DROP_RUNT);

	common = (const struct pgn_wire_common *)contiguous(walk, PGN_COMMON_LEN);
	what = pgn_load32(common->marker);
	if (what >> 16 != walk->marker)
		return stop_early(walk, PGN_DROP_FOREIGN);

	message->length = left;
	switch (what & 0xffff) {
	case PGN_TYPE_CONTROL << 8 | PGN_SUBTYPE_HEARTBEAT:
		message->kind = PGN_KIND_HEARTBEAT;
		message->length = header_length = PGN_HEARTBEAT_LEN;
		break;
	case PGN_TYPE_CONTROL << 8 | PGN_SUBTYPE_REPLY:
		message->kind = PGN_KIND_REPLY;
		message->length = header_length = PGN_REPLY_LEN;
		break;
	case PGN_TYPE_DATA << 8 | PGN_SUBTYPE_UPSTREAM:
		message->kind = PGN_KIND_UPSTREAM;
		header_length = PGN_UPSTREAM_LEN;
		break;
	case PGN_TYPE_DATA << 8 | PGN_SUBTYPE_DOWNSTREAM:
		message->kind = PGN_KIND_DOWNSTREAM;
		header_length = PGN_DOWNSTREAM_LEN;
		break;
	default:
		return stop_early(walk, PGN_DROP_UNKNOWN_TYPE);
	}
	if (left < header_length)
		return stop_early(walk, PGN_DROP_TRUNCATED);
	if (walk->taken == PGN_WALK_MAX)
		return stop_early(walk, PGN_DROP_WALK_BOUND);

	message->header = contiguous(walk, header_length);
	message->offset = walk->offset;
	walk->offset += message->length;
	walk->taken++;
	return true;
}
