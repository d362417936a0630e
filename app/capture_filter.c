/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture_filter.h"

#define MAC_LEN sizeof(struct pgn_mac)

/** The MACs at the start of an Ethernet header. */
static bool
names_ethernet(const struct pgn_mac *mac, const uint8_t *at)
{
	return memcmp(at, mac, MAC_LEN) == 0 || memcmp(at + MAC_LEN, mac, MAC_LEN) == 0;
}

/** Behind to and from: where a header has its further MACs. */
static bool
names_further(const struct pgn_mac *mac, const struct pgn_message *message)
{
	static const struct {
		size_t at, count;
	} further[] = {
		[PGN_KIND_HEARTBEAT] = {offsetof(struct pgn_wire_heartbeat, source), 1},
		[PGN_KIND_REPLY] = {offsetof(struct pgn_wire_reply, source), 2},
		[PGN_KIND_UPSTREAM] = {offsetof(struct pgn_wire_upstream, origin), 1},
		[PGN_KIND_DOWNSTREAM] = {offsetof(struct pgn_wire_downstream, origin), 2},
	};
	const uint8_t *at = message->header + further[message->kind].at;

	for (size_t i = 0; i < further[message->kind].count; i++) {
		if (memcmp(at + i * MAC_LEN, mac, MAC_LEN) == 0)
			return true;
	}
	return false;
}

static bool
names_inside(const struct pgn_mac *mac, const struct pgn_message *message, const uint8_t *frame)
{
	size_t header = pgn_header_length(message->kind);

	return pgn_kind_is_data(message->kind) && message->length >= header + PGN_INNER_MIN &&
	       names_ethernet(mac, frame + message->offset + header);
}

static bool
wants_message(const struct pgn_capture_filter *filter, const struct pgn_message *message,
	      const uint8_t *frame)
{
	if ((filter->kinds >> message->kind & 1) == 0)
		return false;
	return !filter->has_mac || names_ethernet(&filter->mac, message->header) ||
	       names_further(&filter->mac, message) ||
	       (!filter->sealed && names_inside(&filter->mac, message, frame));
}

static bool
wants_plain(const struct pgn_capture_filter *filter, enum pgn_kind kind, const uint8_t *frame,
	    size_t length)
{
	return (filter->kinds >> kind & 1) != 0 &&
	       (!filter->has_mac || (length >= 2 * MAC_LEN && names_ethernet(&filter->mac, frame)));
}

bool
pgn_capture_wants(const struct pgn_capture_filter *filter, unsigned int port, const uint8_t *frame,
		  size_t length)
{
	struct iovec whole = {.iov_base = (void *)(uintptr_t)frame, .iov_len = length};
	struct pgn_message message;
	struct pgn_walk walk;
	bool any = false;

	if (port == PGN_PORT_TAP)
		return wants_plain(filter, PGN_KIND_HOST, frame, length);
	pgn_walk_start(&walk, &whole, 1, filter->marker);
	for (; pgn_walk_next(&walk, &message); any = true) {
		if (wants_message(filter, &message, frame))
			return true;
	}
	return !any && wants_plain(filter, PGN_KIND_UNKNOWN, frame, length);
}
