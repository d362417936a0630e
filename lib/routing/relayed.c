/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include "mix.h"
#include "relayed.h"

int
pgn_relayed_init(struct pgn_relayed *relayed, uint32_t senders, uint64_t seed)
{
	unsigned int sets_log2 = 4;

	while (UINT32_C(1) << sets_log2 < senders)
		sets_log2++;
	relayed->shift = 64 - sets_log2;
	relayed->seed = pgn_mix(seed);
	relayed->set = calloc(UINT32_C(1) << sets_log2, sizeof(*relayed->set));
	return relayed->set == NULL ? -ENOMEM : 0;
}

void
pgn_relayed_fini(struct pgn_relayed *relayed)
{
	free(relayed->set);
	relayed->set = NULL;
}

/* A number that says where a reply is looked for; it does not take its heartbeat to know it. */
static uint64_t
number_of(const struct pgn_relayed *relayed, uint32_t id, uint64_t sender)
{
	return pgn_mix(pgn_mix(sender ^ relayed->seed) + id);
}

void
pgn_relayed_fetch(const struct pgn_relayed *relayed, uint32_t id, uint64_t sender)
{
	__builtin_prefetch(&relayed->set[number_of(relayed, id, sender) >> relayed->shift]);
}

struct pgn_relayed_reply
pgn_relayed_reply(const struct pgn_relayed *relayed, uint64_t heartbeat, uint32_t id,
		  uint64_t sender)
{
	uint64_t number = number_of(relayed, id, sender);
	uint64_t digest = pgn_mix(number ^ heartbeat);

	return (struct pgn_relayed_reply){
		.set = &relayed->set[number >> relayed->shift],
		.digest = digest == 0 ? 1 : digest, /* 0 is an empty place */
	};
}

bool
pgn_relayed_has(const struct pgn_relayed_reply *reply)
{
	for (unsigned int i = 0; i < PGN_RELAYED_GROUPS; i++) {
		if (reply->set->digest[i] == reply->digest)
			return true;
	}
	return false;
}

void
pgn_relayed_add(const struct pgn_relayed *relayed, const struct pgn_relayed_reply *reply,
		uint64_t neighbour)
{
	reply->set->digest[pgn_mix(neighbour ^ relayed->seed) % PGN_RELAYED_GROUPS] = reply->digest;
}
