/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Clients: inner MAC -> slot of the OBU it lives behind (routing.md's rules 12, 13 and 15).
 *
 * Workers look up and refresh without locks; one thread, the control loop, learns, ages and
 * removes. Time is counted in epochs of PGN_CLIENT_EPOCH_S seconds, kept in the table's byte for
 * each entry: a worker's refresh is a relaxed store, made at most once an epoch.
 *
 * ThreadSanitizer has nothing to say of it, tests/unit/fib/test_racing.c is run so, but for the
 * vector compare of a bucket, which it cannot judge and gets without vectors. That one only tells
 * where to look: the entry there is then loaded as one atomic word and compared again.
 */
#ifndef PGN_CLIENTS_H
#define PGN_CLIENTS_H

#include "pgn_mac_table.h"

#define PGN_CLIENT_EPOCH_S 2
#define PGN_CLIENT_AGE_S 300

#define PGN_SLOT_LOCAL 0xffff /**< lives behind our own TAP */
#define PGN_SLOT_NONE 0xfffe  /**< not known */

#define PGN_CLIENTS_BULK 64 /**< clients that bulk functions take at once */

/* The layout is open for the inline function below only. */
struct pgn_clients {
	struct pgn_mac_table table; /**< notes: epoch of the last refresh */
	_Atomic uint8_t epoch;

	/* The control loop's. */
	uint32_t max;
	uint32_t count;
	uint32_t aged; /**< buckets below are done in this epoch */
};

/** max: 1 to 1,048,576 clients. NULL with errno ENOMEM. */
struct pgn_clients *pgn_clients_create(uint32_t max, uint64_t seed, int socket);
void pgn_clients_destroy(struct pgn_clients *clients);
uint64_t pgn_clients_memory(uint32_t max);

/* ---- any worker ---- */

/** Where the client of a look-up in the table lives; PGN_SLOT_NONE: not known. */
static inline uint16_t
pgn_mac_found_slot(const struct pgn_mac_found *found)
{
	return found->entry == 0 ? PGN_SLOT_NONE : pgn_mac_entry_slot(found->entry);
}

/**
 * Look n keys (pgn_mac_key) up, at most PGN_CLIENTS_BULK; slot gets where each lives, or
 * PGN_SLOT_NONE.
 */
void pgn_clients_lookup_bulk(const struct pgn_clients *clients, const uint64_t *key, uint16_t *slot,
			     unsigned int n);

/** What refreshes are marked with; to be read once a burst. */
static inline uint8_t
pgn_clients_epoch(const struct pgn_clients *clients)
{
	return atomic_load_explicit(&clients->epoch, memory_order_relaxed);
}

/**
 * A frame of a client, as just looked up and found, came from where its entry says: at most one
 * store an epoch.
 */
static inline void
pgn_clients_refresh(struct pgn_mac_place place, uint8_t epoch)
{
	_Atomic uint8_t *seen = pgn_mac_place_note(place);

	if (__builtin_expect(atomic_load_explicit(seen, memory_order_relaxed) != epoch, 0))
		atomic_store_explicit(seen, epoch, memory_order_relaxed);
}

/* ---- the control loop ---- */

/**
 * The client lives behind `slot`, or behind our TAP (PGN_SLOT_LOCAL), from now on, wherever it was
 * before. 0; -ENOSPC: table full and nothing older to give up.
 */
int pgn_clients_learn(struct pgn_clients *clients, uint64_t key, uint16_t slot);

/** Some of the slots there are. */
struct pgn_slot_set {
	uint64_t word[65536 / 64];
};

static inline void
pgn_slot_set_add(struct pgn_slot_set *set, uint16_t slot)
{
	set->word[slot / 64] |= UINT64_C(1) << slot % 64;
}

static inline bool
pgn_slot_set_has(const struct pgn_slot_set *set, uint16_t slot)
{
	return set->word[slot / 64] >> slot % 64 & 1;
}

/** Forget all clients behind these slots. Costs a pass over the table. */
void pgn_clients_purge(struct pgn_clients *clients, const struct pgn_slot_set *slots);

/** Let time pass: seconds since any fixed start; ages a part of the table at each call. */
void pgn_clients_age(struct pgn_clients *clients, uint64_t now_s);

/** A client as it is listed. */
struct pgn_client {
	uint64_t key;
	uint16_t slot;
};

/**
 * Up to max clients from a place in the table on, which is 0 at first; *place becomes where the
 * next call goes on, 0: there is nothing more. Returns how many. One that moves meanwhile may be
 * missed or come twice. Costs a pass over as much of the table. Any thread.
 */
unsigned int pgn_clients_list(const struct pgn_clients *clients, uint32_t *place,
			      struct pgn_client *client, unsigned int max);

uint32_t pgn_clients_count(const struct pgn_clients *clients);

#endif
