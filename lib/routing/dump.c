/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>
#include <string.h>

#include "inside.h"
#include "patience.h"
#include "why.h"

static_assert(PGN_HEARD_PATHS == PGN_PATHS_MAX, "a view holds all paths");

static uint64_t
time_left(uint64_t until_us, uint64_t now_us)
{
	return until_us > now_us ? until_us - now_us : 0;
}

/* ---- nodes ---- */

/* newest: ordinal of what the node could have answered last. */
static bool
view_node(const struct pgn_nodes *nodes, unsigned int slot, uint64_t newest,
	  struct pgn_node_view *view)
{
	const struct pgn_routed_node *node = pgn_table_at(&nodes->table, slot);

	if (node == NULL)
		return false;
	memset(view, 0, sizeof(*view));
	view->mac = pgn_hop_of_number(node->entry.key).mac;
	view->why = pgn_why_node_hop(node);
	view->hop_count = node->hop_count;
	if (newest < node->ordinal)
		newest = node->ordinal;
	for (unsigned int i = 0; i < node->hop_count; i++) {
		const struct pgn_node_hop *hop = &node->hop[i];

		view->hop[i] = (struct pgn_node_hop_view){
			.hop = pgn_hop_of_number(hop->number),
			.live = hop->live,
			.hops = hop->distance.hops,
			.delivered = pgn_delivered(&hop->delivery, node->ordinal),
			.missed = newest - hop->delivery.newest,
			.latency_min_us = hop->latency_min_us,
			.latency_mean_us = hop->latency_mean_us,
		};
	}
	return true;
}

bool
pgn_rsu_view_node(const struct pgn_rsu *rsu, unsigned int slot, struct pgn_node_view *view)
{
	struct pgn_rsu_inside inside = pgn_rsu_inside(rsu);

	return view_node(inside.nodes, slot, inside.sent->ordinal, view);
}

bool
pgn_obu_view_node(const struct pgn_obu *obu, uint64_t now_us, unsigned int slot,
		  struct pgn_node_view *view)
{
	const struct pgn_nodes *nodes = pgn_obu_inside(obu).nodes;
	const struct pgn_routed_node *node = pgn_table_at(&nodes->table, slot);

	if (!view_node(nodes, slot, 0, view))
		return false;
	for (unsigned int i = 0; i < view->hop_count; i++) {
		if (view->hop[i].live)
			view->hop[i].dead_in_us = time_left(node->hop[i].dead_at, now_us);
	}
	return true;
}

/* ---- RSU ---- */

void
pgn_rsu_view_beat(const struct pgn_rsu *rsu, uint64_t now_us, struct pgn_beat_view *view)
{
	const struct pgn_sent *sent = pgn_rsu_inside(rsu).sent;

	memset(view, 0, sizeof(*view));
	if (sent->ordinal == PGN_ORDINAL_FIRST)
		return;
	view->any = true;
	view->id = (uint32_t)(sent->ordinal - PGN_ORDINAL_FIRST - 1);
	view->ago_us = time_left(now_us, sent->heartbeat[sent->ordinal % sent->capacity].at_us);
}

/* ---- OBU ---- */

void
pgn_obu_view_upstream(const struct pgn_obu *obu, uint64_t now_us, struct pgn_upstream_view *view)
{
	struct pgn_obu_inside inside = pgn_obu_inside(obu);

	memset(view, 0, sizeof(*view));
	view->why = pgn_why_upstream(inside.upstream, inside.rsus, now_us);
	if (view->why == PGN_WHY_NONE)
		return;
	view->hop = pgn_hop_of_number(inside.upstream->way[0].hop);
	view->rsu = pgn_hop_of_number(inside.upstream->way[0].rsu->entry.key).mac;
}

static uint32_t
rank_of(const struct pgn_upstream_hops *upstream, const struct pgn_path *path)
{
	for (unsigned int i = 0; i < upstream->count; i++) {
		if (upstream->way[i].path == path)
			return i;
	}
	return PGN_RANK_NONE;
}

static void
view_path(const struct pgn_upstream_hops *upstream, const struct pgn_heard *rsu,
	  const struct pgn_path *path, uint64_t now_us, struct pgn_path_view *view)
{
	bool lives = pgn_path_is_live(path, now_us);

	*view = (struct pgn_path_view){
		.hop = pgn_hop_of_number(pgn_heard_hop(rsu, path)),
		.state = !lives                            ? PGN_VIEW_DEAD
			 : path->state == PGN_PATH_SETTLED ? PGN_VIEW_SETTLED
							   : PGN_VIEW_FRESH,
		.rank = rank_of(upstream, path),
		.hops = path->distance.hops,
		.delivered = pgn_delivered(&path->delivery, rsu->window.ordinal),
		.heard = path->last != 0,
		.missed = path->last != 0 ? rsu->window.ordinal - path->last : 0,
		.dead_in_us = lives ? time_left(path->dead_at, now_us) : 0,
	};
}

unsigned int
pgn_obu_places(const struct pgn_obu *obu)
{
	return pgn_obu_inside(obu).rsus->places;
}

bool
pgn_obu_view_heard(const struct pgn_obu *obu, uint64_t now_us, unsigned int place,
		   struct pgn_heard_view *view)
{
	struct pgn_obu_inside inside = pgn_obu_inside(obu);
	const struct pgn_heard *rsu = pgn_table_at(inside.rsus, place);
	uint64_t kept, patience_us;

	if (rsu == NULL)
		return false;
	kept = UINT64_MAX >> (64 - rsu->window.capacity);
	patience_us = rsu->period_us * rsu->window.capacity * PGN_FORGOTTEN_HISTORIES;
	*view = (struct pgn_heard_view){
		.mac = pgn_hop_of_number(rsu->entry.key).mac,
		.newest_id = rsu->window.newest,
		.ids_kept = rsu->window.capacity,
		.ids_heard = (uint32_t)__builtin_popcountll(rsu->window.seen & kept),
		.period_us = rsu->period_us,
		.period_measured = rsu->period_measured,
		.silent_us = time_left(now_us + patience_us, rsu->gone_at),
		.path_count = rsu->path_count,
	};
	for (unsigned int i = 0; i < rsu->path_count; i++)
		view_path(inside.upstream, rsu, &rsu->path[i], now_us, &view->path[i]);
	return true;
}
