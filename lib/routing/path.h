/* SPDX-License-Identifier: BSD-3-Clause */
/** A way from an OBU to an RSU: the next hop and how well it delivers the RSU's heartbeats. */
#ifndef PGN_ROUTING_PATH_H
#define PGN_ROUTING_PATH_H

#include "quality.h"

enum pgn_path_state {
	PGN_PATH_FRESH,   /**< heard, but never two ids in a row */
	PGN_PATH_SETTLED, /**< has delivered two ids in a row */
	PGN_PATH_FAILED   /**< died; lives again after two ids in a row */
};

struct pgn_path {
	struct pgn_delivery delivery; /**< stands still while the path is failed */
	uint64_t last;    /**< ordinal of the newest heartbeat, since it failed; 0: none */
	uint64_t dead_at; /**< µs, unless heard again */
	struct pgn_distance distance;
	uint8_t state; /**< enum pgn_path_state */
};

/** A new path is taken to deliver everything, until it is known to lose. */
static inline void
pgn_path_start(struct pgn_path *path, uint64_t ordinal)
{
	*path = (struct pgn_path){
		.state = PGN_PATH_FRESH,
		.delivery = {.bits = UINT64_MAX, .newest = ordinal},
	};
}

static inline bool
pgn_path_is_live(const struct pgn_path *path, uint64_t now_us)
{
	return path->state != PGN_PATH_FAILED && now_us < path->dead_at;
}

/** The heartbeats it did not deliver count; the outage that follows does not. */
static inline void
pgn_path_fail(struct pgn_path *path, uint32_t missed)
{
	if (path->state == PGN_PATH_FAILED)
		return;
	path->state = PGN_PATH_FAILED;
	path->last = 0;
	path->delivery.bits = pgn_bits_older(path->delivery.bits, missed);
}

/** A heartbeat of now came by the path, which is dead at dead_at unless another comes. */
static inline void
pgn_path_hear(struct pgn_path *path, uint64_t ordinal, uint32_t hops, uint64_t dead_at)
{
	bool in_a_row = ordinal == path->last + 1;

	if (ordinal == path->last)
		return;
	if (ordinal > path->last)
		path->last = ordinal;
	pgn_distance_hear(&path->distance, hops);
	if (path->state == PGN_PATH_FAILED) {
		if (!in_a_row)
			return;
		path->delivery.bits = pgn_bits_older(path->delivery.bits, 2) | 3;
		path->delivery.newest = ordinal;
	} else {
		pgn_delivery_hear(&path->delivery, ordinal);
	}
	if (in_a_row)
		path->state = PGN_PATH_SETTLED;
	path->dead_at = dead_at;
}

#endif
