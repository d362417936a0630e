/* SPDX-License-Identifier: BSD-3-Clause */
/* An RSU whose keys change while frames are on their way, and devices that fail, with the crypto
 * device that the first argument names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "inside.h"
#include "sealed_rsu.h"

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
	rig_await_crypto(rig);
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
	rig_await_crypto(rig);
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
		rsu_test(keys_are_rotated),
		rsu_test(a_full_burst),
		rsu_test(frames_in_flight),
		rsu_test(a_device_that_fails_or_is_full),
	};

	return argc == 2 ? sealed_run(argv[1], tests, RTE_DIM(tests)) : 1;
}
