/* SPDX-License-Identifier: BSD-3-Clause */
/** Yardsticks: the least a role can do, through the same seam. */
#include "bench.h"

static void
reply(struct pgn_lane *lane, unsigned int port, struct rte_mbuf *frame)
{
	struct pgn_replies *replies = &lane->replies[port];

	replies->frame[replies->count] = frame;
	replies->length[replies->count] = (uint16_t)frame->pkt_len;
	replies->kind[replies->count] = PGN_KIND_HOST;
	replies->form[replies->count] = PGN_FLAT;
	replies->count++;
}

static void
io_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		reply(lane, wire, frames[i]);
}

static void
macswap_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], void *));
	for (unsigned int i = 0; i < n; i++) {
		struct pgn_wire_common *head = rte_pktmbuf_mtod(frames[i], void *);
		struct pgn_mac to = head->to;

		head->to = head->from;
		head->from = to;
		reply(lane, wire, frames[i]);
	}
}

const struct pgn_role bench_role_io = {.name = "io", .wire_burst = io_burst};
const struct pgn_role bench_role_macswap = {.name = "macswap", .wire_burst = macswap_burst};
