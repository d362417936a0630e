/* SPDX-License-Identifier: BSD-3-Clause */
/** Yardsticks: the least a role can do, through the same seam. */
#include "bench.h"

static void
io_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n)
{
	struct pgn_replies *replies = &lane->replies[wire];
	struct rte_mbuf **out = &replies->frame[replies->count];
	uint32_t bytes = 0;

	for (unsigned int i = 0; i < n; i++) {
		out[i] = frames[i];
		bytes += frames[i]->pkt_len;
	}
	replies->count += n;
	replies->run[replies->run_count++] = (struct pgn_run){
		.bytes = bytes, .end = (uint16_t)replies->count, .kind = PGN_KIND_HOST};
}

static void
macswap_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], void *));
	for (unsigned int i = 0; i < n; i++) {
		struct pgn_wire_common *head = rte_pktmbuf_mtod(frames[i], void *);
		uint64_t to = pgn_mac_key(&head->to), from = pgn_mac_key(&head->from);

		pgn_mac_of_key(&head->to, from);
		pgn_mac_of_key(&head->from, to);
	}
	io_burst(lane, wire, frames, n);
}

const struct pgn_role bench_role_io = {.name = "io", .wire_burst = io_burst};
const struct pgn_role bench_role_macswap = {.name = "macswap", .wire_burst = macswap_burst};
