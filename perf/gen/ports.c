/* SPDX-License-Identifier: BSD-3-Clause */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include "gen.h"

#define RX_BUFFERS 8191
#define TX_BUFFERS 4095
#define LESSON_BUFFERS 2047
#define CACHE 256
#define DESCRIPTORS 1024
#define LINK_WITHIN_MS 3000

static bool
is_pci(const char *port)
{
	return port != NULL && strncmp(port, "net_", 4) != 0;
}

static unsigned int
first_cpu(void)
{
	unsigned int cpu = 0;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0) {
		while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &set))
			cpu++;
	}
	return cpu;
}

int
gen_eal_start(const struct gen_plan *plan)
{
	/* A vhost-user back end takes eight segments of memory at most: this makes one. */
	static char words[16][40] = {"pgn-gen",
				     "--lcores",
				     "",
				     "--file-prefix",
				     "",
				     "-m",
				     "64",
				     "--no-telemetry",
				     "--log-level",
				     "error",
				     "--in-memory",
				     "--single-file-segments"};
	static char *argv[RTE_DIM(words)];
	int argc = 12;

	snprintf(words[2], sizeof(words[0]), "0@%u", first_cpu());
	snprintf(words[4], sizeof(words[0]), "pgn-gen-%d", (int)getpid());
	for (unsigned int end = 0; end < ENDS; end++) {
		if (is_pci(plan->port[end])) {
			snprintf(words[argc++], sizeof(words[0]), "-a");
			snprintf(words[argc++], sizeof(words[0]), "%s", plan->port[end]);
		}
	}
	if (argc == 12)
		snprintf(words[argc++], sizeof(words[0]), "--no-pci");
	for (int i = 0; i < argc; i++)
		argv[i] = words[i];
	if (rte_eal_init(argc, argv) < 0) {
		fprintf(stderr, "pgn-gen: rte_eal_init: %s\n", rte_strerror(rte_errno));
		return -1;
	}
	rmdir(rte_eal_get_runtime_dir());
	return 0;
}

static void
await_link(uint16_t port)
{
	uint64_t end = rte_rdtsc() + rte_get_tsc_hz() / 1000 * LINK_WITHIN_MS;
	struct rte_eth_link link;

	while (rte_eth_link_get_nowait(port, &link) == 0 && link.link_status == RTE_ETH_LINK_DOWN &&
	       rte_rdtsc() < end)
		rte_delay_us_sleep(1000);
}

static int
open_port(const char *device, uint16_t *port, struct rte_mempool *pool)
{
	static const struct rte_eth_conf plain;
	uint16_t rx = DESCRIPTORS, tx = DESCRIPTORS;
	char name[RTE_ETH_NAME_MAX_LEN];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(device, ","), device);
	if ((!is_pci(device) && rte_dev_probe(device) != 0) ||
	    rte_eth_dev_get_port_by_name(name, port) != 0 ||
	    rte_eth_dev_configure(*port, 1, 1, &plain) != 0 ||
	    rte_eth_dev_adjust_nb_rx_tx_desc(*port, &rx, &tx) != 0 ||
	    rte_eth_rx_queue_setup(*port, 0, rx, 0, NULL, pool) != 0 ||
	    rte_eth_tx_queue_setup(*port, 0, tx, 0, NULL) != 0 || rte_eth_dev_start(*port) != 0) {
		fprintf(stderr, "pgn-gen: cannot make the port \"%s\"\n", device);
		return -1;
	}
	/* Frames are to the MACs of many; a port that has no such mode takes them all. */
	rte_eth_promiscuous_enable(*port);
	await_link(*port);
	return 0;
}

/** Every buffer that we send from holds a whole frame: only its front is written again. */
static void
fill(struct rte_mempool *pool, void *flow_of, void *object, unsigned int i)
{
	const struct gen_flow *flow = flow_of;
	struct rte_mbuf *frame = object;

	(void)pool;
	(void)i;
	rte_pktmbuf_reset(frame);
	memcpy(rte_pktmbuf_mtod_offset(frame, uint8_t *, flow->way->header_in), gen_rest,
	       RTE_MIN(sizeof(gen_rest),
		       (size_t)rte_pktmbuf_tailroom(frame) - flow->way->header_in));
}

static int
make_pools(struct gen *gen)
{
	static const char *const name[] = {"gen_tx0", "gen_tx1"};
	const uint16_t room = RTE_PKTMBUF_HEADROOM + RTE_ALIGN(GEN_SIZE_MAX, RTE_CACHE_LINE_SIZE);

	gen->rx_pool = rte_pktmbuf_pool_create("gen_rx", RX_BUFFERS, CACHE, 0,
					       RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	gen->lesson_pool = rte_pktmbuf_pool_create("gen_lesson", LESSON_BUFFERS, CACHE, 0, room,
						   SOCKET_ID_ANY);
	if (gen->rx_pool == NULL || gen->lesson_pool == NULL)
		return -1;
	for (unsigned int i = 0; i < gen->plan.ways; i++) {
		gen->flow[i].pool =
			rte_pktmbuf_pool_create(name[i], TX_BUFFERS, CACHE, 0, room, SOCKET_ID_ANY);
		if (gen->flow[i].pool == NULL)
			return -1;
		rte_mempool_obj_iter(gen->flow[i].pool, fill, &gen->flow[i]);
	}
	return 0;
}

int
gen_open(struct gen *gen)
{
	gen_rest_fill();
	gen->hz = (double)rte_get_tsc_hz();
	for (unsigned int i = 0; i < gen->plan.ways; i++) {
		gen->flow[i].way = &gen_way[gen->plan.way[i]];
		gen->flow[i].in = RTE_MAX_ETHPORTS;
		gen->flow[i].out = RTE_MAX_ETHPORTS;
	}
	if (make_pools(gen) != 0) {
		fprintf(stderr, "pgn-gen: no memory for buffers\n");
		return -1;
	}
	for (unsigned int end = 0; end < ENDS; end++) {
		if (gen->plan.port[end] != NULL &&
		    open_port(gen->plan.port[end], &gen->port[end], gen->rx_pool) != 0)
			return -1;
	}
	return 0;
}

double
gen_link_bps(const struct gen *gen)
{
	enum gen_end in = gen_way[gen->plan.way[0]].in;
	struct rte_eth_link link;

	/* What vdevs say is a constant of their drivers. */
	if (!is_pci(gen->plan.port[in]) || rte_eth_link_get_nowait(gen->port[in], &link) != 0 ||
	    link.link_speed == RTE_ETH_SPEED_NUM_NONE ||
	    link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN)
		return 0;
	return link.link_speed * 1e6;
}

void
gen_close(struct gen *gen)
{
	for (unsigned int end = 0; end < ENDS; end++) {
		if (gen->port[end] != RTE_MAX_ETHPORTS) {
			rte_eth_dev_stop(gen->port[end]);
			rte_eth_dev_close(gen->port[end]);
		}
	}
	for (unsigned int i = 0; i < RTE_DIM(gen->flow); i++) {
		free(gen->flow[i].front);
		rte_mempool_free(gen->flow[i].pool);
	}
	rte_mempool_free(gen->rx_pool);
	rte_mempool_free(gen->lesson_pool);
	free(gen->network.number);
	gen_seal_close();
	rte_eal_cleanup();
	rmdir(rte_eal_get_runtime_dir());
}
