/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * MAC -> 16-bit slot, read without locks while one thread writes.
 *
 * An entry is one 64-bit word (48 bits of MAC, 16 of slot), so that a reader sees the old or the
 * new mapping and nothing between. Eight entries make a bucket of one cache line; a MAC may be in
 * one of two buckets, and nothing that is in the table ever moves to another place.
 */
#ifndef PGN_MAC_TABLE_H
#define PGN_MAC_TABLE_H

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "pgn_wire.h"

#define PGN_BUCKET_ENTRIES 8

struct pgn_mac_bucket {
	_Atomic uint64_t entry[PGN_BUCKET_ENTRIES];
} __attribute__((aligned(64)));

static_assert(sizeof(struct pgn_mac_bucket) == 64, "a bucket is a cache line");

struct pgn_mac_table {
	struct pgn_mac_bucket *bucket;
	unsigned int shift; /**< 64 - log2 of the number of buckets */
	uint64_t multiplier[2];
};

/** Where a MAC was found: bucket * PGN_BUCKET_ENTRIES + entry. */
#define PGN_MAC_ABSENT UINT32_MAX

/** A MAC as it is keyed: its six bytes in memory order, whatever the machine's byte order. */
static inline uint64_t
pgn_mac_key(const void *mac)
{
	uint64_t key = 0;

	memcpy(&key, mac, sizeof(struct pgn_mac));
	return key;
}

/** seed keys the hash: keep it from those who choose MACs. 0, or -ENOMEM. */
int pgn_mac_table_init(struct pgn_mac_table *table, uint32_t capacity, uint64_t seed, int socket);
void pgn_mac_table_fini(struct pgn_mac_table *table);

/** Number of entries there are places for. */
uint32_t pgn_mac_table_places(const struct pgn_mac_table *table);

/** Bytes of memory a table for so many MACs takes. */
uint64_t pgn_mac_table_memory(uint32_t capacity);

/** Keyed: two multiplications with secrets, and a fold so that a MAC's last bytes reach all bits.
 */
static inline uint64_t
pgn_mac_hash(const struct pgn_mac_table *table, uint64_t key)
{
	uint64_t hash = key * table->multiplier[0];

	hash ^= hash >> 32;
	return hash * table->multiplier[1];
}

/** One of the two buckets a MAC of this hash may be in. */
static inline uint32_t
pgn_mac_bucket_of(const struct pgn_mac_table *table, unsigned int choice, uint64_t hash)
{
	return (uint32_t)((choice == 0 ? hash : hash << 24) >> table->shift);
}

static inline uint64_t
pgn_mac_entry(uint64_t key, uint16_t slot)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return key | slot;
#else
	return key | (uint64_t)slot << 48;
#endif
}

static inline uint64_t
pgn_mac_entry_key(uint64_t entry)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return entry & ~UINT64_C(0xffff);
#else
	return entry & ((UINT64_C(1) << 48) - 1);
#endif
}

static inline uint16_t
pgn_mac_entry_slot(uint64_t entry)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (uint16_t)entry;
#else
	return (uint16_t)(entry >> 48);
#endif
}

static inline uint64_t
pgn_mac_table_entry(const struct pgn_mac_table *table, uint32_t place, memory_order order)
{
	return atomic_load_explicit(
		&table->bucket[place / PGN_BUCKET_ENTRIES].entry[place % PGN_BUCKET_ENTRIES],
		order);
}

/** The place of a MAC and its entry, or PGN_MAC_ABSENT (as the zero MAC always is). Any thread. */
static inline uint32_t
pgn_mac_table_find(const struct pgn_mac_table *table, uint64_t key, uint64_t *found)
{
	uint64_t hash = pgn_mac_hash(table, key);

	/* A free place looks like the zero MAC. */
	if (key == 0)
		return PGN_MAC_ABSENT;
	for (unsigned int choice = 0; choice < 2; choice++) {
		uint32_t b = pgn_mac_bucket_of(table, choice, hash);
		const struct pgn_mac_bucket *bucket = &table->bucket[b];

		for (unsigned int e = 0; e < PGN_BUCKET_ENTRIES; e++) {
			uint64_t entry =
				atomic_load_explicit(&bucket->entry[e], memory_order_relaxed);

			if (pgn_mac_entry_key(entry) == key) {
				*found = entry;
				return b * PGN_BUCKET_ENTRIES + e;
			}
		}
	}
	return PGN_MAC_ABSENT;
}

/*
 * The writer's side: one thread. A MAC of zero marks a free place and must not be put.
 * pgn_mac_table_free_place tells where a MAC that is absent can go, or PGN_MAC_ABSENT.
 */
uint32_t pgn_mac_table_free_place(const struct pgn_mac_table *table, uint64_t key);
void pgn_mac_table_set(struct pgn_mac_table *table, uint32_t place, uint64_t entry);

#endif
