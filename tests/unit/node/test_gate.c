/* SPDX-License-Identifier: BSD-3-Clause */
/** The gate lets through what a slow reading of the rules lets through, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gate.h"

#define MBUF_ROOM 256
#define TIMES 400000

static struct pgn_node node;
static struct pgn_lane lane;

static uint32_t
any(uint32_t below)
{
	static uint64_t state = 1;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % below;
}

static void
be_on(const struct pgn_mac *macs, unsigned int wires)
{
	memset(&lane, 0, sizeof(lane));
	node.id = (struct pgn_fib_identity){.marker = PGN_MARKER, .wire_count = wires};
	memcpy(node.id.wire_mac, macs, wires * sizeof(macs[0]));
	lane.node = &node;
	pgn_gate_set_all(&lane);
}

/** Ours, a neighbour, a group, none, or one that differs from ours in a bit. */
static struct pgn_mac
any_mac(void)
{
	struct pgn_mac mac = node.id.wire_mac[any(node.id.wire_count)];

	switch (any(8)) {
	case 0:
		return mac;
	case 1:
		return (struct pgn_mac){{0}};
	case 2:
		return pgn_mac_broadcast;
	case 3:
		return (struct pgn_mac){{1, 0, 0x5e, 0, 0, 1}};
	case 4:
		mac.b[any(6)] ^= (uint8_t)(1 << any(8));
		return mac;
	default:
		return (struct pgn_mac){{2, 7, 7, 7, 7, (uint8_t)any(256)}};
	}
}

static bool
is_ours(const struct pgn_mac *mac)
{
	for (unsigned int w = 0; w < node.id.wire_count; w++) {
		if (pgn_mac_equal(mac, &node.id.wire_mac[w]))
			return true;
	}
	return false;
}

struct limits {
	unsigned int wire, shortest, longest;
	bool upstream_only;
};

static bool
should_pass(const struct limits *limits, const uint8_t *bytes, unsigned int length)
{
	enum pgn_kind kind = pgn_peek_data(bytes, length, PGN_MARKER);
	struct pgn_upstream head;

	pgn_read_upstream(bytes, &head);
	return (kind == PGN_KIND_UPSTREAM ||
		(kind == PGN_KIND_DOWNSTREAM && !limits->upstream_only)) &&
	       length >= limits->shortest && length <= limits->longest &&
	       pgn_mac_equal(&head.to, &node.id.wire_mac[limits->wire]) &&
	       pgn_mac_is_station(&head.from) && !is_ours(&head.from) &&
	       pgn_mac_is_station(&head.origin) && !is_ours(&head.origin);
}

static struct rte_mbuf *
any_frame(void *room)
{
	struct rte_mbuf *frame = room;
	struct pgn_downstream head = {any_mac(), any_mac(), any_mac(), any_mac()};
	uint8_t *bytes;

	memset(room, 0, MBUF_ROOM);
	frame->buf_addr = (uint8_t *)room + sizeof(*frame);
	frame->nb_segs = 1;
	frame->refcnt = 1;
	frame->data_len = (uint16_t)(PGN_DOWNSTREAM_LEN + any(60));
	frame->pkt_len = frame->data_len;
	if (any(2) == 0)
		head.to = node.id.wire_mac[any(node.id.wire_count)];
	bytes = rte_pktmbuf_mtod(frame, uint8_t *);
	pgn_write_downstream(bytes, PGN_DOWNSTREAM_LEN, PGN_MARKER, &head);
	bytes[15] = (uint8_t)any(3);
	if (any(16) == 0)
		bytes[12 + any(4)] ^= (uint8_t)(1 << any(8));
	return frame;
}

static void
hold_against_the_rules(void)
{
	_Alignas(RTE_CACHE_LINE_SIZE) uint8_t room[MBUF_ROOM];
	unsigned int passed = 0;

	for (unsigned int i = 0; i < TIMES; i++) {
		struct limits limits = {.wire = any(node.id.wire_count),
					.shortest = PGN_GATE_MIN + any(20),
					.upstream_only = any(2)};
		struct rte_mbuf *frame = any_frame(room);
		const uint8_t *bytes = rte_pktmbuf_mtod(frame, const uint8_t *);
		struct pgn_gate gate;
		bool expected;

		limits.longest = limits.shortest + any(20);
		gate = pgn_gate_open(&lane, limits.wire, limits.shortest, limits.longest,
				     limits.upstream_only);
		expected = should_pass(&limits, bytes, frame->data_len);
		assert_int_equal(pgn_gate_pass(&gate, frame, bytes), expected);
		passed += expected;
	}
	assert_true(passed > TIMES / 1000);
}

static void
one_wire(void **state)
{
	const struct pgn_mac mac = {{2, 0xab, 0, 0xcd, 0, 0x10}};

	(void)state;
	be_on(&mac, 1);
	hold_against_the_rules();
}

static void
wires_with_macs_in_a_row(void **state)
{
	const struct pgn_mac mac[4] = {{{2, 0, 0, 0, 0, 0x10}},
				       {{2, 0, 0, 0, 0, 0x11}},
				       {{2, 0, 0, 0, 0, 0x12}},
				       {{2, 0, 0, 0, 0, 0x13}}};

	(void)state;
	be_on(mac, 4);
	hold_against_the_rules();
}

static void
wires_with_nothing_in_common(void **state)
{
	const struct pgn_mac mac[2] = {{{0xfc, 0xff, 0xff, 0xff, 0xff, 0xff}},
				       {{2, 0, 0, 0, 0, 0}}};

	(void)state;
	be_on(mac, 2);
	hold_against_the_rules();
}

static void
only_plain_frames_pass(void **state)
{
	const struct pgn_mac mac = {{2, 0, 0, 0, 0, 0x10}};
	_Alignas(RTE_CACHE_LINE_SIZE) uint8_t room[MBUF_ROOM];
	struct rte_mbuf *frame;
	struct pgn_gate gate;
	const uint8_t *bytes;

	(void)state;
	be_on(&mac, 1);
	gate = pgn_gate_open(&lane, 0, PGN_GATE_MIN, UINT16_MAX, false);
	do {
		frame = any_frame(room);
		bytes = rte_pktmbuf_mtod(frame, const uint8_t *);
	} while (!pgn_gate_pass(&gate, frame, bytes));
	frame->refcnt = 2;
	assert_false(pgn_gate_pass(&gate, frame, bytes));
	frame->refcnt = 1;
	frame->nb_segs = 2;
	assert_false(pgn_gate_pass(&gate, frame, bytes));
	frame->nb_segs = 1;
	frame->ol_flags = RTE_MBUF_F_INDIRECT;
	assert_false(pgn_gate_pass(&gate, frame, bytes));
	frame->ol_flags = RTE_MBUF_F_EXTERNAL;
	assert_false(pgn_gate_pass(&gate, frame, bytes));
	frame->ol_flags = 0;
	assert_true(pgn_gate_pass(&gate, frame, bytes));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_wire),
		cmocka_unit_test(wires_with_macs_in_a_row),
		cmocka_unit_test(wires_with_nothing_in_common),
		cmocka_unit_test(only_plain_frames_pass),
	};

#ifdef PGN_GATE_VECTOR
	if (!__builtin_cpu_supports("avx2")) {
		puts("this CPU has no AVX2");
		return 77;
	}
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
