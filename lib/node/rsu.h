/* SPDX-License-Identifier: BSD-3-Clause */
/** What the RSU's bursts are made of, clear or sealed. */
#ifndef PGN_NODE_RSU_H
#define PGN_NODE_RSU_H

#include "aside.h"
#include "forward.h"
#include "learn.h"

/** Inner frames of a burst that came in by a wire, stage by stage. */
struct inner_burst {
	unsigned int count;
	bool to_one; /**< all go to the first one's destination */
	struct rte_mbuf *frame[PGN_BURST_MAX];
	uint64_t origin[PGN_BURST_MAX];             /**< key of the OBU it came from */
	struct pgn_mac_probe source[PGN_BURST_MAX]; /**< look-ups of the inner sources */
	uint64_t destination[PGN_BURST_MAX];        /**< keys of the inner destinations */
	uint16_t to[PGN_BURST_MAX];                 /**< where the destination lives */
};

/** An inner frame becomes the at-th; its source's look-up begins. */
static inline void
take_inner(const struct pgn_mac_table *table, struct inner_burst *burst, unsigned int at,
	   struct rte_mbuf *frame, uint64_t origin, const uint8_t *inner)
{
	burst->frame[at] = frame;
	burst->origin[at] = origin;
	pgn_mac_table_probe(table, pgn_inner_source(inner), &burst->source[at]);
	burst->destination[at] = pgn_inner_destination(inner);
}

/** A burst that goes to one, the gateway say, is looked up once. */
static inline void
look_up_destinations(const struct pgn_clients *clients, struct inner_burst *burst)
{
	uint64_t others = 0;

	for (unsigned int i = 1; i < burst->count; i++)
		others |= burst->destination[i] ^ burst->destination[0];
	burst->to_one = others == 0;
	pgn_clients_lookup_bulk(clients, burst->destination, burst->to,
				burst->to_one ? 1 : burst->count);
}

/** Not where its entry says: the control loop is told. Returns the slot of the frame's OBU. */
uint16_t pgn_rsu_learn_home(struct pgn_lane *lane, uint64_t source, uint64_t origin,
			    uint16_t known) __rte_noinline;

/** pgn_take_aside() of what an RSU takes: an upstream message of another station's. */
bool pgn_rsu_take_aside(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame,
			struct pgn_data *data);

/**
 * A host's frame to a slot, as looked up, that the snapshot does not have: to all OBUs when nobody
 * knows whose it is. False: dropped and counted.
 */
bool pgn_rsu_may_flood(struct pgn_lane *lane, struct rte_mbuf *frame, uint16_t slot);

/** What homes are looked up in, in registers for a burst. */
struct homes {
	const struct pgn_mac_table *table;
	const uint64_t *key;
	unsigned int slot_count;
	uint8_t epoch;
};

static inline struct homes
homes_of(const struct pgn_lane *lane)
{
	return (struct homes){.table = &lane->node->clients->table,
			      .key = lane->snapshot->key,
			      .slot_count = lane->snapshot->slot_count,
			      .epoch = pgn_clients_epoch(lane->node->clients)};
}

/**
 * The slot of the OBU the i-th frame came from, PGN_SLOT_NONE: not known. A client whose entry
 * names that very OBU, as nearly all do, is refreshed; another is learned.
 */
static inline uint16_t
home_of(struct pgn_lane *lane, const struct homes *homes, const struct inner_burst *burst,
	unsigned int i)
{
	struct pgn_mac_found from = pgn_mac_table_probed(homes->table, &burst->source[i]);
	uint16_t slot = pgn_mac_found_slot(&from);

	if (unlikely(slot >= homes->slot_count || homes->key[slot] != burst->origin[i]))
		return pgn_rsu_learn_home(lane, burst->source[i].key, burst->origin[i], slot);
	pgn_clients_refresh(from.place, homes->epoch);
	return slot;
}

/** A burst of the host's, stage by stage. */
struct host_burst {
	unsigned int count;
	struct rte_mbuf *frame[PGN_BURST_MAX];
	struct pgn_mac_probe destination[PGN_BURST_MAX]; /**< look-ups */
	uint16_t to[PGN_BURST_MAX];                      /**< where the destination lives */
};

/* rsu_sealed.c: the same of a node that seals. */
void pgn_rsu_open_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames,
			unsigned int n);
void pgn_rsu_seal_burst(struct pgn_lane *lane, const struct host_burst *burst);
/** As struct pgn_role has it. */
void pgn_rsu_opened(struct pgn_lane *lane, struct pgn_aead_job *job, unsigned int n);

#endif
