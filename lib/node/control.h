/* SPDX-License-Identifier: BSD-3-Clause */
/** For roles: from what routing knows to what workers read. */
#ifndef PGN_NODE_CONTROL_H
#define PGN_NODE_CONTROL_H

#include <errno.h>

#include "pgn_node.h"

/** A snapshot with the nodes a routing context tells of; NULL: no memory. */
struct pgn_fib_snapshot *pgn_snapshot_of_nodes(const struct pgn_node *node, const void *routing,
					       unsigned int slots,
					       bool (*tell)(const void *routing, unsigned int slot,
							    struct pgn_node_route *route));

/** rsu.c: the RSU's bursts, as struct pgn_role has them. */
void pgn_rsu_wire_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames,
			unsigned int n);
void pgn_rsu_tap_burst(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n);

#endif
