/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Sealed payloads: a role's work falls in two, before and after the crypto device has done its
 * part. Before, frames become jobs; after, those to be sent are complete, header and all, so that
 * nothing of a snapshot is held meanwhile. Plaintext never goes to a wire: a frame that was to be
 * sealed leaves as a job that went well, or not at all.
 */
#ifndef PGN_SEALING_H
#define PGN_SEALING_H

#include "forward.h"

/** The shortest payload that holds an inner frame. */
#define PGN_SEALED_MIN (PGN_INNER_MIN + PGN_AEAD_OVERHEAD)

/** What becomes of a job's frame. */
enum pgn_purpose {
	PGN_PURPOSE_SEND,      /**< by the wire in `note`, as it is */
	PGN_PURPOSE_REPLICATE, /**< to all OBUs but the one in slot `note`, as from `origin` */
	PGN_PURPOSE_OPENED,    /**< the role's */
};

/** Jobs of a burst; a frame that comes in makes one at most, or one and a copy for a group. */
struct pgn_batch {
	struct pgn_lane *lane;
	struct pgn_aead_keyset *keyset;
	bool async;
	bool several; /**< keys */
	unsigned int count;
	struct pgn_aead_job job[PGN_AEAD_BURST];
};

static_assert(PGN_AEAD_BURST == PGN_BURST_MAX, "a burst is a batch");

/** Empty, with the keys of this moment. */
void pgn_batch_begin(struct pgn_batch *batch, struct pgn_lane *lane);

/** Have it done; what follows is done as well unless the device is asynchronous. */
void pgn_batch_end(struct pgn_batch *batch);

/**
 * One more job, at most PGN_AEAD_BURST, to be written where it is: a copy would wait for the stores
 * of its small fields.
 */
static inline struct pgn_aead_job *
pgn_batch_next(struct pgn_batch *batch)
{
	return &batch->job[batch->count++];
}

/**
 * A frame that came in, at least PGN_SEALED_MIN behind its header, is to be opened. A copy is kept
 * where it may be wanted: to try another key, or to be passed on as it came.
 */
void pgn_batch_open(struct pgn_batch *batch, struct rte_mbuf *frame, uint16_t header_length);

/**
 * A plain inner frame gets room for a nonce in front and for a tag behind, and for a header before
 * both; a copy takes its place where there is none. NULL: dropped and counted.
 */
struct rte_mbuf *pgn_make_room(struct pgn_lane *lane, struct rte_mbuf *inner);

/**
 * A payload, sealed or to be, gets a header and becomes a job to be sent by the hop's wire; one
 * that is too long for it is dropped. task: what is left to do with it.
 */
void pgn_batch_send(struct pgn_batch *batch, struct rte_mbuf *payload,
		    const struct pgn_fib_hop *hop, uint16_t header_length, uint64_t origin,
		    enum pgn_aead_task task);

/** Why a job did not go well. */
enum pgn_drop pgn_crypto_fault(const struct pgn_aead_job *job);

/** Drop its frame, and forget the copy. */
void pgn_job_drop(struct pgn_lane *lane, struct pgn_aead_job *job, enum pgn_drop reason);

/** The inner frame of what was opened, without the `at` bytes and all else around it. */
static inline void
pgn_unwrap(struct rte_mbuf *frame, uint16_t at)
{
	pgn_move_ends(frame, at + PGN_AEAD_NONCE, -PGN_AEAD_TAG);
}

/** The payload again, with its nonce. */
static inline void
pgn_rewrap(struct rte_mbuf *inner)
{
	pgn_move_ends(inner, -PGN_AEAD_NONCE, PGN_AEAD_TAG);
}

static_assert(PGN_ORIGIN_NOTES == 256, "a note's place is 8 bits");

static inline struct pgn_origin_note *
pgn_note_of(struct pgn_lane *lane, uint64_t origin)
{
	return &lane->note[pgn_key_hash8(origin)];
}

/** What the next frame of an origin will probably be like. */
static inline void
pgn_note(struct pgn_lane *lane, const struct pgn_aead_job *job, bool goes_on)
{
	*pgn_note_of(lane, job->origin) = (struct pgn_origin_note){
		.origin = job->origin, .key = job->key, .goes_on = goes_on};
}

#endif
