/* SPDX-License-Identifier: BSD-3-Clause */
/** What the OBU's bursts are made of, clear or sealed. */
#ifndef PGN_NODE_OBU_H
#define PGN_NODE_OBU_H

#include "forward.h"

/** Downstream frames of a burst, with the keys of the neighbours they came from. */
struct downstream_burst {
	unsigned int count;
	struct rte_mbuf *frame[PGN_BURST_MAX];
	uint64_t from[PGN_BURST_MAX];
};

/** Is a downstream frame to this destination, a key, for our own host, maybe with others? */
static inline bool
pgn_obu_is_for_host(const struct pgn_own *own, uint64_t destination)
{
	return pgn_mac_key_is_group(destination) || pgn_is_own_key(own, destination);
}

/** A frame of the host that may go upstream; NULL: it was dropped, and counted. */
static inline struct rte_mbuf *
pgn_obu_admit(struct pgn_lane *lane, const struct pgn_fib_snapshot *snapshot,
	      struct rte_mbuf *frame)
{
	frame = pgn_admit_host(lane, frame);
	if (unlikely(frame != NULL && snapshot->upstream_count == 0)) {
		pgn_forward_drop(lane, frame, PGN_DROP_NO_UPSTREAM);
		return NULL;
	}
	return frame;
}

/* obu_sealed.c: the same of a node that seals. */
/** What is for us or a group is taken out of the burst, to be opened; the rest is to be relayed. */
void pgn_obu_open_own(struct pgn_lane *lane, struct downstream_burst *burst);
void pgn_obu_seal_burst(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n);
/** As struct pgn_role has it. */
void pgn_obu_opened(struct pgn_lane *lane, struct pgn_aead_job *job, unsigned int n);

#endif
