/* SPDX-License-Identifier: BSD-3-Clause */
#include "why.h"

/** How one of two stands to the other, and by what. */
struct contest {
	bool first; /* the one that was asked about comes first */
	enum pgn_why by;
};

static struct contest
won(bool first, enum pgn_why by)
{
	return (struct contest){.first = first, .by = by};
}

/* ---- next hops of a node ---- */

static struct contest
between_hops(const struct pgn_routed_node *node, const struct pgn_node_hop *a,
	     const struct pgn_node_hop *b)
{
	unsigned int delivered_a = pgn_delivered(&a->delivery, node->ordinal);
	unsigned int delivered_b = pgn_delivered(&b->delivery, node->ordinal);
	uint64_t latency_a = a->latency_min_us + a->latency_mean_us;
	uint64_t latency_b = b->latency_min_us + b->latency_mean_us;

	if (a->distance.hops != b->distance.hops)
		return won(a->distance.hops < b->distance.hops, PGN_WHY_HOPS);
	if (delivered_a != delivered_b)
		return won(delivered_a > delivered_b, PGN_WHY_DELIVERY);
	if (latency_a != latency_b)
		return won(latency_a < latency_b, PGN_WHY_LATENCY);
	return won(a->number < b->number, PGN_WHY_MAC);
}

enum pgn_why
pgn_why_node_hop(const struct pgn_routed_node *node)
{
	const struct pgn_node_hop *current = &node->hop[0], *rival = NULL;
	struct contest contest;

	if (node->hop_count == 0 || !current->live)
		return PGN_WHY_NONE;
	for (unsigned int i = 1; i < node->hop_count; i++) {
		const struct pgn_node_hop *hop = &node->hop[i];

		if (!hop->live && hop->distance.hops < current->distance.hops)
			return PGN_WHY_FAILED_OVER;
		if (hop->live && (rival == NULL || between_hops(node, hop, rival).first))
			rival = hop;
	}
	if (rival == NULL)
		return PGN_WHY_ONLY;
	contest = between_hops(node, current, rival);
	return contest.first ? contest.by : PGN_WHY_KEPT;
}

/* ---- ways to RSUs ---- */

static struct contest
between_ways(const struct pgn_way *a, const struct pgn_way *b)
{
	bool less = pgn_way_costs_less(a, b), more = pgn_way_costs_less(b, a);
	bool fewer_hops = less ? a->hops < b->hops : b->hops < a->hops;

	if (a->settled != b->settled)
		return won(a->settled, PGN_WHY_SETTLED);
	if (less || more)
		return won(less, fewer_hops ? PGN_WHY_HOPS : PGN_WHY_DELIVERY);
	return won(a->hop < b->hop, PGN_WHY_MAC);
}

/** The others, while they are looked through. */
struct others {
	struct pgn_way current;
	struct pgn_way rival; /* the best that lives; path NULL: none */
	bool better_died;     /* would cost less than the current one */
	bool better_is_heard_again;
};

static void
look_at(struct others *others, const struct pgn_way *way, uint64_t now_us)
{
	if (way->hop == others->current.hop)
		return;
	if (pgn_path_is_live(way->path, now_us)) {
		if (others->rival.path == NULL || between_ways(way, &others->rival).first)
			others->rival = *way;
	} else if (pgn_way_costs_less(way, &others->current)) {
		others->better_died = true;
		others->better_is_heard_again |=
			way->path->state == PGN_PATH_FAILED && way->path->last != 0;
	}
}

static void
look_at_all(struct others *others, const struct pgn_table *rsus, uint64_t now_us)
{
	for (uint32_t place = 0; place < rsus->places; place++) {
		struct pgn_heard *rsu = pgn_table_at(rsus, place);

		for (unsigned int i = 0; rsu != NULL && i < rsu->path_count; i++) {
			struct pgn_way way = pgn_way_of(rsu, &rsu->path[i], rsu->hop[i]);

			look_at(others, &way, now_us);
		}
	}
}

enum pgn_why
pgn_why_upstream(const struct pgn_upstream_hops *upstream, const struct pgn_table *rsus,
		 uint64_t now_us)
{
	const struct pgn_way *way = &upstream->way[0];
	struct others others = {0};
	struct contest contest;

	if (upstream->count == 0)
		return PGN_WHY_NONE;
	others.current = pgn_way_of(way->rsu, way->path, way->hop);
	look_at_all(&others, rsus, now_us);
	if (others.better_died)
		return others.better_is_heard_again ? PGN_WHY_FAILING_BACK : PGN_WHY_FAILED_OVER;
	if (others.rival.path == NULL)
		return PGN_WHY_ONLY;
	contest = between_ways(&others.current, &others.rival);
	return contest.first ? contest.by : PGN_WHY_KEPT;
}
