/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * How a NIC is made to spread frames over its Rx queues by who sent them: plain RSS looks at IP and
 * puts all of EtherType 0x3030 into one queue. Which way works for which driver is in its profile.
 */
#ifndef PGN_SPREAD_RULES_H
#define PGN_SPREAD_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rte_flow;

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

#define PGN_SPREAD_RULES_MAX 16

struct pgn_spread_rules {
	uint16_t port;
	unsigned int count;
	struct rte_flow *rule[PGN_SPREAD_RULES_MAX];
};

/**
 * Make a started port with `queues` (2 to 16) Rx queues spread. 0; or a negative errno, and no rule
 * is left: the driver refused, and why[] says in what words.
 */
#define PGN_SPREAD_WHY 160
int pgn_spread_rules_install(struct pgn_spread_rules *rules, uint16_t port, enum pgn_spread_way way,
			     unsigned int queues, uint16_t ethertype, char why[PGN_SPREAD_WHY]);

void pgn_spread_rules_remove(struct pgn_spread_rules *rules);

/** Whether one queue has more than nine tenths of what came, though there are 8 sources or more. */
bool pgn_spread_is_skewed(const uint64_t *frames, unsigned int queues, unsigned int sources);

#endif
