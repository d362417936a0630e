/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * How many control messages a lane lets through, and whose. Anybody can send them under any name,
 * so a flood must not crowd out the few that routes live by.
 *
 * Half of node->control_rate is shared out among those that routing knows, and nobody can take of
 * another one's share: half of that evenly among the upstream hops, current and spare, for their
 * heartbeats, the rest evenly among the nodes, which anybody can add to, for their replies. The
 * other half of control_rate is for all, first come first served, at most node->neighbour_rate of
 * it for one neighbour; those whose MACs fall together by a keyed hash count as one.
 */
#ifndef PGN_THROTTLE_H
#define PGN_THROTTLE_H

#include "pgn_node.h"

/** The rates are those of the node, and node->slots is how many nodes there can be. 0 or -ENOMEM.
 */
int pgn_throttle_init(struct pgn_throttle *throttle, const struct pgn_node *node, int socket);
void pgn_throttle_fini(struct pgn_throttle *throttle);

enum pgn_throttled {
	PGN_THROTTLE_REFUSED,
	PGN_THROTTLE_COMMON, /**< of the half that is for all */
	PGN_THROTTLE_SHARE   /**< of its own share */
};

/** A heartbeat or reply with that header comes in by a wire at lane->now_us. */
enum pgn_throttled pgn_throttle_take(struct pgn_lane *lane, unsigned int wire, enum pgn_kind kind,
				     const uint8_t *header);

#endif
