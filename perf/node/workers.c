/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Several workers at once, from arrays: each with frames of its own, as by a queue of its own, or
 * the first one with all of them, handing over what belongs to others. The yardstick is one worker
 * on the same frames while the others sleep.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "scene.h"

#define CHECK_EVERY 61
#define REST_BURSTS 4 /* room in a ring that who hands over waits for */

/** A worker and its share; [0] is the scene's own, on the main lcore. */
struct party {
	struct pgn_lane *lane;
	struct pgn_spread *spread;
	struct rte_mbuf **in, **out;
	unsigned int given, made;
	uint64_t ended_tsc;
};

static struct pgn_worker more[PGN_WORKERS_MAX];
static struct pgn_counters more_counters[PGN_WORKERS_MAX];
static struct party party[PGN_WORKERS_MAX];

static struct {
	struct scene *scene;
	unsigned int workers;
	struct pgn_spread *spread[PGN_WORKERS_MAX];
	struct pgn_lane *lane[PGN_WORKERS_MAX];
	pthread_barrier_t asleep; /**< who has nothing to do waits here without spinning */
	unsigned int runners;     /**< of this round */
	_Atomic unsigned int ready;
	_Atomic bool all_given; /**< nothing more will be handed over */
	bool ends;
} round_of;

/** Whose frame it is, in a field that nobody else uses: frames come out in any order. */
static uint32_t *
client_of(struct rte_mbuf *frame)
{
	return &frame->dynfield1[RTE_DIM(frame->dynfield1) - 1];
}

static void
give(struct party *p, struct rte_mbuf **frames, unsigned int n)
{
	if (n == 0)
		return;
	scene_give(round_of.scene, round_of.scene->node.role, p->lane, frames, n);
	p->made += scene_take(p->lane, p->out + p->made);
}

static bool
rings_have_room(const struct party *p)
{
	for (unsigned int to = 0; to < round_of.workers; to++) {
		if (p->spread->to[to] != NULL &&
		    rte_ring_free_count(p->spread->to[to]) < REST_BURSTS * BENCH_BURST)
			return false;
	}
	return true;
}

/** All of a worker's frames: its own, and what others hand over. */
static void
work(struct party *p, bool hands_over)
{
	for (unsigned int at = 0; at < p->given; at += BENCH_BURST) {
		struct rte_mbuf *frames[BENCH_BURST];
		unsigned int n = BENCH_BURST;

		memcpy(frames, p->in + at, sizeof(frames));
		while (hands_over && !rings_have_room(p))
			rte_pause();
		if (hands_over)
			n = pgn_spread_burst(p->spread, p->lane, round_of.scene->in, frames, n, 0);
		give(p, frames, n);
	}
	if (p == &party[0])
		atomic_store_explicit(&round_of.all_given, true, memory_order_release);
	for (bool last = false; p != &party[0] && !last;) {
		struct rte_mbuf *frames[PGN_BURST_MAX];
		unsigned int n;

		last = atomic_load_explicit(&round_of.all_given, memory_order_acquire);
		while ((n = pgn_spread_take(p->spread, 0, frames)) > 0)
			give(p, frames, n);
	}
	p->ended_tsc = rte_rdtsc_precise();
}

/** All that run begin together. */
static void
begin_together(void)
{
	atomic_fetch_add_explicit(&round_of.ready, 1, memory_order_acq_rel);
	while (atomic_load_explicit(&round_of.ready, memory_order_acquire) < round_of.runners)
		rte_pause();
}

static int
run_worker(void *context)
{
	struct party *p = context;

	for (;;) {
		pthread_barrier_wait(&round_of.asleep);
		if (round_of.ends)
			return 0;
		if (p < &party[round_of.runners]) {
			begin_together();
			work(p, false);
		}
		pthread_barrier_wait(&round_of.asleep);
	}
}

/** Cycles until the last of so many was done with its share of all frames. */
static uint64_t
run_round(unsigned int runners, bool hands_over)
{
	uint64_t start, ended = 0;

	round_of.runners = runners;
	atomic_store(&round_of.ready, 0);
	atomic_store(&round_of.all_given, false);
	pthread_barrier_wait(&round_of.asleep);
	begin_together();
	start = rte_rdtsc_precise();
	work(&party[0], hands_over);
	pthread_barrier_wait(&round_of.asleep);
	for (unsigned int w = 0; w < runners; w++)
		ended = RTE_MAX(ended, party[w].ended_tsc);
	return ended - start;
}

/** What came out goes in again, dealt out to so many. */
static void
deal(unsigned int givers, unsigned int total)
{
	static struct rte_mbuf *all[1 << 20];
	const struct bench_options *options = round_of.scene->options;
	unsigned int count = 0;

	for (unsigned int w = 0; w < round_of.workers; w++) {
		memcpy(all + count, party[w].out, party[w].made * sizeof(all[0]));
		count += party[w].made;
		party[w].given = party[w].made = 0;
	}
	for (unsigned int i = 0; i < total; i++) {
		struct party *p = &party[i / (total / givers)];

		*client_of(all[i]) = scene_next_client(round_of.scene);
		scene_restore(options, all[i], *client_of(all[i]));
		/* What was sealed is a payload as good as any, but not the one that is expected. */
		if (options->seal && scene_header_in(options->path) == 0)
			scene_write_frame(options, rte_pktmbuf_mtod(all[i], uint8_t *),
					  *client_of(all[i]));
		p->in[p->given++] = all[i];
	}
}

static void
check(struct bench_result *result, unsigned int total)
{
	const struct bench_options *options = round_of.scene->options;
	unsigned int made = 0;

	for (unsigned int w = 0; w < round_of.workers; w++) {
		for (unsigned int i = 0; i < party[w].made; i += CHECK_EVERY) {
			struct rte_mbuf *frame = party[w].out[i];

			result->checked++;
			result->wrong += !scene_right(options, frame, *client_of(frame), 0);
		}
		made += party[w].made;
	}
	result->wrong += total - made;
}

#define PASSES_MAX 64

/** A run: cycles a frame of one worker and of all, medians of its passes in turns. */
static void
run_once(struct bench_result *result, unsigned int total, double *alone, double *together)
{
	const struct bench_options *options = round_of.scene->options;
	unsigned int givers = options->software ? 1 : round_of.workers;
	unsigned int passes = RTE_MIN(RTE_MAX(1U, options->frames / total), (unsigned)PASSES_MAX);
	double one[PASSES_MAX] = {0}, all[PASSES_MAX] = {0};

	for (unsigned int p = 0; p < passes && result->wrong == 0; p++) {
		struct allocations before;

		deal(1, total);
		one[p] = (double)run_round(1, false) / total;
		check(result, total);
		/* Fewer frames than there are cannot be dealt. */
		if (result->wrong != 0)
			break;
		deal(givers, total);
		before = allocations_so_far();
		all[p] = (double)run_round(round_of.workers, options->software) / total;
		allocations_add_since(&result->heap, &before);
		check(result, total);
	}
	*alone = bench_spread_of(one, passes).median;
	*together = bench_spread_of(all, passes).median;
	result->frames += (uint64_t)passes * total;
}

static void
measure(struct bench_result *result, unsigned int total)
{
	const unsigned int runs = round_of.scene->options->runs;
	double together[BENCH_RUNS_MAX] = {0}, alone[BENCH_RUNS_MAX] = {0};
	double ratio[BENCH_RUNS_MAX] = {0};

	run_once(result, total, &alone[0], &together[0]); /* warms up */
	result->frames = 0;
	result->heap = (struct allocations){0};
	for (unsigned int run = 0; run < runs && result->wrong == 0; run++) {
		run_once(result, total, &alone[run], &together[run]);
		ratio[run] = alone[run] / together[run];
	}
	result->cycles = bench_spread_of(together, runs);
	result->yardstick = bench_spread_of(alone, runs);
	result->yardstick_name = "one worker";
	result->ratio = bench_spread_of(ratio, runs);
}

static int
open_parties(struct scene *scene, unsigned int total)
{
	for (unsigned int w = 0; w < round_of.workers; w++) {
		struct pgn_worker *worker = w == 0 ? &scene->worker : &more[w];
		char name[16];

		snprintf(name, sizeof(name), "perf%hhu", (uint8_t)w);
		if (w > 0 && pgn_lane_open(&worker->lane, &scene->node, &more_counters[w], name,
					   SOCKET_ID_ANY) != 0)
			return -1;
		worker->lane.snapshot = scene->worker.lane.snapshot;
		worker->lane.now_us = scene->worker.lane.now_us;
		round_of.lane[w] = &worker->lane;
		round_of.spread[w] = &worker->spread;
		party[w] = (struct party){.lane = &worker->lane,
					  .spread = &worker->spread,
					  .in = calloc(total, sizeof(void *)),
					  .out = calloc(total, sizeof(void *))};
		if (party[w].in == NULL || party[w].out == NULL)
			return -1;
	}
	return pgn_spread_open(round_of.spread, round_of.workers, "perf_spread", SOCKET_ID_ANY);
}

/** What it dropped is the whole's; the scene counts and closes the first one's. */
static void
close_lane(unsigned int w, struct bench_result *result)
{
	for (unsigned int reason = 0; reason < PGN_DROP_COUNT; reason++)
		result->dropped[reason] += more_counters[w].dropped[reason];
	pgn_lane_close(round_of.lane[w]);
}

int
workers_measure(struct scene *scene, struct bench_result *result)
{
	unsigned int total = scene->options->mbufs * scene->options->workers, w = 1, lcore;

	round_of.scene = scene;
	round_of.workers = scene->options->workers;
	if (open_parties(scene, total) != 0 ||
	    pgn_bufpool_get_bulk(scene->node.pool, PGN_CLASS_1500_CAPACITY, party[0].out, total) !=
		    0) {
		fprintf(stderr, "pgn-node: no memory for %u frames\n", total);
		return -1;
	}
	party[0].made = total;
	for (unsigned int i = 0; i < total; i++)
		scene_fill(scene->options, party[0].out[i]);
	pthread_barrier_init(&round_of.asleep, NULL, round_of.workers);
	RTE_LCORE_FOREACH_WORKER (lcore)
		rte_eal_remote_launch(run_worker, &party[w++], lcore);

	measure(result, total);

	round_of.ends = true;
	pthread_barrier_wait(&round_of.asleep);
	rte_eal_mp_wait_lcore();
	pthread_barrier_destroy(&round_of.asleep);
	pgn_spread_close(round_of.spread, round_of.lane, round_of.workers);
	for (w = 0; w < round_of.workers; w++) {
		pgn_bufpool_put_bulk(party[w].out, party[w].made);
		if (w > 0)
			close_lane(w, result);
		free(party[w].in);
		free(party[w].out);
	}
	return 0;
}
