/* SPDX-License-Identifier: BSD-3-Clause */
/* What an OBU's context tells; it changes nothing. */
#include "inside.h"
#include "obu.h"

uint64_t
pgn_obu_version(const struct pgn_obu *obu)
{
	return obu->nodes.version + obu->upstream.version;
}

unsigned int
pgn_obu_upstream(const struct pgn_obu *obu, struct pgn_hop *hop, unsigned int max)
{
	unsigned int count = obu->upstream.reported_count;

	if (count > max)
		count = max;
	for (unsigned int i = 0; i < count; i++)
		hop[i] = pgn_hop_of_number(obu->upstream.reported[i]);
	return count;
}

unsigned int
pgn_obu_slots(const struct pgn_obu *obu)
{
	return pgn_nodes_slots(&obu->nodes);
}

bool
pgn_obu_node(const struct pgn_obu *obu, unsigned int slot, struct pgn_node_route *route)
{
	return pgn_nodes_route(&obu->nodes, slot, route);
}

bool
pgn_obu_find(const struct pgn_obu *obu, const struct pgn_mac *mac, struct pgn_node_route *route)
{
	return pgn_nodes_find(&obu->nodes, mac, route);
}

struct pgn_routing_use
pgn_obu_use(const struct pgn_obu *obu)
{
	return (struct pgn_routing_use){.nodes = obu->nodes.table.count, .rsus = obu->rsus.count};
}

bool
pgn_obu_retired_slot(const struct pgn_obu *obu, unsigned int *slot)
{
	return pgn_nodes_retired_slot(&obu->nodes, slot);
}

void
pgn_obu_release_slot(struct pgn_obu *obu, unsigned int slot)
{
	pgn_nodes_release_slot(&obu->nodes, slot);
}

struct pgn_obu_inside
pgn_obu_inside(const struct pgn_obu *obu)
{
	return (struct pgn_obu_inside){
		.rsus = &obu->rsus, .upstream = &obu->upstream, .nodes = &obu->nodes};
}
