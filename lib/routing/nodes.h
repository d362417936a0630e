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
	struct pgn_hop hop;
	bool live;
	struct pgn_distance distance;
	struct pgn_delivery delivery;
	uint64_t dead_at;
	uint64_t latency_min_us;
	uint64_t latency_mean_us;
};

struct pgn_routed_node {
	struct pgn_table_entry entry;
	uint64_t ordinal; /**< of its newest reply */
	uint64_t gone_at;
	unsigned int hop_count;
	struct pgn_node_hop hop[PGN_NODE_HOPS]; /**< live ones first, best first */
	struct pgn_node_route route;            /**< as last reported */
};

struct pgn_nodes {
	struct pgn_table table;
	uint64_t version;
};

/** A reply of a node came through a hop. */
struct pgn_node_sign {
	struct pgn_hop hop;
	uint64_t now;
	uint64_t ordinal; /**< of the reply; copies of one reply have the same */
	uint64_t dead_at; /**< the hop, unless heard again */
	uint64_t gone_at; /**< the node, unless heard again */
	uint64_t latency_us;
	uint32_t hops;
};

/** 0 or -ENOMEM. */
int pgn_nodes_init(struct pgn_nodes *nodes, uint32_t max_nodes, uint64_t seed);
void pgn_nodes_fini(struct pgn_nodes *nodes);

/** The node, made known if it is not; `hop` answers for a new one. NULL: no room. */
struct pgn_routed_node *pgn_nodes_take(struct pgn_nodes *nodes, const struct pgn_mac *mac,
				       const struct pgn_hop *hop);

void pgn_nodes_hear(struct pgn_nodes *nodes, struct pgn_routed_node *node,
		    const struct pgn_node_sign *sign);

/** Next hops that were silent for too long die, nodes that were dead for long are retired. */
void pgn_nodes_age(struct pgn_nodes *nodes, uint64_t now);

/** All next hops by a wire die. */
void pgn_nodes_wire_down(struct pgn_nodes *nodes, unsigned int wire);

unsigned int pgn_nodes_slots(const struct pgn_nodes *nodes);
bool pgn_nodes_route(const struct pgn_nodes *nodes, unsigned int slot,
		     struct pgn_node_route *route);
bool pgn_nodes_find(const struct pgn_nodes *nodes, const struct pgn_mac *mac,
		    struct pgn_node_route *route);
bool pgn_nodes_retired_slot(const struct pgn_nodes *nodes, unsigned int *slot);
void pgn_nodes_release_slot(struct pgn_nodes *nodes, unsigned int slot);

#endif
