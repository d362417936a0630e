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
	struct pgn_hop first; /**< the hop whose copy came first */
	uint32_t hops;        /**< of that copy */
};

struct pgn_heard {
	struct pgn_table_entry entry;
	struct pgn_window window;
	uint64_t epoch; /**< another number after each restart of the RSU */
	uint64_t period_us;
	bool period_measured;
	uint64_t gone_at;         /**< µs, unless heard again */
	struct pgn_window before; /**< as it was at the last restart */
	uint64_t before_until_us; /**< so long may copies from then come */
	unsigned int path_count;
	struct pgn_path path[PGN_PATHS_MAX];
	struct pgn_heard_id id[]; /**< by ordinal modulo the window's capacity */
};

enum pgn_heard_verdict {
	PGN_HEARD_NEW,
	PGN_HEARD_AGAIN,
	PGN_HEARD_STALE
};

static inline size_t
pgn_heard_size(uint32_t history)
{
	return sizeof(struct pgn_heard) + history * sizeof(struct pgn_heard_id);
}

/** period_us is what to believe until it is measured. Epochs are drawn from *epochs. */
void pgn_heard_init(struct pgn_heard *rsu, uint32_t history, uint64_t period_us, uint64_t *epochs);

/** Judge a heartbeat of this RSU; a new one is taken in, with the hop its first copy came from. */
enum pgn_heard_verdict pgn_heard_heartbeat(struct pgn_heard *rsu, uint64_t now_us,
					   const struct pgn_hop *hop, const struct pgn_heartbeat *m,
					   uint64_t *epochs);

/** What is kept of an id; NULL when it was not seen, or too long ago. */
const struct pgn_heard_id *pgn_heard_find_id(const struct pgn_heard *rsu, uint32_t id);

struct pgn_path *pgn_heard_find_path(struct pgn_heard *rsu, const struct pgn_hop *hop);

/**
 * The place for a path to be, which may be in use: the caller takes leave of what is there.
 * NULL: those we have, `keep` among them, will do.
 */
struct pgn_path *pgn_heard_place_path(struct pgn_heard *rsu, uint64_t now_us, uint32_t hops,
				      const struct pgn_path *keep);

/** A copy of heartbeat `id`, which is in the window, came by the path. */
void pgn_heard_by_path(const struct pgn_heard *rsu, struct pgn_path *path, uint64_t now_us,
		       const struct pgn_heartbeat *m, uint32_t dead_after);

/** A path and the RSU it leads to. */
struct pgn_way {
	struct pgn_heard *rsu;
	struct pgn_path *path;
};

/**
 * Whether a costs at most `percent` of what b costs. The cost is hops / delivery ratio, compared
 * without a division.
 */
static inline bool
pgn_way_costs_at_most(const struct pgn_way *a, const struct pgn_way *b, unsigned int percent)
{
	uint64_t delivered_a = pgn_delivered(&a->path->delivery, a->rsu->window.ordinal);
	uint64_t delivered_b = pgn_delivered(&b->path->delivery, b->rsu->window.ordinal);

	return a->path->distance.hops * delivered_b * 100 <=
	       b->path->distance.hops * delivered_a * percent;
}

static inline bool
pgn_way_costs_less(const struct pgn_way *a, const struct pgn_way *b)
{
	return !pgn_way_costs_at_most(b, a, 100);
}

#endif
