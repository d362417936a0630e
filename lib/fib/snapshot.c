/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include <rte_malloc.h>

#include "pgn_fib.h"

/** MACs of nodes are told by replies that anybody can forge: the hash is keyed a snapshot. */
static uint64_t
seed_of(const struct pgn_fib_snapshot *snapshot)
{
	return (uint64_t)(uintptr_t)snapshot;
}

/** Up to the nodes' end; their keys follow. */
static size_t
nodes_end(unsigned int slot_count)
{
	return sizeof(struct pgn_fib_snapshot) + slot_count * sizeof(struct pgn_fib_node);
}

static size_t
size_of(unsigned int slot_count)
{
	return nodes_end(slot_count) + slot_count * sizeof(uint64_t);
}

uint64_t
pgn_fib_snapshot_memory(unsigned int slot_count)
{
	return size_of(slot_count) + pgn_mac_table_memory(PGN_FIB_PLACES_A_SLOT * slot_count);
}

struct pgn_fib_snapshot *
pgn_fib_snapshot_create(unsigned int slot_count, int socket)
{
	struct pgn_fib_snapshot *snapshot = rte_zmalloc_socket(
		"pgn_fib_snapshot", size_of(slot_count), RTE_CACHE_LINE_SIZE, socket);

	if (snapshot == NULL)
		goto no_memory;
	if (pgn_mac_table_init(&snapshot->by_mac, PGN_FIB_PLACES_A_SLOT * slot_count,
			       seed_of(snapshot), socket) != 0)
		goto free_snapshot;
	snapshot->key = (uint64_t *)((uint8_t *)snapshot + nodes_end(slot_count));
	for (unsigned int slot = 0; slot < slot_count; slot++)
		snapshot->node[slot].hop[0].wire = PGN_FIB_NO_WIRE;
	snapshot->slot_count = slot_count;
	return snapshot;

free_snapshot:
	rte_free(snapshot);
no_memory:
	errno = ENOMEM;
	return NULL;
}

void
pgn_fib_snapshot_destroy(struct pgn_fib_snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	pgn_mac_table_fini(&snapshot->by_mac);
	rte_free(snapshot);
}

void
pgn_fib_add_upstream(struct pgn_fib_snapshot *snapshot, const struct pgn_fib_identity *id,
		     const struct pgn_mac *mac, unsigned int wire)
{
	struct pgn_upstream header = {
		.to = *mac, .from = id->wire_mac[wire], .origin = id->wire_mac[0]};
	struct pgn_fib_hop *hop;

	if (snapshot->upstream_count == PGN_FIB_UPSTREAMS)
		return;
	hop = &snapshot->upstream[snapshot->upstream_count++];
	hop->mac = *mac;
	hop->key = pgn_mac_key(mac);
	hop->wire = (uint8_t)wire;
	pgn_write_upstream(hop->header + PGN_HEADER_ROOM - PGN_UPSTREAM_LEN, PGN_UPSTREAM_LEN,
			   id->marker, &header);
}

int
pgn_fib_set_node(struct pgn_fib_snapshot *snapshot, unsigned int slot, const struct pgn_mac *mac)
{
	uint64_t key = pgn_mac_key(mac);
	struct pgn_mac_place place = pgn_mac_table_free_place(&snapshot->by_mac, key);

	if (place.bucket == NULL)
		return -ENOSPC;
	pgn_mac_place_set(place, pgn_mac_entry(key, (uint16_t)slot));
	snapshot->key[slot] = key;
	snapshot->node[slot].mac = *mac;
	snapshot->node[slot].present = true;
	snapshot->node_count++;
	return 0;
}

void
pgn_fib_add_node_hop(struct pgn_fib_snapshot *snapshot, const struct pgn_fib_identity *id,
		     unsigned int slot, const struct pgn_mac *mac, unsigned int wire)
{
	struct pgn_fib_node *node = &snapshot->node[slot];
	struct pgn_downstream header = {.to = *mac,
					.from = id->wire_mac[wire],
					.origin = id->wire_mac[0],
					.destination = node->mac};
	struct pgn_fib_hop *hop;

	if (node->hop_count == PGN_FIB_HOPS)
		return;
	hop = &node->hop[node->hop_count++];
	hop->mac = *mac;
	hop->key = pgn_mac_key(mac);
	hop->wire = (uint8_t)wire;
	pgn_write_downstream(hop->header + PGN_HEADER_ROOM - PGN_DOWNSTREAM_LEN, PGN_DOWNSTREAM_LEN,
			     id->marker, &header);
}
