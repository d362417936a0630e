/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "nodes.h"

#define LATENCY_WEIGHT 8 /* a sample moves the mean by one part in so many */

int
pgn_nodes_init(struct pgn_nodes *nodes, uint32_t max_nodes, uint64_t seed)
{
	nodes->version = 0;
	return pgn_table_init(&nodes->table, max_nodes, pgn_routing_slots(max_nodes) - max_nodes,
			      sizeof(struct pgn_routed_node), seed);
}

void
pgn_nodes_fini(struct pgn_nodes *nodes)
{
	pgn_table_fini(&nodes->table);
}

static void
retire(struct pgn_nodes *nodes, struct pgn_routed_node *node)
{
	pgn_table_remove(&nodes->table, &node->entry);
	nodes->version++;
}

static void
set_due(struct pgn_nodes *nodes, struct pgn_routed_node *node, uint64_t due)
{
	node->due = due;
	pgn_table_set_due(&nodes->table, &node->entry, due);
}

struct pgn_routed_node *
pgn_nodes_take(struct pgn_nodes *nodes, const struct pgn_mac *mac, uint64_t hop)
{
	uint64_t key = pgn_mac_number(mac);
	struct pgn_routed_node *node = pgn_table_find(&nodes->table, key);
	void *victim;

	if (node != NULL)
		return node;
	if (!pgn_table_room(&nodes->table, hop, &victim))
		return NULL;
	if (victim != NULL)
		retire(nodes, victim);
	node = pgn_table_add(&nodes->table, key, hop);
	set_due(nodes, node, UINT64_MAX);
	nodes->version++;
	return node;
}

static uint64_t
latency_score(const struct pgn_node_hop *hop)
{
	return (uint64_t)hop->latency_min_us + hop->latency_mean_us;
}

/* The order of a choice made afresh. */
static bool
comes_before(const struct pgn_routed_node *node, const struct pgn_node_hop *a,
	     const struct pgn_node_hop *b)
{
	unsigned int delivered_a = pgn_delivered(&a->delivery, node->ordinal);
	unsigned int delivered_b = pgn_delivered(&b->delivery, node->ordinal);

	if (a->live != b->live)
		return a->live;
	if (a->distance.hops != b->distance.hops)
		return a->distance.hops < b->distance.hops;
	if (delivered_a != delivered_b)
		return delivered_a > delivered_b;
	if (latency_score(a) != latency_score(b))
		return latency_score(a) < latency_score(b);
	return a->number < b->number;
}

/* What it takes to change a choice: dead, fewer hops, or at least 10 % better. */
static bool
overtakes(const struct pgn_routed_node *node, const struct pgn_node_hop *a,
	  const struct pgn_node_hop *b)
{
	unsigned int delivered_a = pgn_delivered(&a->delivery, node->ordinal);
	unsigned int delivered_b = pgn_delivered(&b->delivery, node->ordinal);

	if (a->live != b->live)
		return a->live;
	if (a->distance.hops != b->distance.hops)
		return a->distance.hops < b->distance.hops;
	if (delivered_a * 10 >= delivered_b * 11)
		return true;
	return delivered_a >= delivered_b && latency_score(a) < latency_score(b) &&
	       latency_score(a) * 10 <= latency_score(b) * 9;
}

/* The route has changed when a live hop has moved. */
static void
swap(struct pgn_nodes *nodes, struct pgn_node_hop *a, struct pgn_node_hop *b)
{
	struct pgn_node_hop was_a = *a;

	*a = *b;
	*b = was_a;
	nodes->version += a->live || b->live;
}

/* Which of two stands first, as an order of all. */
typedef bool (*before)(const struct pgn_routed_node *, const struct pgn_node_hop *,
		       const struct pgn_node_hop *);

static bool
lives_before(const struct pgn_routed_node *node, const struct pgn_node_hop *a,
	     const struct pgn_node_hop *b)
{
	(void)node;
	return a->live && !b->live;
}

static void
sort(struct pgn_nodes *nodes, struct pgn_routed_node *node, before stands_before)
{
	for (unsigned int i = 1; i < node->hop_count; i++) {
		for (unsigned int k = i; k > 0; k--) {
			if (!stands_before(node, &node->hop[k], &node->hop[k - 1]))
				break;
			swap(nodes, &node->hop[k], &node->hop[k - 1]);
		}
	}
}

/* Hops have died: the choice stands unless it is one of them. */
static void
choose_among_living(struct pgn_nodes *nodes, struct pgn_routed_node *node)
{
	nodes->version++;
	sort(nodes, node, node->hop_count > 0 && node->hop[0].live ? lives_before : comes_before);
}

static void
choose_again(struct pgn_nodes *nodes, struct pgn_routed_node *node)
{
	for (unsigned int k = node->hop_count; k-- > 2;) {
		if (overtakes(node, &node->hop[k], &node->hop[k - 1]))
			swap(nodes, &node->hop[k], &node->hop[k - 1]);
	}
	for (unsigned int k = 1; k < node->hop_count; k++) {
		if (overtakes(node, &node->hop[k], &node->hop[0]))
			swap(nodes, &node->hop[k], &node->hop[0]);
	}
}

/* True when a hop died. */
static bool
bury(struct pgn_routed_node *node, uint64_t now)
{
	bool died = false;

	for (unsigned int i = 0; i < node->hop_count; i++) {
		struct pgn_node_hop *hop = &node->hop[i];

		if (hop->live && now >= hop->dead_at) {
			hop->live = false;
			died = true;
		}
	}
	return died;
}

static struct pgn_node_hop *
find_hop(struct pgn_routed_node *node, uint64_t number)
{
	for (unsigned int i = 0; i < node->hop_count; i++) {
		if (node->hop[i].number == number)
			return &node->hop[i];
	}
	return NULL;
}

/*
 * A place for a hop that is new: an empty one, else that of a dead one, else that of the last if
 * the new one is nearer. NULL: the ones we have will do.
 */
static struct pgn_node_hop *
place_hop(struct pgn_routed_node *node, const struct pgn_node_sign *sign)
{
	struct pgn_node_hop *last;

	if (node->hop_count < PGN_NODE_HOPS)
		return &node->hop[node->hop_count++];
	last = &node->hop[PGN_NODE_HOPS - 1];
	return !last->live || sign->hops < last->distance.hops ? last : NULL;
}

/* The first hop of a node is taken to deliver all; others have to show that they deliver more. */
static void
start_hop(struct pgn_node_hop *hop, const struct pgn_node_sign *sign, bool is_first)
{
	*hop = (struct pgn_node_hop){
		.number = sign->hop,
		.delivery = {.bits = is_first ? UINT64_MAX : 0, .newest = sign->ordinal},
		.latency_min_us = sign->latency_us,
		.latency_mean_us = sign->latency_us,
	};
}

static void
hear_hop(struct pgn_nodes *nodes, struct pgn_node_hop *hop, const struct pgn_node_sign *sign)
{
	uint64_t mean = hop->latency_mean_us;

	if (sign->dead_at > hop->dead_at)
		hop->dead_at = sign->dead_at;
	if (hop->dead_at > sign->now) {
		nodes->version += !hop->live;
		hop->live = true;
	}
	pgn_distance_hear(&hop->distance, sign->hops);
	pgn_delivery_hear(&hop->delivery, sign->ordinal);
	if (sign->latency_us < hop->latency_min_us)
		hop->latency_min_us = sign->latency_us;
	mean = (mean * (LATENCY_WEIGHT - 1) + sign->latency_us) / LATENCY_WEIGHT;
	hop->latency_mean_us = (uint32_t)mean;
}

void
pgn_nodes_hear(struct pgn_nodes *nodes, struct pgn_routed_node *node,
	       const struct pgn_node_sign *sign)
{
	struct pgn_node_hop *hop = find_hop(node, sign->hop);
	bool again = node->hop_count > 0 && sign->ordinal > node->ordinal;
	bool may_change = hop != &node->hop[0] || !hop->live;
	unsigned int hops = node->hop[0].distance.hops;

	if (sign->ordinal > node->ordinal)
		node->ordinal = sign->ordinal;
	if (sign->gone_at > node->gone_at)
		node->gone_at = sign->gone_at;

	if (hop == NULL) {
		hop = place_hop(node, sign);
		if (hop != NULL)
			start_hop(hop, sign, node->hop_count == 1);
	}
	if (hop != NULL) {
		hear_hop(nodes, hop, sign);
		if (hop->dead_at < node->due)
			set_due(nodes, node, hop->dead_at);
	}
	/* An old reply may have come too late for its own hop as well. */
	if (bury(node, sign->now)) {
		choose_among_living(nodes, node);
		may_change = true;
	}
	/* The chosen one that is heard again stays, unless it has become farther. */
	if (may_change || node->hop[0].distance.hops > hops)
		choose_again(nodes, node);

	if (again)
		pgn_table_establish(&nodes->table, &node->entry);
	else
		pgn_table_use(&nodes->table, &node->entry);
}

static bool
is_reached(const struct pgn_routed_node *node)
{
	return node->hop_count > 0 && node->hop[0].live;
}

/* When the first of its live hops is dead, or when it is gone. */
static uint64_t
due_of(const struct pgn_routed_node *node)
{
	uint64_t due = is_reached(node) ? UINT64_MAX : node->gone_at;

	for (unsigned int i = 0; i < node->hop_count && node->hop[i].live; i++) {
		if (node->hop[i].dead_at < due)
			due = node->hop[i].dead_at;
	}
	return due;
}

void
pgn_nodes_age(struct pgn_nodes *nodes, uint64_t now)
{
	struct pgn_routed_node *node;
	uint32_t index = 0;

	while ((node = pgn_table_next_due(&nodes->table, &index, now)) != NULL) {
		if (bury(node, now))
			choose_among_living(nodes, node);
		if (!is_reached(node) && now >= node->gone_at)
			retire(nodes, node);
		else
			set_due(nodes, node, due_of(node));
	}
}

void
pgn_nodes_wire_down(struct pgn_nodes *nodes, unsigned int wire)
{
	for (uint32_t index = 0; index < nodes->table.fresh; index++) {
		struct pgn_routed_node *node = pgn_table_at(&nodes->table, index);
		bool died = false;

		for (unsigned int i = 0; node != NULL && i < node->hop_count; i++) {
			struct pgn_node_hop *hop = &node->hop[i];

			if (hop->live && pgn_hop_of_number(hop->number).wire == wire) {
				hop->live = false;
				died = true;
			}
		}
		if (died)
			choose_among_living(nodes, node);
	}
}

static void
tell(const struct pgn_routed_node *node, struct pgn_node_route *route)
{
	*route = (struct pgn_node_route){.mac = pgn_hop_of_number(node->entry.key).mac};
	for (unsigned int i = 0; i < node->hop_count && node->hop[i].live; i++)
		route->hop[route->hop_count++] = pgn_hop_of_number(node->hop[i].number);
}

unsigned int
pgn_nodes_slots(const struct pgn_nodes *nodes)
{
	return nodes->table.places;
}

bool
pgn_nodes_route(const struct pgn_nodes *nodes, unsigned int slot, struct pgn_node_route *route)
{
	const struct pgn_routed_node *node = pgn_table_at(&nodes->table, slot);

	if (node == NULL)
		return false;
	tell(node, route);
	return true;
}

bool
pgn_nodes_find(const struct pgn_nodes *nodes, const struct pgn_mac *mac,
	       struct pgn_node_route *route)
{
	const struct pgn_routed_node *node = pgn_table_find(&nodes->table, pgn_mac_number(mac));

	if (node == NULL)
		return false;
	tell(node, route);
	return true;
}

bool
pgn_nodes_retired_slot(const struct pgn_nodes *nodes, unsigned int *slot)
{
	const struct pgn_table_entry *entry = pgn_table_retired(&nodes->table);

	if (entry == NULL)
		return false;
	*slot = pgn_table_index(&nodes->table, entry);
	return true;
}

void
pgn_nodes_release_slot(struct pgn_nodes *nodes, unsigned int slot)
{
	pgn_table_release(&nodes->table, slot);
}
