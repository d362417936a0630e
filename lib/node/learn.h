/* SPDX-License-Identifier: BSD-3-Clause */
/** Clients on their way to the control loop. */
#ifndef PGN_LEARN_H
#define PGN_LEARN_H

#include "pgn_node.h"

/**
 * A frame of a client (key) came from `slot`, but its shared entry, as just looked up, says
 * `known`: the control loop is told, unless it was told just that and has not yet got round to it.
 * Our own host's MAC is taken over by nobody.
 */
void pgn_learn(struct pgn_lane *lane, uint64_t key, uint16_t slot, uint16_t known);

#endif
