/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * How many control messages a lane lets through, and whose. Anybody can send them under any name,
 * so a flood must not crowd out the few that routes live by.
 *
 * Half of node->control_rate is shared out evenly among the neighbours that routing knows: current
 * and spare upstream hops, and nodes. Nobody else can take of a neighbour's share. The other half
 * is for all, first come first served, at most node->neighbour_rate of it for one neighbour; those
 * whose MACs fall together by a keyed hash count as one.
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

/**
 * One message of the neighbour with that key comes in by a wire at lane->now_us. vital: of a kind
 * that routes live by; only such a one may take of a share.
 */
enum pgn_throttled pgn_throttle_take(struct pgn_lane *lane, unsigned int wire, uint64_t from,
				     bool vital);

#endif
