/* SPDX-License-Identifier: BSD-3-Clause */
/** The group path: one frame from the TAP, a copy for every OBU. Timed: the copying. */
#include <stdio.h>

#include <rte_cycles.h>
#include <rte_memcpy.h>

#include "scene.h"

/** Free what went out by the wire; some of it is compared first. */
static void
take_copies(struct scene *scene, unsigned int first, struct bench_result *result)
{
	struct pgn_lane *lane = &scene->worker.lane;
	struct pgn_replies *replies = &lane->replies[scene->out];

	for (unsigned int i = 0; i < replies->count; i += 17) {
		result->checked++;
		result->wrong += !scene_right(scene->options, replies->frame[i], 1, first + i);
	}
	pgn_lane_sent(lane, scene->out, replies->count);
	rte_pktmbuf_free_bulk(replies->frame, replies->count);
	replies->count = 0;
}

/** Cycles that all copies of one group frame took. */
static uint64_t
spread_once(struct scene *scene, struct bench_result *result)
{
	struct pgn_lane *lane = &scene->worker.lane;
	struct rte_mbuf *frame = pgn_bufpool_get(scene->node.pool, PGN_CLASS_1500_CAPACITY);
	unsigned int copies = 0;
	uint64_t sum = 0, start;

	scene_fill(scene->options, frame);
	start = rte_rdtsc_precise();
	scene->node.role->tap_burst(lane, &frame, 1);
	sum += rte_rdtsc_precise() - start;
	do {
		unsigned int first = copies;

		start = rte_rdtsc_precise();
		pgn_lane_replicate(lane);
		sum += rte_rdtsc_precise() - start;
		copies += lane->replies[scene->out].count;
		take_copies(scene, first, result);
	} while (lane->replica_count > 0);
	if (copies != scene->options->nodes)
		result->wrong++;
	return sum;
}

/** The yardstick: as many buffers, allocated one by one, the frame copied to each. */
static uint64_t
allocate_and_copy(struct scene *scene, struct rte_mbuf *frame)
{
	struct rte_mempool *mempool = pgn_bufpool_rx_pool(scene->node.pool);
	struct rte_mbuf *copy[PGN_REPLICATE_BUDGET];
	uint64_t sum = 0;
	unsigned int n;

	for (unsigned int made = 0; made < scene->options->nodes; made += n) {
		uint64_t start = rte_rdtsc_precise();

		n = RTE_MIN(scene->options->nodes - made, RTE_DIM(copy));
		for (unsigned int i = 0; i < n; i++) {
			copy[i] = rte_pktmbuf_alloc(mempool);
			rte_memcpy(rte_pktmbuf_append(copy[i], frame->data_len),
				   rte_pktmbuf_mtod(frame, void *), frame->data_len);
		}
		sum += rte_rdtsc_precise() - start;
		rte_pktmbuf_free_bulk(copy, n);
	}
	return sum;
}

int
copies_measure(struct scene *scene, struct bench_result *result)
{
	const struct bench_options *options = scene->options;
	unsigned int times = RTE_MAX(1U, options->frames / 4 / options->nodes);
	double cycles[BENCH_RUNS_MAX], yardstick[BENCH_RUNS_MAX];
	struct rte_mbuf *frame = pgn_bufpool_get(scene->node.pool, PGN_CLASS_1500_CAPACITY);

	scene_fill(options, frame);
	for (unsigned int run = 0; run <= options->runs && result->wrong == 0; run++) {
		uint64_t copying = 0, straight = 0;

		for (unsigned int i = 0; i < times; i++) {
			copying += spread_once(scene, result);
			straight += allocate_and_copy(scene, frame);
		}
		if (run == 0)
			continue;
		cycles[run - 1] = (double)copying / ((double)times * options->nodes);
		yardstick[run - 1] = (double)straight / ((double)times * options->nodes);
	}
	rte_pktmbuf_free(frame);
	result->frames = (uint64_t)options->runs * times * options->nodes;
	result->cycles = bench_spread_of(cycles, options->runs);
	result->yardstick_name = "alloc+memcpy";
	result->yardstick = bench_spread_of(yardstick, options->runs);
	return 0;
}
