/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#include "pgn_fib.h"
#include "test_eal.h"

#define READERS 2

static const struct pgn_fib_identity identity = {
	.marker = PGN_MARKER,
	.wire_count = 2,
	.wire_mac = {{{2, 0, 0, 0, 0, 1}}, {{2, 0, 0, 0, 0, 0x11}}},
};

static const struct pgn_mac node = {{2, 0, 0, 0, 0, 3}};
static const struct pgn_mac neighbour = {{2, 0, 0, 0, 0, 2}};

static int
open_fib(void **state)
{
	*state = pgn_fib_create(READERS, SOCKET_ID_ANY);
	return *state == NULL ? -1 : 0;
}

static int
close_fib(void **state)
{
	pgn_fib_destroy(*state);
	return 0;
}

static void
begins_with_an_empty_snapshot(void **state)
{
	const struct pgn_fib_snapshot *snapshot = pgn_fib_current(*state);

	assert_non_null(snapshot);
	assert_int_equal(snapshot->slot_count, 0);
	assert_int_equal(snapshot->upstream_count, 0);
	assert_int_equal(pgn_fib_slot_of(snapshot, &node), PGN_SLOT_NONE);
}

static void
headers_are_ready_made_and_right_aligned(void **state)
{
	static const uint8_t down[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 0x11, 0x30, 0x30,
				       1, 1, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0,    0,    3};
	static const uint8_t up[] = {2, 0,    0,    0, 0, 2, 2, 0, 0, 0, 0,
				     1, 0x30, 0x30, 1, 0, 2, 0, 0, 0, 0, 1};
	struct pgn_fib_snapshot *snapshot = pgn_fib_snapshot_create(4, SOCKET_ID_ANY);

	(void)state;
	assert_int_equal(pgn_fib_set_node(snapshot, 3, &node), 0);
	pgn_fib_add_node_hop(snapshot, &identity, 3, &neighbour, 1);
	pgn_fib_add_upstream(snapshot, &identity, &neighbour, 0);

	assert_int_equal(pgn_fib_slot_of(snapshot, &node), 3);
	assert_int_equal(snapshot->node_count, 1);
	assert_int_equal(snapshot->node[3].hop_count, 1);
	assert_int_equal(snapshot->node[3].hop[0].wire, 1);
	assert_memory_equal(snapshot->node[3].hop[0].header + PGN_HEADER_ROOM - sizeof(down), down,
			    sizeof(down));
	assert_int_equal(snapshot->upstream_count, 1);
	assert_memory_equal(snapshot->upstream[0].header + PGN_HEADER_ROOM - sizeof(up), up,
			    sizeof(up));
	pgn_fib_snapshot_destroy(snapshot);
}

static void
keeps_no_more_hops_than_it_has_room_for(void **state)
{
	struct pgn_fib_snapshot *snapshot = pgn_fib_snapshot_create(1, SOCKET_ID_ANY);

	(void)state;
	pgn_fib_set_node(snapshot, 0, &node);
	for (unsigned int i = 0; i < 20; i++) {
		pgn_fib_add_node_hop(snapshot, &identity, 0, &neighbour, 0);
		pgn_fib_add_upstream(snapshot, &identity, &neighbour, 0);
	}
	assert_int_equal(snapshot->node[0].hop_count, PGN_FIB_HOPS);
	assert_int_equal(snapshot->upstream_count, PGN_FIB_UPSTREAMS);
	pgn_fib_snapshot_destroy(snapshot);
}

static void
a_full_table_of_nodes_finds_each(void **state)
{
	const unsigned int slots = 32768;
	struct pgn_fib_snapshot *snapshot = pgn_fib_snapshot_create(slots, SOCKET_ID_ANY);

	(void)state;
	for (unsigned int slot = 0; slot < slots; slot++) {
		struct pgn_mac mac = {{2, 0, 0, 1, (uint8_t)(slot >> 8), (uint8_t)slot}};

		assert_int_equal(pgn_fib_set_node(snapshot, slot, &mac), 0);
	}
	for (unsigned int slot = 0; slot < slots; slot++) {
		struct pgn_mac mac = {{2, 0, 0, 1, (uint8_t)(slot >> 8), (uint8_t)slot}};

		assert_int_equal(pgn_fib_slot_of(snapshot, &mac), slot);
	}
	pgn_fib_snapshot_destroy(snapshot);
}

/** The plan of a node's memory reckons with what a snapshot says that it takes. */
static void
takes_the_memory_that_it_says(void **state)
{
	const unsigned int slots = 5000, heap_own = 1024;
	uint64_t said = pgn_fib_snapshot_memory(slots);
	struct rte_malloc_socket_stats before, after;
	struct pgn_fib_snapshot *snapshot;

	(void)state;
	assert_int_equal(rte_malloc_get_socket_stats(0, &before), 0);
	snapshot = pgn_fib_snapshot_create(slots, SOCKET_ID_ANY);
	assert_int_equal(rte_malloc_get_socket_stats(0, &after), 0);
	assert_in_range(after.heap_allocsz_bytes - before.heap_allocsz_bytes, said,
			said + heap_own);
	pgn_fib_snapshot_destroy(snapshot);
}

/** Whatever the seed, which is the snapshot's address. */
static void
every_node_finds_a_place_in_a_small_table(void **state)
{
	const unsigned int slots = 80;
	struct pgn_fib_snapshot *snapshot[200];

	(void)state;
	for (unsigned int s = 0; s < RTE_DIM(snapshot); s++) {
		snapshot[s] = pgn_fib_snapshot_create(slots, SOCKET_ID_ANY);
		assert_non_null(snapshot[s]);
		for (unsigned int slot = 0; slot < slots; slot++) {
			struct pgn_mac mac = {{2, 0, 0, 1, 0, (uint8_t)slot}};

			assert_int_equal(pgn_fib_set_node(snapshot[s], slot, &mac), 0);
		}
	}
	for (unsigned int s = 0; s < RTE_DIM(snapshot); s++)
		pgn_fib_snapshot_destroy(snapshot[s]);
}

static void
a_snapshot_is_passed_only_when_every_online_reader_was_quiescent(void **state)
{
	struct pgn_fib *fib = *state;
	struct pgn_fib_snapshot *next = pgn_fib_snapshot_create(2, SOCKET_ID_ANY);
	uint64_t token;

	pgn_fib_online(fib, 0);
	pgn_fib_online(fib, 1);
	assert_int_equal(pgn_fib_publish(fib, next, &token), 0);
	assert_ptr_equal(pgn_fib_current(fib), next);
	assert_false(pgn_fib_passed(fib, token));
	pgn_fib_reclaim(fib);
	pgn_fib_quiescent(fib, 0);
	assert_false(pgn_fib_passed(fib, token));
	pgn_fib_quiescent(fib, 1);
	assert_true(pgn_fib_passed(fib, token));
	pgn_fib_reclaim(fib);
	pgn_fib_offline(fib, 0);
	pgn_fib_offline(fib, 1);
}

static void
a_reader_that_is_offline_holds_up_nothing(void **state)
{
	uint64_t token;

	assert_int_equal(pgn_fib_publish(*state, pgn_fib_snapshot_create(1, SOCKET_ID_ANY), &token),
			 0);
	assert_true(pgn_fib_passed(*state, token));
}

#define fib_test(f) cmocka_unit_test_setup_teardown(f, open_fib, close_fib)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		fib_test(begins_with_an_empty_snapshot),
		cmocka_unit_test(headers_are_ready_made_and_right_aligned),
		cmocka_unit_test(keeps_no_more_hops_than_it_has_room_for),
		cmocka_unit_test(a_full_table_of_nodes_finds_each),
		cmocka_unit_test(takes_the_memory_that_it_says),
		cmocka_unit_test(every_node_finds_a_place_in_a_small_table),
		fib_test(a_snapshot_is_passed_only_when_every_online_reader_was_quiescent),
		fib_test(a_reader_that_is_offline_holds_up_nothing),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
