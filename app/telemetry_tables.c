/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables that may be longer than a reply: pages of them. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config_values.h"
#include "mac_text.h"
#include "routes.h"
#include "telemetry_inside.h"

/** Rows of a page: a reply holds 16 KB. */
#define ROUTES_A_PAGE 32
#define CLIENTS_A_PAGE 64

/** A page's rows, numbered from 0; ends where it is full. */
struct page {
	struct pgn_telemetry *t;
	struct rte_tel_data *rows;
	unsigned int count;
	uint32_t offset; /**< where the page begins */
	uint32_t next;   /**< where the next one does; 0: there is none */
	uint32_t total;
};

static struct rte_tel_data *
add_row(struct page *page)
{
	char number[12];

	snprintf(number, sizeof(number), "%u", page->count++);
	return pgn_tell_dict(page->rows, number);
}

/** A page as a reply: what it holds is filled in by the control loop. */
static int
tell_page(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d, const char *rows,
	  pgn_question fill)
{
	struct page page = {.t = t};
	int ret;

	if (!pgn_tell_number(params, 0, &page.offset))
		return -EINVAL;
	rte_tel_data_start_dict(d);
	page.rows = pgn_tell_dict(d, rows);
	if (page.rows == NULL)
		return -ENOMEM;
	ret = pgn_ask(&t->ask, t->doorbell, fill, &page);
	if (ret != 0)
		return ret;
	rte_tel_data_add_dict_u64(d, "total", page.total);
	rte_tel_data_add_dict_u64(d, "offset", page.offset);
	rte_tel_data_add_dict_u64(d, "next", page.next);
	return 0;
}

/* ---- routes ---- */

/** A next hop: of an OBU's way to an RSU, or of a node. */
struct route {
	const char *kind;
	const struct pgn_mac *to;
	const struct pgn_hop *hop;
	bool current;
	uint32_t hops, delivered;
	uint64_t latency_us, dead_in_us;
	const char *state, *why;
};

static void
tell_route(struct page *page, const struct route *route)
{
	struct rte_tel_data *row = add_row(page);

	if (row == NULL)
		return;
	pgn_tell_text(row, "kind", route->kind);
	pgn_tell_text(row, "node", pgn_mac_text(route->to).text);
	pgn_tell_text(row, "next_hop", pgn_mac_text(&route->hop->mac).text);
	pgn_tell_text(row, "wire", page->t->config->wire[route->hop->wire].name);
	rte_tel_data_add_dict_u64(row, "current", route->current);
	rte_tel_data_add_dict_u64(row, "hops", route->hops);
	rte_tel_data_add_dict_u64(row, "delivered_of_64", route->delivered);
	rte_tel_data_add_dict_u64(row, "latency_us", route->latency_us);
	rte_tel_data_add_dict_u64(row, "dead_in_ms", route->dead_in_us / 1000);
	pgn_tell_text(row, "state", route->state);
	pgn_tell_text(row, "why", route->current ? route->why : "");
}

static void
tell_node(struct page *page, const struct pgn_node_view *node)
{
	for (unsigned int i = 0; i < node->hop_count; i++) {
		const struct pgn_node_hop_view *hop = &node->hop[i];

		tell_route(page, &(struct route){.kind = "node",
						 .to = &node->mac,
						 .hop = &hop->hop,
						 .current = i == 0 && hop->live,
						 .hops = hop->hops,
						 .delivered = hop->delivered,
						 .latency_us = hop->latency_mean_us,
						 .dead_in_us = hop->dead_in_us,
						 .state = hop->live ? "live" : "dead",
						 .why = pgn_routes_why(node->why)});
	}
}

static void
tell_heard(struct page *page, const struct pgn_heard_view *rsu, enum pgn_why why)
{
	static const char *const states[] = {
		[PGN_VIEW_FRESH] = "fresh", [PGN_VIEW_SETTLED] = "live", [PGN_VIEW_DEAD] = "dead"};

	for (unsigned int i = 0; i < rsu->path_count; i++) {
		const struct pgn_path_view *path = &rsu->path[i];

		tell_route(page, &(struct route){.kind = "upstream",
						 .to = &rsu->mac,
						 .hop = &path->hop,
						 .current = path->rank == 0,
						 .hops = path->hops,
						 .delivered = path->delivered,
						 .dead_in_us = path->dead_in_us,
						 .state = states[path->state],
						 .why = pgn_routes_why(why)});
	}
}

/** Is there room for what one place or slot may hold? Else the next page begins with it. */
static bool
has_room(struct page *page, uint32_t at, unsigned int rows)
{
	if (page->count + rows <= ROUTES_A_PAGE)
		return true;
	page->next = at;
	return false;
}

static void
tell_rsu_routes(struct page *page, const struct pgn_rsu *rsu)
{
	struct pgn_node_view node;

	page->total = pgn_rsu_slots(rsu);
	for (uint32_t slot = page->offset; slot < page->total; slot++) {
		if (!has_room(page, slot, PGN_NODE_HOPS))
			return;
		if (pgn_rsu_view_node(rsu, slot, &node))
			tell_node(page, &node);
	}
}

static void
tell_obu_routes(struct page *page, const struct pgn_obu *obu, uint64_t now_us)
{
	unsigned int places = pgn_obu_places(obu);
	struct pgn_upstream_view upstream;
	struct pgn_heard_view rsu;
	struct pgn_node_view node;

	pgn_obu_view_upstream(obu, now_us, &upstream);
	page->total = places + pgn_obu_slots(obu);
	for (uint32_t at = page->offset; at < page->total; at++) {
		if (!has_room(page, at, at < places ? PGN_HEARD_PATHS : PGN_NODE_HOPS))
			return;
		if (at < places && pgn_obu_view_heard(obu, now_us, at, &rsu))
			tell_heard(page, &rsu, upstream.why);
		else if (at >= places && pgn_obu_view_node(obu, now_us, at - places, &node))
			tell_node(page, &node);
	}
}

/** By the control loop: routing is its own. */
static void
tell_routes(void *about)
{
	struct page *page = about;
	const struct pgn_telemetry *t = page->t;

	if (t->config->role == PGN_ROLE_RSU)
		tell_rsu_routes(page, t->desk->rsu);
	else
		tell_obu_routes(page, t->desk->obu, pgn_now_us());
}

int
pgn_tell_routes(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	return tell_page(t, params, d, "routes", tell_routes);
}

/* ---- clients ---- */

/** Where clients live, by the control loop: slots are nodes' as long as it does not release them.
 */
static void
tell_home(struct rte_tel_data *row, const struct pgn_telemetry *t, uint64_t key, uint16_t slot)
{
	const struct pgn_fib_snapshot *snapshot = pgn_fib_current(t->node->fib);
	bool has_obu = slot < snapshot->slot_count && snapshot->key[slot] != 0;
	struct pgn_mac mac, obu;

	pgn_mac_of_key(&mac, key);
	pgn_tell_text(row, "mac", pgn_mac_text(&mac).text);
	pgn_tell_text(row, "where",
		      slot == PGN_SLOT_LOCAL  ? "host"
		      : slot == PGN_SLOT_NONE ? ""
					      : "obu");
	if (has_obu)
		pgn_mac_of_key(&obu, snapshot->key[slot]);
	pgn_tell_text(row, "obu", has_obu ? pgn_mac_text(&obu).text : "");
}

static void
tell_clients(void *about)
{
	struct page *page = about;
	const struct pgn_clients *clients = page->t->node->clients;
	struct pgn_client client[CLIENTS_A_PAGE];
	unsigned int count;

	if (clients == NULL)
		return;
	page->next = page->offset;
	page->total = pgn_clients_count(clients);
	count = pgn_clients_list(clients, &page->next, client, CLIENTS_A_PAGE);
	for (unsigned int i = 0; i < count; i++) {
		struct rte_tel_data *row = add_row(page);

		if (row != NULL)
			tell_home(row, page->t, client[i].key, client[i].slot);
	}
}

int
pgn_tell_clients(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	return tell_page(t, params, d, "clients", tell_clients);
}

struct client_question {
	struct pgn_telemetry *t;
	struct rte_tel_data *d;
	struct pgn_mac mac;
};

static void
tell_client(void *about)
{
	struct client_question *question = about;
	const struct pgn_clients *clients = question->t->node->clients;
	struct pgn_mac_found found = {0};
	uint64_t key = pgn_mac_key(&question->mac);

	if (clients != NULL)
		found = pgn_mac_table_find(&clients->table, key);
	rte_tel_data_add_dict_u64(question->d, "known", found.entry != 0);
	tell_home(question->d, question->t, key, pgn_mac_found_slot(&found));
}

int
pgn_tell_client(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	struct client_question question = {.t = t, .d = d};

	if (params == NULL || !pgn_mac_parse(params, &question.mac))
		return -EINVAL;
	rte_tel_data_start_dict(d);
	return pgn_ask(&t->ask, t->doorbell, tell_client, &question);
}

/* ---- settings ---- */

static_assert(PGN_SAID_MAX <= RTE_TEL_MAX_DICT_ENTRIES, "a dict has them all");
static_assert(PGN_SAID_VALUE <= RTE_TEL_MAX_STRING_LEN, "and whole");

int
pgn_tell_config(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	(void)params;
	rte_tel_data_start_dict(d);
	for (unsigned int i = 0; i < t->config->said_count; i++)
		pgn_tell_text(d, t->config->said[i].key, t->config->said[i].value);
	return 0;
}
