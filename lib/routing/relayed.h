/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Replies that were relayed, so that further copies are not. Each is remembered as a 64-bit digest
 * of (RSU, when its heartbeat came, id, sender).
 *
 * A set holds one digest for each of four groups of neighbours, and a neighbour's replies go to
 * its own group's place only: nobody can push out more than a quarter of what is remembered.
 */
#ifndef PGN_ROUTING_RELAYED_H
#define PGN_ROUTING_RELAYED_H

#include <stdbool.h>
#include <stdint.h>

#define PGN_RELAYED_GROUPS 4

struct pgn_relayed_set {
	uint64_t digest[PGN_RELAYED_GROUPS];
};

struct pgn_relayed {
	struct pgn_relayed_set *set;
	unsigned int shift;
	uint64_t seed;
};

/** Room for about four replies of each of so many senders. 0 or -ENOMEM. */
int pgn_relayed_init(struct pgn_relayed *relayed, uint32_t senders, uint64_t seed);
void pgn_relayed_fini(struct pgn_relayed *relayed);

/** A reply: its digest, and the set the digest is in if anywhere. */
struct pgn_relayed_reply {
	struct pgn_relayed_set *set;
	uint64_t digest;
};

/** heartbeat: a number that no other heartbeat of the same id has. */
struct pgn_relayed_reply pgn_relayed_reply(const struct pgn_relayed *relayed, uint64_t heartbeat,
					   uint32_t id, uint64_t sender);
bool pgn_relayed_has(const struct pgn_relayed_reply *reply);
void pgn_relayed_add(const struct pgn_relayed *relayed, const struct pgn_relayed_reply *reply,
		     uint64_t neighbour);

/** A reply will be looked up soon: bring nearer its set. */
void pgn_relayed_fetch(const struct pgn_relayed *relayed, uint32_t id, uint64_t sender);

#endif
