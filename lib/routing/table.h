/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A bounded table of entries by a 64-bit key: one allocation, hash chains, least recently used
 * first to go.
 *
 * A new entry is on probation until pgn_table_establish(): those on probation go before those
 * established, so that a flood of names seen once cannot push out what is in use. Every entry has
 * an owner, the neighbour it came from, and an owner holds at most a quarter of the table.
 * Owners are told apart by a hash: two may share a quarter.
 *
 * Entries name each other by index, and an established one that is used is marked, not moved: with
 * a thousand nodes in a thousand tables it is cache misses that count.
 */
#ifndef PGN_ROUTING_TABLE_H
#define PGN_ROUTING_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PGN_TABLE_OWNERS 256
#define PGN_CACHE_LINE 64

enum pgn_entry_state {
	PGN_ENTRY_FREE,
	PGN_ENTRY_ON_PROBATION,
	PGN_ENTRY_ESTABLISHED,
	PGN_ENTRY_RETIRED /**< gone, its place not yet to be used again */
};

/** Neighbours in a list, by index. */
struct pgn_table_links {
	uint32_t before, after;
};

/** The first member of whatever a table holds. */
struct pgn_table_entry {
	uint64_t key;
	uint32_t chain; /**< the next of the same hash */
	struct pgn_table_links order;
	struct pgn_table_links of_owner; /**< while on probation */
	uint16_t owner;
	uint8_t state; /**< enum pgn_entry_state */
	bool used;     /**< since it got its place in the order */
};

/** Least recently used first. */
struct pgn_table_order {
	uint32_t first, last;
};

struct pgn_table_owner {
	struct pgn_table_order on_probation;
	uint32_t count; /**< established ones too */
};

/** The first cache line is what it takes to find an entry. */
struct pgn_table {
	unsigned char *place; /**< entries, each at the beginning of a cache line */
	size_t place_size;
	uint32_t *chain;
	uint64_t seed;
	uint64_t *due; /**< of each place: when it wants to be looked at, at the latest */
	unsigned int shift;
	uint32_t places;
	uint32_t fresh; /**< places from here on were never used */
	uint32_t capacity;
	uint32_t quota;
	uint32_t count;
	bool retires;
	struct pgn_table_order on_probation;
	struct pgn_table_order established;
	struct pgn_table_order retired;
	struct pgn_table_order free;
	struct pgn_table_owner *owner; /**< PGN_TABLE_OWNERS */
} __attribute__((aligned(PGN_CACHE_LINE)));

/**
 * capacity entries of entry_size bytes. With spares, the place of an entry that is removed is
 * retired until pgn_table_release(), and so many more places stand by meanwhile. 0 or -ENOMEM.
 */
int pgn_table_init(struct pgn_table *table, uint32_t capacity, uint32_t spares, size_t entry_size,
		   uint64_t seed);
void pgn_table_fini(struct pgn_table *table);

/** NULL when there is none. */
void *pgn_table_find(const struct pgn_table *table, uint64_t key);

/** The key will be looked up soon: bring nearer what leads to its entry. */
void pgn_table_fetch(const struct pgn_table *table, uint64_t key);

/** The first entry to be compared with the key; NULL: there is none. */
void *pgn_table_first(const struct pgn_table *table, uint64_t key);

/**
 * Whether the owner may add one entry. True with *victim set: after removing that one. False: the
 * owner's quarter is full of established entries, or all places wait for release.
 */
bool pgn_table_room(struct pgn_table *table, uint64_t owner, void **victim);

/** Add a key that is not there; there must be room. Behind the entry's header all is zero. */
void *pgn_table_add(struct pgn_table *table, uint64_t key, uint64_t owner);

/** The entry was used: it is now the last to go. */
void pgn_table_use(struct pgn_table *table, struct pgn_table_entry *entry);

/** The entry was used and has proved itself. */
void pgn_table_establish(struct pgn_table *table, struct pgn_table_entry *entry);

void pgn_table_remove(struct pgn_table *table, struct pgn_table_entry *entry);

/** The longest retired place; NULL when there is none. */
struct pgn_table_entry *pgn_table_retired(const struct pgn_table *table);

/** A place that is not retired stays as it is. */
void pgn_table_release(struct pgn_table *table, uint32_t index);

/** The entry in a place, NULL when it holds none; index below table->places. */
void *pgn_table_at(const struct pgn_table *table, uint32_t index);

uint32_t pgn_table_index(const struct pgn_table *table, const struct pgn_table_entry *entry);

/** The entry wants to be looked at by then, if not before. */
void pgn_table_set_due(struct pgn_table *table, const struct pgn_table_entry *entry, uint64_t due);

/**
 * The entry in the first place from *index on whose time has come, *index then the one behind it;
 * NULL: no more. Each must be given a new time, or be removed.
 */
void *pgn_table_next_due(const struct pgn_table *table, uint32_t *index, uint64_t now);

#endif
