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
	throttle->known_max = PGN_FIB_UPSTREAMS + node->slots;
	throttle->known =
		rte_zmalloc_socket("pgn_throttle", throttle->known_max * sizeof(throttle->known[0]),
				   RTE_CACHE_LINE_SIZE, socket);
	if (throttle->known == NULL)
		return -ENOMEM;
	throttle->secret = rte_rand();
	throttle->common_rate = RTE_MAX(node->control_rate / 2, 1U);
	throttle->neighbour_rate = node->neighbour_rate;
	return 0;
}

void
pgn_throttle_fini(struct pgn_throttle *throttle)
{
	rte_free(throttle->known);
	throttle->known = NULL;
}

/* The bucket of a neighbour that routing knows; NULL: it does not. */
static struct pgn_bucket *
known_bucket(const struct pgn_throttle *throttle, const struct pgn_fib_snapshot *snapshot,
	     unsigned int wire, uint64_t from)
{
	unsigned int index = 0;

	while (index < snapshot->upstream_count &&
	       (snapshot->upstream[index].key != from || snapshot->upstream[index].wire != wire))
		index++;
	if (index == snapshot->upstream_count)
		index = PGN_FIB_UPSTREAMS + pgn_fib_slot_of_key(snapshot, from);
	return index < throttle->known_max ? &throttle->known[index] : NULL;
}

static uint32_t
share_of_each(struct pgn_throttle *throttle, const struct pgn_fib_snapshot *snapshot)
{
	unsigned int known = snapshot->upstream_count + snapshot->node_count;

	if (known != throttle->sharers) {
		throttle->sharers = known;
		throttle->share = RTE_MAX(throttle->common_rate / known, 1U);
	}
	return throttle->share;
}

enum pgn_throttled
pgn_throttle_take(struct pgn_lane *lane, unsigned int wire, uint64_t from, bool vital)
{
	struct pgn_throttle *throttle = &lane->throttle;
	struct pgn_bucket *own = vital ? known_bucket(throttle, lane->snapshot, wire, from) : NULL;
	unsigned int group = pgn_mix(from ^ throttle->secret) % PGN_NEIGHBOUR_GROUPS;

	if (own != NULL &&
	    take(own, lane->now_us, share_of_each(throttle, lane->snapshot), SHARE_AT_ONCE_US))
		return PGN_THROTTLE_SHARE;
	if (take(&throttle->group[group], lane->now_us, throttle->neighbour_rate,
		 NEIGHBOUR_AT_ONCE_US) &&
	    take(&throttle->common, lane->now_us, throttle->common_rate, COMMON_AT_ONCE_US))
		return PGN_THROTTLE_COMMON;
	return PGN_THROTTLE_REFUSED;
}
