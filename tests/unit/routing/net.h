/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A small network in virtual time: RSUs and OBUs with one wire each, links with delay and loss,
 * everything from one seed. Node n has mac_of(n + 1).
 */
#ifndef TEST_ROUTING_NET_H
#define TEST_ROUTING_NET_H

#include "kit.h"

#define NET_NODES 16
#define NET_EVENTS 8192

struct net_node {
	struct pgn_rsu *rsu; /**< exactly one of both, unless the node is off */
	struct pgn_obu *obu;
	uint64_t tick_us;
	uint64_t frames; /**< sent */
	uint64_t generated[PGN_KIND_COUNT];
	uint64_t received[PGN_KIND_COUNT]; /**< for it: to is its own or broadcast */
	uint64_t dropped[PGN_DROP_COUNT];
};

struct net_event {
	uint64_t at_us;
	uint64_t number; /**< of equal times, the first made comes first */
	unsigned int to;
	struct pgn_send send;
};

struct net {
	struct net_node node[NET_NODES];
	unsigned int count;
	uint32_t delay_us[NET_NODES][NET_NODES]; /**< 0: no link */
	uint32_t loss_permille[NET_NODES][NET_NODES];
	uint32_t delay_noise_us; /**< up to so much more, by chance */
	uint64_t now_us;
	uint64_t random;
	uint64_t numbers;
	struct net_event event[NET_EVENTS]; /**< a heap: the earliest first */
	unsigned int event_count;
};

void net_init(struct net *net, uint64_t seed);
void net_fini(struct net *net);
unsigned int net_add_rsu(struct net *net);
unsigned int net_add_obu(struct net *net);
void net_link(struct net *net, unsigned int a, unsigned int b, uint32_t delay_us,
	      uint32_t loss_permille);
void net_cut(struct net *net, unsigned int a, unsigned int b);

/** The node loses all it knew and is silent, or begins anew. */
void net_switch_off(struct net *net, unsigned int node);
void net_switch_on_rsu(struct net *net, unsigned int node);

void net_run(struct net *net, uint64_t duration_us);
void net_clear_counts(struct net *net);

/** The node an OBU sends upstream data to; NET_NODES: none. */
unsigned int net_upstream(const struct net *net, unsigned int obu);

/** Following every node's first choice: does data get there, within the hops there are? */
bool net_reaches_rsu(const struct net *net, unsigned int obu);
bool net_reaches_obu(const struct net *net, unsigned int rsu, unsigned int obu);

#endif
