/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * The rx-tx path: a driver allocates what it receives and frees what it sends, nobody in between.
 * Once with the pool that our ports receive into, once with a plain one of the same room.
 */
#include <stdio.h>

#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_ethdev.h>

#include "scene.h"

#define COUNT 8192

struct cycle {
	const struct bench_options *options;
	struct rte_mempool *pool;
	char name[16];
	uint16_t port;
};

/** net_null allocates each frame as it is received and frees it as it is sent; it copies none. */
static int
open_port(struct cycle *cycle)
{
	static const struct rte_eth_conf plain;
	char device[64];

	snprintf(device, sizeof(device), "%s,size=%u,copy=0", cycle->name, cycle->options->size);
	if (rte_dev_probe(device) != 0 ||
	    rte_eth_dev_get_port_by_name(cycle->name, &cycle->port) != 0)
		return -1;
	if (rte_eth_dev_configure(cycle->port, 1, 1, &plain) != 0 ||
	    rte_eth_rx_queue_setup(cycle->port, 0, 512, 0, NULL, cycle->pool) != 0 ||
	    rte_eth_tx_queue_setup(cycle->port, 0, 512, 0, NULL) != 0)
		return -1;
	return rte_eth_dev_start(cycle->port);
}

/** Cycles a frame. */
static double
pass(const struct cycle *cycle)
{
	unsigned int frames = 0;
	uint64_t start = rte_rdtsc_precise();

	while (frames < cycle->options->frames) {
		struct rte_mbuf *burst[BENCH_BURST];
		uint16_t n = rte_eth_rx_burst(cycle->port, 0, burst, BENCH_BURST);

		frames += rte_eth_tx_burst(cycle->port, 0, burst, n);
	}
	return (double)(rte_rdtsc_precise() - start) / frames;
}

/** Where do received frames come from, and are all home when they were sent? */
static void
check(const struct cycle *cycle, struct bench_result *result)
{
	struct rte_mbuf *burst[BENCH_BURST];
	uint16_t n = rte_eth_rx_burst(cycle->port, 0, burst, BENCH_BURST);

	for (uint16_t i = 0; i < n; i++) {
		result->checked++;
		result->wrong += burst[i]->pool != cycle->pool ||
				 burst[i]->pkt_len != cycle->options->size ||
				 rte_pktmbuf_tailroom(burst[i]) + burst[i]->data_len < 2048;
	}
	result->wrong += BENCH_BURST - rte_eth_tx_burst(cycle->port, 0, burst, n);
	result->wrong += rte_mempool_in_use_count(cycle->pool);
}

static void
measure(const struct cycle *ours, const struct cycle *plain, struct bench_result *result)
{
	const struct bench_options *options = ours->options;
	double cycles[BENCH_RUNS_MAX], yardstick[BENCH_RUNS_MAX], ratio[BENCH_RUNS_MAX];

	/* The first run warms up. */
	for (unsigned int run = 0; run <= options->runs; run++) {
		unsigned int at = run == 0 ? 0 : run - 1;
		struct allocations before = allocations_so_far();

		cycles[at] = pass(ours);
		if (run > 0)
			allocations_add_since(&result->heap, &before);
		yardstick[at] = pass(plain);
		ratio[at] = yardstick[at] / cycles[at];
	}
	check(ours, result);
	check(plain, result);
	result->frames = (uint64_t)options->runs * options->frames;
	result->cycles = bench_spread_of(cycles, options->runs);
	result->yardstick_name = "rte_pktmbuf_pool_create";
	result->yardstick = bench_spread_of(yardstick, options->runs);
	result->ratio = bench_spread_of(ratio, options->runs);
}

static void
close_port(const struct cycle *cycle)
{
	if (cycle->port != RTE_MAX_ETHPORTS) {
		rte_eth_dev_stop(cycle->port);
		rte_eth_dev_close(cycle->port);
	}
}

int
cycle_measure(const struct bench_options *options, struct bench_result *result)
{
	struct pgn_bufpool_conf conf = {.name = "perf",
					.count = {1, 1, COUNT},
					.cache = options->cache,
					.socket = SOCKET_ID_ANY};
	struct pgn_bufpool *pool = pgn_bufpool_create(&conf);
	struct cycle ours = {.options = options, .name = "net_null0", .port = RTE_MAX_ETHPORTS};
	struct cycle plain = {.options = options, .name = "net_null1", .port = RTE_MAX_ETHPORTS};
	int ret = -1;

	plain.pool = rte_pktmbuf_pool_create("perf_plain", COUNT, options->cache, 0,
					     RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (pool != NULL && plain.pool != NULL) {
		ours.pool = pgn_bufpool_rx_pool(pool);
		ret = open_port(&ours) == 0 && open_port(&plain) == 0 ? 0 : -1;
	}
	if (ret == 0)
		measure(&ours, &plain, result);
	else
		fprintf(stderr, "pgn-node: cannot make the net_null ports and their pools\n");
	close_port(&ours);
	close_port(&plain);
	rte_mempool_free(plain.pool);
	pgn_bufpool_destroy(pool);
	return ret;
}
