/* SPDX-License-Identifier: BSD-3-Clause */
/** Ways to have a NIC spread frames, and what of them a port is to try. Any thread. */
#ifndef PGN_SPREAD_WAYS_H
#define PGN_SPREAD_WAYS_H

#include "config.h"

/**
 * X(NAME, text): the text is what profiles say.
 *
 *	l2_hash		RSS over the layer 2 payload's addresses, asked for as a port is configured
 *			(net_dpaa)
 *	custom_hash	a hash of bytes 6 to 11 by a call of the driver's (net_dpaa2)
 *	flow_hash	one rte_flow rule: RSS over the source MAC (net_ice)
 *	flow_hash_2	the same in two rules, queues first (net_i40e)
 *	flow_mask	a rte_flow rule for each value of the source MAC's low bits (mlx5_pci,
 *			net_cn9k, net_cn10k)
 */
#define PGN_SPREAD_WAYS(X)            \
	X(L2_HASH, "l2_hash")         \
	X(CUSTOM_HASH, "custom_hash") \
	X(FLOW_HASH, "flow_hash")     \
	X(FLOW_HASH_2, "flow_hash_2") \
	X(FLOW_MASK, "flow_mask")

enum pgn_spread_way {
#define X(name, text) PGN_SPREAD_##name,
	PGN_SPREAD_WAYS(X)
#undef X
	PGN_SPREAD_WAYS_COUNT
};

/** By its text; PGN_SPREAD_WAYS_COUNT: there is none of that name. */
enum pgn_spread_way pgn_spread_way_find(const char *text);
const char *pgn_spread_way_name(enum pgn_spread_way way);

/** What the config calls a way: rss or flow. */
enum pgn_spread_mode pgn_spread_way_mode(enum pgn_spread_way way);

/** A port's ways that the config allows, in its profile's order; returns how many. */
unsigned int pgn_spread_ways(const struct pgn_config *config, const struct pgn_port_config *port,
			     enum pgn_spread_way ways[PGN_SPREAD_WAYS_COUNT]);

/**
 * Rx queues that a port of the config is to have where so many workers poll; more than one only of
 * a wire that has a way. The device may have fewer.
 */
unsigned int pgn_spread_queues(const struct pgn_config *config, const struct pgn_port_config *port,
			       unsigned int workers);

#endif
