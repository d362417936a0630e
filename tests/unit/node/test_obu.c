/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rig.h"
#include "test_eal.h"

static const struct pgn_mac rsu = {{2, 0, 0, 0, 0, 1}};
static const struct pgn_mac relay = {{2, 0, 0, 0, 0, 5}};
static const struct pgn_mac far_obu = {{2, 0, 0, 0, 0, 0xf}};
static const struct pgn_mac host = {{2, 0, 0, 0, 2, 1}};
static const struct pgn_mac client = {{2, 0, 0, 0, 1, 1}};
static const struct pgn_mac zero;

/** Heartbeats of the RSU come in by a wire until it is our upstream. */
static void
hear(struct rig *rig, unsigned int wire, struct pgn_mac from, uint32_t hops)
{
	static uint32_t id;

	for (unsigned int i = 0; i < 3; i++) {
		rig_heartbeat(rig, wire, from, rsu, id++, hops);
		rig_pass(rig, 5000);
		rig_discard(rig);
	}
}

static void
expect_upstream(struct rig *rig, unsigned int wire, struct pgn_mac to, struct pgn_mac origin,
		const uint8_t *inner, size_t length)
{
	uint8_t expected[2048], got[2048];
	size_t whole = rig_upstream(expected, to, rig_wire_mac[wire], origin, inner, length);

	assert_int_equal(rig_take(rig, wire, got), whole);
	assert_memory_equal(got, expected, whole);
}

static void
a_heartbeat_is_relayed_on_every_wire_and_answered(void **state)
{
	struct rig *rig = *state;
	struct pgn_heartbeat m;
	struct pgn_reply answer;
	uint8_t bytes[2048];
	unsigned int heartbeats = 0, replies = 0;

	rig_heartbeat(rig, 1, rsu, rsu, 42, 1);
	rig_pass(rig, 1000);
	for (unsigned int wire = 0; wire < RIG_WIRES; wire++) {
		int length;

		while ((length = rig_take(rig, wire, bytes)) > 0) {
			if (length == PGN_HEARTBEAT_LEN) {
				pgn_read_heartbeat(bytes, &m);
				assert_int_equal(m.hops, 2);
				assert_true(pgn_mac_equal(&m.from, &rig_wire_mac[wire]));
				assert_true(pgn_mac_equal(&m.source, &rsu));
				heartbeats++;
			} else {
				assert_int_equal(length, PGN_REPLY_LEN);
				pgn_read_reply(bytes, &answer);
				assert_int_equal(wire, 1);
				assert_int_equal(answer.hops, 1);
				assert_true(pgn_mac_equal(&answer.to, &rsu));
				assert_true(pgn_mac_equal(&answer.sender, &rig_wire_mac[0]));
				replies++;
			}
		}
	}
	assert_int_equal(heartbeats, RIG_WIRES);
	assert_int_equal(replies, 1);
	rig_count(rig);
	assert_int_equal(rig->sum.kept[PGN_KIND_HEARTBEAT], 1);
	assert_int_equal(rig->sum.copied[PGN_KIND_HEARTBEAT], RIG_WIRES);
	assert_int_equal(rig->sum.generated[PGN_KIND_REPLY], 1);
}

static void
an_aggregated_frame_counts_as_its_messages(void **state)
{
	struct rig *rig = *state;
	uint8_t bytes[PGN_HEARTBEAT_LEN + PGN_REPLY_LEN];
	struct pgn_heartbeat heartbeat = {
		.to = pgn_mac_broadcast, .from = far_obu, .id = 7, .hops = 2, .source = rsu};
	struct pgn_reply reply = {
		.to = rsu, .from = far_obu, .id = 7, .hops = 1, .source = rsu, .sender = far_obu};

	pgn_write_heartbeat(bytes, PGN_HEARTBEAT_LEN, PGN_MARKER, &heartbeat);
	pgn_write_reply(bytes + PGN_HEARTBEAT_LEN, PGN_REPLY_LEN, PGN_MARKER, &reply);
	rig_wire_bytes(rig, 0, bytes, sizeof(bytes));
	rig_pass(rig, 1000);
	rig_count(rig);
	assert_int_equal(rig->sum.received[0][PGN_KIND_HEARTBEAT].messages, 1);
	assert_int_equal(rig->sum.received[0][PGN_KIND_REPLY].messages, 1);
	assert_int_equal(rig->sum.kept[PGN_KIND_HEARTBEAT], 1);
	assert_int_equal(rig->sum.dropped[PGN_DROP_NOT_FOR_US], 1);
}

static void
a_frame_of_too_many_messages_loses_only_the_rest(void **state)
{
	struct rig *rig = *state;
	uint8_t bytes[(PGN_WALK_MAX + 1) * PGN_HEARTBEAT_LEN];

	for (uint32_t i = 0; i < PGN_WALK_MAX + 1; i++) {
		struct pgn_heartbeat m = {.to = pgn_mac_broadcast,
					  .from = rsu,
					  .duration = {.low = i},
					  .id = i,
					  .hops = 1,
					  .source = rsu};

		pgn_write_heartbeat(bytes + i * PGN_HEARTBEAT_LEN, PGN_HEARTBEAT_LEN, PGN_MARKER,
				    &m);
	}
	rig_wire_bytes(rig, 0, bytes, sizeof(bytes));
	rig_pass(rig, 1000);
	rig_count(rig);
	assert_int_equal(rig->sum.kept[PGN_KIND_HEARTBEAT], PGN_WALK_MAX);
	assert_int_equal(rig->sum.received[0][PGN_KIND_UNKNOWN].messages, 1);
	assert_int_equal(rig->sum.dropped[PGN_DROP_WALK_BOUND], 1);
}

static void
a_control_message_in_front_of_data_is_no_loss(void **state)
{
	struct rig *rig = *state;
	uint8_t bytes[512], inner[100], got[2048];
	struct pgn_heartbeat m = {
		.to = pgn_mac_broadcast, .from = rsu, .id = 3, .hops = 1, .source = rsu};

	rig_inner(inner, client, host, sizeof(inner));
	pgn_write_heartbeat(bytes, PGN_HEARTBEAT_LEN, PGN_MARKER, &m);
	rig_wire_bytes(rig, 0, bytes,
		       PGN_HEARTBEAT_LEN + rig_downstream(bytes + PGN_HEARTBEAT_LEN,
							  rig_wire_mac[0], rsu, rsu,
							  rig_wire_mac[0], inner, sizeof(inner)));
	assert_int_equal(rig_take(rig, PGN_PORT_TAP, got), sizeof(inner));
	assert_memory_equal(got, inner, sizeof(inner));
	rig_pass(rig, 1000);
	rig_count(rig);
	assert_int_equal(rig->sum.kept[PGN_KIND_HEARTBEAT], 1);
}

static void
the_host_goes_upstream(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[700];

	rig_inner(inner, host, client, sizeof(inner));
	rig_tap_bytes(rig, inner, sizeof(inner));
	assert_int_equal(rig_drops(rig, PGN_DROP_NO_UPSTREAM), 1);

	hear(rig, 1, rsu, 1);
	rig_tap_bytes(rig, inner, sizeof(inner));
	expect_upstream(rig, 1, rsu, rig_wire_mac[0], inner, sizeof(inner));

	rig_inner(inner, host, zero, sizeof(inner));
	rig_tap_bytes(rig, inner, sizeof(inner));
	assert_int_equal(rig_drops(rig, PGN_DROP_BAD_INNER_SOURCE), 1);
	rig_tap_bytes(rig, inner, 13);
	assert_int_equal(rig_drops(rig, PGN_DROP_SHORT_PAYLOAD), 1);
}

static void
an_upstream_that_went_silent_is_left(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[60];

	hear(rig, 0, rsu, 1);
	rig_pass(rig, 10000000);
	rig_inner(inner, host, client, sizeof(inner));
	rig_tap_bytes(rig, inner, sizeof(inner));
	assert_int_equal(rig_drops(rig, PGN_DROP_NO_UPSTREAM), 1);
}

static void
a_wire_whose_link_goes_down_is_left_at_once(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[60];

	for (uint32_t id = 0; id < 3; id++) {
		rig_heartbeat(rig, 0, rsu, rsu, id, 1);
		rig_heartbeat(rig, 1, relay, rsu, id, 2);
		rig_pass(rig, 5000);
		rig_discard(rig);
	}
	rig_inner(inner, host, client, sizeof(inner));
	rig_tap_bytes(rig, inner, sizeof(inner));
	expect_upstream(rig, 0, rsu, rig_wire_mac[0], inner, sizeof(inner));

	rig->node.role->wire_down(&rig->desk, rig->now_us, 0);
	rig_pass(rig, 3000);
	rig_tap_bytes(rig, inner, sizeof(inner));
	expect_upstream(rig, 1, relay, rig_wire_mac[0], inner, sizeof(inner));
}

static void
upstream_of_others_is_relayed_but_not_back(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[80], frame[256];
	size_t length;

	hear(rig, 0, rsu, 1);
	rig_inner(inner, host, client, sizeof(inner));
	length = rig_upstream(frame, rig_wire_mac[1], far_obu, far_obu, inner, sizeof(inner));
	rig_wire_bytes(rig, 1, frame, length);
	expect_upstream(rig, 0, rsu, far_obu, inner, sizeof(inner));

	rig_upstream(frame, rig_wire_mac[0], rsu, far_obu, inner, sizeof(inner));
	rig_wire_bytes(rig, 0, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_LOOP), 1);
	rig_upstream(frame, rig_wire_mac[0], far_obu, rig_wire_mac[0], inner, sizeof(inner));
	rig_wire_bytes(rig, 0, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_OWN_ORIGIN), 1);
	assert_int_equal(rig_discard(rig), 0);
}

static void
downstream_for_us_or_a_group_is_delivered(void **state)
{
	struct rig *rig = *state;
	struct pgn_mac destinations[] = {rig_wire_mac[0], pgn_mac_broadcast};
	uint8_t inner[300], frame[400], got[2048];
	size_t length;

	rig_inner(inner, client, host, sizeof(inner));
	for (unsigned int i = 0; i < RTE_DIM(destinations); i++) {
		length = rig_downstream(frame, rig_wire_mac[0], rsu, rsu, destinations[i], inner,
					sizeof(inner));
		rig_wire_bytes(rig, 0, frame, length);
		assert_int_equal(rig_take(rig, PGN_PORT_TAP, got), sizeof(inner));
		assert_memory_equal(got, inner, sizeof(inner));
	}
	rig_downstream(frame, rig_wire_mac[0], rsu, rig_wire_mac[0], pgn_mac_broadcast, inner,
		       sizeof(inner));
	rig_wire_bytes(rig, 0, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_OWN_ORIGIN), 1);
	assert_int_equal(rig_discard(rig), 0);
}

/** The far OBU's answer to a heartbeat comes by a neighbour, so that it is known. */
static void
learn_far_obu(struct rig *rig, unsigned int wire, struct pgn_mac by)
{
	struct pgn_heartbeat heartbeat = {.duration = {.low = 1000000}, .id = 999, .source = rsu};
	uint8_t bytes[PGN_HEARTBEAT_LEN];

	heartbeat.hops = 1;
	heartbeat.to = pgn_mac_broadcast;
	heartbeat.from = rsu;
	pgn_write_heartbeat(bytes, sizeof(bytes), PGN_MARKER, &heartbeat);
	rig_wire_bytes(rig, 0, bytes, sizeof(bytes));
	rig_pass(rig, 2000);
	rig_answer(rig, wire, bytes, by, far_obu, 2);
	rig_pass(rig, 5000);
}

static void
replies_of_others_go_towards_the_rsu(void **state)
{
	struct rig *rig = *state;
	uint8_t bytes[2048];
	struct pgn_reply m;

	learn_far_obu(rig, 1, relay);
	while (rig_take(rig, 0, bytes) == PGN_HEARTBEAT_LEN)
		;
	pgn_read_reply(bytes, &m);
	if (pgn_mac_equal(&m.sender, &rig_wire_mac[0])) {
		assert_int_equal(rig_take(rig, 0, bytes), PGN_REPLY_LEN);
		pgn_read_reply(bytes, &m);
	}
	assert_true(pgn_mac_equal(&m.sender, &far_obu));
	assert_true(pgn_mac_equal(&m.to, &rsu));
	assert_true(pgn_mac_equal(&m.from, &rig_wire_mac[0]));
	assert_int_equal(m.hops, 2);
	rig_discard(rig);
}

static void
downstream_for_others_is_relayed_but_not_back(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[120], frame[256], expected[256], got[2048];
	size_t length;

	rig_inner(inner, client, host, sizeof(inner));
	length = rig_downstream(frame, rig_wire_mac[0], rsu, rsu, far_obu, inner, sizeof(inner));
	rig_wire_bytes(rig, 0, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_UNKNOWN_NODE), 1);

	learn_far_obu(rig, 1, relay);
	rig_discard(rig);
	rig_wire_bytes(rig, 0, frame, length);
	rig_downstream(expected, relay, rig_wire_mac[1], rsu, far_obu, inner, sizeof(inner));
	assert_int_equal(rig_take(rig, 1, got), length);
	assert_memory_equal(got, expected, length);

	/* What our own host sent to the far OBU's comes back from the RSU by us. */
	rig_downstream(frame, rig_wire_mac[0], rsu, rig_wire_mac[0], far_obu, inner, sizeof(inner));
	rig_wire_bytes(rig, 0, frame, length);
	rig_downstream(expected, relay, rig_wire_mac[1], rig_wire_mac[0], far_obu, inner,
		       sizeof(inner));
	assert_int_equal(rig_take(rig, 1, got), length);
	assert_memory_equal(got, expected, length);

	rig_downstream(frame, rig_wire_mac[1], relay, rsu, far_obu, inner, sizeof(inner));
	rig_wire_bytes(rig, 1, frame, length);
	assert_int_equal(rig_drops(rig, PGN_DROP_LOOP), 1);
	assert_int_equal(rig_discard(rig), 0);
}

static void
short_downstream_is_refused(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[64], frame[128];

	rig_inner(inner, client, host, sizeof(inner));
	rig_downstream(frame, rig_wire_mac[0], rsu, rsu, rig_wire_mac[0], inner, 13);
	rig_wire_bytes(rig, 0, frame, PGN_DOWNSTREAM_LEN + 13);
	assert_int_equal(rig_drops(rig, PGN_DROP_SHORT_PAYLOAD), 1);
	rig_downstream(frame, rig_wire_mac[0], rsu, zero, rig_wire_mac[0], inner, 60);
	rig_wire_bytes(rig, 0, frame, PGN_DOWNSTREAM_LEN + 60);
	assert_int_equal(rig_drops(rig, PGN_DROP_BAD_ORIGIN), 1);
}

#define obu_test(f) cmocka_unit_test_setup_teardown(f, rig_open_obu, rig_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		obu_test(a_heartbeat_is_relayed_on_every_wire_and_answered),
		obu_test(an_aggregated_frame_counts_as_its_messages),
		obu_test(a_frame_of_too_many_messages_loses_only_the_rest),
		obu_test(a_control_message_in_front_of_data_is_no_loss),
		obu_test(the_host_goes_upstream),
		obu_test(an_upstream_that_went_silent_is_left),
		obu_test(a_wire_whose_link_goes_down_is_left_at_once),
		obu_test(upstream_of_others_is_relayed_but_not_back),
		obu_test(downstream_for_us_or_a_group_is_delivered),
		obu_test(replies_of_others_go_towards_the_rsu),
		obu_test(downstream_for_others_is_relayed_but_not_back),
		obu_test(short_downstream_is_refused),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
