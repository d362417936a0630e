/* SPDX-License-Identifier: BSD-3-Clause */
#include "forward.h"

static struct rte_mbuf *
chain_header(struct pgn_lane *lane, struct rte_mbuf *frame, const struct pgn_fib_hop *hop,
	     uint16_t length, uint64_t origin)
{
	struct rte_mbuf *head = pgn_bufpool_get(lane->node->pool, length);

	if (head == NULL) {
		pgn_forward_drop(lane, frame, PGN_DROP_NO_BUFFER);
		return NULL;
	}
	memcpy(rte_pktmbuf_append(head, length), hop->header + PGN_HEADER_ROOM - length, length);
	if (origin != 0)
		pgn_header_set_origin(rte_pktmbuf_mtod(head, uint8_t *), origin);
	if (rte_pktmbuf_chain(head, frame) != 0) {
		rte_pktmbuf_free(head);
		pgn_forward_drop(lane, frame, PGN_DROP_OVERSIZE);
		return NULL;
	}
	return head;
}

void
pgn_send_encapsulated(struct pgn_lane *lane, struct rte_mbuf *frame, const struct pgn_fib_hop *hop,
		      uint16_t length, enum pgn_kind kind, uint64_t origin)
{
	if (pgn_may_push(lane, frame))
		pgn_push_header(frame, hop, length, origin);
	else
		frame = chain_header(lane, frame, hop, length, origin);
	if (frame != NULL)
		pgn_forward_reply(lane, hop->wire, frame, kind);
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
pgn_plain_copy(struct pgn_lane *lane, struct rte_mbuf *frame, uint32_t room)
{
	uint32_t length = frame->pkt_len + room;
	struct rte_mbuf *copy;

	if (length > PGN_CLASS_1500_CAPACITY) {
		pgn_forward_drop(lane, frame, PGN_DROP_OVERSIZE);
		return NULL;
	}
	copy = pgn_bufpool_get(lane->node->pool, length);
	if (copy == NULL) {
		pgn_forward_drop(lane, frame, PGN_DROP_NO_BUFFER);
		return NULL;
	}
	pgn_copy_into(copy, frame);
	rte_pktmbuf_free(frame);
	return copy;
}

void
pgn_trim_padding(struct rte_mbuf *inner)
{
	size_t proven = pgn_inner_length(rte_pktmbuf_mtod(inner, const uint8_t *), inner->data_len);

	rte_pktmbuf_trim(inner, (uint16_t)(inner->data_len - proven));
}

struct rte_mbuf *
pgn_admit_odd_host(struct pgn_lane *lane, struct rte_mbuf *frame)
{
	frame = pgn_make_plain(lane, frame);
	if (frame == NULL)
		return NULL;
	if (pgn_inner_ok(rte_pktmbuf_mtod(frame, const uint8_t *), frame->data_len))
		return frame;
	pgn_forward_drop(lane, frame, pgn_inner_fault(frame->data_len));
	return NULL;
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
