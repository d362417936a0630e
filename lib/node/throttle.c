/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include <rte_malloc.h>
#include <rte_random.h>

#include "mix.h"
#include "throttle.h"

#define MESSAGE UINT64_C(1000000) /* a bucket holds millionths: nothing is divided to fill it */
#define SECOND_US UINT64_C(1000000)

/* What of a second's messages may come at once. */
#define COMMON_AT_ONCE_US UINT64_C(100000)
#define NEIGHBOUR_AT_ONCE_US UINT64_C(200000)
#define SHARE_AT_ONCE_US SECOND_US

static uint64_t
depth_of(uint32_t rate, uint64_t at_once_us)
{
	return RTE_MAX(rate * at_once_us, MESSAGE);
}

static bool
take(struct pgn_bucket *bucket, uint64_t now_us, uint32_t rate, uint64_t at_once_us)
{
	/* A worker's clock may step back a little when it is set anew. */
	if (now_us > bucket->filled_us) {
		uint64_t elapsed_us = RTE_MIN(now_us - bucket->filled_us, SECOND_US);

		bucket->level =
			RTE_MIN(bucket->level + elapsed_us * rate, depth_of(rate, at_once_us));
		bucket->filled_us = now_us;
	}
	if (bucket->level < MESSAGE)
		return false;
	bucket->level -= MESSAGE;
	return true;
}

int
pgn_throttle_init(struct pgn_throttle *throttle, const struct pgn_node *node, int socket)
{
	memset(throttle, 0, sizeof(*throttle));
	throttle->slots = node->slots;
	throttle->node =
		rte_zmalloc_socket("pgn_throttle", throttle->slots * sizeof(throttle->node[0]),
				   RTE_CACHE_LINE_SIZE, socket);
	if (throttle->node == NULL && throttle->slots > 0)
		return -ENOMEM;
	throttle->secret = rte_rand();
	throttle->common_rate = RTE_MAX(node->control_rate / 2, 1U);
	throttle->neighbour_rate = node->neighbour_rate;
	return 0;
}

void
pgn_throttle_fini(struct pgn_throttle *throttle)
{
	rte_free(throttle->node);
	throttle->node = NULL;
}

/* Anew when there are more or fewer that are known. */
static void
share_out(struct pgn_throttle *throttle, const struct pgn_fib_snapshot *snapshot)
{
	unsigned int upstreams = snapshot->upstream_count, nodes = snapshot->node_count;
	uint32_t of_nodes = throttle->common_rate;

	if (throttle->upstreams == upstreams && throttle->nodes == nodes)
		return;
	throttle->upstreams = upstreams;
	throttle->nodes = nodes;
	if (upstreams > 0) {
		throttle->upstream_share = RTE_MAX(throttle->common_rate / 2 / upstreams, 1U);
		of_nodes /= 2;
	}
	if (nodes > 0)
		throttle->node_share = RTE_MAX(of_nodes / nodes, 1U);
}

/* A heartbeat of an upstream hop: of the hop's share. */
static bool
take_upstream_share(struct pgn_lane *lane, unsigned int wire, uint64_t from)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	struct pgn_throttle *throttle = &lane->throttle;

	for (unsigned int i = 0; i < snapshot->upstream_count; i++) {
		if (snapshot->upstream[i].key == from && snapshot->upstream[i].wire == wire)
			return take(&throttle->upstream[i], lane->now_us, throttle->upstream_share,
				    SHARE_AT_ONCE_US);
	}
	return false;
}

/* A reply of a node, whoever handed it on: of the node's share. */
static bool
take_node_share(struct pgn_lane *lane, const uint8_t *header)
{
	const struct pgn_wire_reply *reply = (const struct pgn_wire_reply *)header;
	struct pgn_throttle *throttle = &lane->throttle;
	uint16_t slot = pgn_fib_slot_of(lane->snapshot, &reply->sender);

	return slot < throttle->slots &&
	       take(&throttle->node[slot], lane->now_us, throttle->node_share, SHARE_AT_ONCE_US);
}

enum pgn_throttled
pgn_throttle_take(struct pgn_lane *lane, unsigned int wire, enum pgn_kind kind,
		  const uint8_t *header)
{
	uint64_t from = pgn_mac_key(&((const struct pgn_wire_common *)header)->from);
	struct pgn_throttle *throttle = &lane->throttle;
	unsigned int group = pgn_mix(from ^ throttle->secret) % PGN_NEIGHBOUR_GROUPS;

	share_out(throttle, lane->snapshot);
	if (kind == PGN_KIND_HEARTBEAT ? take_upstream_share(lane, wire, from)
				       : take_node_share(lane, header))
		return PGN_THROTTLE_SHARE;
	if (take(&throttle->group[group], lane->now_us, throttle->neighbour_rate,
		 NEIGHBOUR_AT_ONCE_US) &&
	    take(&throttle->common, lane->now_us, throttle->common_rate, COMMON_AT_ONCE_US))
		return PGN_THROTTLE_COMMON;
	return PGN_THROTTLE_REFUSED;
}
