/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * The yardsticks' roles with faults that pgn-node must see: io spoils the last byte of each frame,
 * macswap says that it dropped one of each burst. roles.c has them under other names.
 */
#include "bench.h"

extern const struct pgn_role right_role_io;
extern const struct pgn_role right_role_macswap;

static void
io_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		rte_pktmbuf_mtod(frames[i], uint8_t *)[frames[i]->data_len - 1] = 0;
	right_role_io.wire_burst(lane, wire, frames, n);
}

static void
macswap_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n)
{
	pgn_count_drop(lane->counters, PGN_DROP_OVERSIZE);
	right_role_macswap.wire_burst(lane, wire, frames, n);
}

const struct pgn_role bench_role_io = {.name = "io", .wire_burst = io_burst};
const struct pgn_role bench_role_macswap = {.name = "macswap", .wire_burst = macswap_burst};
