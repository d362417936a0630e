/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Why a choice is what it is: what tells it from the best of the others, by the order of a choice
 * made afresh in nodes.c and upstream.c.
 */
#ifndef PGN_ROUTING_WHY_H
#define PGN_ROUTING_WHY_H

#include "nodes.h"
#include "pgn_routing_dump.h"
#include "upstream.h"

enum pgn_why pgn_why_node_hop(const struct pgn_routed_node *node);
enum pgn_why pgn_why_upstream(const struct pgn_upstream_hops *upstream,
			      const struct pgn_table *rsus, uint64_t now_us);

#endif
