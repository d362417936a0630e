/* SPDX-License-Identifier: BSD-3-Clause */
#include "obu.h"
#include "sealing.h"

void
pgn_obu_open_own(struct pgn_lane *lane, struct downstream_burst *burst)
{
	struct pgn_batch batch;
	unsigned int relayed = 0;

	pgn_batch_begin(&batch, lane);
	for (unsigned int i = 0; i < burst->count; i++) {
		struct rte_mbuf *frame = burst->frame[i];
		uint64_t destination =
			pgn_header_destination(rte_pktmbuf_mtod(frame, const uint8_t *));

		if (!pgn_obu_is_for_host(&lane->own, destination)) {
			burst->from[relayed] = burst->from[i];
			burst->frame[relayed++] = frame;
		} else if (unlikely(frame->data_len < PGN_DOWNSTREAM_LEN + PGN_SEALED_MIN)) {
			pgn_forward_drop(lane, frame, PGN_DROP_SEALED_SHORT);
		} else {
			pgn_batch_open(&batch, frame, PGN_DOWNSTREAM_LEN);
		}
	}
	burst->count = relayed;
	pgn_batch_end(&batch);
}

void
pgn_obu_opened(struct pgn_lane *lane, struct pgn_aead_job *job, unsigned int n)
{
	struct pgn_writer tap = pgn_writer_open(lane, PGN_PORT_TAP);

	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = job[i].frame;

		if (unlikely(job[i].verdict != PGN_AEAD_GOOD)) {
			pgn_job_drop(lane, &job[i], pgn_crypto_fault(&job[i]));
			continue;
		}
		pgn_note(lane, &job[i], false);
		pgn_unwrap(job[i].frame, job[i].at);
		if (unlikely(!pgn_inner_ok(rte_pktmbuf_mtod(frame, const uint8_t *),
					   frame->data_len))) {
			pgn_job_drop(lane, &job[i], pgn_inner_fault(frame->data_len));
			continue;
		}
		rte_pktmbuf_free(job[i].kept);
		pgn_writer_add(lane, &tap, frame, frame->data_len);
	}
	pgn_writer_close(&tap, PGN_KIND_HOST, PGN_FLAT);
}

void
pgn_obu_seal_burst(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	struct pgn_batch batch;
	uint64_t bytes = 0;

	pgn_batch_begin(&batch, lane);
	pgn_prefetch_frames(frames, n);
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];

		bytes += frame->pkt_len;
		frame = pgn_obu_admit(lane, snapshot, frame);
		if (unlikely(frame == NULL))
			continue;
		frame = pgn_make_room(lane, frame);
		if (likely(frame != NULL))
			pgn_batch_send(&batch, frame, &snapshot->upstream[0], PGN_UPSTREAM_LEN, 0,
				       PGN_AEAD_SEAL);
	}
	pgn_count_intake(lane, PGN_PORT_TAP, PGN_KIND_HOST, n, bytes);
	pgn_batch_end(&batch);
}
