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

uint64_t
pgn_relayed_digest(const struct pgn_relayed *relayed, uint64_t heartbeat, uint32_t id,
		   uint64_t sender)
{
	uint64_t digest = pgn_mix(pgn_mix(pgn_mix(heartbeat ^ relayed->seed) + id) ^ sender);

	return digest == 0 ? 1 : digest; /* 0 is an empty place */
}

bool
pgn_relayed_has(const struct pgn_relayed *relayed, uint64_t digest)
{
	const struct pgn_relayed_set *set = &relayed->set[digest >> relayed->shift];

	for (unsigned int i = 0; i < PGN_RELAYED_GROUPS; i++) {
		if (set->digest[i] == digest)
			return true;
	}
	return false;
}

void
pgn_relayed_add(struct pgn_relayed *relayed, uint64_t digest, uint64_t neighbour)
{
	struct pgn_relayed_set *set = &relayed->set[digest >> relayed->shift];

	set->digest[pgn_mix(neighbour ^ relayed->seed) % PGN_RELAYED_GROUPS] = digest;
}
