/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include <rte_common.h>
#include <rte_malloc.h>

#include "pgn_mac_table.h"

/** Three to a bucket of seven on average: a MAC is nearly always in its first one. */
static uint32_t
buckets_for(uint32_t capacity)
{
	return capacity / 3 + 2;
}

static uint64_t
mix(uint64_t x)
{
	/* The finaliser of splitmix64: a seed of any kind becomes well spread bits. */
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

int
pgn_mac_table_init(struct pgn_mac_table *table, uint32_t capacity, uint64_t seed, int socket)
{
	table->buckets = buckets_for(capacity);
	table->secret[0] = mix(seed) | 1;
	table->secret[1] = mix(seed + 1) | 1;
	table->bucket = rte_zmalloc_socket("pgn_mac_table", table->buckets * sizeof(*table->bucket),
					   sizeof(*table->bucket), socket);
	return table->bucket == NULL ? -ENOMEM : 0;
}

void
pgn_mac_table_fini(struct pgn_mac_table *table)
{
	rte_free(table->bucket);
	table->bucket = NULL;
}

uint64_t
pgn_mac_table_memory(uint32_t capacity)
{
	return sizeof(struct pgn_mac_bucket) * buckets_for(capacity);
}

/**
 * From so many entries on, a bucket passes a newcomer to its other one if that has fewer. Of
 * 1,048,576 MACs then none is refused and one in 23 is in its second bucket (6: one in four tables
 * refuses one, one in 60; 4: none, one in 11).
 */
#define FIRST_BUCKET_FULL 5

/** A free place in a bucket, and how many of its entries are taken. */
static struct pgn_mac_place
free_place(struct pgn_mac_bucket *bucket, unsigned int *taken)
{
	struct pgn_mac_place free = {.bucket = NULL};

	*taken = 0;
	for (unsigned int e = 0; e < PGN_BUCKET_ENTRIES; e++) {
		struct pgn_mac_place place = {.bucket = bucket, .entry = e};

		if (pgn_mac_place_entry(place, memory_order_relaxed) == 0)
			free = place;
		else
			++*taken;
	}
	return free;
}

struct pgn_mac_place
pgn_mac_table_free_place(const struct pgn_mac_table *table, uint64_t key)
{
	uint64_t hash = pgn_mac_hash(table, key);
	unsigned int in_first, in_second;
	struct pgn_mac_place first = free_place(pgn_mac_bucket_first(table, hash), &in_first);
	struct pgn_mac_place second = free_place(pgn_mac_bucket_second(table, hash), &in_second);

	return in_first < FIRST_BUCKET_FULL || in_first <= in_second ? first : second;
}
