/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include "sealing.h"

int
pgn_sealing_open(struct pgn_sealing *sealing, struct pgn_aead_device *device,
		 const struct pgn_aead_keys *keys)
{
	struct pgn_aead_keyset *keyset = pgn_aead_keyset_create(device, keys);

	if (keyset == NULL)
		return -errno;
	*sealing = (struct pgn_sealing){.device = device};
	atomic_init(&sealing->current, keyset);
	return 0;
}

void
pgn_sealing_close(struct pgn_sealing *sealing)
{
	pgn_aead_keyset_destroy(atomic_load_explicit(&sealing->current, memory_order_relaxed));
	for (unsigned int i = 0; i < sealing->retired_count; i++)
		pgn_aead_keyset_destroy(sealing->retired[i]);
}

int
pgn_sealing_rekey(struct pgn_sealing *sealing, struct pgn_fib *fib,
		  const struct pgn_aead_keys *keys)
{
	struct pgn_aead_keyset *keyset;
	unsigned int i = sealing->retired_count;

	if (i == PGN_SEALING_RETIRED)
		return -EBUSY;
	keyset = pgn_aead_keyset_create(sealing->device, keys);
	if (keyset == NULL)
		return -errno;
	sealing->retired[i] =
		atomic_exchange_explicit(&sealing->current, keyset, memory_order_acq_rel);
	sealing->token[i] = pgn_fib_mark(fib);
	sealing->retired_count++;
	return 0;
}

bool
pgn_sealing_reclaim(struct pgn_sealing *sealing, struct pgn_fib *fib)
{
	unsigned int left = 0;

	for (unsigned int i = 0; i < sealing->retired_count; i++) {
		struct pgn_aead_keyset *keyset = sealing->retired[i];

		/* In this order: once workers have left it, it is given to no more frames. */
		if (pgn_fib_passed(fib, sealing->token[i]) && pgn_aead_keyset_is_idle(keyset)) {
			pgn_aead_keyset_destroy(keyset);
			continue;
		}
		sealing->retired[left] = keyset;
		sealing->token[left++] = sealing->token[i];
	}
	sealing->retired_count = left;
	return left == 0;
}

void
pgn_batch_begin(struct pgn_batch *batch, struct pgn_lane *lane)
{
	const struct pgn_sealing *sealing = lane->node->sealing;

	batch->lane = lane;
	batch->keyset = atomic_load_explicit(&sealing->current, memory_order_acquire);
	batch->async = pgn_aead_device_is_async(sealing->device);
	batch->several = pgn_aead_keyset_count(batch->keyset) > 1;
	batch->count = 0;
}

enum pgn_drop
pgn_crypto_fault(const struct pgn_aead_job *job)
{
	switch (job->verdict) {
	case PGN_AEAD_FORGED:
		return PGN_DROP_OPEN_FAILED;
	case PGN_AEAD_TOO_SHORT:
		return PGN_DROP_SEALED_SHORT;
	default:
		return PGN_DROP_CRYPTO_ERROR;
	}
}

void
pgn_job_drop(struct pgn_lane *lane, struct pgn_aead_job *job, enum pgn_drop reason)
{
	rte_pktmbuf_free(job->kept);
	pgn_forward_drop(lane, job->frame, reason);
}

/** What is sealed goes its way; returns how many jobs were such. */
static unsigned int
send_sealed(struct pgn_lane *lane, struct pgn_aead_job *job, unsigned int n)
{
	const enum pgn_kind kind =
		lane->node->clients != NULL ? PGN_KIND_DOWNSTREAM : PGN_KIND_UPSTREAM;
	struct pgn_writer air = pgn_writer_open(lane, 0);
	unsigned int i;

	for (i = 0; i < n && job[i].purpose != PGN_PURPOSE_OPENED; i++) {
		if (unlikely(job[i].verdict != PGN_AEAD_GOOD)) {
			pgn_job_drop(lane, &job[i], pgn_crypto_fault(&job[i]));
			continue;
		}
		if (unlikely(job[i].purpose == PGN_PURPOSE_REPLICATE)) {
			pgn_replicate(lane, job[i].frame, job[i].origin, job[i].note);
			continue;
		}
		if (unlikely(job[i].note != air.port))
			pgn_writer_turn(lane, &air, job[i].note, kind);
		pgn_writer_put(&air, job[i].frame, job[i].frame->data_len);
	}
	pgn_writer_close(&air, kind, PGN_FLAT);
	return i;
}

/** The part after. */
static void
finish(struct pgn_lane *lane, struct pgn_aead_job *job, unsigned int n)
{
	while (n > 0) {
		unsigned int done = send_sealed(lane, job, n), opened = 0;

		while (done + opened < n && job[done + opened].purpose == PGN_PURPOSE_OPENED)
			opened++;
		if (opened > 0)
			lane->node->role->opened(lane, job + done, opened);
		job += done + opened;
		n -= done + opened;
	}
}

void
pgn_batch_end(struct pgn_batch *batch)
{
	struct pgn_lane *lane = batch->lane;
	unsigned int taken;

	if (batch->count == 0)
		return;
	if (likely(!batch->async)) {
		pgn_aead_process(lane->aead, batch->keyset, batch->job, batch->count);
		finish(lane, batch->job, batch->count);
		return;
	}
	taken = pgn_aead_submit(lane->aead, batch->keyset, batch->job, batch->count);
	for (unsigned int i = taken; i < batch->count; i++)
		pgn_job_drop(lane, &batch->job[i], PGN_DROP_CRYPTO_FULL);
}

unsigned int
pgn_lane_collect(struct pgn_lane *lane)
{
	struct pgn_aead_job job[PGN_AEAD_BURST];
	unsigned int n = pgn_aead_collect(lane->aead, job, PGN_AEAD_BURST);

	finish(lane, job, n);
	return n;
}

void
pgn_batch_open(struct pgn_batch *batch, struct rte_mbuf *frame, uint16_t header_length)
{
	struct pgn_lane *lane = batch->lane;
	uint64_t origin = pgn_header_origin(rte_pktmbuf_mtod(frame, const uint8_t *));
	const struct pgn_origin_note *note = pgn_note_of(lane, origin);
	bool known = note->origin == origin;
	struct rte_mbuf *kept = NULL;

	/* Behind an asynchronous device what is sealed again would fall behind what is not. */
	if (unlikely(batch->async || batch->several || (known && note->goes_on))) {
		kept = pgn_copy_flat(lane, frame);
		if (kept == NULL && (batch->async || batch->several)) {
			pgn_forward_drop(lane, frame, PGN_DROP_NO_BUFFER);
			return;
		}
	}
	*pgn_batch_next(batch) = (struct pgn_aead_job){.frame = frame,
						       .kept = kept,
						       .at = header_length,
						       .task = PGN_AEAD_OPEN,
						       .purpose = PGN_PURPOSE_OPENED,
						       .key = known ? note->key : 0,
						       .origin = origin};
}

struct rte_mbuf *
pgn_make_room(struct pgn_lane *lane, struct rte_mbuf *inner)
{
	if (unlikely(rte_pktmbuf_headroom(inner) < PGN_AEAD_NONCE + PGN_HEADER_ROOM ||
		     rte_pktmbuf_tailroom(inner) < PGN_AEAD_TAG)) {
		inner = pgn_plain_copy(lane, inner, PGN_AEAD_TAG);
		if (inner == NULL)
			return NULL;
	}
	pgn_rewrap(inner);
	return inner;
}

void
pgn_batch_send(struct pgn_batch *batch, struct rte_mbuf *payload, const struct pgn_fib_hop *hop,
	       uint16_t header_length, uint64_t origin, enum pgn_aead_task task)
{
	struct pgn_lane *lane = batch->lane;

	if (unlikely(payload->data_len + (uint32_t)header_length >
		     pgn_port_max_frame(lane->node, hop->wire))) {
		pgn_forward_drop(lane, payload, PGN_DROP_OVERSIZE);
		return;
	}
	pgn_push_header(payload, hop, header_length, origin);
	*pgn_batch_next(batch) = (struct pgn_aead_job){.frame = payload,
						       .at = header_length,
						       .task = (uint8_t)task,
						       .purpose = PGN_PURPOSE_SEND,
						       .note = hop->wire};
}
