/* SPDX-License-Identifier: BSD-3-Clause */
/* An RSU that seals, with the crypto device that the first argument names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "inside.h"
#include "sealed.h"

static const struct pgn_mac obu_a = {{2, 0, 0, 0, 0, 0xa}};
static const struct pgn_mac obu_b = {{2, 0, 0, 0, 0, 0xb}};
static const struct pgn_mac client_a = {{2, 0, 0, 0, 1, 0xa}};
static const struct pgn_mac client_b = {{2, 0, 0, 0, 1, 0xb}};
static const struct pgn_mac host = {{2, 0, 0, 0, 2, 1}};
static const struct pgn_mac stranger = {{2, 0, 0, 0, 9, 9}};

/** A sealed payload, as the air has it. */
struct payload {
	uint8_t bytes[2048];
	size_t length;
};

static struct payload
seal(struct pgn_aead_keyset *keyset, struct pgn_mac destination, struct pgn_mac source,
     size_t length)
{
	struct payload payload;
	uint8_t inner[2048];

	rig_inner(inner, destination, source, length);
	payload.length = sealed_seal(keyset, payload.bytes, inner, length);
	return payload;
}

static void
from_air(struct rig *rig, unsigned int wire, struct pgn_mac obu, const struct payload *payload)
{
	uint8_t frame[2048];

	rig_wire_bytes(
		rig, wire, frame,
		rig_upstream(frame, rig_wire_mac[wire], obu, obu, payload->bytes, payload->length));
}

static void
seal_from_air(struct rig *rig, unsigned int wire, struct pgn_mac obu, struct pgn_mac destination,
	      struct pgn_mac source, size_t length)
{
	struct payload payload = seal(sealed_first, destination, source, length);

	from_air(rig, wire, obu, &payload);
}

/** Both OBUs answer, A on the first wire, B on the second, and their clients are known. */
static void
meet(struct rig *rig)
{
	uint8_t heartbeat[2048];

	rig_pass(rig, 2000);
	assert_int_equal(rig_take(rig, 0, heartbeat), PGN_HEARTBEAT_LEN);
	rig_answer(rig, 0, heartbeat, obu_a, obu_a, 1);
	rig_answer(rig, 1, heartbeat, obu_b, obu_b, 1);
	rig_pass(rig, 3000);
	seal_from_air(rig, 0, obu_a, host, client_a, 100);
	seal_from_air(rig, 1, obu_b, host, client_b, 100);
	rig_pass(rig, 3000);
	rig_discard(rig);
}

static void
expect_inner(struct rig *rig, struct pgn_mac destination, struct pgn_mac source, size_t length)
{
	uint8_t expected[2048], got[2048];

	rig_inner(expected, destination, source, length);
	assert_int_equal(rig_take(rig, PGN_PORT_TAP, got), length);
	assert_memory_equal(got, expected, length);
}

/** A downstream frame to an OBU; its payload. */
static struct payload
take_downstream(struct rig *rig, unsigned int wire, struct pgn_mac obu, struct pgn_mac origin)
{
	uint8_t expected[PGN_DOWNSTREAM_LEN], got[2048];
	struct payload payload;
	int length = rig_take(rig, wire, got);

	assert_true(length >= PGN_DOWNSTREAM_LEN);
	rig_downstream(expected, obu, rig_wire_mac[wire], origin, obu, expected, 0);
	assert_memory_equal(got, expected, PGN_DOWNSTREAM_LEN);
	payload.length = (size_t)length - PGN_DOWNSTREAM_LEN;
	memcpy(payload.bytes, got + PGN_DOWNSTREAM_LEN, payload.length);
	return payload;
}

static void
expect_opens(struct pgn_aead_keyset *keyset, const struct payload *payload,
	     struct pgn_mac destination, struct pgn_mac source, size_t length)
{
	uint8_t expected[2048], got[2048];

	rig_inner(expected, destination, source, length);
	assert_int_equal(sealed_open(keyset, got, payload->bytes, payload->length), length);
	assert_memory_equal(got, expected, length);
}

static void
expect_same(const struct payload *got, const struct payload *expected)
{
	assert_int_equal(got->length, expected->length);
	assert_memory_equal(got->bytes, expected->bytes, expected->length);
}

static void
from_host(struct rig *rig, struct pgn_mac destination, size_t length)
{
	uint8_t inner[2048];

	rig_tap_bytes(rig, inner, rig_inner(inner, destination, host, length));
}

static void
air_to_host_and_back(void **state)
{
	static const size_t sizes[] = {14, 60, 241, 497, 1450};
	struct rig *rig = *state;

	meet(rig);
	for (unsigned int i = 0; i < RTE_DIM(sizes); i++) {
		struct payload payload;

		seal_from_air(rig, 0, obu_a, host, client_a, sizes[i]);
		expect_inner(rig, host, client_a, sizes[i]);
		from_host(rig, client_a, sizes[i]);
		payload = take_downstream(rig, 0, obu_a, rig_wire_mac[0]);
		expect_opens(sealed_first, &payload, client_a, host, sizes[i]);
		from_host(rig, client_b, sizes[i]);
		payload = take_downstream(rig, 1, obu_b, rig_wire_mac[0]);
		expect_opens(sealed_first, &payload, client_b, host, sizes[i]);
	}
	assert_int_equal(rig_discard(rig), 0);
}

static uint64_t
buffers_got(const struct rig *rig)
{
	uint64_t sum = 0;

	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++)
		sum += pgn_bufpool_counters(rig->node.pool, rte_lcore_id(), c).gets;
	return sum;
}

/**
 * Whether it was foreseen or not. An asynchronous device always has a copy kept, another one where
 * the last frame of the origin went on: before the second and third here.
 */
static void
hairpin_passes_on_what_came(void **state)
{
	struct rig *rig = *state;

	meet(rig);
	for (unsigned int i = 0; i < 4; i++) {
		struct payload came = seal(sealed_first, client_a, client_b, 300 + i), went;
		bool kept = i == 1 || i == 2 || pgn_aead_device_is_async(kit.device);
		uint64_t before = buffers_got(rig);

		from_air(rig, 1, obu_b, &came);
		assert_int_equal(buffers_got(rig) - before, kept ? 2 : 1);
		went = take_downstream(rig, 0, obu_a, obu_b);
		expect_same(&went, &came);
		if (i == 2) {
			seal_from_air(rig, 1, obu_b, host, client_b, 100);
			expect_inner(rig, host, client_b, 100);
		}
	}
	assert_int_equal(rig_discard(rig), 0);
}

static void
a_group_from_the_air_goes_on_as_it_came(void **state)
{
	struct rig *rig = *state;

	meet(rig);
	for (unsigned int i = 0; i < 3; i++) {
		struct payload came = seal(sealed_first, pgn_mac_broadcast, client_a, 64), went;

		from_air(rig, 0, obu_a, &came);
		expect_inner(rig, pgn_mac_broadcast, client_a, 64);
		rig_pass(rig, 1000);
		went = take_downstream(rig, 1, obu_b, obu_a);
		expect_same(&went, &came);
		assert_int_equal(rig_discard(rig), 0);
	}
	rig_count(rig);
	assert_int_equal(rig->sum.copied[PGN_KIND_DOWNSTREAM], 3);
}

static void
a_group_or_unknown_from_the_host_is_sealed_once(void **state)
{
	struct rig *rig = *state;
	struct pgn_mac destinations[] = {pgn_mac_broadcast, stranger};

	meet(rig);
	for (unsigned int i = 0; i < RTE_DIM(destinations); i++) {
		struct payload a, b;

		from_host(rig, destinations[i], 90);
		rig_pass(rig, 1000);
		a = take_downstream(rig, 0, obu_a, rig_wire_mac[0]);
		b = take_downstream(rig, 1, obu_b, rig_wire_mac[0]);
		expect_same(&a, &b);
		expect_opens(sealed_first, &a, destinations[i], host, 90);
	}
	assert_int_equal(rig_discard(rig), 0);
}

static void
what_does_not_open_is_counted(void **state)
{
	struct rig *rig = *state;
	struct payload payload = seal(sealed_second, host, client_a, 100);
	uint8_t inner[100];

	meet(rig);
	from_air(rig, 0, obu_a, &payload);
	assert_int_equal(rig_drops(rig, PGN_DROP_OPEN_FAILED), 1);
	payload = seal(sealed_first, host, client_a, 100);
	payload.bytes[60] ^= 4;
	from_air(rig, 0, obu_a, &payload);
	assert_int_equal(rig_drops(rig, PGN_DROP_OPEN_FAILED), 2);
	payload.length = rig_inner(payload.bytes, host, client_a, sizeof(inner));
	from_air(rig, 0, obu_a, &payload);
	assert_int_equal(rig_drops(rig, PGN_DROP_OPEN_FAILED), 3);

	payload.length = 41;
	from_air(rig, 0, obu_a, &payload);
	payload.length = 0;
	from_air(rig, 0, obu_a, &payload);
	assert_int_equal(rig_drops(rig, PGN_DROP_SEALED_SHORT), 2);
	payload.length = 42;
	from_air(rig, 0, obu_a, &payload);
	assert_int_equal(rig_drops(rig, PGN_DROP_OPEN_FAILED), 4);
	assert_int_equal(rig_discard(rig), 0);
}

static void
what_opens_is_looked_at_like_any_frame(void **state)
{
	struct rig *rig = *state;

	meet(rig);
	seal_from_air(rig, 0, obu_a, host, pgn_mac_broadcast, 100);
	assert_int_equal(rig_drops(rig, PGN_DROP_BAD_INNER_SOURCE), 1);
	seal_from_air(rig, 0, obu_a, client_a, client_a, 100);
	assert_int_equal(rig_drops(rig, PGN_DROP_LOOP), 1);
	seal_from_air(rig, 0, rig_wire_mac[0], host, client_a, 100);
	assert_int_equal(rig_drops(rig, PGN_DROP_OWN_ORIGIN) + rig_drops(rig, PGN_DROP_OWN_FROM),
			 1);
	from_host(rig, client_a, 100);
	rig_pass(rig, 2000);
	rig_discard(rig);
	from_host(rig, host, 100);
	assert_int_equal(rig_drops(rig, PGN_DROP_LOOP), 2);
	rig_pass(rig, 6000000);
	rig_discard(rig);
	seal_from_air(rig, 1, obu_b, client_a, client_b, 100);
	from_host(rig, client_a, 100);
	assert_int_equal(rig_drops(rig, PGN_DROP_NO_ROUTE), 2);
	assert_int_equal(rig_discard(rig), 0);
}

static void
what_is_too_long_when_sealed_is_dropped(void **state)
{
	struct rig *rig = *state;
	struct payload payload;

	meet(rig);
	from_host(rig, client_a, 1514 - 56);
	payload = take_downstream(rig, 0, obu_a, rig_wire_mac[0]);
	expect_opens(sealed_first, &payload, client_a, host, 1514 - 56);
	from_host(rig, client_a, 1514 - 56 + 1);
	assert_int_equal(rig_drops(rig, PGN_DROP_OVERSIZE), 1);
	assert_int_equal(rig_discard(rig), 0);
}

/** In pieces, shared, without room in front or behind. */
static void
odd_frames_of_the_host(void **state)
{
	struct rig *rig = *state;
	struct rte_mbuf *frame, *shared;
	struct payload payload;
	uint8_t inner[256];

	meet(rig);
	rig_inner(inner, client_a, host, sizeof(inner));
	shared = rig_frame(rig, inner, sizeof(inner));
	rte_mbuf_refcnt_update(shared, 1);
	for (unsigned int i = 0; i < 4; i++) {
		frame = i == 0   ? rig_chain(rig, inner, sizeof(inner), 50)
			: i == 1 ? shared
				 : rig_frame(rig, inner, sizeof(inner));
		if (i == 2) {
			frame->data_off = 0;
			memcpy(frame->buf_addr, inner, sizeof(inner));
		}
		if (i == 3)
			assert_int_equal(rte_pktmbuf_tailroom(frame), 0);
		rig_tap_in(rig, frame);
		payload = take_downstream(rig, 0, obu_a, rig_wire_mac[0]);
		expect_opens(sealed_first, &payload, client_a, host, sizeof(inner));
	}
	assert_memory_equal(rte_pktmbuf_mtod(shared, void *), inner, sizeof(inner));
	rte_pktmbuf_free(shared);
	assert_int_equal(rig_discard(rig), 0);
}

/** All nodes get the second key as well, then it becomes the first, then the old one goes. */
static void
keys_are_rotated(void **state)
{
	static const unsigned int steps[] = {12, 21, 2};
	struct rig *rig = *state;

	meet(rig);
	for (unsigned int i = 0; i < RTE_DIM(steps); i++) {
		struct pgn_aead_keyset *seals = steps[i] == 12 ? sealed_first : sealed_second;
		struct payload payload;

		sealed_rekey(rig, steps[i]);
		for (unsigned int k = 0; k < 4 && steps[i] != 2; k++) {
			struct payload came = seal(k % 2 == 0 ? sealed_first : sealed_second, host,
						   client_a, 90 + k);

			from_air(rig, 0, obu_a, &came);
			expect_inner(rig, host, client_a, 90 + k);
		}
		for (unsigned int k = 0; k < 4; k++) {
			struct pgn_aead_keyset *keyset = k % 2 == 0 ? sealed_first : sealed_second;
			struct payload came = seal(keyset, host, client_a, 100 + k);

			from_air(rig, 0, obu_a, &came);
			if (steps[i] == 2 && keyset == sealed_first)
				continue;
			expect_inner(rig, host, client_a, 100 + k);
			came = seal(keyset, client_b, client_a, 200 + k);
			from_air(rig, 0, obu_a, &came);
			payload = take_downstream(rig, 1, obu_b, obu_a);
			if (keyset == seals)
				expect_same(&payload, &came);
			else
				expect_opens(seals, &payload, client_b, client_a, 200 + k);
			came = seal(keyset, pgn_mac_broadcast, client_a, 70 + k);
			from_air(rig, 0, obu_a, &came);
			expect_inner(rig, pgn_mac_broadcast, client_a, 70 + k);
			rig_pass(rig, 1000);
			payload = take_downstream(rig, 1, obu_b, obu_a);
			expect_opens(seals, &payload, pgn_mac_broadcast, client_a, 70 + k);
		}
		from_host(rig, client_a, 100);
		payload = take_downstream(rig, 0, obu_a, rig_wire_mac[0]);
		expect_opens(seals, &payload, client_a, host, 100);
	}
	assert_int_equal(rig_drops(rig, PGN_DROP_OPEN_FAILED), 2);
	assert_int_equal(rig_discard(rig), 0);
}

/** A burst of the most frames, one in eight forged; the order of each client's is kept. */
static void
a_full_burst(void **state)
{
	struct rig *rig = *state;
	struct rte_mbuf *frames[PGN_BURST_MAX];

	meet(rig);
	for (unsigned int i = 0; i < PGN_BURST_MAX; i++) {
		struct pgn_mac to = i % 2 == 0 ? host : client_a;
		struct payload payload = seal(sealed_first, to, client_b, 100 + i);
		uint8_t bytes[512];

		payload.bytes[30] ^= (uint8_t)(i % 8 == 7);
		frames[i] = rig_frame(rig, bytes,
				      rig_upstream(bytes, rig_wire_mac[1], obu_b, obu_b,
						   payload.bytes, payload.length));
	}
	rig->lane.snapshot = pgn_fib_current(rig->node.fib);
	rig->node.role->wire_burst(&rig->lane, 1, frames, PGN_BURST_MAX);
	while (pgn_lane_awaits_crypto(&rig->lane))
		pgn_lane_collect(&rig->lane);
	for (unsigned int i = 0; i < PGN_BURST_MAX; i++) {
		struct payload payload;

		if (i % 8 == 7)
			continue;
		if (i % 2 == 0) {
			expect_inner(rig, host, client_b, 100 + i);
			continue;
		}
		payload = take_downstream(rig, 0, obu_a, obu_b);
		expect_opens(sealed_first, &payload, client_a, client_b, 100 + i);
	}
	assert_int_equal(rig_drops(rig, PGN_DROP_OPEN_FAILED), PGN_BURST_MAX / 8);
	assert_int_equal(rig_discard(rig), 0);
}

/** Frames that the device has when keys change, and when the node stops. */
static void
frames_in_flight(void **state)
{
	struct rig *rig = *state;
	const uint8_t *const key[] = {(const uint8_t *)KIT_PEER_KEY};
	struct pgn_aead_keys *keys = kit_keys(1, key);
	struct rte_mbuf *frames[8];
	struct pgn_balance balance;
	uint8_t inner[100];

	meet(rig);
	rig_inner(inner, client_a, host, sizeof(inner));
	for (unsigned int i = 0; i < RTE_DIM(frames); i++)
		frames[i] = rig_frame(rig, inner, sizeof(inner));
	rig->lane.snapshot = pgn_fib_current(rig->node.fib);
	rig->node.role->tap_burst(&rig->lane, frames, RTE_DIM(frames));
	rig_count(rig);
	balance = pgn_stats_balance(&rig->sum);
	assert_int_equal(pgn_stats_unaccounted(&balance), pgn_lane_in_flight(&rig->lane));
	assert_int_equal(pgn_lane_in_flight(&rig->lane), RTE_DIM(frames));

	assert_int_equal(pgn_sealing_rekey(&rig->sealing, rig->node.fib, keys), 0);
	pgn_aead_keys_free(keys);
	rig_pass(rig, 3000);
	assert_int_equal(pgn_sealing_reclaim(&rig->sealing, rig->node.fib),
			 !pgn_aead_device_is_async(kit.device));
	while (pgn_lane_awaits_crypto(&rig->lane))
		pgn_lane_collect(&rig->lane);
	assert_true(pgn_sealing_reclaim(&rig->sealing, rig->node.fib));
	for (unsigned int i = 0; i < RTE_DIM(frames); i++) {
		struct payload payload = take_downstream(rig, 0, obu_a, rig_wire_mac[0]);

		expect_opens(sealed_first, &payload, client_a, host, sizeof(inner));
		frames[i] = rig_frame(rig, inner, sizeof(inner));
	}
	rig->node.role->tap_burst(&rig->lane, frames, RTE_DIM(frames));
	/* The rig's close counts. */
}

static uint16_t
refuse(uint8_t device, uint16_t pair, struct rte_crypto_op **ops, uint16_t n)
{
	(void)device;
	(void)pair;
	if (n > 0)
		ops[0]->status = RTE_CRYPTO_OP_STATUS_ERROR;
	return 0;
}

static uint16_t
take_none(uint8_t device, uint16_t pair, struct rte_crypto_op **ops, uint16_t n)
{
	(void)device;
	(void)pair;
	(void)ops;
	(void)n;
	return 0;
}

/** Nothing that a device has not sealed goes to a wire. */
static void
a_device_that_fails_or_is_full(void **state)
{
	struct rig *rig = *state;
	struct rte_mbuf *frames[PGN_BURST_MAX];
	uint8_t inner[100];

	meet(rig);
	if (!pgn_aead_device_is_async(kit.device))
		skip();
	rig->lane.aead->queue.enqueue = refuse;
	from_host(rig, client_a, 100);
	from_host(rig, pgn_mac_broadcast, 100);
	seal_from_air(rig, 0, obu_a, host, client_a, 100);
	rig_pass(rig, 1000);
	assert_int_equal(rig_drops(rig, PGN_DROP_CRYPTO_ERROR), 3);
	assert_int_equal(rig_discard(rig), 0);

	rig->lane.aead->queue.enqueue = take_none;
	rig_inner(inner, client_a, host, sizeof(inner));
	for (unsigned int n = 0; n <= PGN_AEAD_IN_FLIGHT; n += PGN_BURST_MAX) {
		for (unsigned int i = 0; i < PGN_BURST_MAX; i++)
			frames[i] = rig_frame(rig, inner, sizeof(inner));
		rig->node.role->tap_burst(&rig->lane, frames, PGN_BURST_MAX);
	}
	assert_int_equal(pgn_lane_in_flight(&rig->lane), PGN_AEAD_IN_FLIGHT);
	assert_int_equal(rig_drops(rig, PGN_DROP_CRYPTO_FULL), PGN_BURST_MAX);
	assert_int_equal(rig_discard(rig), 0);
}

#define rsu_test(f) cmocka_unit_test_setup_teardown(f, rig_open_rsu, rig_close)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		rsu_test(air_to_host_and_back),
		rsu_test(hairpin_passes_on_what_came),
		rsu_test(a_group_from_the_air_goes_on_as_it_came),
		rsu_test(a_group_or_unknown_from_the_host_is_sealed_once),
		rsu_test(what_does_not_open_is_counted),
		rsu_test(what_opens_is_looked_at_like_any_frame),
		rsu_test(what_is_too_long_when_sealed_is_dropped),
		rsu_test(odd_frames_of_the_host),
		rsu_test(keys_are_rotated),
		rsu_test(a_full_burst),
		rsu_test(frames_in_flight),
		rsu_test(a_device_that_fails_or_is_full),
	};

	return argc == 2 ? sealed_run(argv[1], tests, RTE_DIM(tests)) : 1;
}
