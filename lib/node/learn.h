/* SPDX-License-Identifier: BSD-3-Clause */
/** Clients on their way to the control loop. */
#ifndef PGN_LEARN_H
#define PGN_LEARN_H

#include "pgn_node.h"

/** Is a client that an entry says to be in slot `known` not to be learned from the air? */
static inline bool
pgn_is_kept(const struct pgn_node *node, uint64_t key, uint16_t known)
{
	return key == node->host_key || (known == PGN_SLOT_LOCAL && !node->lan_is_shared);
}

/**
 * A frame of a client (key) came from `slot`, but its shared entry, as just looked up, says
 * `known`: the control loop is told, unless it was told just that and has not yet got round to it.
 * What lives behind our TAP is not taken over from the air, unless the LAN there is shared; our own
 * host's MAC never is.
 */
void pgn_learn(struct pgn_lane *lane, uint64_t key, uint16_t slot, uint16_t known);

#endif
