/* SPDX-License-Identifier: BSD-3-Clause */
/** Frames of a wire that the gate did not let through: looked at in full, one by one. */
#ifndef PGN_ASIDE_H
#define PGN_ASIDE_H

#include "gate.h"

/** A data message in a plain frame that begins with its header; keys of who sent it and whose. */
struct pgn_data {
	struct rte_mbuf *frame;
	enum pgn_kind kind;
	uint64_t from, origin;
};

/**
 * Count what the frame holds and send control messages up to the control loop. True: the rest of
 * it is a data message to us from a neighbour, its origin not yet checked, and the caller's. False:
 * nothing is left of the frame.
 */
bool pgn_take_aside(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame,
		    struct pgn_data *data);

#endif
