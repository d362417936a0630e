/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "test_eal.h"
#include "two_obus.h"

static const struct pgn_mac zero;

/** An inner frame comes up from an OBU on its wire. */
static void
from_air(struct rig *rig, unsigned int wire, struct pgn_mac obu, struct pgn_mac destination,
	 struct pgn_mac source, size_t length)
{
	uint8_t inner[2048], frame[2048];

	rig_inner(inner, destination, source, length);
	rig_wire_bytes(rig, wire, frame,
		       rig_upstream(frame, rig_wire_mac[wire], obu, obu, inner, length));
}

static void
from_host(struct rig *rig, struct pgn_mac destination, struct pgn_mac source, size_t length)
{
	uint8_t inner[2048];

	rig_tap_bytes(rig, inner, rig_inner(inner, destination, source, length));
}

static void
expect_downstream(struct rig *rig, unsigned int wire, struct pgn_mac obu, struct pgn_mac origin,
		  struct pgn_mac destination, struct pgn_mac source, size_t length)
{
	uint8_t inner[2048], expected[2048], got[2048];
	size_t whole;

	rig_inner(inner, destination, source, length);
	whole = rig_downstream(expected, obu, rig_wire_mac[wire], origin, obu, inner, length);
	assert_int_equal(rig_take(rig, wire, got), whole);
	assert_memory_equal(got, expected, whole);
}

static void
sends_heartbeats_on_every_wire(void **state)
{
	struct rig *rig = *state;
	struct pgn_heartbeat m;
	uint8_t bytes[2048];

	rig_pass(rig, 2000);
	for (unsigned int wire = 0; wire < RIG_WIRES; wire++) {
		assert_int_equal(rig_take(rig, wire, bytes), PGN_HEARTBEAT_LEN);
		pgn_read_heartbeat(bytes, &m);
		assert_true(pgn_mac_equal(&m.to, &pgn_mac_broadcast));
		assert_true(pgn_mac_equal(&m.from, &rig_wire_mac[wire]));
		assert_true(pgn_mac_equal(&m.source, &rig_wire_mac[0]));
		assert_int_equal(m.hops, 1);
		assert_int_equal(m.id, 0);
	}
	rig_count(rig);
	assert_int_equal(rig->sum.generated[PGN_KIND_HEARTBEAT], 1);
	assert_int_equal(rig->sum.copied[PGN_KIND_HEARTBEAT], RIG_WIRES - 1);
}

static void
air_to_host_and_back(void **state)
{
	struct rig *rig = *state;

	meet_obus(rig);
	from_air(rig, 0, obu_a, host, client_a, 100);
	expect_inner(rig, host, client_a, 100);
	rig_pass(rig, 2000);
	from_host(rig, client_a, host, 200);
	expect_downstream(rig, 0, obu_a, rig_wire_mac[0], client_a, host, 200);
	assert_int_equal(rig_discard(rig), 0);
}

static void
hairpin_keeps_the_origin(void **state)
{
	struct rig *rig = *state;

	meet_obus(rig);
	from_air(rig, 0, obu_a, host, client_a, 100);
	from_air(rig, 1, obu_b, host, client_b, 100);
	rig_discard(rig);
	rig_pass(rig, 2000);
	from_air(rig, 1, obu_b, client_a, client_b, 300);
	expect_downstream(rig, 0, obu_a, obu_b, client_a, client_b, 300);
	from_air(rig, 0, obu_a, client_a, client_a, 300);
	assert_int_equal(rig_drops(rig, PGN_DROP_LOOP), 1);
	assert_int_equal(rig_discard(rig), 0);
}

static void
a_group_from_the_air_reaches_host_and_every_other_obu(void **state)
{
	struct rig *rig = *state;

	meet_obus(rig);
	from_air(rig, 0, obu_a, pgn_mac_broadcast, client_a, 64);
	expect_inner(rig, pgn_mac_broadcast, client_a, 64);
	rig_pass(rig, 1000);
	expect_downstream(rig, 1, obu_b, obu_a, pgn_mac_broadcast, client_a, 64);
	assert_int_equal(rig_discard(rig), 0);
	rig_count(rig);
	assert_int_equal(rig->sum.copied[PGN_KIND_DOWNSTREAM], 1);
}

static void
a_group_or_unknown_from_the_host_reaches_every_obu(void **state)
{
	struct rig *rig = *state;
	struct pgn_mac destinations[] = {pgn_mac_broadcast, stranger};

	meet_obus(rig);
	for (unsigned int i = 0; i < RTE_DIM(destinations); i++) {
		from_host(rig, destinations[i], host, 90);
		rig_pass(rig, 1000);
		expect_downstream(rig, 0, obu_a, rig_wire_mac[0], destinations[i], host, 90);
		expect_downstream(rig, 1, obu_b, rig_wire_mac[0], destinations[i], host, 90);
		assert_int_equal(rig_discard(rig), 0);
	}
}

static void
without_any_obu_the_host_is_told_by_a_counter(void **state)
{
	struct rig *rig = *state;

	from_host(rig, pgn_mac_broadcast, host, 60);
	from_host(rig, stranger, host, 60);
	assert_int_equal(rig_drops(rig, PGN_DROP_NO_NODES), 2);
}

static void
unknown_from_the_air_goes_to_the_host(void **state)
{
	struct rig *rig = *state;

	meet_obus(rig);
	from_air(rig, 0, obu_a, stranger, client_a, 80);
	expect_inner(rig, stranger, client_a, 80);
}

static void
unknown_from_an_unknown_obu_goes_to_the_host_and_is_not_learned(void **state)
{
	struct rig *rig = *state;

	from_air(rig, 0, stranger, host, client_a, 100);
	expect_inner(rig, host, client_a, 100);
	rig_pass(rig, 3000);
	rig_count(rig);
	assert_int_equal(rig->sum.clients_learned, 0);
}

/** Order is kept on each port, and a bad frame takes no good one with it. */
static void
a_burst_of_many_kinds_is_sorted_out(void **state)
{
	struct rig *rig = *state;
	const struct pgn_mac ours = rig_wire_mac[1];
	const struct {
		struct pgn_mac to, from, origin, destination, source;
	} sent[] = {
		{ours, obu_b, obu_b, host, client_b},
		{ours, obu_b, obu_b, client_a, client_b},
		{stranger, obu_b, obu_b, host, client_b},
		{ours, obu_b, obu_b, host, client_b},
		{ours, obu_b, ours, host, client_b},
		{ours, obu_b, obu_b, client_a, client_b},
		{ours, obu_b, obu_b, host, zero},
		{ours, obu_b, obu_b, client_b, client_b},
		{pgn_mac_broadcast, obu_b, obu_b, host, client_b},
	};
	struct rte_mbuf *frames[RTE_DIM(sent)];

	meet_obus(rig);
	from_air(rig, 0, obu_a, host, client_a, 100);
	from_air(rig, 1, obu_b, host, client_b, 100);
	rig_pass(rig, 3000);
	rig_discard(rig);
	for (unsigned int i = 0; i < RTE_DIM(sent); i++) {
		uint8_t inner[256], bytes[256];

		rig_inner(inner, sent[i].destination, sent[i].source, 100 + i);
		frames[i] = rig_frame(rig, bytes,
				      rig_upstream(bytes, sent[i].to, sent[i].from, sent[i].origin,
						   inner, 100 + i));
	}
	rig->lane.snapshot = pgn_fib_current(rig->node.fib);
	rig->node.role->wire_burst(&rig->lane, 1, frames, RTE_DIM(sent));

	expect_inner(rig, host, client_b, 100);
	expect_inner(rig, host, client_b, 103);
	expect_inner(rig, host, client_b, 108);
	expect_downstream(rig, 0, obu_a, obu_b, client_a, client_b, 101);
	expect_downstream(rig, 0, obu_a, obu_b, client_a, client_b, 105);
	assert_int_equal(rig_discard(rig), 0);
	assert_int_equal(rig_drops(rig, PGN_DROP_NOT_FOR_US), 1);
	assert_int_equal(rig_drops(rig, PGN_DROP_OWN_ORIGIN), 1);
	assert_int_equal(rig_drops(rig, PGN_DROP_BAD_INNER_SOURCE), 1);
	assert_int_equal(rig_drops(rig, PGN_DROP_LOOP), 1);
	assert_int_equal(rig->sum.received[1][PGN_KIND_UPSTREAM].messages, RTE_DIM(sent) + 1);
}

static void
a_dead_node_has_no_route(void **state)
{
	struct rig *rig = *state;

	meet_obus(rig);
	from_air(rig, 0, obu_a, host, client_a, 100);
	rig_discard(rig);
	rig_pass(rig, 6000000);
	rig_discard(rig);
	from_host(rig, client_a, host, 100);
	assert_int_equal(rig_drops(rig, PGN_DROP_NO_ROUTE), 1);
}

static void
our_host_cannot_be_taken_over_from_the_air(void **state)
{
	struct rig *rig = *state;

	rig->node.host_key = pgn_mac_key(&host);
	rig->node.lan_is_shared = true;
	meet_obus(rig);
	from_host(rig, stranger, host, 60);
	rig_pass(rig, 2000);
	rig_discard(rig);
	from_air(rig, 0, obu_a, stranger, host, 60);
	rig_pass(rig, 2000);
	rig_discard(rig);
	from_air(rig, 1, obu_b, host, client_b, 70);
	expect_inner(rig, host, client_b, 70);
}

static void
a_client_that_moves_is_followed(void **state)
{
	struct rig *rig = *state;

	meet_obus(rig);
	from_air(rig, 0, obu_a, host, client_a, 100);
	rig_pass(rig, 1000);
	from_air(rig, 1, obu_b, host, client_a, 100);
	rig_discard(rig);
	rig_pass(rig, 1000);
	from_host(rig, client_a, host, 100);
	expect_downstream(rig, 1, obu_b, rig_wire_mac[0], client_a, host, 100);
}

/** Two RSUs on one LAN: what a client sends through the other one comes in by our TAP. */
static void
a_client_of_another_rsu_comes_to_us_and_goes(void **state)
{
	struct rig *rig = *state;

	rig->node.lan_is_shared = true;
	meet_obus(rig);
	from_host(rig, pgn_mac_broadcast, client_a, 60);
	rig_pass(rig, 1000);
	rig_discard(rig);
	from_air(rig, 0, obu_a, host, client_a, 100);
	rig_discard(rig);
	rig_pass(rig, 1000);
	from_host(rig, client_a, host, 100);
	expect_downstream(rig, 0, obu_a, rig_wire_mac[0], client_a, host, 100);

	from_host(rig, pgn_mac_broadcast, client_a, 60);
	rig_pass(rig, 1000);
	rig_discard(rig);
	from_air(rig, 1, obu_b, client_a, client_b, 70);
	expect_inner(rig, client_a, client_b, 70);
}

static void
what_a_padding_link_added_is_cut_off(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[64] = {0}, frame[128] = {0}, got[2048];

	meet_obus(rig);
	/* 14 + 20 bytes of IPv4; the link fills up to 60. */
	rig_inner(inner, host, client_a, 14);
	inner[14] = 0x45;
	inner[17] = 20;
	rig_upstream(frame, rig_wire_mac[0], obu_a, obu_a, inner, 34);
	rig_wire_bytes(rig, 0, frame, 60);
	assert_int_equal(rig_take(rig, PGN_PORT_TAP, got), 34);
	assert_memory_equal(got, inner, 34);
}

static void
bad_frames_have_each_their_counter(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[2048], frame[2048];
	size_t length;

	meet_obus(rig);
	rig_inner(inner, host, client_a, 60);

	length = rig_upstream(frame, stranger, obu_a, obu_a, inner, 60);
	rig_wire_bytes(rig, 0, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_NOT_FOR_US), 1);

	rig_upstream(frame, rig_wire_mac[1], obu_a, obu_a, inner, 60);
	rig_wire_bytes(rig, 0, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_NOT_FOR_US), 2);

	rig_upstream(frame, rig_wire_mac[0], zero, obu_a, inner, 60);
	rig_wire_bytes(rig, 0, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_BAD_FROM), 1);

	rig_upstream(frame, rig_wire_mac[0], rig_wire_mac[1], obu_a, inner, 60);
	rig_wire_bytes(rig, 0, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_OWN_FROM), 1);

	rig_upstream(frame, rig_wire_mac[0], obu_a, pgn_mac_broadcast, inner, 60);
	rig_wire_bytes(rig, 0, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_BAD_ORIGIN), 1);

	rig_upstream(frame, rig_wire_mac[0], obu_a, rig_wire_mac[0], inner, 60);
	rig_wire_bytes(rig, 0, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_OWN_ORIGIN), 1);

	rig_upstream(frame, rig_wire_mac[0], obu_a, obu_a, inner, 13);
	rig_wire_bytes(rig, 0, frame, PGN_UPSTREAM_LEN + 13);
	assert_int_equal(rig_drops(rig, PGN_DROP_SHORT_PAYLOAD), 1);

	rig_inner(inner, host, zero, 60);
	rig_upstream(frame, rig_wire_mac[0], obu_a, obu_a, inner, 60);
	rig_wire_bytes(rig, 0, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_BAD_INNER_SOURCE), 1);

	rig_downstream(frame, rig_wire_mac[0], obu_a, obu_a, obu_b, inner, 60);
	rig_wire_bytes(rig, 0, frame, PGN_DOWNSTREAM_LEN + 60);
	assert_int_equal(rig_drops(rig, PGN_DROP_NOT_OUR_ROLE), 1);

	rig_wire_bytes(rig, 0, frame, 15);
	assert_int_equal(rig_drops(rig, PGN_DROP_RUNT), 1);
	rig_wire_bytes(rig, 0, frame, 0);
	assert_int_equal(rig_drops(rig, PGN_DROP_RUNT), 2);
	rig_wire_bytes(rig, 0, frame, 27);
	assert_int_equal(rig_drops(rig, PGN_DROP_TRUNCATED), 1);
	frame[15] = 7;
	rig_wire_bytes(rig, 0, frame, 60);
	assert_int_equal(rig_drops(rig, PGN_DROP_UNKNOWN_TYPE), 1);
	frame[12] = 8;
	rig_wire_bytes(rig, 0, frame, 60);
	assert_int_equal(rig_drops(rig, PGN_DROP_FOREIGN), 1);
	assert_int_equal(rig_discard(rig), 0);
}

static void
too_long_for_a_port_is_dropped_never_cut(void **state)
{
	struct rig *rig = *state;

	meet_obus(rig);
	from_air(rig, 0, obu_a, host, client_a, 1436 + 18);
	expect_inner(rig, host, client_a, 1436 + 18);
	from_air(rig, 0, obu_a, host, client_a, 1436 + 19);
	assert_int_equal(rig_drops(rig, PGN_DROP_OVERSIZE), 1);
	rig_pass(rig, 1000);
	from_host(rig, client_a, host, 1514 - PGN_DOWNSTREAM_LEN);
	expect_downstream(rig, 0, obu_a, rig_wire_mac[0], client_a, host,
			  1514 - PGN_DOWNSTREAM_LEN);
	from_host(rig, client_a, host, 1514 - PGN_DOWNSTREAM_LEN + 1);
	assert_int_equal(rig_drops(rig, PGN_DROP_OVERSIZE), 2);
}

static void
a_chain_is_taken_wherever_it_is_cut(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[300], frame[400];
	size_t length;

	meet_obus(rig);
	rig_inner(inner, host, client_a, sizeof(inner));
	length = rig_upstream(frame, rig_wire_mac[0], obu_a, obu_a, inner, sizeof(inner));
	for (size_t piece = 41; piece < length; piece++) {
		rig_wire_in(rig, 0, rig_chain(rig, frame, length, piece));
		expect_inner(rig, host, client_a, sizeof(inner));
	}
	/* More segments than a walk takes. */
	rig_wire_in(rig, 0, rig_chain(rig, frame, length, 10));
	assert_int_equal(rig_drops(rig, PGN_DROP_OVERSIZE), 1);
	rig_pass(rig, 1000);
	rig_inner(inner, client_a, host, sizeof(inner));
	rig_tap_in(rig, rig_chain(rig, inner, sizeof(inner), 50));
	expect_downstream(rig, 0, obu_a, rig_wire_mac[0], client_a, host, sizeof(inner));
}

static void
nested_replies_are_the_same_bytes(void **state)
{
	struct rig *rig = *state;

	meet_obus(rig);
	from_air(rig, 0, obu_a, host, client_a, 100);
	rig_discard(rig);
	rig_pass(rig, 1000);
	rig->node.form = PGN_NESTED;
	from_host(rig, client_a, host, 400);
	assert_int_equal(rig->lane.replies[0].run[0].form, PGN_NESTED);
	expect_downstream(rig, 0, obu_a, rig_wire_mac[0], client_a, host, 400);

	from_host(rig, client_a, host, 400);
	pgn_lane_linearise(&rig->lane, 0);
	assert_int_equal(rig->lane.replies[0].run[0].form, PGN_FLAT);
	assert_int_equal(rig->lane.replies[0].frame[0]->nb_segs, 1);
	expect_downstream(rig, 0, obu_a, rig_wire_mac[0], client_a, host, 400);
}

static void
a_shared_frame_is_not_written_to(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[128];
	struct rte_mbuf *frame;

	meet_obus(rig);
	from_air(rig, 0, obu_a, host, client_a, 100);
	rig_discard(rig);
	rig_pass(rig, 1000);
	rig_inner(inner, client_a, host, sizeof(inner));
	frame = rig_frame(rig, inner, sizeof(inner));
	rte_mbuf_refcnt_update(frame, 1);
	rig_tap_in(rig, frame);
	assert_int_equal(frame->data_len, sizeof(inner));
	assert_memory_equal(rte_pktmbuf_mtod(frame, uint8_t *), inner, sizeof(inner));
	expect_downstream(rig, 0, obu_a, rig_wire_mac[0], client_a, host, sizeof(inner));
	rte_pktmbuf_free(frame);
}

static void
group_frames_wait_in_a_bounded_queue(void **state)
{
	struct rig *rig = *state;

	meet_obus(rig);
	for (unsigned int i = 0; i < PGN_REPLICATE_QUEUE + 3; i++)
		from_host(rig, pgn_mac_broadcast, host, 60);
	assert_int_equal(rig_drops(rig, PGN_DROP_REPLICATION_FULL), 3);
	assert_int_equal(pgn_lane_in_flight(&rig->lane), PGN_REPLICATE_QUEUE);
	/* The rest is in flight when the rig closes: it counts as dropped, and comes home. */
}

static void
standby_makes_no_copies(void **state)
{
	struct rig *rig = *state;

	meet_obus(rig);
	from_host(rig, pgn_mac_broadcast, host, 60);
	atomic_store_explicit(&rig->node.standby, true, memory_order_relaxed);
	rig_pass(rig, 1000);
	assert_int_equal(rig_discard(rig), 0);
	assert_int_equal(rig_drops(rig, PGN_DROP_STANDBY), 1);
	assert_int_equal(pgn_lane_in_flight(&rig->lane), 0);
}

#define rsu_test(f) cmocka_unit_test_setup_teardown(f, rig_open_rsu, rig_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		rsu_test(sends_heartbeats_on_every_wire),
		rsu_test(air_to_host_and_back),
		rsu_test(hairpin_keeps_the_origin),
		rsu_test(a_group_from_the_air_reaches_host_and_every_other_obu),
		rsu_test(a_group_or_unknown_from_the_host_reaches_every_obu),
		rsu_test(without_any_obu_the_host_is_told_by_a_counter),
		rsu_test(unknown_from_the_air_goes_to_the_host),
		rsu_test(unknown_from_an_unknown_obu_goes_to_the_host_and_is_not_learned),
		rsu_test(a_burst_of_many_kinds_is_sorted_out),
		rsu_test(a_dead_node_has_no_route),
		rsu_test(our_host_cannot_be_taken_over_from_the_air),
		rsu_test(a_client_that_moves_is_followed),
		rsu_test(a_client_of_another_rsu_comes_to_us_and_goes),
		rsu_test(what_a_padding_link_added_is_cut_off),
		rsu_test(bad_frames_have_each_their_counter),
		rsu_test(too_long_for_a_port_is_dropped_never_cut),
		rsu_test(a_chain_is_taken_wherever_it_is_cut),
		rsu_test(nested_replies_are_the_same_bytes),
		rsu_test(a_shared_frame_is_not_written_to),
		rsu_test(group_frames_wait_in_a_bounded_queue),
		rsu_test(standby_makes_no_copies),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
