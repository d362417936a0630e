/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Which next hops an OBU sends upstream data to: the current one and the candidates behind it,
 * chosen from the paths to all RSUs it hears.
 *
 * Two OBUs must not be each other's upstream. Two rules see to that. A copy of a heartbeat speaks
 * for the neighbour it came from only if its hops are less than those of the first copy + 2: we
 * relayed the first copy with hops + 1, so whatever was made of our relay carries hops + 2 or
 * more, and what carries less has come to that neighbour by a way that does not lead through us.
 * And a way that has fewer hops takes over as soon as it is cheaper at all, so that no OBU stays
 * with a neighbour at its own distance, or farther, only because 20 % have not come together.
 * A chosen way then costs more than what the neighbour itself can choose, which cannot be true
 * of both.
 */
#ifndef PGN_ROUTING_UPSTREAM_H
#define PGN_ROUTING_UPSTREAM_H

#include "heard.h"

#define PGN_FILL_US 10000

struct pgn_upstream_hops {
	uint32_t dead_after;
	unsigned int max;
	unsigned int count;
	unsigned int reported_count;
	uint64_t version;
	uint64_t earliest_us; /**< before that none of the ways is dead */
	uint64_t fill_us;     /**< when its place may be filled */
	bool incomplete;      /**< a way was given up: others wait to take its place */
	struct pgn_way way[1 + PGN_CANDIDATES_MAX]; /**< the current one first; hops are distinct */
	uint64_t reported[1 + PGN_CANDIDATES_MAX];  /**< next hops' numbers */
};

void pgn_upstream_init(struct pgn_upstream_hops *upstream, uint32_t cached_candidates,
		       uint32_t dead_after);

/**
 * A heartbeat came by the way, which is live. When by then the current one, which is no farther
 * and leads to the same RSU, has missed dead_after in a row, it has failed: pgn_upstream_age().
 */
void pgn_upstream_hear(struct pgn_upstream_hops *upstream, const struct pgn_way *way);

/** The path, or all paths of the RSU when it is NULL, is about to go. */
void pgn_upstream_forget(struct pgn_upstream_hops *upstream, const struct pgn_heard *rsu,
			 const struct pgn_path *path);

/**
 * Ways that died leave, others of the table of RSUs take their places. The latter costs a pass over
 * the table, but not more than one in PGN_FILL_US, whoever makes ways come and go.
 */
void pgn_upstream_age(struct pgn_upstream_hops *upstream, const struct pgn_table *rsus,
		      uint64_t now_us);

/** When pgn_upstream_age() is to be called again, at the latest; UINT64_MAX: for nothing. */
uint64_t pgn_upstream_deadline(const struct pgn_upstream_hops *upstream);

/** The path that must not go; NULL when there is none. */
const struct pgn_path *pgn_upstream_current(const struct pgn_upstream_hops *upstream);

#endif
