/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Nodes (OBUs) and the next hops their replies came through; for both roles.
 *
 * Silence is counted in what the role likes, heartbeats or µs: `now`, dead_at and gone_at are in
 * that. A node's next hops stand in the order of preference; the first is the chosen one.
 */
#ifndef PGN_ROUTING_NODES_H
#define PGN_ROUTING_NODES_H

#include "quality.h"
#include "table.h"

struct pgn_node_hop {
	uint64_t number; /**< of the hop: pgn_hop_number() */
	struct pgn_delivery delivery;
	uint64_t dead_at;
	uint32_t latency_min_us;
	uint32_t latency_mean_us;
	struct pgn_distance distance;
	bool live;
};

struct pgn_routed_node {
	struct pgn_table_entry entry;
	uint64_t ordinal; /**< of its newest reply */
	uint64_t gone_at;
	uint64_t due; /**< as the table has it */
	uint8_t hop_count;
	/** Live ones first, best first; from the next cache line on. */
	struct pgn_node_hop hop[PGN_NODE_HOPS] __attribute__((aligned(64)));
};

static_assert(sizeof(struct pgn_routed_node) == 256, "four cache lines, two of them in most use");

struct pgn_nodes {
	uint64_t version;
	struct pgn_table table;
};

/** A reply of a node came through a hop. */
struct pgn_node_sign {
	uint64_t hop; /**< its number */
	uint64_t now;
	uint64_t ordinal; /**< of the reply; copies of one reply have the same */
	uint64_t dead_at; /**< the hop, unless heard again */
	uint64_t gone_at; /**< the node, unless heard again */
	uint32_t latency_us;
	uint32_t hops;
};

/** 0 or -ENOMEM. */
int pgn_nodes_init(struct pgn_nodes *nodes, uint32_t max_nodes, uint64_t seed);
void pgn_nodes_fini(struct pgn_nodes *nodes);

/** The node, made known if it is not; `hop` answers for a new one. NULL: no room. */
struct pgn_routed_node *pgn_nodes_take(struct pgn_nodes *nodes, const struct pgn_mac *mac,
				       uint64_t hop);

void pgn_nodes_hear(struct pgn_nodes *nodes, struct pgn_routed_node *node,
		    const struct pgn_node_sign *sign);

/** Next hops that were silent for too long die, nodes that were dead for long are retired. */
void pgn_nodes_age(struct pgn_nodes *nodes, uint64_t now);

/** All next hops by a wire die. */
void pgn_nodes_wire_down(struct pgn_nodes *nodes, unsigned int wire);

/** A node will be looked up soon. */
static inline void
pgn_nodes_fetch(const struct pgn_nodes *nodes, const struct pgn_mac *mac)
{
	pgn_table_fetch(&nodes->table, pgn_mac_number(mac));
}

unsigned int pgn_nodes_slots(const struct pgn_nodes *nodes);
bool pgn_nodes_route(const struct pgn_nodes *nodes, unsigned int slot,
		     struct pgn_node_route *route);
/** By MAC; false: not known. */
bool pgn_nodes_find(const struct pgn_nodes *nodes, const struct pgn_mac *mac,
		    struct pgn_node_route *route);
bool pgn_nodes_retired_slot(const struct pgn_nodes *nodes, unsigned int *slot);
void pgn_nodes_release_slot(struct pgn_nodes *nodes, unsigned int slot);

#endif
