/* SPDX-License-Identifier: BSD-3-Clause */
/** Lanes, and the synchronous way. */
#include <errno.h>

#include <rte_malloc.h>

#include "inside.h"

static void
prepare_vectors(struct pgn_aead_vectors *vectors)
{
	vectors->all = (struct rte_crypto_sym_vec){.src_sgl = vectors->list,
						   .iv = vectors->nonce,
						   .digest = vectors->tag,
						   .aad = vectors->none,
						   .status = vectors->status};
	for (unsigned int i = 0; i < PGN_AEAD_BURST; i++)
		vectors->list[i] = (struct rte_crypto_sgl){.vec = &vectors->data[i], .num = 1};
}

struct pgn_aead_lane *
pgn_aead_lane_open(struct pgn_aead_device *device, unsigned int index, int socket)
{
	struct pgn_aead_lane *lane =
		rte_zmalloc_socket("pgn_aead_lane", sizeof(*lane), RTE_CACHE_LINE_SIZE, socket);

	if (lane == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	lane->device = device;
	lane->index = index;
	prepare_vectors(&lane->vectors);
	pgn_aead_queue_open(lane);
	return lane;
}

void
pgn_aead_lane_close(struct pgn_aead_lane *lane)
{
	if (lane == NULL)
		return;
	pgn_aead_queue_close(lane);
	rte_free(lane);
}

void
pgn_aead_restore(const struct pgn_aead_job *job)
{
	rte_memcpy(rte_pktmbuf_mtod(job->frame, void *), rte_pktmbuf_mtod(job->kept, const void *),
		   job->frame->data_len);
}

/** Jobs of one session. */
struct batch {
	unsigned int count;
	struct pgn_aead_job *job[PGN_AEAD_BURST];
};

static inline void
batch_add(struct pgn_aead_vectors *vectors, struct batch *batch, struct pgn_aead_job *job,
	  uint8_t *nonce)
{
	unsigned int i = batch->count++;
	uint8_t *inner = nonce + PGN_AEAD_NONCE;
	uint32_t length = pgn_aead_length(job);

	batch->job[i] = job;
	vectors->data[i].base = inner;
	vectors->data[i].len = length;
	vectors->nonce[i].va = nonce;
	vectors->tag[i].va = inner + length;
}

/** Not all went well. A driver that could do none at all may not say a word about each. */
static __rte_noinline void
batch_judge(struct pgn_aead_vectors *vectors, const struct batch *batch, bool none,
	    enum pgn_aead_verdict otherwise)
{
	for (unsigned int i = 0; i < batch->count; i++) {
		int32_t status = vectors->status[i];

		if (status == EBADMSG)
			batch->job[i]->verdict = (uint8_t)otherwise;
		else if (status != 0 || none)
			batch->job[i]->verdict = PGN_AEAD_FAILED;
		vectors->status[i] = 0;
	}
}

static void
batch_do(struct pgn_aead_lane *lane, struct batch *batch, void *session,
	 enum pgn_aead_verdict otherwise)
{
	const union rte_crypto_sym_ofs all = {.raw = 0};
	struct pgn_aead_vectors *vectors = &lane->vectors;
	uint32_t good;

	if (batch->count == 0)
		return;
	vectors->all.num = batch->count;
	good = rte_cryptodev_sym_cpu_crypto_process(lane->device->id, session, all, &vectors->all);
	if (unlikely(good < batch->count))
		batch_judge(vectors, batch, good == 0, otherwise);
}

/** Seals what is to be sealed, passes what is to be passed; tells of those to open. */
static unsigned int
seal(struct pgn_aead_lane *lane, struct pgn_aead_keyset *keyset, struct pgn_aead_job *jobs,
     unsigned int n, struct pgn_aead_job **to_open)
{
	/* In registers meanwhile. */
	struct pgn_aead_nonces nonces = keyset->lane[lane->index].nonces;
	unsigned int opens = 0;
	struct batch batch;

	batch.count = 0;
	for (unsigned int i = 0; i < n; i++) {
		struct pgn_aead_job *job = &jobs[i];
		enum pgn_aead_verdict check = PGN_AEAD_GOOD;
		uint8_t *nonce;

		if (likely(job->task != PGN_AEAD_PASS))
			check = pgn_aead_check(job);
		job->verdict = (uint8_t)check;
		if (unlikely(job->task == PGN_AEAD_PASS || check != PGN_AEAD_GOOD))
			continue;
		if (job->task == PGN_AEAD_OPEN) {
			to_open[opens++] = job;
			continue;
		}
		nonce = pgn_aead_nonce_of(job);
		if (likely(job->task == PGN_AEAD_SEAL))
			pgn_aead_write_nonce(&nonces, nonce);
		batch_add(&lane->vectors, &batch, job, nonce);
	}
	keyset->lane[lane->index].nonces = nonces;
	batch_do(lane, &batch, keyset->seal, PGN_AEAD_FAILED);
	return opens;
}

/** All of these, with the only key there is. */
static void
open_with_one_key(struct pgn_aead_lane *lane, const struct pgn_aead_keyset *keyset,
		  struct pgn_aead_job **job, unsigned int n)
{
	struct batch batch;

	batch.count = 0;
	for (unsigned int i = 0; i < n; i++) {
		job[i]->key = 0;
		batch_add(&lane->vectors, &batch, job[i], pgn_aead_nonce_of(job[i]));
	}
	batch_do(lane, &batch, keyset->open[0], PGN_AEAD_FORGED);
}

/** Each of these is to be opened with the key in its `key`; returns how many did not. */
static unsigned int
open_with_their_keys(struct pgn_aead_lane *lane, const struct pgn_aead_keyset *keyset,
		     struct pgn_aead_job **job, uint8_t *tried, unsigned int n)
{
	unsigned int left = 0;

	for (unsigned int key = 0; key < keyset->count; key++) {
		struct batch batch;

		batch.count = 0;
		for (unsigned int i = 0; i < n; i++) {
			if (job[i]->key == key)
				batch_add(&lane->vectors, &batch, job[i],
					  pgn_aead_nonce_of(job[i]));
		}
		batch_do(lane, &batch, keyset->open[key], PGN_AEAD_FORGED);
	}
	for (unsigned int i = 0; i < n; i++) {
		uint8_t done = (uint8_t)(tried[i] | 1 << job[i]->key);
		unsigned int next = pgn_aead_next_key(keyset, done);

		if (likely(job[i]->verdict != PGN_AEAD_FORGED) || next == keyset->count ||
		    job[i]->kept == NULL)
			continue;
		pgn_aead_restore(job[i]);
		job[i]->verdict = PGN_AEAD_GOOD;
		job[i]->key = (uint8_t)next;
		job[left] = job[i];
		tried[left++] = done;
	}
	return left;
}

void
pgn_aead_process(struct pgn_aead_lane *lane, struct pgn_aead_keyset *keyset,
		 struct pgn_aead_job *jobs, unsigned int n)
{
	struct pgn_aead_job *job[PGN_AEAD_BURST];
	unsigned int left = seal(lane, keyset, jobs, n, job);
	uint8_t tried[PGN_AEAD_BURST];

	if (left == 0)
		return;
	if (keyset->count == 1) {
		open_with_one_key(lane, keyset, job, left);
		return;
	}
	for (unsigned int i = 0; i < left; i++) {
		tried[i] = 0;
		if (job[i]->key >= keyset->count)
			job[i]->key = 0;
	}
	while (left > 0)
		left = open_with_their_keys(lane, keyset, job, tried, left);
}
