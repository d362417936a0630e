/* SPDX-License-Identifier: BSD-3-Clause */
#include "kit.h"

struct pgn_mac
mac_of(uint32_t number)
{
	return (struct pgn_mac){{0x02, 0x00, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
				 (uint8_t)(number >> 8), (uint8_t)number}};
}

struct pgn_routing_conf
conf_of(uint32_t self)
{
	return (struct pgn_routing_conf){
		.wire_count = 1,
		.wire_mac = {mac_of(self), mac_of(self + 0x1000), mac_of(self + 0x2000),
			     mac_of(self + 0x3000)},
		.hello_periodicity_ms = PERIOD_MS,
		.hello_history = 10,
		.cached_candidates = 3,
		.dead_after = 3,
		.max_hops = 16,
		.max_nodes = 64,
		.max_rsus = 16,
		.seed = 1,
	};
}

struct pgn_heartbeat
heartbeat_of(uint32_t rsu, uint32_t from, uint32_t id, uint32_t hops)
{
	return (struct pgn_heartbeat){
		.to = pgn_mac_broadcast,
		.from = mac_of(from),
		.duration.low = UINT64_C(1) * id * PERIOD_MS,
		.id = id,
		.hops = hops,
		.source = mac_of(rsu),
	};
}

struct pgn_reply
reply_of(uint32_t rsu, uint32_t from, uint32_t id, uint32_t hops, uint32_t sender)
{
	return (struct pgn_reply){
		.to = mac_of(SELF),
		.from = mac_of(from),
		.duration.low = UINT64_C(1) * id * PERIOD_MS,
		.id = id,
		.hops = hops,
		.source = mac_of(rsu),
		.sender = mac_of(sender),
	};
}

void
assert_mac(const struct pgn_mac *mac, uint32_t number)
{
	struct pgn_mac expected = mac_of(number);

	assert_memory_equal(mac, &expected, sizeof(expected));
}

void
assert_kept(struct pgn_outcome outcome)
{
	assert_int_equal(outcome.verdict, PGN_KEPT);
}

void
assert_relayed(struct pgn_outcome outcome)
{
	assert_int_equal(outcome.verdict, PGN_RELAYED);
}

void
assert_dropped(struct pgn_outcome outcome, enum pgn_drop reason)
{
	assert_int_equal(outcome.verdict, PGN_DROPPED);
	assert_string_equal(pgn_drop_name(outcome.reason), pgn_drop_name(reason));
}

struct pgn_outcome
hear(struct pgn_obu *obu, uint64_t now_us, struct pgn_heartbeat m)
{
	struct pgn_outbox outbox = {0};

	return pgn_obu_heartbeat(obu, now_us, 0, &m, &outbox);
}

static uint32_t
number_of(const struct pgn_mac *mac)
{
	return (uint32_t)pgn_mac_number(mac);
}

uint32_t
upstream_of(const struct pgn_obu *obu)
{
	struct pgn_hop hop;

	return pgn_obu_upstream(obu, &hop, 1) == 0 ? 0 : number_of(&hop.mac);
}

uint32_t
run_rsu(struct pgn_rsu *rsu, uint64_t *now_us, uint64_t until_us, struct pgn_heartbeat *last)
{
	uint64_t next_us;

	for (;; *now_us = next_us) {
		struct pgn_outbox outbox = {0};

		next_us = pgn_rsu_tick(rsu, *now_us, &outbox);
		assert_true(next_us > *now_us);
		if (outbox.count > 0)
			*last = outbox.send[0].heartbeat;
		if (next_us > until_us)
			break;
	}
	*now_us = until_us;
	return last->id;
}

bool
rsu_route(const struct pgn_rsu *rsu, uint32_t node, struct pgn_node_route *route)
{
	for (unsigned int slot = 0; slot < pgn_rsu_slots(rsu); slot++) {
		if (pgn_rsu_node(rsu, slot, route) && number_of(&route->mac) == node)
			return true;
	}
	return false;
}

bool
obu_route(const struct pgn_obu *obu, uint32_t node, struct pgn_node_route *route)
{
	for (unsigned int slot = 0; slot < pgn_obu_slots(obu); slot++) {
		if (pgn_obu_node(obu, slot, route) && number_of(&route->mac) == node)
			return true;
	}
	return false;
}
