/* SPDX-License-Identifier: BSD-3-Clause */
/** Before anything is measured: the node has its routes, and knows where clients are. */
#include <stdio.h>

#include <rte_cycles.h>

#include "gen.h"

#define HEARD_WITHIN_S 15
#define PAUSE_US 500
#define OPEN_WITHIN_S 15
#define LESSON_S 30 /* at most */
#define QUIET_MS 60
#define SETTLE_MS 400
#define SILENT_MS 500 /* a node that was not heard for so long has to find its routes again */
#define LOOK 1024     /* frames that show whether a way is open */
/** The node forgets clients that are silent for 300 s, and no trial is longer than 200 s. */
#define KNOWN_S 60

static uint64_t taught_tsc;

static void
settle(struct gen *gen)
{
	uint64_t end = rte_rdtsc() + rte_get_tsc_hz() / 1000 * SETTLE_MS;

	while (rte_rdtsc() < end)
		gen_turn(gen, 0);
}

/**
 * So many frames of a flow, in order from the first one. The node's control loop, which learns, has
 * no core but this one: we sleep now and then.
 */
static void
send_each(struct gen *gen, struct gen_flow *flow, uint64_t count)
{
	const uint64_t end = rte_rdtsc() + rte_get_tsc_hz() * LESSON_S, sent = flow->sent;

	flow->next = 0;
	while (flow->sent - sent < count && rte_rdtsc() < end) {
		gen->turn = (unsigned int)(flow - gen->flow);
		gen_turn(gen,
			 (unsigned int)RTE_MIN(count - (flow->sent - sent), (uint64_t)GEN_BURST));
		rte_delay_us_sleep(PAUSE_US);
	}
	gen_drain(gen, QUIET_MS, SETTLE_MS);
}

/** Every client sends by the air, so that the RSU knows behind which OBU it is. */
static int
teach(struct gen *gen, struct gen_flow *flow, enum gen_way_name way)
{
	struct rte_mempool *own = flow->pool;

	if (gen_flow_turn_to(gen, flow, WAY_UP) != 0)
		return -1;
	flow->pool = gen->lesson_pool;
	send_each(gen, flow, flow->count);
	flow->pool = own;
	taught_tsc = rte_rdtsc();
	return gen_flow_turn_to(gen, flow, way);
}

/**
 * Does each frame come out, once and right? One to a client that the RSU does not know comes out
 * once for every OBU.
 */
static bool
is_open(struct gen *gen, struct gen_flow *flow)
{
	const uint64_t sent = flow->sent, wrong = gen->wrong;
	uint64_t count = flow->count, tolerated;

	if (!flow->way->clients_known)
		count = RTE_MIN(count, (uint64_t)LOOK);
	tolerated = count / 100; /* the machine is shared */
	gen_sink_start(gen, false);
	gen->check_every = 1;
	send_each(gen, flow, count);
	return flow->sent == sent + count && flow->track.received + tolerated >= count &&
	       flow->track.duplicated == 0 && gen->wrong == wrong;
}

static int
open_way(struct gen *gen, struct gen_flow *flow, enum gen_way_name way)
{
	const uint64_t end = rte_rdtsc() + rte_get_tsc_hz() * OPEN_WITHIN_S;
	uint64_t wrong;

	do {
		int ret = gen_way[way].clients_known ? teach(gen, flow, way)
						     : gen_flow_turn_to(gen, flow, way);

		if (ret != 0)
			return -1;
		wrong = gen->wrong;
		if (is_open(gen, flow))
			return 0;
	} while (rte_rdtsc() < end);
	fprintf(stderr,
		"pgn-gen: frames do not come back as they should: of %u clients' %llu did, %llu "
		"more than once; %llu were wrong\n",
		flow->count, (unsigned long long)flow->track.received,
		(unsigned long long)flow->track.duplicated,
		(unsigned long long)(gen->wrong - wrong));
	return -1;
}

int
gen_prepare(struct gen *gen)
{
	uint64_t end = rte_rdtsc() + rte_get_tsc_hz() * HEARD_WITHIN_S;

	while (gen->options->role != GEN_PLAIN && gen->heard_tsc == 0) {
		gen_turn(gen, 0);
		if (rte_rdtsc() > end) {
			fprintf(stderr, "pgn-gen: heard no heartbeat for %d s\n", HEARD_WITHIN_S);
			return -1;
		}
	}
	gen->network.node = gen->heard.from;
	for (unsigned int i = 0; i < gen->plan.ways; i++) {
		if (open_way(gen, &gen->flow[i], gen->plan.way[i]) != 0)
			return -1;
	}
	/* What an RSU floods while it learns is no error of its. */
	gen->checked = 0;
	gen->wrong = 0;
	return 0;
}

int
gen_refresh(struct gen *gen)
{
	uint64_t now = rte_rdtsc();

	if (gen->options->role == GEN_PLAIN)
		return 0;
	if (now - gen->heard_tsc > rte_get_tsc_hz() / 1000 * SILENT_MS)
		settle(gen);
	for (unsigned int i = 0; i < gen->plan.ways; i++) {
		if (!gen_way[gen->plan.way[i]].clients_known ||
		    now - taught_tsc < rte_get_tsc_hz() * KNOWN_S)
			continue;
		if (teach(gen, &gen->flow[i], gen->plan.way[i]) != 0)
			return -1;
	}
	return 0;
}
