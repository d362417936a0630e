/* SPDX-License-Identifier: BSD-3-Clause */
/** Two net_ring ports, the app's worker on a lcore of its own, a generator on this one. */
#include <stdio.h>

#include <rte_cycles.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_launch.h>

#include "scene.h"

#define CHECK_EVERY 1021
#define PATIENCE_S 2
/** The worker that finds nothing in more of its polls than this waits for the generator. */
#define EMPTY_POLLS_MAX 0.1

struct port_pair {
	struct pgn_port port;
	struct rte_ring *to_worker, *from_worker;
};

struct generator {
	struct scene *scene;
	struct rte_ring *to, *from;
	struct bench_result *result;
	uint64_t since_check;
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

/** Take what came back, make it input again; returns how many, at most a burst. */
static unsigned int
turn(struct generator *generator)
{
	struct scene *scene = generator->scene;
	struct rte_mbuf *frames[BENCH_BURST];
	unsigned int n =
		rte_ring_sc_dequeue_burst(generator->from, (void **)frames, BENCH_BURST, NULL);

	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], void *));
	generator->since_check += n;
	if (generator->since_check >= CHECK_EVERY && n > 0) {
		generator->since_check = 0;
		generator->result->checked++;
		generator->result->wrong += !scene_right(
			scene->options, frames[0], scene_client_in(scene->options, frames[0]), 0);
	}
	for (unsigned int i = 0; i < n; i++)
		scene_restore(scene->options, frames[i], scene_next_client(scene));
	rte_ring_sp_enqueue_bulk(generator->to, (void *const *)frames, n, NULL);
	return n;
}

/** Cycles a frame, or a negative number when frames stop coming back. */
static double
measure(struct generator *generator, unsigned int frames)
{
	uint64_t patience = PATIENCE_S * rte_get_tsc_hz();
	uint64_t start = rte_rdtsc(), last = start, now = start;
	unsigned int done = 0;

	while (done < frames) {
		unsigned int n = turn(generator);

		now = rte_rdtsc();
		done += n;
		if (n > 0)
			last = now;
		else if (now - last > patience)
			return -1;
	}
	return (double)(now - start) / done;
}

/** Without a worker: what it sends comes straight back to it. */
static struct bench_spread
measure_generator(struct generator *generator, const struct bench_options *options)
{
	struct generator alone = *generator;
	struct bench_result nothing = {0};
	double cycles[BENCH_RUNS_MAX];

	alone.from = alone.to;
	alone.result = &nothing;
	for (unsigned int run = 0; run <= options->runs; run++)
		cycles[run == 0 ? 0 : run - 1] = measure(&alone, options->frames);
	return bench_spread_of(cycles, options->runs);
}

static void
measure_worker(struct generator *generator, struct bench_result *result)
{
	const struct bench_options *options = generator->scene->options;
	struct pgn_counters *counters = &generator->scene->counters;
	double cycles[BENCH_RUNS_MAX];
	uint64_t polls = 0, empty = 0;

	for (unsigned int run = 0; run <= options->runs; run++) {
		double each = measure(generator, options->frames);

		if (each < 0) {
			fprintf(stderr, "pgn-node: no frame came back for %u s\n", PATIENCE_S);
			result->wrong++;
			return;
		}
		if (run == 0) {
			polls = __atomic_load_n(&counters->polls, __ATOMIC_RELAXED);
			empty = __atomic_load_n(&counters->empty_polls, __ATOMIC_RELAXED);
		} else {
			cycles[run - 1] = each;
		}
	}
	polls = __atomic_load_n(&counters->polls, __ATOMIC_RELAXED) - polls;
	empty = __atomic_load_n(&counters->empty_polls, __ATOMIC_RELAXED) - empty;
	result->generator_limited = (double)empty > EMPTY_POLLS_MAX * (double)polls;
	result->cycles = bench_spread_of(cycles, options->runs);
	result->frames = (uint64_t)options->runs * options->frames;
}

static int
put_in(struct generator *generator)
{
	struct scene *scene = generator->scene;

	for (unsigned int i = 0; i < scene->options->mbufs; i++) {
		struct rte_mbuf *frame = pgn_bufpool_get(scene->node.pool, PGN_CLASS_1500_CAPACITY);

		if (frame == NULL)
			return -1;
		scene_fill(scene->options, frame);
		rte_ring_sp_enqueue(generator->to, frame);
	}
	return 0;
}

static void
take_out(struct rte_ring *ring)
{
	void *frame;

	while (rte_ring_sc_dequeue(ring, &frame) == 0)
		rte_pktmbuf_free(frame);
}

int
ring_measure(struct scene *scene, struct bench_result *result)
{
	struct rte_mempool *pool = pgn_bufpool_rx_pool(scene->node.pool);
	unsigned int lcore = rte_get_next_lcore(-1, 1, 0);
	struct generator generator = {.scene = scene, .result = result};
	struct pgn_worker *worker = &scene->worker;
	int ret = -1;

	worker->send = rte_ring_create("perf_send", 64, SOCKET_ID_ANY, 0);
	if (worker->send == NULL ||
	    open_pair(&wire, "perf_wire", scene->options->mbufs, pool) != 0 ||
	    open_pair(&tap, "perf_tap", scene->options->mbufs, pool) != 0)
		goto close;
	worker->port[0] = &wire.port;
	worker->port[PGN_PORT_TAP] = &tap.port;
	worker->doorbell = &doorbell;
	worker->stop = &stop;
	worker->busy = true;
	generator.to = scene->in == PGN_PORT_TAP ? tap.to_worker : wire.to_worker;
	generator.from = scene->out == PGN_PORT_TAP ? tap.from_worker : wire.from_worker;

	if (put_in(&generator) != 0)
		goto close;
	result->yardstick_name = "generator alone";
	result->yardstick = measure_generator(&generator, scene->options);
	/* Frames in the ring carry in-headers: the worker takes up where the generator left. */
	rte_eal_remote_launch(pgn_worker_run, worker, lcore);
	measure_worker(&generator, result);
	atomic_store_explicit(&stop, true, memory_order_relaxed);
	rte_eal_wait_lcore(lcore);
	ret = 0;
close:
	if (ret != 0)
		fprintf(stderr, "pgn-node: cannot make the net_ring ports\n");
	else {
		take_out(generator.to);
		take_out(generator.from);
	}
	close_pair(&wire);
	close_pair(&tap);
	rte_ring_free(worker->send);
	return ret;
}
