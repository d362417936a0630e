/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Readers look clients up and refresh them while the writer learns, moves, ages and purges: every
 * answer must be a slot that was true for that client at some time, or none.
 *
 * The writer moves client c only among slots that are c modulo SLOTS_APART, so that any reader can
 * tell a slot that was never this client's.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "pgn_clients.h"
#include "test_eal.h"

#define READERS 3
#define CLIENTS 512
#define SLOTS_APART 16
#define MOVES 8
#define ROUNDS 1500

struct race {
	struct pgn_clients *clients;
	atomic_bool stop;
	_Atomic uint64_t wrong, found, absent;
};

static uint64_t
key_of(uint32_t number)
{
	const uint8_t mac[6] = {2, 0xbb, 0, 0, (uint8_t)(number >> 8), (uint8_t)number};

	return pgn_mac_key(mac);
}

static uint16_t
slot_of(uint32_t client, uint32_t move)
{
	return (uint16_t)(client % SLOTS_APART + move % MOVES * SLOTS_APART);
}

static void
look(struct race *race, uint32_t first)
{
	struct pgn_mac_probe probe[PGN_CLIENTS_BULK];

	for (uint32_t i = 0; i < PGN_CLIENTS_BULK; i++)
		pgn_mac_table_probe(&race->clients->table, key_of((first + i) % CLIENTS),
				    &probe[i]);
	for (uint32_t i = 0; i < PGN_CLIENTS_BULK; i++) {
		struct pgn_mac_found found = pgn_mac_table_probed(&race->clients->table, &probe[i]);
		uint16_t slot = pgn_mac_found_slot(&found);
		uint32_t number = (first + i) % CLIENTS;

		if (slot == PGN_SLOT_NONE) {
			atomic_fetch_add_explicit(&race->absent, 1, memory_order_relaxed);
			continue;
		}
		if (slot % SLOTS_APART != number % SLOTS_APART || slot >= MOVES * SLOTS_APART)
			atomic_fetch_add_explicit(&race->wrong, 1, memory_order_relaxed);
		else
			atomic_fetch_add_explicit(&race->found, 1, memory_order_relaxed);
		pgn_clients_refresh(found.place, pgn_clients_epoch(race->clients));
	}
}

static void *
read_on(void *context)
{
	struct race *race = context;

	for (uint32_t first = 0; !atomic_load_explicit(&race->stop, memory_order_relaxed);
	     first += 7)
		look(race, first);
	return NULL;
}

static void
write_on(struct race *race)
{
	static struct pgn_slot_set purged;
	uint64_t now_s = 1000;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		for (uint32_t c = round % 3; c < CLIENTS; c += 3)
			pgn_clients_learn(race->clients, key_of(c), slot_of(c, round));
		if (round % 5 == 0) {
			memset(&purged, 0, sizeof(purged));
			pgn_slot_set_add(&purged, (uint16_t)(round % (MOVES * SLOTS_APART)));
			pgn_clients_purge(race->clients, &purged);
		}
		/* At every eighth round all that was not refreshed since is old. */
		now_s += round % 8 == 0 ? PGN_CLIENT_AGE_S + 2 * PGN_CLIENT_EPOCH_S : 1;
		pgn_clients_age(race->clients, now_s);
	}
}

static void
readers_see_only_what_was_true(void **state)
{
	static struct race race;
	pthread_t reader[READERS];

	(void)state;
	/* A small table: clients share buckets, places are used again and again. */
	race.clients = pgn_clients_create(CLIENTS, 42, SOCKET_ID_ANY);
	assert_non_null(race.clients);
	for (unsigned int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&reader[i], NULL, read_on, &race), 0);
	while (atomic_load_explicit(&race.absent, memory_order_relaxed) == 0)
		;
	write_on(&race);
	while (atomic_load_explicit(&race.found, memory_order_relaxed) == 0)
		;
	atomic_store_explicit(&race.stop, true, memory_order_relaxed);
	for (unsigned int i = 0; i < READERS; i++)
		pthread_join(reader[i], NULL);
	assert_int_equal(atomic_load(&race.wrong), 0);
	pgn_clients_destroy(race.clients);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_see_only_what_was_true),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
