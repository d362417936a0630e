/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "forward.h"
#include "spread.h"

int
pgn_spread_open(struct pgn_spread **spreads, unsigned int workers, const char *name, int socket)
{
	for (unsigned int w = 0; w < workers; w++) {
		memset(spreads[w], 0, sizeof(*spreads[w]));
		spreads[w]->self = w;
		spreads[w]->workers = workers;
	}
	for (unsigned int from = 0; from < workers; from++) {
		for (unsigned int to = 0; to < workers; to++) {
			char text[RTE_RING_NAMESIZE];
			struct rte_ring *ring;

			if (from == to)
				continue;
			snprintf(text, sizeof(text), "%.12s_%hhu_%hhu", name, (uint8_t)from,
				 (uint8_t)to);
			ring = rte_ring_create(text, pgn_spread_ring_size(workers), socket,
					       RING_F_SP_ENQ | RING_F_SC_DEQ);
			if (ring == NULL) {
				/* No ring holds a frame yet. */
				pgn_spread_close(spreads, NULL, workers);
				return -ENOMEM;
			}
			spreads[from]->to[to] = ring;
			spreads[to]->from[from] = ring;
		}
	}
	return 0;
}

/** What a frame that came in by a port counts as, when nobody will look at it. */
static enum pgn_kind
kind_of(unsigned int port, const struct rte_mbuf *frame)
{
	const uint8_t *header = rte_pktmbuf_mtod(frame, const uint8_t *);

	if (pgn_direction_of(port) == PGN_TO_TAP)
		return PGN_KIND_HOST;
	return pgn_header_is_upstream(header) ? PGN_KIND_UPSTREAM : PGN_KIND_DOWNSTREAM;
}

static void
drop_unseen(struct pgn_lane *lane, struct rte_mbuf *frame, enum pgn_drop reason)
{
	unsigned int port = frame->port;

	pgn_count_received(lane->counters, port, kind_of(port, frame), frame->pkt_len);
	pgn_forward_drop(lane, frame, reason);
}

void
pgn_spread_close(struct pgn_spread **spreads, struct pgn_lane **lanes, unsigned int workers)
{
	for (unsigned int to = 0; to < workers; to++) {
		for (unsigned int from = 0; from < workers; from++) {
			struct rte_ring *ring = spreads[to]->from[from];
			struct rte_mbuf *frames[PGN_BURST_MAX];
			unsigned int n;

			if (ring == NULL)
				continue;
			while ((n = pgn_spread_take(spreads[to], from, frames)) > 0) {
				for (unsigned int i = 0; i < n; i++)
					drop_unseen(lanes[to], frames[i], PGN_DROP_STOPPING);
			}
			rte_ring_free(ring);
			spreads[to]->from[from] = NULL;
			spreads[from]->to[to] = NULL;
		}
	}
}

/** The key that a frame from the air goes by; 0: it is no plain data message. */
static inline uint64_t
air_key(const struct pgn_lane *lane, const struct rte_mbuf *frame)
{
	const uint8_t *header = rte_pktmbuf_mtod(frame, const uint8_t *);
	uint32_t upstream = lane->gate[0].what, what;

	if (unlikely(!pgn_mbuf_is_plain(frame) || frame->data_len < PGN_GATE_MIN))
		return 0;
	memcpy(&what, header + offsetof(struct pgn_wire_common, marker), sizeof(what));
	if (what == upstream)
		return pgn_header_origin(header);
	if (what == (upstream ^ htobe32(PGN_GATE_KIND_BIT)))
		return pgn_header_destination(header);
	return 0;
}

/** The key that a host's frame goes by; 0: it is no plain inner frame. */
static inline uint64_t
host_key(const struct pgn_lane *lane, const struct rte_mbuf *frame)
{
	const uint8_t *inner = rte_pktmbuf_mtod(frame, const uint8_t *);

	if (unlikely(!pgn_mbuf_is_plain(frame) || frame->data_len < PGN_INNER_MIN))
		return 0;
	return lane->node->clients != NULL ? pgn_inner_destination(inner) : pgn_inner_source(inner);
}

static void
hand_over(struct pgn_spread *spread, struct pgn_lane *lane, unsigned int to,
	  struct rte_mbuf **frames, unsigned int n)
{
	unsigned int taken =
		rte_ring_sp_enqueue_burst(spread->to[to], (void *const *)frames, n, NULL);

	spread->handed[to] += taken;
	spread->overflowed[to] += n - taken;
	for (unsigned int i = taken; i < n; i++)
		drop_unseen(lane, frames[i], PGN_DROP_SPREAD_FULL);
}

unsigned int
pgn_spread_burst(struct pgn_spread *spread, struct pgn_lane *lane, unsigned int port,
		 struct rte_mbuf **frames, unsigned int n, uint64_t tsc)
{
	const uint32_t stamp = (uint32_t)(tsc >> PGN_SPREAD_STAMP_SHIFT);
	struct rte_mbuf *batch[PGN_WORKERS_MAX][PGN_BURST_MAX];
	unsigned int count[PGN_WORKERS_MAX] = {0}, own = 0;
	bool from_host = pgn_direction_of(port) == PGN_TO_TAP;

	pgn_prefetch_frames(frames, n);
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];
		uint64_t key = from_host ? host_key(lane, frame) : air_key(lane, frame);
		unsigned int to = spread->self;

		if (likely(key != 0))
			to = pgn_spread_worker(key, spread->workers);
		if (to == spread->self) {
			frames[own++] = frame;
			continue;
		}
		frame->port = (uint16_t)port;
		frame->hash.usr = stamp;
		batch[to][count[to]++] = frame;
	}
	for (unsigned int to = 0; to < spread->workers; to++) {
		if (count[to] > 0)
			hand_over(spread, lane, to, batch[to], count[to]);
	}
	return own;
}
