/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "pgn_clients.h"
#include "test_eal.h"

#define MAX 1024

static int
open_clients(void **state)
{
	*state = pgn_clients_create(MAX, 42, SOCKET_ID_ANY);
	return *state == NULL ? -1 : 0;
}

static int
close_clients(void **state)
{
	pgn_clients_destroy(*state);
	return 0;
}

static uint64_t
key_of(uint32_t number)
{
	uint8_t mac[6] = {2,
			  0xaa,
			  (uint8_t)(number >> 24),
			  (uint8_t)(number >> 16),
			  (uint8_t)(number >> 8),
			  (uint8_t)number};

	return pgn_mac_key(mac);
}

static uint16_t
look_up(const struct pgn_clients *clients, uint32_t number)
{
	struct pgn_mac_found found = pgn_mac_table_find(&clients->table, key_of(number));

	return pgn_mac_found_slot(&found);
}

static void
refresh(const struct pgn_clients *clients, uint32_t number)
{
	pgn_clients_refresh(pgn_mac_table_find(&clients->table, key_of(number)).place,
			    pgn_clients_epoch(clients));
}

static void
a_bulk_of_keys_is_as_each_of_them(void **state)
{
	uint64_t key[PGN_CLIENTS_BULK];
	uint16_t slot[PGN_CLIENTS_BULK];

	for (uint32_t i = 0; i < MAX; i += 2)
		assert_int_equal(pgn_clients_learn(*state, key_of(i), (uint16_t)(i % 500)), 0);
	for (unsigned int n = 0; n <= PGN_CLIENTS_BULK; n++) {
		for (uint32_t i = 0; i < n; i++)
			key[i] = key_of(n + i);
		pgn_clients_lookup_bulk(*state, key, slot, n);
		for (uint32_t i = 0; i < n; i++)
			assert_int_equal(slot[i], look_up(*state, n + i));
	}
}

static void
finds_what_it_learned_and_nothing_else(void **state)
{
	for (uint32_t i = 0; i < MAX; i++)
		assert_int_equal(pgn_clients_learn(*state, key_of(i), (uint16_t)(i % 500)), 0);
	assert_int_equal(pgn_clients_count(*state), MAX);
	for (uint32_t i = 0; i < MAX; i++)
		assert_int_equal(look_up(*state, i), i % 500);
	for (uint32_t i = MAX; i < 2 * MAX; i++)
		assert_int_equal(look_up(*state, i), PGN_SLOT_NONE);
}

static void
the_zero_mac_is_never_known(void **state)
{
	uint64_t zero = 0;
	uint16_t slot;

	pgn_clients_learn(*state, key_of(1), 3);
	pgn_clients_lookup_bulk(*state, &zero, &slot, 1);
	assert_int_equal(slot, PGN_SLOT_NONE);
}

static void
a_client_moves_and_stays_one_client(void **state)
{
	pgn_clients_learn(*state, key_of(7), 1);
	pgn_clients_learn(*state, key_of(7), 2);
	assert_int_equal(look_up(*state, 7), 2);
	assert_int_equal(pgn_clients_count(*state), 1);
}

static void
a_client_moves_behind_our_tap_and_back(void **state)
{
	assert_int_equal(pgn_clients_learn(*state, key_of(7), 1), 0);
	assert_int_equal(pgn_clients_learn(*state, key_of(7), PGN_SLOT_LOCAL), 0);
	assert_int_equal(look_up(*state, 7), PGN_SLOT_LOCAL);
	assert_int_equal(pgn_clients_learn(*state, key_of(7), 1), 0);
	assert_int_equal(look_up(*state, 7), 1);
	assert_int_equal(pgn_clients_count(*state), 1);
}

static void
slots_are_purged_whole(void **state)
{
	struct pgn_slot_set *set = calloc(1, sizeof(*set));

	for (uint32_t i = 0; i < 100; i++)
		pgn_clients_learn(*state, key_of(i), (uint16_t)(i % 5 * 100));
	pgn_clients_learn(*state, key_of(100), PGN_SLOT_LOCAL);
	pgn_slot_set_add(set, 100);
	pgn_slot_set_add(set, 400);
	pgn_clients_purge(*state, set);
	assert_int_equal(pgn_clients_count(*state), 61);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(look_up(*state, i),
				 i % 5 == 1 || i % 5 == 4 ? PGN_SLOT_NONE : i % 5 * 100);
	assert_int_equal(look_up(*state, 100), PGN_SLOT_LOCAL);
	free(set);
}

/** Seconds pass as the control loop lets them: a few calls an epoch. */
static void
pass(struct pgn_clients *clients, uint64_t *now_s, uint64_t seconds)
{
	for (uint64_t i = 0; i < seconds; i++)
		pgn_clients_age(clients, ++*now_s);
}

static void
silent_clients_age_out_and_refreshed_ones_stay(void **state)
{
	uint64_t now_s = 1000;

	pgn_clients_age(*state, now_s);
	pgn_clients_learn(*state, key_of(1), 1);
	pgn_clients_learn(*state, key_of(2), 2);
	for (unsigned int i = 0; i < 30; i++) {
		pass(*state, &now_s, PGN_CLIENT_AGE_S / 30 - 1);
		assert_int_equal(look_up(*state, 1), 1);
		refresh(*state, 2);
	}
	pass(*state, &now_s, PGN_CLIENT_AGE_S / 2);
	assert_int_equal(look_up(*state, 1), PGN_SLOT_NONE);
	assert_int_equal(look_up(*state, 2), 2);
	assert_int_equal(pgn_clients_count(*state), 1);
}

static void
ageing_goes_on_when_the_epoch_wraps(void **state)
{
	uint64_t now_s = 255 * PGN_CLIENT_EPOCH_S - 4;

	pgn_clients_age(*state, now_s);
	pgn_clients_learn(*state, key_of(1), 1);
	pass(*state, &now_s, PGN_CLIENT_AGE_S - 10);
	assert_int_equal(look_up(*state, 1), 1);
	pass(*state, &now_s, 20);
	assert_int_equal(look_up(*state, 1), PGN_SLOT_NONE);
}

static void
a_flood_of_new_clients_stays_within_the_bound(void **state)
{
	uint64_t now_s = 1000;
	unsigned int refused = 0;

	pgn_clients_age(*state, now_s);
	pgn_clients_learn(*state, key_of(1), 9);
	for (uint32_t i = 0; i < 100000; i++)
		refused += pgn_clients_learn(*state, key_of(1000 + i), 3) == -ENOSPC;
	assert_int_equal(pgn_clients_count(*state), MAX);
	assert_int_equal(refused, 100000 - (MAX - 1));

	/* Time passes: old ones give way, the one that goes on speaking does not. */
	for (unsigned int second = 0; second < 20; second++) {
		pass(*state, &now_s, PGN_CLIENT_EPOCH_S);
		assert_int_equal(look_up(*state, 1), 9);
		refresh(*state, 1);
		for (uint32_t i = 0; i < 5000; i++)
			pgn_clients_learn(*state, key_of(1000000 + second * 5000 + i), 4);
		assert_true(pgn_clients_count(*state) <= MAX);
	}
	assert_int_equal(look_up(*state, 1), 9);
}

static void
a_million_clients_take_at_most_64_mib(void **state)
{
	(void)state;
	assert_true(pgn_clients_memory(1048576) <= UINT64_C(64) << 20);
}

static void
a_million_clients_find_a_place(void **state)
{
	struct pgn_clients *clients = pgn_clients_create(1048576, 1, SOCKET_ID_ANY);
	unsigned int refused = 0;

	(void)state;
	assert_non_null(clients);
	for (uint32_t i = 0; i < 1048576; i++)
		refused += pgn_clients_learn(clients, key_of(i), (uint16_t)(i % 1000)) != 0;
	assert_int_equal(refused, 0);
	for (uint32_t i = 0; i < 1048576; i += 7)
		assert_int_equal(look_up(clients, i), i % 1000);
	pgn_clients_destroy(clients);
}

static void
macs_in_a_row_find_places_with_any_seed(void **state)
{
	unsigned int refused = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 1500; seed++) {
		struct pgn_clients *clients = pgn_clients_create(MAX, seed, SOCKET_ID_ANY);

		for (uint32_t i = 0; i < MAX; i++)
			refused += pgn_clients_learn(clients, key_of(i), 1) != 0;
		pgn_clients_destroy(clients);
	}
	assert_int_equal(refused, 0);
}

#define clients_test(f) cmocka_unit_test_setup_teardown(f, open_clients, close_clients)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		clients_test(finds_what_it_learned_and_nothing_else),
		clients_test(a_bulk_of_keys_is_as_each_of_them),
		clients_test(the_zero_mac_is_never_known),
		clients_test(a_client_moves_and_stays_one_client),
		clients_test(a_client_moves_behind_our_tap_and_back),
		clients_test(slots_are_purged_whole),
		clients_test(silent_clients_age_out_and_refreshed_ones_stay),
		clients_test(ageing_goes_on_when_the_epoch_wraps),
		clients_test(a_flood_of_new_clients_stays_within_the_bound),
		cmocka_unit_test(macs_in_a_row_find_places_with_any_seed),
		cmocka_unit_test(a_million_clients_take_at_most_64_mib),
		cmocka_unit_test(a_million_clients_find_a_place),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
