/* SPDX-License-Identifier: BSD-3-Clause */
/* An RSU that seals, with the crypto device that the first argument names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sealed_rsu.h"

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
	};

	return argc == 2 ? sealed_run(argv[1], tests, RTE_DIM(tests)) : 1;
}
