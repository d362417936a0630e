/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What comes up sealed is opened, to know the inner addresses. What goes down again, to another OBU
 * or to a group, goes as it came, byte for byte: from a copy that was kept because the last frame
 * of its origin went on as well, or sealed once more with the nonce that is still there, which
 * gives the same bytes. Only what another key than the first one opened is sealed anew.
 */
#include "rsu.h"
#include "sealing.h"

static void
take_aside(struct pgn_batch *batch, unsigned int wire, struct rte_mbuf *frame)
{
	struct pgn_lane *lane = batch->lane;
	struct pgn_data data;

	if (!pgn_rsu_take_aside(lane, wire, frame, &data))
		return;
	if (data.frame->data_len < PGN_UPSTREAM_LEN + PGN_SEALED_MIN)
		pgn_forward_drop(lane, data.frame, PGN_DROP_SEALED_SHORT);
	else
		pgn_batch_open(batch, data.frame, PGN_UPSTREAM_LEN);
}

void
pgn_rsu_open_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames,
		   unsigned int n)
{
	const struct pgn_gate gate =
		pgn_gate_open(lane, wire, PGN_UPSTREAM_LEN + PGN_SEALED_MIN, UINT16_MAX, true);
	struct pgn_batch batch;
	struct rte_mbuf *aside[PGN_BURST_MAX];
	unsigned int odd = 0;
	uint64_t bytes = 0;

	pgn_batch_begin(&batch, lane);
	pgn_prefetch_frames(frames, n);
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];

		if (unlikely(!pgn_gate_pass(&gate, frame,
					    rte_pktmbuf_mtod(frame, const uint8_t *)))) {
			aside[odd++] = frame;
			continue;
		}
		bytes += frame->data_len;
		pgn_batch_open(&batch, frame, PGN_UPSTREAM_LEN);
	}
	pgn_count_intake(lane, wire, PGN_KIND_UPSTREAM, n - odd, bytes);
	for (unsigned int i = 0; i < odd; i++)
		take_aside(&batch, wire, aside[i]);
	pgn_batch_end(&batch);
}

/** Those that opened, and hold an inner frame, come to the front; returns how many. */
static unsigned int
take_opened(struct pgn_lane *lane, struct pgn_aead_job *job, unsigned int n,
	    struct inner_burst *burst)
{
	const struct pgn_mac_table table = lane->node->clients->table;
	unsigned int count = 0;

	for (unsigned int i = 0; i < n; i++) {
		const uint8_t *inner;

		if (unlikely(job[i].verdict != PGN_AEAD_GOOD)) {
			pgn_job_drop(lane, &job[i], pgn_crypto_fault(&job[i]));
			continue;
		}
		/* What was opened is never too short for one. */
		inner = rte_pktmbuf_mtod_offset(job[i].frame, const uint8_t *,
						job[i].at + PGN_AEAD_NONCE);
		if (unlikely(!pgn_mac_key_is_station(pgn_inner_source(inner)))) {
			pgn_job_drop(lane, &job[i], PGN_DROP_BAD_INNER_SOURCE);
			continue;
		}
		pgn_unwrap(job[i].frame, job[i].at);
		if (unlikely(count != i))
			job[count] = job[i];
		take_inner(&table, burst, count++, job[i].frame, job[i].origin, inner);
	}
	burst->count = count;
	return count;
}

/** The payload as it came, where it was kept and the first key opened it; then it is the caller's.
 */
static struct rte_mbuf *
take_kept(struct pgn_aead_job *job)
{
	struct rte_mbuf *kept = job->kept;

	if (kept == NULL || job->key != 0)
		return NULL;
	job->kept = NULL;
	pgn_move_front(kept, job->at);
	return kept;
}

/** What makes of a payload that was opened one that goes on. */
static inline enum pgn_aead_task
task_of(const struct pgn_aead_job *job)
{
	return job->key == 0 ? PGN_AEAD_SEAL_AGAIN : PGN_AEAD_SEAL;
}

/** To another OBU. */
static void
hairpin(struct pgn_batch *batch, struct pgn_aead_job *job, uint16_t slot)
{
	struct pgn_lane *lane = batch->lane;
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	enum pgn_aead_task task = PGN_AEAD_PASS;
	struct rte_mbuf *payload;

	if (unlikely(slot >= snapshot->slot_count || snapshot->node[slot].hop_count == 0)) {
		pgn_job_drop(lane, job, PGN_DROP_NO_ROUTE);
		return;
	}
	payload = take_kept(job);
	if (payload != NULL) {
		rte_pktmbuf_free(job->frame);
	} else {
		payload = job->frame;
		pgn_rewrap(payload);
		task = task_of(job);
	}
	rte_pktmbuf_free(job->kept);
	if (unlikely(rte_pktmbuf_headroom(payload) < PGN_HEADER_ROOM))
		payload = pgn_plain_copy(lane, payload, 0);
	if (payload != NULL)
		pgn_batch_send(batch, payload, &snapshot->node[slot].hop[0], PGN_DOWNSTREAM_LEN,
			       job->origin, task);
}

/** A payload to every OBU but the one in slot `except`, once it is sealed. */
static void
spread(struct pgn_batch *batch, struct rte_mbuf *payload, uint64_t origin, uint16_t except,
       enum pgn_aead_task task)
{
	*pgn_batch_next(batch) = (struct pgn_aead_job){.frame = payload,
						       .task = (uint8_t)task,
						       .purpose = PGN_PURPOSE_REPLICATE,
						       .note = except,
						       .origin = origin};
}

/** To every other known OBU, as a copy: the frame itself is the host's. */
static void
spread_group(struct pgn_batch *batch, struct pgn_aead_job *job, uint16_t home)
{
	struct pgn_lane *lane = batch->lane;
	enum pgn_aead_task task = PGN_AEAD_PASS;
	struct rte_mbuf *payload;

	if (lane->snapshot->node_count <= (home != PGN_SLOT_NONE))
		return;
	lane->counters->copied[PGN_KIND_DOWNSTREAM]++;
	payload = take_kept(job);
	if (payload == NULL) {
		task = task_of(job);
		pgn_rewrap(job->frame);
		payload = pgn_copy_flat(lane, job->frame);
		pgn_unwrap(job->frame, 0);
	}
	if (payload != NULL)
		spread(batch, payload, job->origin, home, task);
	else
		pgn_count_drop(lane->counters, PGN_DROP_NO_BUFFER);
}

static void
forward_opened(struct pgn_lane *lane, struct pgn_aead_job *job, const struct inner_burst *burst)
{
	const struct homes homes = homes_of(lane);
	struct pgn_writer tap = pgn_writer_open(lane, PGN_PORT_TAP);
	struct pgn_batch batch;

	pgn_batch_begin(&batch, lane);
	for (unsigned int i = 0; i < burst->count; i++) {
		struct rte_mbuf *frame = burst->frame[i];
		uint16_t home = home_of(lane, &homes, burst, i);
		uint16_t slot = burst->to[burst->to_one ? 0 : i];
		bool group = pgn_mac_key_is_group(burst->destination[i]);
		bool host = slot == PGN_SLOT_LOCAL || slot == PGN_SLOT_NONE;

		pgn_note(lane, &job[i], group || !host);
		if (!host) {
			if (unlikely(slot == home))
				pgn_job_drop(lane, &job[i], PGN_DROP_LOOP);
			else
				hairpin(&batch, &job[i], slot);
			continue;
		}
		/* A group is no client: it is not known. */
		if (unlikely(group))
			spread_group(&batch, &job[i], home);
		rte_pktmbuf_free(job[i].kept);
		pgn_writer_add(lane, &tap, frame, frame->data_len);
	}
	pgn_writer_close(&tap, PGN_KIND_HOST, PGN_FLAT);
	pgn_batch_end(&batch);
}

void
pgn_rsu_opened(struct pgn_lane *lane, struct pgn_aead_job *job, unsigned int n)
{
	struct inner_burst burst;

	if (take_opened(lane, job, n, &burst) == 0)
		return;
	look_up_destinations(lane->node->clients, &burst);
	forward_opened(lane, job, &burst);
}

/** A host's frame that is for no OBU, or for all of them. */
static void
flood(struct pgn_batch *batch, struct rte_mbuf *frame, uint16_t slot)
{
	struct pgn_lane *lane = batch->lane;

	if (!pgn_rsu_may_flood(lane, frame, slot))
		return;
	frame = pgn_make_room(lane, frame);
	if (frame != NULL)
		spread(batch, frame, lane->own.key[0], PGN_SLOT_NONE, PGN_AEAD_SEAL);
}

void
pgn_rsu_seal_burst(struct pgn_lane *lane, const struct host_burst *burst)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	struct pgn_batch batch;

	pgn_batch_begin(&batch, lane);
	for (unsigned int i = 0; i < burst->count; i++) {
		struct rte_mbuf *frame = burst->frame[i];
		uint16_t slot = burst->to[i];

		if (unlikely(slot >= snapshot->slot_count)) {
			flood(&batch, frame, slot);
			continue;
		}
		if (unlikely(snapshot->node[slot].hop_count == 0)) {
			pgn_forward_drop(lane, frame, PGN_DROP_NO_ROUTE);
			continue;
		}
		frame = pgn_make_room(lane, frame);
		if (likely(frame != NULL))
			pgn_batch_send(&batch, frame, &snapshot->node[slot].hop[0],
				       PGN_DOWNSTREAM_LEN, 0, PGN_AEAD_SEAL);
	}
	pgn_batch_end(&batch);
}
