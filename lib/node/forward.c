/* SPDX-License-Identifier: BSD-3-Clause */
#include "forward.h"

void
pgn_mark_nested(struct pgn_replies *replies, unsigned int first, unsigned int end)
{
	for (unsigned int i = first; i < end; i++) {
		if (replies->frame[i]->nb_segs != 1) {
			replies->form[i] = PGN_NESTED;
			replies->nested++;
		}
	}
}

struct rte_mbuf *
pgn_encapsulate_nested(struct pgn_lane *lane, struct rte_mbuf *frame, const uint8_t *header,
		       uint16_t length)
{
	struct rte_mbuf *head = pgn_bufpool_get(lane->node->pool, length);

	if (head == NULL) {
		pgn_forward_drop(lane, frame, PGN_DROP_NO_BUFFER);
		return NULL;
	}
	memcpy(rte_pktmbuf_append(head, length), header + PGN_HEADER_ROOM - length, length);
	if (rte_pktmbuf_chain(head, frame) != 0) {
		rte_pktmbuf_free(head);
		pgn_forward_drop(lane, frame, PGN_DROP_OVERSIZE);
		return NULL;
	}
	return head;
}

struct rte_mbuf *
pgn_copy_into(struct rte_mbuf *copy, const struct rte_mbuf *frame)
{
	char *to = rte_pktmbuf_append(copy, (uint16_t)frame->pkt_len);
	const void *bytes = rte_pktmbuf_read(frame, 0, frame->pkt_len, to);

	if (bytes != to)
		rte_memcpy(to, bytes, frame->pkt_len);
	return copy;
}

struct rte_mbuf *
pgn_copy_flat(struct pgn_lane *lane, const struct rte_mbuf *frame)
{
	struct rte_mbuf *copy = pgn_bufpool_get(lane->node->pool, frame->pkt_len);

	return copy == NULL ? NULL : pgn_copy_into(copy, frame);
}

struct rte_mbuf *
pgn_plain_copy(struct pgn_lane *lane, struct rte_mbuf *frame)
{
	struct rte_mbuf *copy;

	if (frame->pkt_len > PGN_CLASS_1500_CAPACITY) {
		pgn_forward_drop(lane, frame, PGN_DROP_OVERSIZE);
		return NULL;
	}
	copy = pgn_copy_flat(lane, frame);
	if (copy == NULL) {
		pgn_forward_drop(lane, frame, PGN_DROP_NO_BUFFER);
		return NULL;
	}
	rte_pktmbuf_free(frame);
	return copy;
}

void
pgn_trim_padding(struct rte_mbuf *inner)
{
	size_t proven = pgn_inner_length(rte_pktmbuf_mtod(inner, const uint8_t *), inner->data_len);

	rte_pktmbuf_trim(inner, (uint16_t)(inner->data_len - proven));
}

unsigned int
pgn_admit_host(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n, uint64_t *source)
{
	struct pgn_traffic *received = &lane->counters->received[PGN_PORT_TAP][PGN_KIND_HOST];
	unsigned int count = 0;
	uint64_t bytes = 0;

	pgn_prefetch_frames(frames, n);
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];
		const uint8_t *inner;

		bytes += frame->pkt_len;
		frame = pgn_make_plain(lane, frame);
		if (unlikely(frame == NULL))
			continue;
		inner = rte_pktmbuf_mtod(frame, const uint8_t *);
		if (likely(pgn_inner_ok(inner, frame->data_len))) {
			source[count] = pgn_inner_source(inner);
			frames[count++] = frame;
		} else {
			pgn_forward_drop(lane, frame, pgn_inner_fault(frame->data_len));
		}
	}
	/* Counted a burst: a sum in memory is a chain through every frame's store and load. */
	received->messages += n;
	received->bytes += bytes;
	return count;
}

void
pgn_lane_take_sends(struct pgn_lane *lane, struct rte_ring *send)
{
	void *frames[PGN_BURST_MAX];
	unsigned int n = rte_ring_sc_dequeue_burst(send, frames, PGN_BURST_MAX, NULL);

	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];

		pgn_forward_reply(lane, frame->port, frame, frame->hash.usr);
	}
}
