/* SPDX-License-Identifier: BSD-3-Clause */
/** What an OBU has heard of an RSU: its last ids, its period, and the paths they came by. */
#ifndef PGN_ROUTING_HEARD_H
#define PGN_ROUTING_HEARD_H

#include "path.h"
#include "table.h"
#include "window.h"

#define PGN_PATHS_MAX 12 /**< paths kept to an RSU */

struct pgn_heard_id {
	struct pgn_duration duration;
	uint64_t at_us; /**< when the first copy came */
	uint64_t first; /**< number of the hop it came from */
	uint32_t hops;  /**< of that copy */
};

/** Where the ids of an RSU had got to, and when. */
struct pgn_heard_life {
	struct pgn_duration duration;
	uint64_t at_us; /**< when that was heard first */
	uint32_t id;
	bool known;
};

struct pgn_heard {
	struct pgn_table_entry entry;
	struct pgn_window window;
	uint64_t period_us;
	uint64_t gone_at; /**< µs, unless heard again */
	bool period_measured;
	uint8_t id_mask; /**< picks an ordinal's place in id[] */
	uint8_t path_count;
	uint64_t hop[PGN_PATHS_MAX]; /**< the numbers of the paths' next hops */
	struct pgn_path path[PGN_PATHS_MAX];
	struct pgn_heard_life other; /**< what it was before, should this life be none: heard.c */
	struct pgn_heard_life stray; /**< what does not fit */
	struct pgn_heard_id id[];    /**< by ordinal */
};

enum pgn_heard_verdict {
	PGN_HEARD_NEW,
	PGN_HEARD_AGAIN,
	PGN_HEARD_STALE
};

/** Places for ids: a power of two. */
static inline uint8_t
pgn_heard_ids(uint32_t history)
{
	uint8_t ids = 1;

	while (ids < history)
		ids = (uint8_t)(ids * 2);
	return ids;
}

static inline size_t
pgn_heard_size(uint32_t history)
{
	return sizeof(struct pgn_heard) + pgn_heard_ids(history) * sizeof(struct pgn_heard_id);
}

/** period_us is what to believe until it is measured. */
void pgn_heard_init(struct pgn_heard *rsu, uint32_t history, uint64_t period_us);

/** Judge a heartbeat of this RSU; a new one is taken in, with the hop its first copy came from. */
enum pgn_heard_verdict pgn_heard_heartbeat(struct pgn_heard *rsu, uint64_t now_us, uint64_t hop,
					   const struct pgn_heartbeat *m);

/** What is kept of an id; NULL when it was not seen, or too long ago. */
const struct pgn_heard_id *pgn_heard_find_id(const struct pgn_heard *rsu, uint32_t id);

/** By the number of its next hop. */
struct pgn_path *pgn_heard_find_path(struct pgn_heard *rsu, uint64_t hop);

static inline uint64_t
pgn_heard_hop(const struct pgn_heard *rsu, const struct pgn_path *path)
{
	return rsu->hop[path - rsu->path];
}

/**
 * The place for a path to be, which may be in use: the caller takes leave of what is there.
 * NULL: those we have, `keep` among them, will do.
 */
struct pgn_path *pgn_heard_place_path(struct pgn_heard *rsu, uint64_t now_us, uint32_t hops,
				      const struct pgn_path *keep);

/** The path begins, in the place it was given, with heartbeat `id`. */
void pgn_heard_start_path(struct pgn_heard *rsu, struct pgn_path *path, uint64_t hop, uint32_t id);

/** A copy of heartbeat `id`, which is in the window, came by the path. */
void pgn_heard_by_path(const struct pgn_heard *rsu, struct pgn_path *path, uint64_t now_us,
		       const struct pgn_heartbeat *m, uint32_t dead_after);

/**
 * A path, its next hop's number, and the RSU it leads to; and what it was like when it was heard
 * last: ways are compared at each heartbeat, and paths lie far apart.
 */
struct pgn_way {
	struct pgn_heard *rsu;
	struct pgn_path *path;
	uint64_t hop;
	uint8_t hops;
	uint8_t delivered; /**< of 64 */
	bool settled;
};

static inline struct pgn_way
pgn_way_of(struct pgn_heard *rsu, struct pgn_path *path, uint64_t hop)
{
	return (struct pgn_way){
		.rsu = rsu,
		.path = path,
		.hop = hop,
		.hops = path->distance.hops,
		.delivered = (uint8_t)pgn_delivered(&path->delivery, rsu->window.ordinal),
		.settled = path->state == PGN_PATH_SETTLED,
	};
}

/**
 * Whether a costs at most `percent` of what b costs. The cost is hops / delivery ratio, compared
 * without a division.
 */
static inline bool
pgn_way_costs_at_most(const struct pgn_way *a, const struct pgn_way *b, unsigned int percent)
{
	return (uint32_t)a->hops * b->delivered * 100 <= (uint32_t)b->hops * a->delivered * percent;
}

static inline bool
pgn_way_costs_less(const struct pgn_way *a, const struct pgn_way *b)
{
	return !pgn_way_costs_at_most(b, a, 100);
}

#endif
