/* SPDX-License-Identifier: BSD-3-Clause */
/** No port: frames come from an array and go to one; only the role and the counting are timed. */
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>

#include "scene.h"

/** One in so many output frames is compared, after a first pass in which all are. */
#define CHECK_EVERY 61

struct array {
	struct scene *scene;
	struct rte_mbuf **in, **out;
	uint32_t *client; /**< whose frame in[i] is */
	double *cycles;   /**< a frame, one a pass */
	unsigned int mbufs, taken;
};

static void
prepare(struct array *array)
{
	struct scene *scene = array->scene;

	for (unsigned int i = 0; i < array->mbufs; i++) {
		/* What came out goes in again: it may be a copy of what went in. */
		if (array->taken == array->mbufs)
			array->in[i] = array->out[i];
		array->client[i] = scene_next_client(scene);
		scene_restore(scene->options, array->in[i], array->client[i]);
	}
	array->taken = 0;
}

/** Returns cycles. */
static uint64_t
pass(struct array *array, const struct pgn_role *role)
{
	struct pgn_lane *lane = &array->scene->worker.lane;
	uint64_t start = rte_rdtsc_precise();

	for (unsigned int at = 0; at < array->mbufs; at += BENCH_BURST) {
		struct rte_mbuf *frames[BENCH_BURST];

		memcpy(frames, array->in + at, sizeof(frames));
		scene_give(array->scene, role, lane, frames, BENCH_BURST);
		array->taken += scene_take(lane, array->out + array->taken);
	}
	return rte_rdtsc_precise() - start;
}

static void
check(struct array *array, unsigned int every, struct bench_result *result)
{
	result->wrong += array->mbufs - array->taken;
	for (unsigned int i = 0; i < array->taken; i += every) {
		result->checked++;
		result->wrong +=
			!scene_right(array->scene->options, array->out[i], array->client[i], 0);
	}
}

/**
 * A run's figure is the median of its passes: a pass is over in microseconds, so that what else the
 * machine does spoils some of them and not the run.
 */
static struct bench_spread
measure(struct array *array, const struct pgn_role *role, struct bench_result *result)
{
	const struct bench_options *options = array->scene->options;
	unsigned int passes = RTE_MAX(1U, options->frames / array->mbufs);
	double cycles[BENCH_RUNS_MAX] = {0};

	/* The first run warms up. */
	for (unsigned int run = 0; run <= options->runs; run++) {
		for (unsigned int p = 0; p < passes; p++) {
			struct allocations before;

			prepare(array);
			before = allocations_so_far();
			array->cycles[p] = (double)pass(array, role) / array->mbufs;
			if (result != NULL && run > 0)
				allocations_add_since(&result->heap, &before);
			if (result != NULL)
				check(array, run == 0 && p == 0 ? 1 : CHECK_EVERY, result);
			if (array->taken != array->mbufs)
				return (struct bench_spread){0};
		}
		if (run > 0)
			cycles[run - 1] = bench_spread_of(array->cycles, passes).median;
	}
	if (result != NULL)
		result->frames = (uint64_t)options->runs * passes * array->mbufs;
	return bench_spread_of(cycles, options->runs);
}

/** The io role on the same frames: what harness and counting cost. */
static struct bench_spread
measure_io(struct array *array)
{
	unsigned int in = array->scene->in;
	struct bench_spread spread;

	array->scene->in = 0;
	spread = measure(array, &bench_role_io, NULL);
	array->scene->in = in;
	return spread;
}

int
array_measure(struct scene *scene, struct bench_result *result)
{
	struct array array = {.scene = scene, .mbufs = scene->options->mbufs};
	int ret = -1;

	array.in = calloc(array.mbufs, sizeof(*array.in));
	array.out = calloc(array.mbufs, sizeof(*array.out));
	array.client = calloc(array.mbufs, sizeof(*array.client));
	array.cycles =
		calloc(RTE_MAX(1U, scene->options->frames / array.mbufs), sizeof(*array.cycles));
	if (array.in == NULL || array.out == NULL || array.client == NULL || array.cycles == NULL ||
	    pgn_bufpool_get_bulk(scene->node.pool, PGN_CLASS_1500_CAPACITY, array.in,
				 array.mbufs) != 0) {
		fprintf(stderr, "pgn-node: no memory for %u frames\n", array.mbufs);
		goto free_arrays;
	}
	for (unsigned int i = 0; i < array.mbufs; i++)
		scene_fill(scene->options, array.in[i]);

	result->cycles = measure(&array, scene->node.role, result);
	if (result->wrong == 0) {
		result->yardstick_name = "io";
		result->yardstick = measure_io(&array);
	}
	/* A frame that a role dropped is the pool's already. */
	if (array.taken == array.mbufs)
		pgn_bufpool_put_bulk(array.out, array.mbufs);
	ret = 0;
free_arrays:
	free(array.in);
	free(array.out);
	free(array.client);
	free(array.cycles);
	return ret;
}
