/* SPDX-License-Identifier: BSD-3-Clause */
/** What the routing tests share: names, messages, assertions on outcomes. */
#ifndef TEST_ROUTING_KIT_H
#define TEST_ROUTING_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pgn_routing.h"

#define PERIOD_MS 1000
#define PERIOD_US (UINT64_C(1000) * PERIOD_MS)
#define SELF 0x99 /**< number of the node under test */

/** A station's MAC by number: up to 2^32 of them. */
struct pgn_mac mac_of(uint32_t number);

/** Defaults of the node file, one wire with mac_of(self), room for 64 nodes and 16 RSUs. */
struct pgn_routing_conf conf_of(uint32_t self);

/** Heartbeat of an RSU as it comes from a neighbour; the duration is that of a steady RSU. */
struct pgn_heartbeat heartbeat_of(uint32_t rsu, uint32_t from, uint32_t id, uint32_t hops);

/** What `sender` answers to such a heartbeat, as it comes from a neighbour. */
struct pgn_reply reply_of(uint32_t rsu, uint32_t from, uint32_t id, uint32_t hops, uint32_t sender);

void assert_mac(const struct pgn_mac *mac, uint32_t number);
void assert_kept(struct pgn_outcome outcome);
void assert_relayed(struct pgn_outcome outcome);
void assert_dropped(struct pgn_outcome outcome, enum pgn_drop reason);

/** Give an OBU a heartbeat and throw away what it sends. */
struct pgn_outcome hear(struct pgn_obu *obu, uint64_t now_us, struct pgn_heartbeat m);

/** The OBU's current upstream by number; 0: none. */
uint32_t upstream_of(const struct pgn_obu *obu);

/** Let an RSU's time pass up to until_us, each call when it asked for it; returns the last id. */
uint32_t run_rsu(struct pgn_rsu *rsu, uint64_t *now_us, uint64_t until_us,
		 struct pgn_heartbeat *last);

/** The route to a node by its number. False: it is in no slot. */
bool rsu_route(const struct pgn_rsu *rsu, uint32_t node, struct pgn_node_route *route);
bool obu_route(const struct pgn_obu *obu, uint32_t node, struct pgn_node_route *route);

#endif
