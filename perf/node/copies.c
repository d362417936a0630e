/* SPDX-License-Identifier: BSD-3-Clause */
/** The group path: one frame from the TAP, a copy for every OBU. Timed: the copying. */
#include <stdio.h>
#include <stdlib.h>

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
	pgn_replies_clear(replies);
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

/** A run's figures are medians, as in array.c. */
static void
run_once(struct scene *scene, struct rte_mbuf *frame, unsigned int times, double *copying,
	 double *straight, struct bench_result *result)
{
	double nodes = scene->options->nodes;

	for (unsigned int i = 0; i < times; i++) {
		struct allocations before = allocations_so_far();

		copying[i] = (double)spread_once(scene, result) / nodes;
		allocations_add_since(&result->heap, &before);
		straight[i] = (double)allocate_and_copy(scene, frame) / nodes;
	}
}

int
copies_measure(struct scene *scene, struct bench_result *result)
{
	const struct bench_options *options = scene->options;
	unsigned int times = RTE_MAX(1U, options->frames / 4 / options->nodes);
	double cycles[BENCH_RUNS_MAX] = {0}, yardstick[BENCH_RUNS_MAX] = {0};
	double *copying = calloc(times, sizeof(*copying));
	double *straight = calloc(times, sizeof(*straight));
	struct rte_mbuf *frame = pgn_bufpool_get(scene->node.pool, PGN_CLASS_1500_CAPACITY);

	if (copying == NULL || straight == NULL || frame == NULL) {
		fprintf(stderr, "pgn-node: no memory for %u passes\n", times);
		free(copying);
		free(straight);
		rte_pktmbuf_free(frame);
		return -1;
	}
	scene_fill(options, frame);
	for (unsigned int run = 0; run <= options->runs && result->wrong == 0; run++) {
		run_once(scene, frame, times, copying, straight, result);
		if (run == 0) {
			result->heap = (struct allocations){0};
			continue;
		}
		cycles[run - 1] = bench_spread_of(copying, times).median;
		yardstick[run - 1] = bench_spread_of(straight, times).median;
	}
	rte_pktmbuf_free(frame);
	free(copying);
	free(straight);
	result->frames = (uint64_t)options->runs * times * options->nodes;
	result->cycles = bench_spread_of(cycles, options->runs);
	result->yardstick_name = "alloc+memcpy";
	result->yardstick = bench_spread_of(yardstick, options->runs);
	return 0;
}
