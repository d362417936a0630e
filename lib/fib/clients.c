/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include <rte_branch_prediction.h>
#include <rte_malloc.h>
#include <rte_prefetch.h>

#include "pgn_clients.h"

#define AGE_EPOCHS (PGN_CLIENT_AGE_S / PGN_CLIENT_EPOCH_S)

static_assert(AGE_EPOCHS < 250, "an age must not wrap round the byte before a pass sees it");

struct pgn_clients {
	struct pgn_mac_table table;
	_Atomic uint8_t *seen; /**< epoch of the last refresh, one a place */
	uint32_t places;
	_Atomic uint8_t epoch;

	uint32_t max;
	uint32_t count;
	uint32_t aged; /**< places below are done in this epoch */
};

struct pgn_clients *
pgn_clients_create(uint32_t max, uint64_t seed, int socket)
{
	struct pgn_clients *clients =
		rte_zmalloc_socket("pgn_clients", sizeof(*clients), RTE_CACHE_LINE_SIZE, socket);

	if (clients == NULL)
		goto no_memory;
	if (pgn_mac_table_init(&clients->table, max, seed, socket) != 0)
		goto free_clients;
	clients->places = pgn_mac_table_places(&clients->table);
	clients->seen = rte_zmalloc_socket("pgn_clients_seen", clients->places, RTE_CACHE_LINE_SIZE,
					   socket);
	if (clients->seen == NULL)
		goto free_table;
	clients->max = max;
	return clients;

free_table:
	pgn_mac_table_fini(&clients->table);
free_clients:
	rte_free(clients);
no_memory:
	errno = ENOMEM;
	return NULL;
}

void
pgn_clients_destroy(struct pgn_clients *clients)
{
	if (clients == NULL)
		return;
	pgn_mac_table_fini(&clients->table);
	rte_free(clients->seen);
	rte_free(clients);
}

uint64_t
pgn_clients_memory(uint32_t max)
{
	uint64_t table = pgn_mac_table_memory(max);

	return sizeof(struct pgn_clients) + table + table / sizeof(uint64_t);
}

void
pgn_clients_lookup_bulk(const struct pgn_clients *clients, const uint64_t *key,
			struct pgn_client *client, unsigned int n)
{
	const struct pgn_mac_table *table = &clients->table;
	uint64_t hash[PGN_CLIENTS_BULK];

	for (unsigned int i = 0; i < n; i++) {
		hash[i] = pgn_mac_hash(table, key[i]);
		rte_prefetch0(&table->bucket[pgn_mac_bucket_of(table, 0, hash[i])]);
	}
	for (unsigned int i = 0; i < n; i++) {
		uint64_t entry;

		client[i].place = pgn_mac_table_find_hashed(table, key[i], hash[i], &entry);
		client[i].slot = client[i].place == PGN_MAC_ABSENT ? PGN_SLOT_NONE
								   : pgn_mac_entry_slot(entry);
	}
}

uint64_t
pgn_clients_confirm_bulk(struct pgn_clients *clients, const struct pgn_client *client,
			 const uint16_t *slot, unsigned int n)
{
	uint8_t now = atomic_load_explicit(&clients->epoch, memory_order_relaxed);
	_Atomic uint8_t *seen = clients->seen;
	uint64_t others = 0;

	for (unsigned int i = 0; i < n; i++) {
		uint32_t place = client[i].place;

		if (unlikely(client[i].slot != slot[i] || place == PGN_MAC_ABSENT))
			others |= UINT64_C(1) << i;
		else if (unlikely(atomic_load_explicit(&seen[place], memory_order_relaxed) != now))
			atomic_store_explicit(&seen[place], now, memory_order_relaxed);
	}
	return others;
}

static uint8_t
age_of(const struct pgn_clients *clients, uint32_t place)
{
	return (uint8_t)(atomic_load_explicit(&clients->epoch, memory_order_relaxed) -
			 atomic_load_explicit(&clients->seen[place], memory_order_relaxed));
}

static void
put(struct pgn_clients *clients, uint32_t place, uint64_t entry)
{
	atomic_store_explicit(&clients->seen[place],
			      atomic_load_explicit(&clients->epoch, memory_order_relaxed),
			      memory_order_relaxed);
	pgn_mac_table_set(&clients->table, place, entry);
}

static void
drop(struct pgn_clients *clients, uint32_t place)
{
	pgn_mac_table_set(&clients->table, place, 0);
	clients->count--;
}

/** The place of the client, in the two buckets of key, that was silent for longest. */
static uint32_t
oldest_place(const struct pgn_clients *clients, uint64_t key)
{
	uint64_t hash = pgn_mac_hash(&clients->table, key);
	uint32_t oldest = PGN_MAC_ABSENT;
	uint8_t age = 0;

	for (unsigned int choice = 0; choice < 2; choice++) {
		uint32_t first =
			pgn_mac_bucket_of(&clients->table, choice, hash) * PGN_BUCKET_ENTRIES;

		for (uint32_t place = first; place < first + PGN_BUCKET_ENTRIES; place++) {
			uint64_t entry =
				pgn_mac_table_entry(&clients->table, place, memory_order_relaxed);

			if (entry != 0 && age_of(clients, place) > age) {
				age = age_of(clients, place);
				oldest = place;
			}
		}
	}
	return oldest;
}

int
pgn_clients_learn(struct pgn_clients *clients, uint64_t key, uint16_t slot)
{
	uint64_t entry;
	uint32_t place = pgn_mac_table_find(&clients->table, key, &entry);

	if (place != PGN_MAC_ABSENT) {
		if (pgn_mac_entry_slot(entry) == PGN_SLOT_LOCAL && slot != PGN_SLOT_LOCAL)
			return -EEXIST;
		put(clients, place, pgn_mac_entry(key, slot));
		return 0;
	}
	if (clients->count < clients->max)
		place = pgn_mac_table_free_place(&clients->table, key);
	if (place == PGN_MAC_ABSENT) {
		place = oldest_place(clients, key);
		if (place == PGN_MAC_ABSENT)
			return -ENOSPC;
		drop(clients, place);
	}
	put(clients, place, pgn_mac_entry(key, slot));
	clients->count++;
	return 0;
}

void
pgn_clients_purge(struct pgn_clients *clients, const struct pgn_slot_set *slots)
{
	for (uint32_t place = 0; place < clients->places; place++) {
		uint64_t entry = pgn_mac_table_entry(&clients->table, place, memory_order_relaxed);

		if (entry != 0 && pgn_slot_set_has(slots, pgn_mac_entry_slot(entry)))
			drop(clients, place);
	}
}

static void
age_places(struct pgn_clients *clients, uint32_t end)
{
	for (; clients->aged < end; clients->aged++) {
		if (pgn_mac_table_entry(&clients->table, clients->aged, memory_order_relaxed) !=
			    0 &&
		    age_of(clients, clients->aged) > AGE_EPOCHS)
			drop(clients, clients->aged);
	}
}

void
pgn_clients_age(struct pgn_clients *clients, uint64_t now_s)
{
	uint8_t epoch = (uint8_t)(now_s / PGN_CLIENT_EPOCH_S);
	/* Called several times a second, a step a call spreads the pass; the rest is done here. */
	uint32_t step = clients->places / 4;

	if (epoch != atomic_load_explicit(&clients->epoch, memory_order_relaxed)) {
		age_places(clients, clients->places);
		clients->aged = 0;
		atomic_store_explicit(&clients->epoch, epoch, memory_order_relaxed);
	}
	age_places(clients, RTE_MIN(clients->aged + step, clients->places));
}

uint32_t
pgn_clients_count(const struct pgn_clients *clients)
{
	return clients->count;
}
