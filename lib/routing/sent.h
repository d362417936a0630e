/* SPDX-License-Identifier: BSD-3-Clause */
/** The last heartbeats an RSU sent: id -> when, and with which duration. */
#ifndef PGN_ROUTING_SENT_H
#define PGN_ROUTING_SENT_H

#include "pgn_routing.h"
#include "window.h"

struct pgn_sent_heartbeat {
	uint64_t at_us;
	struct pgn_duration duration;
};

struct pgn_sent {
	uint64_t ordinal; /**< of the newest; its id are the low 32 bits of what was sent before */
	uint32_t capacity;
	struct pgn_sent_heartbeat heartbeat[PGN_HISTORY_MAX];
};

static inline void
pgn_sent_init(struct pgn_sent *sent, uint32_t capacity)
{
	sent->ordinal = PGN_ORDINAL_FIRST;
	sent->capacity = capacity;
}

/** Returns the id the heartbeat has. */
static inline uint32_t
pgn_sent_add(struct pgn_sent *sent, uint64_t at_us, const struct pgn_duration *duration)
{
	sent->ordinal++;
	sent->heartbeat[sent->ordinal % sent->capacity] =
		(struct pgn_sent_heartbeat){.at_us = at_us, .duration = *duration};
	return (uint32_t)(sent->ordinal - PGN_ORDINAL_FIRST - 1);
}

/** The heartbeat of an id and its ordinal; NULL when the id is not kept. */
static inline const struct pgn_sent_heartbeat *
pgn_sent_find(const struct pgn_sent *sent, uint32_t id, uint64_t *ordinal)
{
	uint64_t count = sent->ordinal - PGN_ORDINAL_FIRST;
	uint32_t back = (uint32_t)(count - 1) - id;

	if (back >= sent->capacity || back >= count)
		return NULL;
	*ordinal = sent->ordinal - back;
	return &sent->heartbeat[*ordinal % sent->capacity];
}

#endif
