/* SPDX-License-Identifier: BSD-3-Clause */
/** What the files of this room share. */
#ifndef PGN_AEAD_INSIDE_H
#define PGN_AEAD_INSIDE_H

#include <stdatomic.h>

#include <rte_cryptodev.h>

#include "pgn_aead.h"

/** Keysets that may exist at once: the current one, and some that workers may still use. */
#define PGN_AEAD_KEYSETS 4

/* ---- memory.c: pages that core dumps leave out ---- */

/** Zeroed; NULL: none. */
void *pgn_secret_alloc(size_t size);
/** Wipes it. */
void pgn_secret_free(void *secret, size_t size);
/** Memory that has been got already: its pages, and what else is on them, are left out. 0, -errno.
 */
int pgn_secret_hide(void *memory, size_t size);

/* ---- keys.c ---- */

struct pgn_aead_keys {
	unsigned int count;
	uint8_t key[PGN_AEAD_KEYS_MAX][PGN_AEAD_KEY];
};

/* ---- device.c ---- */

struct pgn_aead_device {
	uint8_t id;
	bool async;
	bool probed; /**< by us, so that we remove it */
	unsigned int lanes;
	int socket;
	struct rte_mempool *sessions, *ops;
};

/* ---- keyset.c ---- */

/** Where a lane's nonces are. */
struct pgn_aead_nonces {
	uint64_t prefix;  /**< as memory has it */
	uint64_t counter; /**< of frames sealed with it */
};

/** What a lane writes of a keyset: nobody else does. */
struct pgn_aead_keyset_lane {
	struct pgn_aead_nonces nonces;
	_Atomic uint64_t submitted, collected;
} __rte_cache_aligned;

struct pgn_aead_keyset {
	struct pgn_aead_device *device;
	unsigned int count;
	void *seal;                    /**< session of the first key */
	void *open[PGN_AEAD_KEYS_MAX]; /**< sessions */
	struct pgn_aead_keyset_lane lane[];
};

/** Another prefix, and the counter from 0. */
void pgn_aead_draw_prefix(struct pgn_aead_nonces *nonces);

/** Write the next nonce. */
static inline void
pgn_aead_write_nonce(struct pgn_aead_nonces *nonces, uint8_t *nonce)
{
	uint32_t counter;

	if (unlikely(nonces->counter > UINT32_MAX))
		pgn_aead_draw_prefix(nonces);
	counter = rte_cpu_to_be_32((uint32_t)nonces->counter++);
	memcpy(nonce, &nonces->prefix, sizeof(nonces->prefix));
	memcpy(nonce + sizeof(nonces->prefix), &counter, sizeof(counter));
}

/* ---- lanes ---- */

/** How jobs reach a device: rte_cryptodev's own, unless tested. */
struct pgn_aead_queue {
	uint16_t (*enqueue)(uint8_t device, uint16_t pair, struct rte_crypto_op **ops, uint16_t n);
	uint16_t (*dequeue)(uint8_t device, uint16_t pair, struct rte_crypto_op **ops, uint16_t n);
};

/** Behind an operation: its nonce, and the job it is for. */
struct pgn_aead_ticket {
	uint8_t nonce[16];
	struct pgn_aead_job job;
	struct pgn_aead_keyset *keyset;
	uint8_t tried; /**< keys, a bit each */
	uint8_t state; /**< enum in queue.c */
};

/** What a burst of synchronous work is described with; most of it never changes. */
struct pgn_aead_vectors {
	struct rte_crypto_sym_vec all;
	struct rte_crypto_sgl list[PGN_AEAD_BURST];
	struct rte_crypto_vec data[PGN_AEAD_BURST];
	struct rte_crypto_va_iova_ptr nonce[PGN_AEAD_BURST], tag[PGN_AEAD_BURST];
	struct rte_crypto_va_iova_ptr none[PGN_AEAD_BURST];
	int32_t status[PGN_AEAD_BURST];
};

struct pgn_aead_lane {
	struct pgn_aead_device *device;
	unsigned int index; /**< of its queue pair as well */
	struct pgn_aead_vectors vectors;

	/* Asynchronous. Jobs in flight are head to tail; waiting for the device: `next` to tail. */
	struct pgn_aead_queue queue;
	_Atomic uint32_t head, tail;
	uint32_t next;
	struct rte_crypto_op *line[PGN_AEAD_IN_FLIGHT];
	struct rte_crypto_op *again[PGN_AEAD_IN_FLIGHT]; /**< to be opened with another key */
	unsigned int again_count;
};

/** One segment that owns its data and nobody shares; refcnt and nb_segs, neighbours, in one load.
 */
static inline bool
pgn_aead_is_plain(const struct rte_mbuf *frame)
{
	uint32_t refcnt_nb_segs;

	static_assert(offsetof(struct rte_mbuf, nb_segs) ==
			      offsetof(struct rte_mbuf, refcnt) + sizeof(uint16_t),
		      "nb_segs follows refcnt");
	memcpy(&refcnt_nb_segs, (const uint8_t *)frame + offsetof(struct rte_mbuf, refcnt),
	       sizeof(refcnt_nb_segs));
	return refcnt_nb_segs == UINT32_C(0x00010001) && RTE_MBUF_DIRECT(frame);
}

/** May it be worked on? GOOD, or why not. */
static inline enum pgn_aead_verdict
pgn_aead_check(const struct pgn_aead_job *job)
{
	if (unlikely(!pgn_aead_is_plain(job->frame)))
		return PGN_AEAD_REFUSED;
	if (unlikely(job->frame->data_len < job->at + PGN_AEAD_OVERHEAD))
		return PGN_AEAD_TOO_SHORT;
	return PGN_AEAD_GOOD;
}

/** Bytes of the inner frame. */
static inline uint32_t
pgn_aead_length(const struct pgn_aead_job *job)
{
	return job->frame->data_len - (uint32_t)job->at - PGN_AEAD_OVERHEAD;
}

static inline uint8_t *
pgn_aead_nonce_of(const struct pgn_aead_job *job)
{
	return rte_pktmbuf_mtod_offset(job->frame, uint8_t *, job->at);
}

/** What the device may have spoiled is again as it came; the two frames have the same length. */
void pgn_aead_restore(const struct pgn_aead_job *job);

/** The next key to open a job with; keyset->count: all were tried. */
static inline unsigned int
pgn_aead_next_key(const struct pgn_aead_keyset *keyset, unsigned int tried)
{
	unsigned int key = 0;

	while (key < keyset->count && (tried >> key & 1) != 0)
		key++;
	return key;
}

/* queue.c, for lane.c */
void pgn_aead_queue_open(struct pgn_aead_lane *lane);
void pgn_aead_queue_close(struct pgn_aead_lane *lane);

#endif
