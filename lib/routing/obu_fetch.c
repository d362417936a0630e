/* SPDX-License-Identifier: BSD-3-Clause */
/* What a message takes lies far apart: with a thousand contexts, most of it is not in the cache. */
#include "obu.h"

#define NODE_FETCHED 3 /* cache lines: the header and the chosen next hop */

static void
fetch(const void *begin, size_t size)
{
	const char *at = begin;

	for (size_t i = 0; i < size; i += PGN_CACHE_LINE)
		__builtin_prefetch(at + i);
}

static void
fetch_context(const struct pgn_obu *obu, bool is_reply)
{
	__builtin_prefetch(&obu->conf);
	__builtin_prefetch(&obu->conf.max_hops);
	__builtin_prefetch(&obu->rsus);
	if (is_reply) {
		__builtin_prefetch(&obu->relayed);
		__builtin_prefetch(&obu->nodes.table);
	} else {
		/* The current way and the first candidates. */
		fetch(&obu->upstream, offsetof(struct pgn_upstream_hops, way[4]));
	}
}

static void
fetch_entries(const struct pgn_obu *obu, const struct pgn_mac *source, const struct pgn_mac *sender)
{
	const void *rsu = pgn_table_first(&obu->rsus, pgn_mac_number(source));
	const void *node;

	if (rsu != NULL)
		fetch(rsu, offsetof(struct pgn_heard, path));
	if (sender == NULL)
		return;
	node = pgn_table_first(&obu->nodes.table, pgn_mac_number(sender));
	if (node != NULL)
		fetch(node, NODE_FETCHED * PGN_CACHE_LINE);
}

void
pgn_obu_fetch(const struct pgn_obu *obu, unsigned int step, const struct pgn_mac *source,
	      uint32_t id, const struct pgn_mac *sender)
{
	switch (step) {
	case 0:
		fetch_context(obu, sender != NULL);
		break;
	case 1:
		pgn_table_fetch(&obu->rsus, pgn_mac_number(source));
		if (sender == NULL)
			break;
		pgn_nodes_fetch(&obu->nodes, sender);
		pgn_relayed_fetch(&obu->relayed, id, pgn_mac_number(sender));
		break;
	case 2:
		fetch_entries(obu, source, sender);
		break;
	}
}
