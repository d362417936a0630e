/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Two net_ring ports, the app's worker on a lcore of its own, a generator on this one. The path's
 * role and the yardstick, macswap, take turns on the same ports, with the same frames.
 */
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_launch.h>

#include "feed.h"

#define PATIENCE_S 2
/** Frames go round so many times before a run is timed. */
#define WARM_ROUNDS 4
/** The generator limits a worker that waits longer, or whose bursts are smaller. */
#define WAITED_MAX 0.05
#define BURST_MIN (0.9 * BENCH_BURST)

struct port_pair {
	struct pgn_port port;
	struct rte_ring *to_worker, *from_worker;
};

struct bench {
	struct scene *scene;
	struct feed feed;
	struct rte_mbuf **frames; /**< all there are */
	unsigned int lcore;
	double empty_poll; /**< cycles of one */
	struct pgn_worker *worker;
};

/** What one run found. */
struct run {
	double cycles; /**< a frame */
	double waited; /**< the share of the worker's time in which it found nothing */
	double burst;  /**< frames it took at once */
	struct allocations heap;
};

static struct port_pair wire, tap;
static struct pgn_doorbell doorbell;
static atomic_bool stop;

static int
open_pair(struct port_pair *pair, const char *name, unsigned int mbufs, struct rte_mempool *pool)
{
	static const struct rte_eth_conf plain;
	unsigned int size = rte_align32pow2(mbufs + 1);
	char ring[RTE_RING_NAMESIZE];
	int id;

	snprintf(ring, sizeof(ring), "%s_to", name);
	pair->to_worker = rte_ring_create(ring, size, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	snprintf(ring, sizeof(ring), "%s_from", name);
	pair->from_worker =
		rte_ring_create(ring, size, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	if (pair->to_worker == NULL || pair->from_worker == NULL)
		return -1;
	id = rte_eth_from_rings(name, &pair->to_worker, 1, &pair->from_worker, 1, 0);
	if (id < 0)
		return -1;
	pair->port = (struct pgn_port){
		.id = (uint16_t)id, .max_frame = SCENE_FRAME_MAX, .rx_burst = BENCH_BURST};
	if (rte_eth_dev_configure(pair->port.id, 1, 1, &plain) != 0 ||
	    rte_eth_rx_queue_setup(pair->port.id, 0, 512, 0, NULL, pool) != 0 ||
	    rte_eth_tx_queue_setup(pair->port.id, 0, 512, 0, NULL) != 0)
		return -1;
	return rte_eth_dev_start(pair->port.id);
}

static void
close_pair(struct port_pair *pair)
{
	if (pair->to_worker != NULL && pair->from_worker != NULL) {
		rte_eth_dev_stop(pair->port.id);
		rte_eth_dev_close(pair->port.id);
	}
	rte_ring_free(pair->to_worker);
	rte_ring_free(pair->from_worker);
}

/** Cycles a frame until so many have gone round; negative when they stop coming back. */
static double
go_round(struct feed *feed, unsigned int frames)
{
	uint64_t patience = PATIENCE_S * rte_get_tsc_hz();
	uint64_t start = rte_rdtsc(), last = start, now = start;
	unsigned int done = 0;

	while (done < frames) {
		unsigned int n = feed_turn(feed);

		now = rte_rdtsc();
		done += n;
		if (n > 0)
			last = now;
		else if (now - last > patience)
			return -1;
	}
	return (double)(now - start) / done;
}

/** Everything is in one of the two rings once the worker has stopped. */
static unsigned int
take_all(struct bench *bench)
{
	struct feed *feed = &bench->feed;
	unsigned int mbufs = bench->scene->options->mbufs;
	unsigned int n = rte_ring_sc_dequeue_burst(feed->to, (void **)bench->frames, mbufs, NULL);

	return n +
	       rte_ring_sc_dequeue_burst(feed->from, (void **)(bench->frames + n), mbufs - n, NULL);
}

/** Where the frames of a role come in and go out; macswap has a wire only. */
static void
join(struct bench *bench, const struct pgn_role *role)
{
	const struct scene *scene = bench->scene;
	bool swap = role == &bench_role_macswap;

	bench->feed.swapped = swap;
	bench->feed.to = !swap && scene->in == PGN_PORT_TAP ? tap.to_worker : wire.to_worker;
	bench->feed.from = !swap && scene->out == PGN_PORT_TAP ? tap.from_worker : wire.from_worker;
}

static uint64_t
look(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static struct run
time_worker(struct bench *bench)
{
	const struct bench_options *options = bench->scene->options;
	const struct pgn_counters *counters = &bench->scene->counters;
	struct run run = {.cycles = go_round(&bench->feed, WARM_ROUNDS * options->mbufs)};
	struct allocations before;
	uint64_t polls, empty;

	if (run.cycles < 0)
		return run;
	before = allocations_so_far();
	polls = look(&counters->polls);
	empty = look(&counters->empty_polls);
	run.cycles = go_round(&bench->feed, options->frames);
	allocations_add_since(&run.heap, &before);
	polls = look(&counters->polls) - polls;
	empty = look(&counters->empty_polls) - empty;
	run.waited = (double)empty * bench->empty_poll / (run.cycles * options->frames);
	run.burst = polls == empty ? BENCH_BURST : (double)options->frames / (polls - empty);
	return run;
}

static void
start_worker(struct bench *bench)
{
	atomic_store_explicit(&stop, false, memory_order_relaxed);
	rte_eal_remote_launch(pgn_worker_run, bench->worker, bench->lcore);
}

static void
stop_worker(struct bench *bench)
{
	atomic_store_explicit(&stop, true, memory_order_relaxed);
	rte_eal_wait_lcore(bench->lcore);
}

/** What the worker's poll costs when its ports have nothing. */
static void
measure_empty_poll(struct bench *bench)
{
	const struct pgn_counters *counters = &bench->scene->counters;
	uint64_t polls, start;

	start_worker(bench);
	rte_delay_us_block(2000);
	start = rte_rdtsc();
	polls = look(&counters->polls);
	rte_delay_us_block(10000);
	polls = look(&counters->polls) - polls;
	bench->empty_poll = (double)(rte_rdtsc() - start) / RTE_MAX(polls, UINT64_C(1));
	stop_worker(bench);
}

/** -1 when frames are lost on the way. */
static int
run_role(struct bench *bench, const struct pgn_role *role, struct run *run)
{
	const unsigned int mbufs = bench->scene->options->mbufs;

	join(bench, role);
	for (unsigned int i = 0; i < mbufs; i += BENCH_BURST)
		feed_in(&bench->feed, &bench->frames[i], BENCH_BURST);
	bench->scene->node.role = role;
	start_worker(bench);
	*run = time_worker(bench);
	stop_worker(bench);
	return take_all(bench) == mbufs && run->cycles > 0 ? 0 : -1;
}

/** Without a worker: what the generator sends comes straight back to it. */
static struct bench_spread
measure_generator(struct bench *bench)
{
	const struct bench_options *options = bench->scene->options;
	struct feed *feed = &bench->feed;
	double cycles[BENCH_RUNS_MAX];

	join(bench, bench->scene->node.role);
	feed->from = feed->to;
	feed->swapped = false;
	for (unsigned int i = 0; i < options->mbufs; i += BENCH_BURST)
		feed_in(feed, &bench->frames[i], BENCH_BURST);
	for (unsigned int run = 0; run <= options->runs; run++)
		cycles[run == 0 ? 0 : run - 1] = go_round(feed, options->frames);
	rte_ring_sc_dequeue_bulk(feed->to, (void **)bench->frames, options->mbufs, NULL);
	/* Nobody worked on these frames: what was checked was not an output. */
	feed->checked = 0;
	feed->wrong = 0;
	return bench_spread_of(cycles, options->runs);
}

/** The role and the yardstick in turns; the first turn of each warms up. */
static int
measure(struct bench *bench, struct bench_result *result)
{
	const struct bench_options *options = bench->scene->options;
	const struct pgn_role *role = bench->scene->node.role;
	double cycles[BENCH_RUNS_MAX], yardstick[BENCH_RUNS_MAX], ratio[BENCH_RUNS_MAX];
	double waited[BENCH_RUNS_MAX], burst[BENCH_RUNS_MAX];
	int ret = 0;

	result->generator = measure_generator(bench);
	measure_empty_poll(bench);
	for (unsigned int i = 0; i <= options->runs && ret == 0; i++) {
		unsigned int at = i == 0 ? 0 : i - 1;
		struct run ours, swap;

		ret = run_role(bench, role, &ours);
		if (ret == 0)
			ret = run_role(bench, &bench_role_macswap, &swap);
		if (ret != 0)
			break;
		cycles[at] = ours.cycles;
		yardstick[at] = swap.cycles;
		ratio[at] = swap.cycles / ours.cycles;
		waited[at] = RTE_MAX(ours.waited, swap.waited);
		burst[at] = RTE_MIN(ours.burst, swap.burst);
		if (i > 0) {
			result->heap.made += ours.heap.made;
			result->heap.freed += ours.heap.freed;
		}
	}
	bench->scene->node.role = role;
	result->checked = bench->feed.checked;
	result->wrong = bench->feed.wrong;
	if (ret != 0)
		return ret;
	result->cycles = bench_spread_of(cycles, options->runs);
	result->yardstick_name = "macswap";
	result->yardstick = bench_spread_of(yardstick, options->runs);
	result->ratio = bench_spread_of(ratio, options->runs);
	result->waited = bench_spread_of(waited, options->runs).median;
	result->burst = bench_spread_of(burst, options->runs).median;
	result->generator_limited = result->waited > WAITED_MAX || result->burst < BURST_MIN;
	result->frames = (uint64_t)options->runs * options->frames;
	return 0;
}

static int
open_bench(struct bench *bench)
{
	struct scene *scene = bench->scene;
	struct rte_mempool *pool = pgn_bufpool_rx_pool(scene->node.pool);
	unsigned int mbufs = scene->options->mbufs;

	bench->worker->send = rte_ring_create("perf_send", 64, SOCKET_ID_ANY, 0);
	bench->frames = calloc(mbufs, sizeof(*bench->frames));
	if (bench->worker->send == NULL || bench->frames == NULL ||
	    open_pair(&wire, "perf_wire", mbufs, pool) != 0 ||
	    open_pair(&tap, "perf_tap", mbufs, pool) != 0 ||
	    pgn_bufpool_get_bulk(scene->node.pool, PGN_CLASS_1500_CAPACITY, bench->frames, mbufs) !=
		    0)
		return -1;
	for (unsigned int i = 0; i < mbufs; i++)
		scene_fill(scene->options, bench->frames[i]);
	scene_add_port(scene, 0, &wire.port);
	scene_add_port(scene, PGN_PORT_TAP, &tap.port);
	bench->worker->doorbell = &doorbell;
	bench->worker->stop = &stop;
	bench->worker->busy = true;
	return 0;
}

int
ring_measure(struct scene *scene, struct bench_result *result)
{
	struct bench bench = {
		.scene = scene, .worker = &scene->worker, .lcore = rte_get_next_lcore(-1, 1, 0)};
	int ret = feed_open(&bench.feed, scene->options);

	if (ret == 0)
		ret = open_bench(&bench);
	if (ret != 0) {
		fprintf(stderr, "pgn-node: cannot make the net_ring ports and their frames\n");
		goto close;
	}
	ret = measure(&bench, result);
	if (ret != 0) {
		fprintf(stderr, "pgn-node: frames are lost on the way\n");
		goto close;
	}
	pgn_bufpool_put_bulk(bench.frames, scene->options->mbufs);
close:
	close_pair(&wire);
	close_pair(&tap);
	rte_ring_free(scene->worker.send);
	free(bench.frames);
	feed_close(&bench.feed);
	return ret;
}
