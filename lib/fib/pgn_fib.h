/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What workers read: next hops with ready-made headers, as an immutable snapshot.
 *
 * The control loop builds a snapshot and publishes it by pointer. Workers read the current one
 * once a burst and hold it no longer than to their next pgn_fib_quiescent(). A replaced snapshot
 * is freed when every worker has passed such a point. ThreadSanitizer has nothing to say of it:
 * tests/unit/fib/test_racing_snapshots.c is run so.
 */
#ifndef PGN_FIB_H
#define PGN_FIB_H

#include "pgn_clients.h"
#include "pgn_mac_table.h"
#include "pgn_wire.h"

#define PGN_FIB_HOPS 2      /**< next hops of a node: the chosen one and one other */
#define PGN_FIB_UPSTREAMS 8 /**< the current upstream and its candidates */

/** Every node must find a place, in small tables and with any seed: there is twice the usual room.
 */
#define PGN_FIB_PLACES_A_SLOT 2

#define PGN_FIB_NO_WIRE 0xff

/** Ready-made headers are right-aligned in so many bytes: one store to payload - 32. */
#define PGN_HEADER_ROOM 32

/** A next hop, and the header that leads to it. */
struct pgn_fib_hop {
	uint8_t header[PGN_HEADER_ROOM];
	uint64_t key; /**< pgn_mac_key() of its MAC */
	struct pgn_mac mac;
	uint8_t wire; /**< PGN_FIB_NO_WIRE: a node's first hop, and the node has none */
};

/**
 * A node (an OBU), by routing's slot; hop_count 0: no live route, or no node in the slot. What a
 * frame to it needs lies in the first cache line, its other hop in the second.
 */
struct pgn_fib_node {
	uint8_t hop_count;
	bool present;
	struct pgn_mac mac;
	struct pgn_fib_hop hop[PGN_FIB_HOPS]; /**< headers are downstream ones, to `mac` */
} __attribute__((aligned(64)));

static_assert(offsetof(struct pgn_fib_node, hop[1]) <= 64, "a node's first hop is in one line");

struct pgn_fib_snapshot {
	unsigned int upstream_count;
	struct pgn_fib_hop upstream[PGN_FIB_UPSTREAMS]; /**< headers are upstream ones */
	unsigned int slot_count;
	unsigned int node_count;     /**< slots that are present */
	struct pgn_mac_table by_mac; /**< node's MAC -> slot */
	uint64_t *key; /**< slot -> key of the node's MAC: dense, a thousand stay in the L1 cache */
	struct pgn_fib_node node[]; /**< slot_count of them */
};

/** What headers are made of. */
struct pgn_fib_identity {
	uint16_t marker;
	unsigned int wire_count;
	struct pgn_mac wire_mac[PGN_MAX_WIRES]; /**< [0] is the node's identity and origin */
};

struct pgn_fib;

/** readers: number of workers. NULL with errno ENOMEM. */
struct pgn_fib *pgn_fib_create(unsigned int readers, int socket);

/** Frees the fib and every snapshot; no reader may be left. NULL is allowed. */
void pgn_fib_destroy(struct pgn_fib *fib);

/* ---- the control loop ---- */

/** An empty snapshot with room for slot_count nodes, the caller's. NULL with errno ENOMEM. */
struct pgn_fib_snapshot *pgn_fib_snapshot_create(unsigned int slot_count, int socket);
void pgn_fib_snapshot_destroy(struct pgn_fib_snapshot *snapshot);
/** Bytes that one takes, its table by MAC included. */
uint64_t pgn_fib_snapshot_memory(unsigned int slot_count);

/** The first free candidate becomes this hop; beyond PGN_FIB_UPSTREAMS it is left out. */
void pgn_fib_add_upstream(struct pgn_fib_snapshot *snapshot, const struct pgn_fib_identity *id,
			  const struct pgn_mac *mac, unsigned int wire);

/** Fill a slot; hop_count 0: known, but no live route. -ENOSPC: the table by MAC took no more. */
int pgn_fib_set_node(struct pgn_fib_snapshot *snapshot, unsigned int slot,
		     const struct pgn_mac *mac);
void pgn_fib_add_node_hop(struct pgn_fib_snapshot *snapshot, const struct pgn_fib_identity *id,
			  unsigned int slot, const struct pgn_mac *mac, unsigned int wire);

/**
 * Make it the current one; the fib owns it then. token is for pgn_fib_passed(). -ENOMEM: nothing
 * was changed, the snapshot is still the caller's.
 */
int pgn_fib_publish(struct pgn_fib *fib, struct pgn_fib_snapshot *snapshot, uint64_t *token);

/** A token for pgn_fib_passed(): of this moment, for what else workers leave as they do snapshots.
 */
uint64_t pgn_fib_mark(struct pgn_fib *fib);

/** Whether every worker has left the snapshots published before the token's. Never blocks. */
bool pgn_fib_passed(struct pgn_fib *fib, uint64_t token);

/** Free what every worker has left. Never blocks. */
void pgn_fib_reclaim(struct pgn_fib *fib);

/* ---- workers; reader is 0 to readers - 1 ---- */

/** Between online and offline a worker holds up reclaiming; offline before it sleeps or ends. */
void pgn_fib_online(struct pgn_fib *fib, unsigned int reader);
void pgn_fib_offline(struct pgn_fib *fib, unsigned int reader);

/** The worker holds no snapshot now. */
void pgn_fib_quiescent(struct pgn_fib *fib, unsigned int reader);

/** The current snapshot, never NULL. */
const struct pgn_fib_snapshot *pgn_fib_current(const struct pgn_fib *fib);

/** Slot of a node, by its MAC's key or its MAC, or PGN_SLOT_NONE. */
static inline uint16_t
pgn_fib_slot_of_key(const struct pgn_fib_snapshot *snapshot, uint64_t key)
{
	struct pgn_mac_found found = pgn_mac_table_find(&snapshot->by_mac, key);

	return pgn_mac_found_slot(&found);
}

static inline uint16_t
pgn_fib_slot_of(const struct pgn_fib_snapshot *snapshot, const void *mac)
{
	return pgn_fib_slot_of_key(snapshot, pgn_mac_key(mac));
}

#endif
