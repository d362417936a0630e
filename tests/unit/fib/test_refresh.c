/* SPDX-License-Identifier: BSD-3-Clause */
/** A refresh writes at most once an epoch: seen from inside, on a page that cannot be written to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>

#include <cmocka.h>

#include <rte_memory.h>

#include "pgn_clients.h"
#include "test_eal.h"

#define ROOM 65536

static void
refresh(struct pgn_clients *clients, uint64_t key)
{
	struct pgn_mac_found found = pgn_mac_table_find(&clients->table, key);

	assert_int_equal(pgn_mac_found_slot(&found), 3);
	pgn_clients_refresh(found.place, pgn_clients_epoch(clients));
}

static void
a_refresh_writes_once_an_epoch(void **state)
{
	struct pgn_clients *clients = pgn_clients_create(64, 1, SOCKET_ID_ANY);
	struct pgn_mac_bucket *own, *page = mmap(NULL, ROOM, PROT_READ | PROT_WRITE,
						 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const uint64_t key = UINT64_C(0x42) << 16;
	const _Atomic uint8_t *seen;

	(void)state;
	assert_non_null(clients);
	assert_true(page != MAP_FAILED &&
		    clients->table.buckets * sizeof(struct pgn_mac_bucket) <= ROOM);
	own = clients->table.bucket;
	clients->table.bucket = page;
	pgn_clients_age(clients, 100 * PGN_CLIENT_EPOCH_S);
	assert_int_equal(pgn_clients_learn(clients, key, 3), 0);
	seen = pgn_mac_place_note(pgn_mac_table_find(&clients->table, key).place);
	pgn_clients_age(clients, 101 * PGN_CLIENT_EPOCH_S);
	assert_int_equal(*seen, 100);

	refresh(clients, key);
	assert_int_equal(*seen, 101);
	/* A further write in this epoch would be a fault. */
	assert_int_equal(mprotect(page, ROOM, PROT_READ), 0);
	for (unsigned int i = 0; i < 100; i++)
		refresh(clients, key);
	assert_int_equal(mprotect(page, ROOM, PROT_READ | PROT_WRITE), 0);

	pgn_clients_age(clients, 102 * PGN_CLIENT_EPOCH_S);
	refresh(clients, key);
	assert_int_equal(*seen, 102);
	clients->table.bucket = own;
	munmap(page, ROOM);
	pgn_clients_destroy(clients);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refresh_writes_once_an_epoch),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
