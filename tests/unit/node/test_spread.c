/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames on their way from the lcore that receives them to the worker they belong to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rig.h"
#include "spread.h"
#include "test_eal.h"

#define WORKERS 3

static const struct pgn_mac host = {{2, 0, 0, 0, 2, 1}};

static struct pgn_spread spread[WORKERS];
static struct pgn_spread *spreads[WORKERS] = {&spread[0], &spread[1], &spread[2]};

static void
open_spread(void)
{
	assert_int_equal(pgn_spread_open(spreads, WORKERS, "test_spread", SOCKET_ID_ANY), 0);
}

static void
close_spread(struct rig *rig)
{
	struct pgn_lane *lanes[WORKERS] = {&rig->lane, &rig->lane, &rig->lane};

	pgn_spread_close(spreads, lanes, WORKERS);
}

static struct pgn_mac
mac_of(unsigned int number)
{
	return (struct pgn_mac){{2, 7, 0, 0, (uint8_t)(number >> 8), (uint8_t)number}};
}

static unsigned int
worker_of(struct pgn_mac mac)
{
	return pgn_spread_worker(pgn_mac_key(&mac), WORKERS);
}

static struct rte_mbuf *
upstream_of(struct rig *rig, struct pgn_mac origin, struct pgn_mac client)
{
	uint8_t inner[64], frame[128];

	rig_inner(inner, host, client, sizeof(inner));
	return rig_frame(
		rig, frame,
		rig_upstream(frame, rig_wire_mac[0], origin, origin, inner, sizeof(inner)));
}

static struct rte_mbuf *
downstream_of(struct rig *rig, struct pgn_mac origin, struct pgn_mac destination)
{
	uint8_t inner[64], frame[128];

	rig_inner(inner, destination, host, sizeof(inner));
	return rig_frame(rig, frame,
			 rig_downstream(frame, rig_wire_mac[0], origin, origin, destination, inner,
					sizeof(inner)));
}

static struct rte_mbuf *
host_frame(struct rig *rig, struct pgn_mac destination, struct pgn_mac source)
{
	uint8_t inner[64];

	return rig_frame(rig, inner, rig_inner(inner, destination, source, sizeof(inner)));
}

/** Worker 0 received the frame: who gets it? It is freed. */
static unsigned int
owner_of(struct rig *rig, unsigned int port, struct rte_mbuf *frame)
{
	struct rte_mbuf *got[PGN_BURST_MAX];
	unsigned int owner = 0;

	if (pgn_spread_burst(&spread[0], &rig->lane, port, &frame, 1, 0) == 1) {
		rte_pktmbuf_free(frame);
		return 0;
	}
	for (unsigned int w = 1; w < WORKERS; w++) {
		unsigned int n = pgn_spread_take(&spread[w], 0, got);

		assert_in_range(n, 0, 1);
		if (n == 0)
			continue;
		assert_int_equal(owner, 0);
		owner = w;
		assert_ptr_equal(got[0], frame);
		assert_int_equal(got[0]->port, port);
		rte_pktmbuf_free(got[0]);
	}
	assert_int_not_equal(owner, 0);
	return owner;
}

static void
every_worker_gets_its_share(void **state)
{
	unsigned int count[PGN_WORKERS_MAX] = {0};

	(void)state;
	for (unsigned int workers = 1; workers <= PGN_WORKERS_MAX; workers++) {
		memset(count, 0, sizeof(count));
		for (unsigned int i = 0; i < 1600; i++) {
			struct pgn_mac mac = mac_of(i);

			count[pgn_spread_worker(pgn_mac_key(&mac), workers)]++;
		}
		for (unsigned int w = 0; w < workers; w++)
			assert_in_range(count[w], 1600 / workers * 7 / 10,
					1600 / workers * 13 / 10);
	}
}

static void
an_rsu_goes_by_origin_and_client(void **state)
{
	struct rig *rig = *state;
	unsigned int owners = 0;

	open_spread();
	for (unsigned int i = 0; i < 100; i++) {
		unsigned int owner = worker_of(mac_of(i));

		owners |= 1U << owner;
		assert_int_equal(owner_of(rig, 0, upstream_of(rig, mac_of(i), mac_of(7))), owner);
		assert_int_equal(owner_of(rig, 1, upstream_of(rig, mac_of(i), mac_of(8))), owner);
		assert_int_equal(owner_of(rig, PGN_PORT_TAP, host_frame(rig, mac_of(i), host)),
				 owner);
	}
	assert_int_equal(owners, (1U << WORKERS) - 1);
	close_spread(rig);
}

static void
an_obu_goes_by_destination_and_client(void **state)
{
	struct rig *rig = *state;

	open_spread();
	for (unsigned int i = 0; i < 100; i++) {
		struct pgn_mac mac = mac_of(i);
		unsigned int owner = worker_of(mac);

		assert_int_equal(owner_of(rig, 0, downstream_of(rig, mac_of(200), mac)), owner);
		assert_int_equal(owner_of(rig, 0, upstream_of(rig, mac, mac_of(200))), owner);
		assert_int_equal(owner_of(rig, PGN_PORT_TAP, host_frame(rig, mac_of(200), mac)),
				 owner);
	}
	close_spread(rig);
}

/** Control messages and odd frames stay with who received them: it knows what to do with them. */
static void
what_is_no_plain_data_stays(void **state)
{
	static const uint8_t foreign[60] = {2, 0, 0, 0, 0, 0x10, 2, 0, 0, 0, 0, 9, 8, 0};
	struct rig *rig = *state;
	uint8_t inner[64], frame[128];
	size_t length = rig_inner(inner, host, mac_of(1), sizeof(inner));

	open_spread();
	length = rig_upstream(frame, rig_wire_mac[0], mac_of(1), mac_of(1), inner, length);
	for (unsigned int i = 0; i < 20; i++) {
		assert_int_equal(owner_of(rig, 0, rig_frame(rig, foreign, sizeof(foreign))), 0);
		assert_int_equal(
			owner_of(rig, 0,
				 rig_frame(rig, frame, PGN_DOWNSTREAM_LEN + PGN_INNER_MIN - 1)),
			0);
		assert_int_equal(owner_of(rig, 0, rig_chain(rig, frame, length, 20)), 0);
		assert_int_equal(owner_of(rig, PGN_PORT_TAP, rig_frame(rig, inner, 13)), 0);
		frame[14] ^= 1;
		assert_int_equal(owner_of(rig, 0, rig_frame(rig, frame, length)), 0);
		frame[14] ^= 1;
		frame[21]++;
	}
	close_spread(rig);
}

static void
own_frames_move_to_the_front_in_order(void **state)
{
	struct rig *rig = *state;
	struct rte_mbuf *frames[PGN_BURST_MAX], *got[PGN_BURST_MAX], *expected[PGN_BURST_MAX];
	unsigned int own = 0, n;

	open_spread();
	for (unsigned int i = 0; i < PGN_BURST_MAX; i++) {
		struct pgn_mac mac = mac_of(i);

		frames[i] = upstream_of(rig, mac, mac_of(1));
		if (worker_of(mac) == 0)
			expected[own++] = frames[i];
	}
	n = pgn_spread_burst(&spread[0], &rig->lane, 0, frames, PGN_BURST_MAX, 0);
	assert_int_equal(n, own);
	assert_memory_equal(frames, expected, own * sizeof(frames[0]));
	rte_pktmbuf_free_bulk(frames, n);
	for (unsigned int w = 1; w < WORKERS; w++) {
		unsigned int taken = pgn_spread_take(&spread[w], 0, got);

		assert_int_equal(taken, spread[0].handed[w]);
		rte_pktmbuf_free_bulk(got, taken);
		own += taken;
	}
	assert_int_equal(own, PGN_BURST_MAX);
	close_spread(rig);
}

/** What does not fit is received and dropped; what waits at a stop as well: the rig sees to it. */
static void
a_full_ring_drops_and_counts(void **state)
{
	struct rig *rig = *state;
	const unsigned int room = pgn_spread_ring_size(WORKERS) - 1;
	struct pgn_mac origin = mac_of(0);
	unsigned int owner;

	open_spread();
	for (unsigned int i = 1; (owner = worker_of(origin)) == 0; i++)
		origin = mac_of(i);
	for (unsigned int i = 0; i < room + 5; i++) {
		struct rte_mbuf *frame = upstream_of(rig, origin, mac_of(1));

		assert_int_equal(pgn_spread_burst(&spread[0], &rig->lane, 1, &frame, 1, 0), 0);
	}
	assert_int_equal(spread[0].handed[owner], room);
	assert_int_equal(spread[0].overflowed[owner], 5);
	assert_int_equal(rig_drops(rig, PGN_DROP_SPREAD_FULL), 5);
	assert_int_equal(rig->sum.received[1][PGN_KIND_UPSTREAM].messages, 5);
	assert_int_equal(rig->sum.received[1][PGN_KIND_UPSTREAM].bytes, 5 * (22 + 64));
	close_spread(rig);
	assert_int_equal(rig_drops(rig, PGN_DROP_STOPPING), room);
	assert_int_equal(rig->sum.received[1][PGN_KIND_UPSTREAM].messages, room + 5);
}

#define rsu_test(f) cmocka_unit_test_setup_teardown(f, rig_open_rsu, rig_close)
#define obu_test(f) cmocka_unit_test_setup_teardown(f, rig_open_obu, rig_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_worker_gets_its_share),
		rsu_test(an_rsu_goes_by_origin_and_client),
		obu_test(an_obu_goes_by_destination_and_client),
		rsu_test(what_is_no_plain_data_stays),
		rsu_test(own_frames_move_to_the_front_in_order),
		rsu_test(a_full_ring_drops_and_counts),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
