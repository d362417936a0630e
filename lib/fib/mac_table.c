/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include <rte_common.h>
#include <rte_malloc.h>

#include "pgn_mac_table.h"

/** Half full at most: a MAC is nearly always in its first bucket. */
static unsigned int
buckets_log2(uint32_t capacity)
{
	uint32_t buckets = rte_align32pow2(RTE_MAX(capacity, 8U) * 2 / PGN_BUCKET_ENTRIES);

	return (unsigned int)__builtin_ctz(buckets);
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
	unsigned int bits = buckets_log2(capacity);

	table->shift = 64 - bits;
	table->multiplier[0] = mix(seed) | 1;
	table->multiplier[1] = mix(seed + 1) | 1;
	table->bucket = rte_zmalloc_socket("pgn_mac_table", sizeof(*table->bucket) << bits,
					   sizeof(*table->bucket), socket);
	return table->bucket == NULL ? -ENOMEM : 0;
}

void
pgn_mac_table_fini(struct pgn_mac_table *table)
{
	rte_free(table->bucket);
	table->bucket = NULL;
}

uint32_t
pgn_mac_table_places(const struct pgn_mac_table *table)
{
	return (UINT32_C(1) << (64 - table->shift)) * PGN_BUCKET_ENTRIES;
}

uint64_t
pgn_mac_table_memory(uint32_t capacity)
{
	return sizeof(struct pgn_mac_bucket) << buckets_log2(capacity);
}

/**
 * From so many entries on, a bucket passes a newcomer to its other one if that has fewer. Half
 * full tables then refuse nothing (8: 256 of 1,048,576; 7: 1; 6: 0, one in 22 in its second).
 */
#define FIRST_BUCKET_FULL 6

/** A free place in a bucket, and how many of its entries are taken. */
static uint32_t
free_place(const struct pgn_mac_table *table, uint32_t bucket, unsigned int *taken)
{
	uint32_t first = bucket * PGN_BUCKET_ENTRIES, free = PGN_MAC_ABSENT;

	*taken = 0;
	for (uint32_t place = first; place < first + PGN_BUCKET_ENTRIES; place++) {
		if (pgn_mac_table_entry(table, place, memory_order_relaxed) == 0)
			free = place;
		else
			++*taken;
	}
	return free;
}

uint32_t
pgn_mac_table_free_place(const struct pgn_mac_table *table, uint64_t key)
{
	uint64_t hash = pgn_mac_hash(table, key);
	unsigned int in_first, in_second;
	uint32_t first = free_place(table, pgn_mac_bucket_of(table, 0, hash), &in_first);
	uint32_t second = free_place(table, pgn_mac_bucket_of(table, 1, hash), &in_second);

	return in_first < FIRST_BUCKET_FULL || in_first <= in_second ? first : second;
}

void
pgn_mac_table_set(struct pgn_mac_table *table, uint32_t place, uint64_t entry)
{
	atomic_store_explicit(
		&table->bucket[place / PGN_BUCKET_ENTRIES].entry[place % PGN_BUCKET_ENTRIES], entry,
		memory_order_release);
}
