/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Readers use snapshots while the writer publishes others and frees those that were left: what a
 * reader holds is of one generation, whole, and stays so until it says that it holds nothing.
 *
 * Every MAC of a snapshot, of nodes, their hops and the upstream, has the snapshot's number.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "pgn_fib.h"
#include "test_eal.h"

#define READERS 3
#define SLOTS 16
#define SNAPSHOTS 3000
#define LOOKS_A_HOLD 4   /* at a snapshot, before a reader lets it go */
#define HOLDS_ONLINE 100 /* before a reader is away for a moment */

static const struct pgn_fib_identity identity = {.marker = PGN_MARKER, .wire_count = 1};

static struct {
	struct pgn_fib *fib;
	atomic_bool stop;
	_Atomic uint64_t wrong, looks, numbers; /**< numbers: how often a reader saw a new one */
} race;

static struct pgn_mac
mac_of(uint8_t what, uint32_t number)
{
	return (struct pgn_mac){
		{2, what, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
}

/** A node's MAC, by its slot. */
static struct pgn_mac
node_mac(uint32_t number, unsigned int slot)
{
	return mac_of((uint8_t)(2 + slot), number);
}

static struct pgn_fib_snapshot *
make(uint32_t number)
{
	struct pgn_fib_snapshot *snapshot = pgn_fib_snapshot_create(SLOTS, SOCKET_ID_ANY);
	struct pgn_mac up = mac_of(0, number), hop = mac_of(1, number);

	assert_non_null(snapshot);
	pgn_fib_add_upstream(snapshot, &identity, &up, 0);
	for (unsigned int slot = 0; slot < SLOTS; slot++) {
		struct pgn_mac mac = node_mac(number, slot);

		assert_int_equal(pgn_fib_set_node(snapshot, slot, &mac), 0);
		pgn_fib_add_node_hop(snapshot, &identity, slot, &hop, 0);
	}
	return snapshot;
}

static bool
is_whole(const struct pgn_fib_snapshot *snapshot, uint32_t number)
{
	struct pgn_mac up = mac_of(0, number), hop = mac_of(1, number);
	bool whole = snapshot->slot_count == SLOTS && snapshot->node_count == SLOTS &&
		     pgn_mac_equal(&snapshot->upstream[0].mac, &up);

	for (unsigned int slot = 0; slot < SLOTS && whole; slot++) {
		const struct pgn_fib_node *node = &snapshot->node[slot];
		struct pgn_mac mac = node_mac(number, slot);

		whole = pgn_mac_equal(&node->mac, &mac) && node->hop_count == 1 &&
			pgn_mac_equal(&node->hop[0].mac, &hop) &&
			snapshot->key[slot] == pgn_mac_key(&mac) &&
			pgn_fib_slot_of(snapshot, &mac) == slot;
	}
	return whole;
}

static uint32_t
number_of(const struct pgn_fib_snapshot *snapshot)
{
	const uint8_t *b = snapshot->upstream[0].mac.b;

	return (uint32_t)b[3] << 16 | (uint32_t)b[4] << 8 | b[5];
}

/** Returns its number. */
static uint32_t
hold(void)
{
	const struct pgn_fib_snapshot *snapshot = pgn_fib_current(race.fib);
	uint32_t number = number_of(snapshot);

	for (unsigned int look = 0; look < LOOKS_A_HOLD; look++) {
		if (!is_whole(snapshot, number))
			atomic_fetch_add_explicit(&race.wrong, 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&race.looks, 1, memory_order_relaxed);
	}
	return number;
}

static void *
read_on(void *context)
{
	unsigned int reader = (unsigned int)(uintptr_t)context;
	uint32_t last = 0;

	pgn_fib_online(race.fib, reader);
	for (unsigned int holds = 1; !atomic_load_explicit(&race.stop, memory_order_relaxed);
	     holds++) {
		uint32_t number = hold();

		if (number < last)
			atomic_fetch_add_explicit(&race.wrong, 1, memory_order_relaxed);
		if (number != last)
			atomic_fetch_add_explicit(&race.numbers, 1, memory_order_relaxed);
		last = number;
		pgn_fib_quiescent(race.fib, reader);
		if (holds % HOLDS_ONLINE == 0) {
			pgn_fib_offline(race.fib, reader);
			pgn_fib_online(race.fib, reader);
		}
	}
	pgn_fib_offline(race.fib, reader);
	return NULL;
}

static void
readers_hold_whole_snapshots(void **state)
{
	pthread_t thread[READERS];
	uint64_t token;

	(void)state;
	race.fib = pgn_fib_create(READERS, SOCKET_ID_ANY);
	assert_non_null(race.fib);
	assert_int_equal(pgn_fib_publish(race.fib, make(1), &token), 0);
	for (uintptr_t i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, read_on, (void *)i), 0);
	while (atomic_load_explicit(&race.looks, memory_order_relaxed) == 0)
		;
	for (uint32_t number = 2; number <= SNAPSHOTS; number++) {
		assert_int_equal(pgn_fib_publish(race.fib, make(number), &token), 0);
		pgn_fib_reclaim(race.fib);
	}
	while (!pgn_fib_passed(race.fib, token))
		;
	pgn_fib_reclaim(race.fib);
	atomic_store_explicit(&race.stop, true, memory_order_relaxed);
	for (unsigned int i = 0; i < READERS; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(atomic_load(&race.wrong), 0);
	assert_true(atomic_load(&race.numbers) > READERS);
	pgn_fib_destroy(race.fib);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_hold_whole_snapshots),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
