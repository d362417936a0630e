/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include <rte_branch_prediction.h>
#include <rte_malloc.h>
#include <rte_prefetch.h>

#include "pgn_clients.h"

#define AGE_EPOCHS (PGN_CLIENT_AGE_S / PGN_CLIENT_EPOCH_S)

static_assert(AGE_EPOCHS < 250, "an age must not wrap round the byte before a pass sees it");

struct pgn_clients *
pgn_clients_create(uint32_t max, uint64_t seed, int socket)
{
	struct pgn_clients *clients =
		rte_zmalloc_socket("pgn_clients", sizeof(*clients), RTE_CACHE_LINE_SIZE, socket);

	if (clients == NULL)
		goto no_memory;
	if (pgn_mac_table_init(&clients->table, max, seed, socket) != 0)
		goto free_clients;
	clients->max = max;
	return clients;

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
	rte_free(clients);
}

uint64_t
pgn_clients_memory(uint32_t max)
{
	return sizeof(struct pgn_clients) + pgn_mac_table_memory(max);
}

void
pgn_clients_lookup_bulk(const struct pgn_clients *clients, const uint64_t *key, uint16_t *slot,
			unsigned int n)
{
	struct pgn_mac_probe probe[PGN_CLIENTS_BULK];

	for (unsigned int i = 0; i < n; i++)
		pgn_mac_table_probe(&clients->table, key[i], &probe[i]);
	for (unsigned int i = 0; i < n; i++) {
		struct pgn_mac_found found = pgn_mac_table_probed(&clients->table, &probe[i]);

		slot[i] = pgn_mac_found_slot(&found);
	}
}

static uint8_t
age_of(const struct pgn_clients *clients, struct pgn_mac_place place)
{
	return (uint8_t)(atomic_load_explicit(&clients->epoch, memory_order_relaxed) -
			 atomic_load_explicit(pgn_mac_place_note(place), memory_order_relaxed));
}

static void
put(struct pgn_clients *clients, struct pgn_mac_place place, uint64_t entry)
{
	atomic_store_explicit(pgn_mac_place_note(place),
			      atomic_load_explicit(&clients->epoch, memory_order_relaxed),
			      memory_order_relaxed);
	pgn_mac_place_set(place, entry);
}

static void
drop(struct pgn_clients *clients, struct pgn_mac_place place)
{
	pgn_mac_place_set(place, 0);
	clients->count--;
}

/** The oldest client of a bucket, if it is older than `age`, which becomes its age. */
static struct pgn_mac_place
older_place(const struct pgn_clients *clients, struct pgn_mac_bucket *bucket, uint8_t *age)
{
	struct pgn_mac_place oldest = {.bucket = NULL};

	for (unsigned int e = 0; e < PGN_BUCKET_ENTRIES; e++) {
		struct pgn_mac_place place = {.bucket = bucket, .entry = e};

		if (pgn_mac_place_entry(place, memory_order_relaxed) != 0 &&
		    age_of(clients, place) > *age) {
			*age = age_of(clients, place);
			oldest = place;
		}
	}
	return oldest;
}

/** The place of the client, in the two buckets of key, that was silent for longest. */
static struct pgn_mac_place
oldest_place(const struct pgn_clients *clients, uint64_t key)
{
	const struct pgn_mac_table *table = &clients->table;
	uint64_t hash = pgn_mac_hash(table, key);
	uint8_t age = 0;
	struct pgn_mac_place first = older_place(clients, pgn_mac_bucket_first(table, hash), &age);
	struct pgn_mac_place second =
		older_place(clients, pgn_mac_bucket_second(table, hash), &age);

	return second.bucket != NULL ? second : first;
}

int
pgn_clients_learn(struct pgn_clients *clients, uint64_t key, uint16_t slot)
{
	struct pgn_mac_found found = pgn_mac_table_find(&clients->table, key);
	struct pgn_mac_place place = {.bucket = NULL};

	if (found.entry != 0) {
		put(clients, found.place, pgn_mac_entry(key, slot));
		return 0;
	}
	if (clients->count < clients->max)
		place = pgn_mac_table_free_place(&clients->table, key);
	if (place.bucket == NULL) {
		place = oldest_place(clients, key);
		if (place.bucket == NULL)
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
	for (uint32_t b = 0; b < clients->table.buckets; b++) {
		for (unsigned int e = 0; e < PGN_BUCKET_ENTRIES; e++) {
			struct pgn_mac_place place = {&clients->table.bucket[b], e};
			uint64_t entry = pgn_mac_place_entry(place, memory_order_relaxed);

			if (entry != 0 && pgn_slot_set_has(slots, pgn_mac_entry_slot(entry)))
				drop(clients, place);
		}
	}
}

static void
age_buckets(struct pgn_clients *clients, uint32_t end)
{
	for (; clients->aged < end; clients->aged++) {
		for (unsigned int e = 0; e < PGN_BUCKET_ENTRIES; e++) {
			struct pgn_mac_place place = {&clients->table.bucket[clients->aged], e};

			if (pgn_mac_place_entry(place, memory_order_relaxed) != 0 &&
			    age_of(clients, place) > AGE_EPOCHS)
				drop(clients, place);
		}
	}
}

void
pgn_clients_age(struct pgn_clients *clients, uint64_t now_s)
{
	uint8_t epoch = (uint8_t)(now_s / PGN_CLIENT_EPOCH_S);
	uint32_t buckets = clients->table.buckets;
	/* Called several times a second, a step a call spreads the pass; the rest is done here. */
	uint32_t step = RTE_MAX(buckets / 4, 1U);

	if (epoch != atomic_load_explicit(&clients->epoch, memory_order_relaxed)) {
		age_buckets(clients, buckets);
		clients->aged = 0;
		atomic_store_explicit(&clients->epoch, epoch, memory_order_relaxed);
	}
	age_buckets(clients, RTE_MIN(clients->aged + step, buckets));
}

unsigned int
pgn_clients_list(const struct pgn_clients *clients, uint32_t *place, struct pgn_client *client,
		 unsigned int max)
{
	const uint32_t end = clients->table.buckets * PGN_BUCKET_ENTRIES;
	unsigned int count = 0;
	uint32_t at = *place;

	for (; at < end && count < max; at++) {
		struct pgn_mac_place here = {&clients->table.bucket[at / PGN_BUCKET_ENTRIES],
					     at % PGN_BUCKET_ENTRIES};
		uint64_t entry = pgn_mac_place_entry(here, memory_order_relaxed);

		if (entry != 0)
			client[count++] = (struct pgn_client){.key = pgn_mac_entry_key(entry),
							      .slot = pgn_mac_entry_slot(entry)};
	}
	*place = at < end ? at : 0;
	return count;
}

uint32_t
pgn_clients_count(const struct pgn_clients *clients)
{
	return clients->count;
}
