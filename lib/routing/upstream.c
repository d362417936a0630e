/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "upstream.h"

#define TAKE_OVER_PERCENT 80 /* of the current one's cost, or less, and the rival takes over */

void
pgn_upstream_init(struct pgn_upstream_hops *upstream, uint32_t cached_candidates,
		  uint32_t dead_after)
{
	memset(upstream, 0, sizeof(*upstream));
	upstream->dead_after = dead_after;
	upstream->max = 1 + cached_candidates;
	upstream->earliest_us = UINT64_MAX;
}

/* The order of a choice made afresh. */
static bool
comes_before(const struct pgn_way *a, const struct pgn_way *b)
{
	if (a->settled != b->settled)
		return a->settled;
	if (pgn_way_costs_less(a, b))
		return true;
	if (pgn_way_costs_less(b, a))
		return false;
	return a->hop < b->hop;
}

static bool
is_clearly_cheaper(const struct pgn_way *rival, const struct pgn_way *way)
{
	if (rival->hops < way->hops)
		return pgn_way_costs_less(rival, way);
	return pgn_way_costs_at_most(rival, way, TAKE_OVER_PERCENT);
}

/* What it takes to overtake another candidate. */
static bool
overtakes(const struct pgn_way *rival, const struct pgn_way *way)
{
	if (rival->settled != way->settled)
		return rival->settled;
	return is_clearly_cheaper(rival, way);
}

/* What it takes to overtake the current one: it is not left for a way that was heard once. */
static bool
takes_over(const struct pgn_way *rival, const struct pgn_way *current)
{
	return (rival->settled || !current->settled) && is_clearly_cheaper(rival, current);
}

static void
move(struct pgn_upstream_hops *upstream, unsigned int from, unsigned int to)
{
	struct pgn_way way = upstream->way[from];

	for (unsigned int i = from; i > to; i--)
		upstream->way[i] = upstream->way[i - 1];
	upstream->way[to] = way;
}

static void
drop(struct pgn_upstream_hops *upstream, unsigned int index)
{
	upstream->count--;
	for (unsigned int i = index; i < upstream->count; i++)
		upstream->way[i] = upstream->way[i + 1];
}

static unsigned int
find(const struct pgn_upstream_hops *upstream, uint64_t hop)
{
	unsigned int i = 0;

	while (i < upstream->count && upstream->way[i].hop != hop)
		i++;
	return i;
}

static void
report(struct pgn_upstream_hops *upstream)
{
	bool changed = upstream->reported_count != upstream->count;

	for (unsigned int i = 0; i < upstream->count; i++) {
		changed = changed || upstream->reported[i] != upstream->way[i].hop;
		upstream->reported[i] = upstream->way[i].hop;
	}
	upstream->reported_count = upstream->count;
	upstream->version += changed;
}

/*
 * Nearer copies come first: by when a farther one is here, the current way has missed what it did
 * not bring.
 */
static void
judge_current(struct pgn_upstream_hops *upstream, const struct pgn_way *way)
{
	const struct pgn_way *current = &upstream->way[0];

	if (!way->settled || way->rsu != current->rsu || way->path == current->path ||
	    way->hops < current->hops ||
	    way->path->last < current->path->last + upstream->dead_after)
		return;
	pgn_path_fail(current->path, upstream->dead_after);
	upstream->earliest_us = 0;
}

void
pgn_upstream_hear(struct pgn_upstream_hops *upstream, const struct pgn_way *way)
{
	unsigned int i = find(upstream, way->hop);

	if (upstream->count > 0)
		judge_current(upstream, way);
	if (way->path->dead_at < upstream->earliest_us)
		upstream->earliest_us = way->path->dead_at;

	if (i < upstream->count) {
		if (upstream->way[i].path == way->path ||
		    pgn_way_costs_less(way, &upstream->way[i]))
			upstream->way[i] = *way;
	} else if (upstream->count < upstream->max) {
		upstream->way[upstream->count++] = *way;
	} else {
		bool better;

		i = upstream->max - 1;
		better = i == 0 ? takes_over(way, &upstream->way[i])
				: overtakes(way, &upstream->way[i]);
		if (!better)
			return;
		upstream->way[i] = *way;
	}

	if (i > 0 && takes_over(&upstream->way[i], &upstream->way[0])) {
		move(upstream, i, 0);
	} else {
		for (; i > 1 && overtakes(&upstream->way[i], &upstream->way[i - 1]); i--)
			move(upstream, i, i - 1);
	}
	report(upstream);
}

/* The current one has left: the best of the others takes its place. */
static void
choose_current(struct pgn_upstream_hops *upstream)
{
	unsigned int best = 0;

	for (unsigned int i = 1; i < upstream->count; i++) {
		if (comes_before(&upstream->way[i], &upstream->way[best]))
			best = i;
	}
	if (upstream->count > 0)
		move(upstream, best, 0);
}

void
pgn_upstream_forget(struct pgn_upstream_hops *upstream, const struct pgn_heard *rsu,
		    const struct pgn_path *path)
{
	bool current = false;

	for (unsigned int i = upstream->count; i-- > 0;) {
		const struct pgn_way *way = &upstream->way[i];

		if (way->rsu != rsu || (path != NULL && way->path != path))
			continue;
		current = i == 0;
		drop(upstream, i);
		upstream->incomplete = true;
	}
	if (current)
		choose_current(upstream);
	report(upstream);
}

/* Put a way in its place among those from `first` on, the rest of the order stands. */
static void
insert(struct pgn_upstream_hops *upstream, unsigned int first, const struct pgn_way *way)
{
	unsigned int i = find(upstream, way->hop);

	if (i < upstream->count) {
		if (!comes_before(way, &upstream->way[i]))
			return;
	} else if (upstream->count < upstream->max) {
		upstream->count++;
	} else {
		i = upstream->max - 1;
		if (i < first || !comes_before(way, &upstream->way[i]))
			return;
	}
	upstream->way[i] = *way;
	for (; i > first && comes_before(&upstream->way[i], &upstream->way[i - 1]); i--)
		move(upstream, i, i - 1);
}

static void
fill(struct pgn_upstream_hops *upstream, const struct pgn_table *rsus, uint64_t now_us)
{
	/* A current one stays; all else is chosen afresh. */
	unsigned int first = upstream->count > 0 ? 1 : 0;

	upstream->incomplete = false;
	upstream->fill_us = now_us + PGN_FILL_US;
	upstream->count = first;
	for (uint32_t index = 0; index < rsus->fresh; index++) {
		struct pgn_heard *rsu = pgn_table_at(rsus, index);

		for (unsigned int i = 0; rsu != NULL && i < rsu->path_count; i++) {
			struct pgn_way way = pgn_way_of(rsu, &rsu->path[i], rsu->hop[i]);

			if (pgn_path_is_live(way.path, now_us))
				insert(upstream, first, &way);
		}
	}
}

static void
bury(struct pgn_upstream_hops *upstream, uint64_t now_us)
{
	bool current_died = false;

	for (unsigned int i = upstream->count; i-- > 0;) {
		if (pgn_path_is_live(upstream->way[i].path, now_us))
			continue;
		current_died = i == 0;
		pgn_path_fail(upstream->way[i].path, upstream->dead_after);
		drop(upstream, i);
		upstream->incomplete = true;
	}
	if (current_died)
		choose_current(upstream);
}

void
pgn_upstream_age(struct pgn_upstream_hops *upstream, const struct pgn_table *rsus, uint64_t now_us)
{
	bool may_fill = upstream->incomplete && now_us >= upstream->fill_us;

	if (now_us < upstream->earliest_us && !may_fill)
		return;
	bury(upstream, now_us);
	if (upstream->incomplete && now_us >= upstream->fill_us)
		fill(upstream, rsus, now_us);
	upstream->earliest_us = UINT64_MAX;
	for (unsigned int i = 0; i < upstream->count; i++) {
		if (upstream->way[i].path->dead_at < upstream->earliest_us)
			upstream->earliest_us = upstream->way[i].path->dead_at;
	}
	report(upstream);
}

uint64_t
pgn_upstream_deadline(const struct pgn_upstream_hops *upstream)
{
	return upstream->incomplete && upstream->fill_us < upstream->earliest_us
		       ? upstream->fill_us
		       : upstream->earliest_us;
}

const struct pgn_path *
pgn_upstream_current(const struct pgn_upstream_hops *upstream)
{
	return upstream->count > 0 ? upstream->way[0].path : NULL;
}
