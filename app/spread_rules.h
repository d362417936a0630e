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

#include "spread_ways.h"

struct rte_flow;

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
