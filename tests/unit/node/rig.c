/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>

#include <rte_memory.h>

#include "rig.h"

const struct pgn_mac rig_wire_mac[RIG_WIRES] = {{{2, 0, 0, 0, 0, 0x10}}, {{2, 0, 0, 0, 0, 0x11}}};

static struct pgn_aead_device *sealing_device;
static const struct pgn_aead_keys *sealing_keys;

void
rig_seal_with(struct pgn_aead_device *device, const struct pgn_aead_keys *keys)
{
	sealing_device = device;
	sealing_keys = keys;
}

static int
rig_open(void **state, const char *role)
{
	static struct rig rig;
	struct pgn_bufpool_conf pool = {
		.name = "rig", .count = {2048, 512, 1024}, .cache = 32, .socket = SOCKET_ID_ANY};
	struct pgn_routing_conf conf = {.wire_count = RIG_WIRES,
					.hello_periodicity_ms = 1000,
					.hello_history = 10,
					.cached_candidates = 3,
					.dead_after = 3,
					.max_hops = 16,
					.max_nodes = 64,
					.max_rsus = 8,
					.seed = 1};

	memset(&rig, 0, sizeof(rig));
	rig.now_us = 1000000;
	rig.node.role = pgn_role_find(role);
	rig.node.id.marker = PGN_MARKER;
	rig.node.id.wire_count = RIG_WIRES;
	rig.node.slots = pgn_routing_slots(conf.max_nodes);
	rig.node.control_rate = RIG_CONTROL_RATE;
	rig.node.neighbour_rate = RIG_NEIGHBOUR_RATE;
	memcpy(rig.node.id.wire_mac, rig_wire_mac, sizeof(rig_wire_mac));
	memcpy(conf.wire_mac, rig_wire_mac, sizeof(rig_wire_mac));
	for (unsigned int port = 0; port < PGN_MAX_PORTS; port++)
		rig.node.max_frame[port] = port == PGN_PORT_TAP ? 1436 + 18 : 1514;
	rig.node.pool = pgn_bufpool_create(&pool);
	rig.node.fib = pgn_fib_create(1, SOCKET_ID_ANY);
	rig.node.clients =
		strcmp(role, "rsu") == 0 ? pgn_clients_create(1024, 1, SOCKET_ID_ANY) : NULL;
	rig.lanes[0] = &rig.lane;
	*state = &rig;
	if (sealing_device != NULL) {
		if (pgn_sealing_open(&rig.sealing, sealing_device, sealing_keys) != 0)
			return -1;
		rig.node.sealing = &rig.sealing;
	}
	if (rig.node.pool == NULL || rig.node.fib == NULL ||
	    pgn_lane_open(&rig.lane, &rig.node, &rig.counters[0], "rig", SOCKET_ID_ANY) != 0 ||
	    pgn_desk_open(&rig.desk, &rig.node, &rig.counters[1], &conf, rig.now_us,
			  SOCKET_ID_ANY) != 0)
		return -1;
	pgn_fib_online(rig.node.fib, 0);
	return 0;
}

int
rig_open_rsu(void **state)
{
	return rig_open(state, "rsu");
}

int
rig_open_obu(void **state)
{
	return rig_open(state, "obu");
}

int
rig_close(void **state)
{
	struct rig *rig = *state;
	struct pgn_balance balance;
	uint32_t in_use = 0;

	pgn_fib_offline(rig->node.fib, 0);
	pgn_lane_close(&rig->lane);
	pgn_desk_close(&rig->desk);
	if (rig->node.sealing != NULL)
		pgn_sealing_close(&rig->sealing);
	pgn_fib_destroy(rig->node.fib);
	pgn_clients_destroy(rig->node.clients);
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++)
		in_use += pgn_bufpool_in_use(rig->node.pool, c);
	pgn_bufpool_destroy(rig->node.pool);
	rig_count(rig);
	balance = pgn_stats_balance(&rig->sum);
	if (in_use != 0)
		fprintf(stderr, "%u buffers are not back\n", in_use);
	if (pgn_stats_unaccounted(&balance) != 0)
		fprintf(stderr, "%lld messages are not accounted for\n",
			(long long)pgn_stats_unaccounted(&balance));
	return in_use == 0 && pgn_stats_unaccounted(&balance) == 0 ? 0 : -1;
}

struct rte_mbuf *
rig_chain(struct rig *rig, const void *bytes, size_t length, size_t piece)
{
	struct rte_mbuf *head = NULL;

	for (size_t at = 0; at < length || head == NULL; at += piece) {
		size_t part = RTE_MIN(piece, length - at);
		struct rte_mbuf *segment = pgn_bufpool_get(rig->node.pool, (uint32_t)part);

		memcpy(rte_pktmbuf_append(segment, (uint16_t)part), (const uint8_t *)bytes + at,
		       part);
		if (head == NULL)
			head = segment;
		else
			rte_pktmbuf_chain(head, segment);
	}
	return head;
}

struct rte_mbuf *
rig_frame(struct rig *rig, const void *bytes, size_t length)
{
	return rig_chain(rig, bytes, length, RTE_MAX(length, (size_t)1));
}

static void
before_burst(struct rig *rig)
{
	rig->lane.now_us = rig->now_us;
	rig->lane.snapshot = pgn_fib_current(rig->node.fib);
}

void
rig_await_crypto(struct rig *rig)
{
	while (pgn_lane_awaits_crypto(&rig->lane))
		pgn_lane_collect(&rig->lane);
}

void
rig_wire_in(struct rig *rig, unsigned int wire, struct rte_mbuf *frame)
{
	before_burst(rig);
	rig->node.role->wire_burst(&rig->lane, wire, &frame, 1);
	rig_await_crypto(rig);
}

void
rig_tap_in(struct rig *rig, struct rte_mbuf *frame)
{
	before_burst(rig);
	rig->node.role->tap_burst(&rig->lane, &frame, 1);
	rig_await_crypto(rig);
}

void
rig_wire_bytes(struct rig *rig, unsigned int wire, const void *bytes, size_t length)
{
	rig_wire_in(rig, wire, rig_frame(rig, bytes, length));
}

void
rig_tap_bytes(struct rig *rig, const void *bytes, size_t length)
{
	rig_tap_in(rig, rig_frame(rig, bytes, length));
}

void
rig_pass(struct rig *rig, uint64_t us)
{
	uint64_t end_us = rig->now_us + us;

	do {
		pgn_desk_turn(&rig->desk, rig->lanes, 1, rig->now_us);
		before_burst(rig);
		pgn_lane_take_sends(&rig->lane, rig->desk.send);
		pgn_lane_replicate(&rig->lane);
		pgn_fib_quiescent(rig->node.fib, 0);
		rig->now_us += 1000;
	} while (rig->now_us <= end_us);
}

/** The first reply leaves the queue. */
static void
drop_first(struct pgn_replies *replies, uint32_t length)
{
	replies->count--;
	memmove(replies->frame, replies->frame + 1, replies->count * sizeof(replies->frame[0]));
	replies->run[0].bytes -= length;
	for (unsigned int r = 0; r < replies->run_count; r++)
		replies->run[r].end--;
	if (replies->run[0].end == 0) {
		replies->run_count--;
		memmove(replies->run, replies->run + 1,
			replies->run_count * sizeof(replies->run[0]));
	}
}

int
rig_take(struct rig *rig, unsigned int port, uint8_t *bytes)
{
	struct pgn_replies *replies = &rig->lane.replies[port];
	struct rte_mbuf *frame = replies->frame[0];
	struct pgn_traffic *traffic = &rig->counters[0].sent[port][replies->run[0].kind];
	uint32_t length;

	if (replies->count == 0)
		return -1;
	length = frame->pkt_len;
	if (frame->data_off + frame->data_len > frame->buf_len) {
		fprintf(stderr, "a frame is longer than its buffer\n");
		return -1;
	}
	for (uint32_t at = 0; at < length; at++) {
		uint8_t byte;

		bytes[at] = *(const uint8_t *)rte_pktmbuf_read(frame, at, 1, &byte);
	}
	traffic->messages++;
	traffic->bytes += length;
	drop_first(replies, length);
	rte_pktmbuf_free(frame);
	return (int)length;
}

unsigned int
rig_discard(struct rig *rig)
{
	uint8_t bytes[2048];
	unsigned int count = 0;

	for (unsigned int port = 0; port < PGN_MAX_PORTS; port++) {
		while (rig_take(rig, port, bytes) >= 0)
			count++;
	}
	return count;
}

void
rig_count(struct rig *rig)
{
	memset(&rig->sum, 0, sizeof(rig->sum));
	pgn_stats_add(&rig->sum, &rig->counters[0]);
	pgn_stats_add(&rig->sum, &rig->counters[1]);
}

uint64_t
rig_drops(struct rig *rig, enum pgn_drop reason)
{
	rig_count(rig);
	return rig->sum.dropped[reason];
}

void
rig_heartbeat(struct rig *rig, unsigned int wire, struct pgn_mac from, struct pgn_mac source,
	      uint32_t id, uint32_t hops)
{
	struct pgn_heartbeat m = {.to = pgn_mac_broadcast,
				  .from = from,
				  .duration = {.low = 1000 + id * UINT64_C(1000)},
				  .id = id,
				  .hops = hops,
				  .source = source};
	uint8_t bytes[PGN_HEARTBEAT_LEN];

	pgn_write_heartbeat(bytes, sizeof(bytes), PGN_MARKER, &m);
	rig_wire_bytes(rig, wire, bytes, sizeof(bytes));
}

void
rig_answer(struct rig *rig, unsigned int wire, const uint8_t *heartbeat_bytes, struct pgn_mac from,
	   struct pgn_mac sender, uint32_t hops)
{
	uint8_t bytes[PGN_REPLY_LEN];
	struct pgn_heartbeat heartbeat;
	struct pgn_reply m;

	pgn_read_heartbeat(heartbeat_bytes, &heartbeat);
	m = (struct pgn_reply){.to = rig_wire_mac[wire],
			       .from = from,
			       .duration = heartbeat.duration,
			       .id = heartbeat.id,
			       .hops = hops,
			       .source = heartbeat.source,
			       .sender = sender};
	pgn_write_reply(bytes, sizeof(bytes), PGN_MARKER, &m);
	rig_wire_bytes(rig, wire, bytes, sizeof(bytes));
}

size_t
rig_inner(uint8_t *at, struct pgn_mac destination, struct pgn_mac source, size_t length)
{
	memcpy(at, &destination, 6);
	memcpy(at + 6, &source, 6);
	at[12] = 0x08;
	at[13] = 0x00;
	for (size_t i = 14; i < length; i++)
		at[i] = (uint8_t)(i | 1);
	return length;
}

size_t
rig_upstream(uint8_t *at, struct pgn_mac to, struct pgn_mac from, struct pgn_mac origin,
	     const uint8_t *inner, size_t length)
{
	struct pgn_upstream m = {.to = to, .from = from, .origin = origin};

	pgn_write_upstream(at, PGN_UPSTREAM_LEN, PGN_MARKER, &m);
	memcpy(at + PGN_UPSTREAM_LEN, inner, length);
	return PGN_UPSTREAM_LEN + length;
}

size_t
rig_downstream(uint8_t *at, struct pgn_mac to, struct pgn_mac from, struct pgn_mac origin,
	       struct pgn_mac destination, const uint8_t *inner, size_t length)
{
	struct pgn_downstream m = {
		.to = to, .from = from, .origin = origin, .destination = destination};

	pgn_write_downstream(at, PGN_DOWNSTREAM_LEN, PGN_MARKER, &m);
	memcpy(at + PGN_DOWNSTREAM_LEN, inner, length);
	return PGN_DOWNSTREAM_LEN + length;
}
