/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * MAC -> 16-bit slot, read without locks while one thread writes.
 *
 * An entry is one 64-bit word (48 bits of MAC, 16 of slot), so that a reader sees the old or the
 * new mapping and nothing between. Seven entries and a byte for each make a bucket of one cache
 * line; a MAC may be in one of two buckets, and nothing that is in the table ever moves to another
 * place. The byte is the owner's: a client's last refresh is read with its entry, in one miss.
 */
#ifndef PGN_MAC_TABLE_H
#define PGN_MAC_TABLE_H

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "pgn_wire.h"

/* ThreadSanitizer sees no vector load as atomic: it gets the plain path. */
#if defined(__SANITIZE_THREAD__)
#define PGN_MAC_PLAIN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PGN_MAC_PLAIN 1
#endif
#endif

#if defined(__SSE4_1__) && !defined(PGN_MAC_PLAIN)
#include <immintrin.h>
#endif

#define PGN_BUCKET_ENTRIES 7

struct pgn_mac_bucket {
	_Atomic uint64_t entry[PGN_BUCKET_ENTRIES];
	_Atomic uint8_t note[PGN_BUCKET_ENTRIES + 1]; /**< of each entry; the last is not used */
} __attribute__((aligned(64)));

static_assert(sizeof(struct pgn_mac_bucket) == 64, "a bucket is a cache line");

struct pgn_mac_table {
	struct pgn_mac_bucket *bucket;
	uint32_t buckets;
	uint64_t secret[2];
};

/** Where an entry is, or can be; bucket NULL: nowhere. */
struct pgn_mac_place {
	struct pgn_mac_bucket *bucket;
	unsigned int entry;
};

/* ---- keys: a MAC's six bytes as a number's upper 48 bits, in memory order ---- */

/**
 * Two loads and no detour over the stack, where eight bytes read behind six written would stall.
 */
static inline uint64_t
pgn_mac_key(const void *mac)
{
	const uint8_t *at = (const uint8_t *)mac;
	uint32_t head;
	uint16_t tail;

	memcpy(&head, at, sizeof(head));
	memcpy(&tail, at + sizeof(head), sizeof(tail));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (uint64_t)head << 32 | (uint64_t)tail << 16;
#else
	return (uint64_t)head << 16 | (uint64_t)tail << 48;
#endif
}

/** The same for a MAC before which two bytes can be read: one load. */
static inline uint64_t
pgn_mac_key_behind(const uint8_t *mac)
{
	uint64_t key;

	memcpy(&key, mac - 2, sizeof(key));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return key << 16;
#else
	return key & ~UINT64_C(0xffff);
#endif
}

/** The same for a MAC behind which two bytes can be read. */
static inline uint64_t
pgn_mac_key_before(const uint8_t *mac)
{
	uint64_t key;

	memcpy(&key, mac, sizeof(key));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return key & ~UINT64_C(0xffff);
#else
	return key << 16;
#endif
}

/** The MAC of a key. */
static inline void
pgn_mac_of_key(struct pgn_mac *mac, uint64_t key)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	uint32_t head = (uint32_t)(key >> 32);
	uint16_t tail = (uint16_t)(key >> 16);
#else
	uint32_t head = (uint32_t)(key >> 16);
	uint16_t tail = (uint16_t)(key >> 48);
#endif

	memcpy(mac->b, &head, sizeof(head));
	memcpy(mac->b + sizeof(head), &tail, sizeof(tail));
}

/** The broadcast MAC's key. */
static inline uint64_t
pgn_mac_key_broadcast(void)
{
	return ~UINT64_C(0xffff);
}

static inline bool
pgn_mac_key_is_group(uint64_t key)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return key >> 56 & 1;
#else
	return key >> 16 & 1;
#endif
}

/** pgn_mac_is_station() of a key. */
static inline bool
pgn_mac_key_is_station(uint64_t key)
{
	return key != 0 && !pgn_mac_key_is_group(key);
}

/* ---- entries: a key and a slot ---- */

static inline uint64_t
pgn_mac_entry(uint64_t key, uint16_t slot)
{
	return key | slot;
}

static inline uint64_t
pgn_mac_entry_key(uint64_t entry)
{
	return entry & ~UINT64_C(0xffff);
}

static inline uint16_t
pgn_mac_entry_slot(uint64_t entry)
{
	return (uint16_t)entry;
}

/* ---- any thread ---- */

/** seed keys the hash: keep it from those who choose MACs. 0, or -ENOMEM. */
int pgn_mac_table_init(struct pgn_mac_table *table, uint32_t capacity, uint64_t seed, int socket);
void pgn_mac_table_fini(struct pgn_mac_table *table);

/** Bytes of memory a table for so many MACs takes. */
uint64_t pgn_mac_table_memory(uint32_t capacity);

/**
 * Keyed: two multiplications with secrets, and a fold so that a MAC's last bytes reach all bits.
 * The shift brings those down first: at a key's top they would reach eight bits only, and one table
 * in a hundred and fifty would refuse one of 1,024 MACs in a row.
 */
static inline uint64_t
pgn_mac_hash(const struct pgn_mac_table *table, uint64_t key)
{
	uint64_t hash = (key >> 16) * table->secret[0];

	hash ^= hash >> 32;
	return hash * table->secret[1];
}

/** The two buckets a MAC of this hash may be in: by its upper and by its lower half, scaled. */
static inline struct pgn_mac_bucket *
pgn_mac_bucket_first(const struct pgn_mac_table *table, uint64_t hash)
{
	return &table->bucket[(hash >> 32) * table->buckets >> 32];
}

static inline struct pgn_mac_bucket *
pgn_mac_bucket_second(const struct pgn_mac_table *table, uint64_t hash)
{
	return &table->bucket[(hash & UINT32_MAX) * table->buckets >> 32];
}

static inline uint64_t
pgn_mac_place_entry(struct pgn_mac_place place, memory_order order)
{
	return atomic_load_explicit(&place.bucket->entry[place.entry], order);
}

static inline _Atomic uint8_t *
pgn_mac_place_note(struct pgn_mac_place place)
{
	return &place.bucket->note[place.entry];
}

/** A bit for each entry of a bucket that has the key; no branch to mispredict. */
static inline unsigned int
pgn_mac_bucket_match_plain(const struct pgn_mac_bucket *bucket, const uint64_t *key)
{
	unsigned int match = 0;

	for (unsigned int e = 0; e < PGN_BUCKET_ENTRIES; e++) {
		uint64_t entry = atomic_load_explicit(&bucket->entry[e], memory_order_relaxed);

		match |= (unsigned int)(pgn_mac_entry_key(entry) == *key) << e;
	}
	return match;
}

/* The vector compares take the whole line; what they find among the notes is left out. */
#define PGN_BUCKET_ALL ((1U << PGN_BUCKET_ENTRIES) - 1)

#if defined(__AVX2__) && !defined(PGN_MAC_PLAIN)
static inline unsigned int
pgn_mac_bucket_match(const struct pgn_mac_bucket *bucket, const uint64_t *key)
{
	const __m256i *entry = (const __m256i *)(const void *)bucket;
	const __m256i wanted = _mm256_set1_epi64x((long long)*key);
	const __m256i bits = _mm256_set1_epi64x(~INT64_C(0xffff));
	__m256i low = _mm256_cmpeq_epi64(_mm256_and_si256(entry[0], bits), wanted);
	__m256i high = _mm256_cmpeq_epi64(_mm256_and_si256(entry[1], bits), wanted);

	return (unsigned int)(_mm256_movemask_pd(_mm256_castsi256_pd(low)) |
			      _mm256_movemask_pd(_mm256_castsi256_pd(high)) << 4) &
	       PGN_BUCKET_ALL;
}
#elif defined(__SSE4_1__) && !defined(PGN_MAC_PLAIN)
static inline unsigned int
pgn_mac_bucket_match(const struct pgn_mac_bucket *bucket, const uint64_t *key)
{
	const __m128i *entry = (const __m128i *)(const void *)bucket;
	const __m128i wanted = _mm_set1_epi64x((long long)*key);
	const __m128i bits = _mm_set1_epi64x(~INT64_C(0xffff));
	unsigned int match = 0;

	for (unsigned int pair = 0; pair < (PGN_BUCKET_ENTRIES + 1) / 2; pair++) {
		__m128i same = _mm_cmpeq_epi64(_mm_and_si128(entry[pair], bits), wanted);

		match |= (unsigned int)_mm_movemask_pd(_mm_castsi128_pd(same)) << 2 * pair;
	}
	return match & PGN_BUCKET_ALL;
}
#else
#define pgn_mac_bucket_match pgn_mac_bucket_match_plain
#endif

/** A MAC that is being looked up, and the first bucket it may be in. */
struct pgn_mac_probe {
	uint64_t key;
	struct pgn_mac_bucket *bucket;
};

/** Begin a look-up: the bucket is fetched while other MACs' look-ups begin. */
static inline void
pgn_mac_table_probe(const struct pgn_mac_table *table, uint64_t key, struct pgn_mac_probe *probe)
{
	probe->key = key;
	probe->bucket = pgn_mac_bucket_first(table, pgn_mac_hash(table, key));
	__builtin_prefetch(probe->bucket);
}

/** What a look-up found. */
struct pgn_mac_found {
	uint64_t entry;             /**< 0: the MAC is absent, as the zero MAC always is */
	struct pgn_mac_place place; /**< of an entry that is not 0 */
};

/**
 * The match only tells where to look: the entry itself is loaded as one atomic word and compared
 * again, so that what is told was the MAC's entry at that moment, whatever the writer did between.
 */
static inline struct pgn_mac_found
pgn_mac_bucket_find(struct pgn_mac_bucket *bucket, const uint64_t *key)
{
	unsigned int match = pgn_mac_bucket_match(bucket, key);
	struct pgn_mac_found found = {.place.bucket = bucket};

	if (__builtin_expect(match == 0, 0))
		return found;
	found.place.entry = (unsigned int)__builtin_ctz(match);
	found.entry = pgn_mac_place_entry(found.place, memory_order_relaxed);
	/* For the zero MAC this is a free place: 0. */
	if (__builtin_expect(pgn_mac_entry_key(found.entry) != *key, 0))
		found.entry = 0;
	return found;
}

/** End a look-up. Any thread. */
static inline struct pgn_mac_found
pgn_mac_table_probed(const struct pgn_mac_table *table, const struct pgn_mac_probe *probe)
{
	struct pgn_mac_found found = pgn_mac_bucket_find(probe->bucket, &probe->key);

	if (__builtin_expect(found.entry != 0, 1))
		return found;
	return pgn_mac_bucket_find(pgn_mac_bucket_second(table, pgn_mac_hash(table, probe->key)),
				   &probe->key);
}

static inline struct pgn_mac_found
pgn_mac_table_find(const struct pgn_mac_table *table, uint64_t key)
{
	struct pgn_mac_probe probe;

	pgn_mac_table_probe(table, key, &probe);
	return pgn_mac_table_probed(table, &probe);
}

/* ---- the writer's side: one thread. A key of zero marks a free place and must not be put. ---- */

/** Where a MAC that is absent can go. */
struct pgn_mac_place pgn_mac_table_free_place(const struct pgn_mac_table *table, uint64_t key);

static inline void
pgn_mac_place_set(struct pgn_mac_place place, uint64_t entry)
{
	atomic_store_explicit(&place.bucket->entry[place.entry], entry, memory_order_release);
}

#endif
