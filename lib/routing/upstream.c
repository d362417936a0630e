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
}

static bool
is_settled(const struct pgn_way *way)
{
	return way->path->state == PGN_PATH_SETTLED;
}

/* The order of a choice made afresh. */
static bool
comes_before(const struct pgn_way *a, const struct pgn_way *b)
{
	if (is_settled(a) != is_settled(b))
		return is_settled(a);
	if (pgn_way_costs_less(a, b))
		return true;
	if (pgn_way_costs_less(b, a))
		return false;
	return pgn_hop_number(&a->path->hop) < pgn_hop_number(&b->path->hop);
}

static bool
is_clearly_cheaper(const struct pgn_way *rival, const struct pgn_way *way)
{
	if (rival->path->distance.hops < way->path->distance.hops)
		return pgn_way_costs_less(rival, way);
	return pgn_way_costs_at_most(rival, way, TAKE_OVER_PERCENT);
}

/* What it takes to overtake another candidate. */
static bool
overtakes(const struct pgn_way *rival, const struct pgn_way *way)
{
	if (is_settled(rival) != is_settled(way))
		return is_settled(rival);
	return is_clearly_cheaper(rival, way);
}

/* What it takes to overtake the current one: it is not left for a way that was heard once. */
static bool
takes_over(const struct pgn_way *rival, const struct pgn_way *current)
{
	return (is_settled(rival) || !is_settled(current)) && is_clearly_cheaper(rival, current);
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
find(const struct pgn_upstream_hops *upstream, const struct pgn_hop *hop)
{
	unsigned int i = 0;

	while (i < upstream->count && !pgn_hop_equal(&upstream->way[i].path->hop, hop))
		i++;
	return i;
}

static void
report(struct pgn_upstream_hops *upstream)
{
	bool changed = upstream->reported_count != upstream->count;

	for (unsigned int i = 0; i < upstream->count; i++) {
		const struct pgn_hop *hop = &upstream->way[i].path->hop;

		changed = changed || !pgn_hop_equal(&upstream->reported[i], hop);
		upstream->reported[i] = *hop;
	}
	upstream->reported_count = upstream->count;
	upstream->version += changed;
}

void
pgn_upstream_hear(struct pgn_upstream_hops *upstream, const struct pgn_way *way)
{
	unsigned int i = find(upstream, &way->path->hop);

	if (i < upstream->count) {
		if (pgn_way_costs_less(way, &upstream->way[i]))
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

void
pgn_upstream_forget(struct pgn_upstream_hops *upstream, const struct pgn_heard *rsu,
		    const struct pgn_path *path)
{
	unsigned int best = 0;
	bool current = false;

	for (unsigned int i = upstream->count; i-- > 0;) {
		const struct pgn_way *way = &upstream->way[i];

		if (way->rsu != rsu || (path != NULL && way->path != path))
			continue;
		current = i == 0;
		drop(upstream, i);
		upstream->incomplete = true;
	}
	if (current && upstream->count > 0) {
		for (unsigned int i = 1; i < upstream->count; i++) {
			if (comes_before(&upstream->way[i], &upstream->way[best]))
				best = i;
		}
		move(upstream, best, 0);
	}
	report(upstream);
}

/* Put a way in its place among those from `first` on, the rest of the order stands. */
static void
insert(struct pgn_upstream_hops *upstream, unsigned int first, const struct pgn_way *way)
{
	unsigned int i = find(upstream, &way->path->hop);

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
insert_all(struct pgn_upstream_hops *upstream, unsigned int first,
	   const struct pgn_table_order *order, uint64_t now_us)
{
	struct pgn_table_entry *entry;

	TAILQ_FOREACH (entry, order, order) {
		struct pgn_way way = {.rsu = (void *)entry};

		for (unsigned int i = 0; i < way.rsu->path_count; i++) {
			way.path = &way.rsu->path[i];
			if (pgn_path_is_live(way.path, now_us))
				insert(upstream, first, &way);
		}
	}
}

void
pgn_upstream_age(struct pgn_upstream_hops *upstream, const struct pgn_table *rsus, uint64_t now_us)
{
	bool current_died = false;
	unsigned int first;

	for (unsigned int i = upstream->count; i-- > 0;) {
		if (pgn_path_is_live(upstream->way[i].path, now_us))
			continue;
		current_died = i == 0;
		pgn_path_fail(upstream->way[i].path, upstream->dead_after);
		drop(upstream, i);
		upstream->incomplete = true;
	}
	if (!upstream->incomplete)
		return;
	upstream->incomplete = false;

	/* A current one that lives stays; all else is chosen afresh. */
	first = upstream->count > 0 && !current_died ? 1 : 0;
	upstream->count = first;
	insert_all(upstream, first, &rsus->established, now_us);
	insert_all(upstream, first, &rsus->on_probation, now_us);
	report(upstream);
}

uint64_t
pgn_upstream_deadline(const struct pgn_upstream_hops *upstream)
{
	uint64_t deadline = UINT64_MAX;

	for (unsigned int i = 0; i < upstream->count; i++) {
		if (upstream->way[i].path->dead_at < deadline)
			deadline = upstream->way[i].path->dead_at;
	}
	return deadline;
}

const struct pgn_path *
pgn_upstream_current(const struct pgn_upstream_hops *upstream)
{
	return upstream->count > 0 ? upstream->way[0].path : NULL;
}
