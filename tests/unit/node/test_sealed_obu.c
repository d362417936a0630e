/* SPDX-License-Identifier: BSD-3-Clause */
/* An OBU that seals, with the crypto device that the first argument names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sealed.h"

static const struct pgn_mac rsu = {{2, 0, 0, 0, 0, 1}};
static const struct pgn_mac relay = {{2, 0, 0, 0, 0, 5}};
static const struct pgn_mac far_obu = {{2, 0, 0, 0, 0, 0xf}};
static const struct pgn_mac host = {{2, 0, 0, 0, 2, 1}};
static const struct pgn_mac client = {{2, 0, 0, 0, 1, 1}};

static void
hear(struct rig *rig, unsigned int wire)
{
	for (uint32_t id = 0; id < 3; id++) {
		rig_heartbeat(rig, wire, rsu, rsu, id, 1);
		rig_pass(rig, 5000);
		rig_discard(rig);
	}
}

static void
the_host_goes_upstream(void **state)
{
	static const size_t sizes[] = {14, 60, 241, 497, 1464};
	struct rig *rig = *state;
	uint8_t inner[2048], header[PGN_UPSTREAM_LEN], got[2048], opened[2048];

	rig_tap_bytes(rig, inner, rig_inner(inner, host, client, 100));
	assert_int_equal(rig_drops(rig, PGN_DROP_NO_UPSTREAM), 1);
	hear(rig, 1);
	rig_upstream(header, rsu, rig_wire_mac[1], rig_wire_mac[0], header, 0);
	for (unsigned int i = 0; i < RTE_DIM(sizes); i++) {
		int length = (int)sizes[i] + PGN_UPSTREAM_LEN + PGN_AEAD_OVERHEAD;

		rig_tap_bytes(rig, inner, rig_inner(inner, host, client, sizes[i]));
		assert_int_equal(rig_take(rig, 1, got), length);
		assert_memory_equal(got, header, sizeof(header));
		assert_int_equal(sealed_open(sealed_first, opened, got + PGN_UPSTREAM_LEN,
					     (size_t)length - PGN_UPSTREAM_LEN),
				 sizes[i]);
		assert_memory_equal(opened, inner, sizes[i]);
	}
	rig_tap_bytes(rig, inner, rig_inner(inner, host, client, 1465));
	assert_int_equal(rig_drops(rig, PGN_DROP_OVERSIZE), 1);
	rig_tap_bytes(rig, inner, rig_inner(inner, host, pgn_mac_broadcast, 100));
	assert_int_equal(rig_drops(rig, PGN_DROP_BAD_INNER_SOURCE), 1);
	assert_int_equal(rig_discard(rig), 0);
}

/** A downstream frame of an inner one between our clients; the inner one is `inner`. */
static void
downstream(struct rig *rig, struct pgn_aead_keyset *keyset, struct pgn_mac destination,
	   struct pgn_mac source, uint8_t *inner, size_t length)
{
	uint8_t sealed[2048], frame[2048];
	size_t whole;

	rig_inner(inner, client, source, length);
	whole = sealed_seal(keyset, sealed, inner, length);
	rig_wire_bytes(
		rig, 0, frame,
		rig_downstream(frame, rig_wire_mac[0], rsu, rsu, destination, sealed, whole));
}

static void
downstream_for_us_or_a_group_is_opened(void **state)
{
	struct rig *rig = *state;
	struct pgn_mac destinations[] = {rig_wire_mac[0], pgn_mac_broadcast};
	uint8_t inner[300], got[2048];

	for (unsigned int upstreams = 0; upstreams < 2; upstreams++) {
		for (unsigned int i = 0; i < RTE_DIM(destinations); i++) {
			for (size_t length = 14; length <= 300; length += 143) {
				downstream(rig, sealed_first, destinations[i], host, inner, length);
				assert_int_equal(rig_take(rig, PGN_PORT_TAP, got), length);
				assert_memory_equal(got, inner, length);
			}
		}
		hear(rig, 0);
	}
	assert_int_equal(rig_discard(rig), 0);
}

static void
what_does_not_open_is_counted(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[300], frame[400];

	hear(rig, 0);
	downstream(rig, sealed_second, rig_wire_mac[0], host, inner, 100);
	assert_int_equal(rig_drops(rig, PGN_DROP_OPEN_FAILED), 1);
	rig_wire_bytes(
		rig, 0, frame,
		rig_downstream(frame, rig_wire_mac[0], rsu, rsu, rig_wire_mac[0], inner, 100));
	assert_int_equal(rig_drops(rig, PGN_DROP_OPEN_FAILED), 2);
	rig_wire_bytes(
		rig, 0, frame,
		rig_downstream(frame, rig_wire_mac[0], rsu, rsu, rig_wire_mac[0], inner, 41));
	assert_int_equal(rig_drops(rig, PGN_DROP_SEALED_SHORT), 1);
	downstream(rig, sealed_first, rig_wire_mac[0], pgn_mac_broadcast, inner, 100);
	assert_int_equal(rig_drops(rig, PGN_DROP_BAD_INNER_SOURCE), 1);
	assert_int_equal(rig_discard(rig), 0);
}

static void
keys_are_rotated(void **state)
{
	static const unsigned int steps[] = {12, 21, 2};
	struct rig *rig = *state;
	uint8_t inner[200], got[2048], opened[2048];

	hear(rig, 0);
	for (unsigned int i = 0; i < RTE_DIM(steps); i++) {
		struct pgn_aead_keyset *seals = steps[i] == 12 ? sealed_first : sealed_second;
		int length = 100 + PGN_UPSTREAM_LEN + PGN_AEAD_OVERHEAD;

		sealed_rekey(rig, steps[i]);
		rig_discard(rig);
		for (unsigned int k = 0; k < 4; k++) {
			downstream(rig, k % 2 == 0 ? sealed_first : sealed_second, rig_wire_mac[0],
				   host, inner, 100 + k);
			if (steps[i] == 2 && k % 2 == 0)
				continue;
			assert_int_equal(rig_take(rig, PGN_PORT_TAP, got), 100 + k);
			assert_memory_equal(got, inner, 100 + k);
		}
		rig_tap_bytes(rig, inner, rig_inner(inner, host, client, 100));
		assert_int_equal(rig_take(rig, 0, got), length);
		assert_int_equal(sealed_open(seals, opened, got + PGN_UPSTREAM_LEN,
					     (size_t)length - PGN_UPSTREAM_LEN),
				 100);
	}
	assert_int_equal(rig_drops(rig, PGN_DROP_OPEN_FAILED), 2);
}

/** The far OBU is known by the relay on the second wire. */
static void
learn_far_obu(struct rig *rig)
{
	struct pgn_heartbeat heartbeat = {.to = pgn_mac_broadcast,
					  .from = rsu,
					  .duration = {.low = 1000000},
					  .id = 999,
					  .hops = 1,
					  .source = rsu};
	uint8_t bytes[PGN_HEARTBEAT_LEN];

	pgn_write_heartbeat(bytes, sizeof(bytes), PGN_MARKER, &heartbeat);
	rig_wire_bytes(rig, 0, bytes, sizeof(bytes));
	rig_pass(rig, 2000);
	rig_answer(rig, 1, bytes, relay, far_obu, 2);
	rig_pass(rig, 5000);
	rig_discard(rig);
}

/** Of keys that we do not have, and not sealed at all. */
static void
what_is_relayed_is_not_touched(void **state)
{
	struct rig *rig = *state;
	uint8_t inner[100], sealed[128], frame[256], expected[256], got[2048];
	size_t whole, length;

	learn_far_obu(rig);
	rig_inner(inner, client, host, sizeof(inner));
	whole = sealed_seal(sealed_second, sealed, inner, sizeof(inner));
	for (unsigned int clear = 0; clear < 2; clear++) {
		const uint8_t *payload = clear != 0 ? inner : sealed;

		whole = clear != 0 ? sizeof(inner) : whole;
		length = rig_downstream(frame, rig_wire_mac[0], rsu, rsu, far_obu, payload, whole);
		rig_downstream(expected, relay, rig_wire_mac[1], rsu, far_obu, payload, whole);
		rig_wire_bytes(rig, 0, frame, length);
		assert_int_equal(rig_take(rig, 1, got), length);
		assert_memory_equal(got, expected, length);

		length = rig_upstream(frame, rig_wire_mac[1], relay, far_obu, payload, whole);
		rig_upstream(expected, rsu, rig_wire_mac[0], far_obu, payload, whole);
		rig_wire_bytes(rig, 1, frame, length);
		assert_int_equal(rig_take(rig, 0, got), length);
		assert_memory_equal(got, expected, length);
	}
	assert_int_equal(rig_discard(rig), 0);
	rig_count(rig);
	assert_int_equal(rig->sum.dropped[PGN_DROP_OPEN_FAILED], 0);
}

#define obu_test(f) cmocka_unit_test_setup_teardown(f, rig_open_obu, rig_close)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		obu_test(the_host_goes_upstream),
		obu_test(downstream_for_us_or_a_group_is_opened),
		obu_test(what_does_not_open_is_counted),
		obu_test(keys_are_rotated),
		obu_test(what_is_relayed_is_not_touched),
	};

	return argc == 2 ? sealed_run(argv[1], tests, RTE_DIM(tests)) : 1;
}
