/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include "gen.h"

#define RX_BUFFERS 8191
#define TX_BUFFERS 4095
#define CACHE 256
#define DESCRIPTORS 1024

int
gen_eal_start(void)
{
	/* A vhost-user back end takes eight segments of memory at most: this makes one. */
	static char words[][28] = {"pgn-gen",
				   "-l",
				   "0",
				   "-m",
				   "64",
				   "--no-pci",
				   "--no-telemetry",
				   "--log-level",
				   "error",
				   "--in-memory",
				   "--single-file-segments",
				   "--file-prefix",
				   ""};
	static char *argv[RTE_DIM(words)];

	for (unsigned int i = 0; i < RTE_DIM(words); i++)
		argv[i] = words[i];
	snprintf(words[RTE_DIM(words) - 1], sizeof(words[0]), "pgn-gen-%d", (int)getpid());
	if (rte_eal_init(RTE_DIM(argv), argv) < 0) {
		fprintf(stderr, "pgn-gen: rte_eal_init: %s\n", rte_strerror(rte_errno));
		return -1;
	}
	rmdir(rte_eal_get_runtime_dir());
	return 0;
}

static int
open_port(const char *device, uint16_t *port, struct rte_mempool *pool)
{
	static const struct rte_eth_conf plain;
	uint16_t rx = DESCRIPTORS, tx = DESCRIPTORS;
	char name[RTE_ETH_NAME_MAX_LEN];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(device, ","), device);
	if (rte_dev_probe(device) != 0 || rte_eth_dev_get_port_by_name(name, port) != 0 ||
	    rte_eth_dev_configure(*port, 1, 1, &plain) != 0 ||
	    rte_eth_dev_adjust_nb_rx_tx_desc(*port, &rx, &tx) != 0 ||
	    rte_eth_rx_queue_setup(*port, 0, rx, 0, NULL, pool) != 0 ||
	    rte_eth_tx_queue_setup(*port, 0, tx, 0, NULL) != 0 || rte_eth_dev_start(*port) != 0) {
		fprintf(stderr, "pgn-gen: cannot make the port \"%s\"\n", device);
		return -1;
	}
	return 0;
}

/** Every buffer that we send from holds a whole frame: only its front is written again. */
static void
fill(struct rte_mempool *pool, void *options, void *object, unsigned int i)
{
	struct rte_mbuf *frame = object;

	(void)pool;
	(void)i;
	rte_pktmbuf_reset(frame);
	scene_fill(options, frame);
}

static bool
by_tap(const struct gen_options *options, enum bench_path path)
{
	return options->tap != NULL && options->frames.path == path;
}

int
gen_open(struct gen *gen, const struct gen_options *options)
{
	struct bench_options frames = options->frames;
	uint16_t room;

	*gen = (struct gen){.options = options, .wire = RTE_MAX_ETHPORTS, .tap = RTE_MAX_ETHPORTS};
	gen->length = (uint16_t)(scene_header_in(frames.path) + frames.size);
	room = (uint16_t)(RTE_PKTMBUF_HEADROOM +
			  RTE_ALIGN(frames.size + PGN_HEADER_MAX, RTE_CACHE_LINE_SIZE));
	gen->rx_pool = rte_pktmbuf_pool_create("gen_rx", RX_BUFFERS, CACHE, 0,
					       RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	gen->tx_pool = rte_pktmbuf_pool_create("gen_tx", TX_BUFFERS, CACHE, 0, room, SOCKET_ID_ANY);
	if (gen->rx_pool == NULL || gen->tx_pool == NULL) {
		fprintf(stderr, "pgn-gen: no memory for buffers\n");
		return -1;
	}
	rte_mempool_obj_iter(gen->tx_pool, fill, &frames);
	if (open_port(options->wire, &gen->wire, gen->rx_pool) != 0 ||
	    (options->tap != NULL && open_port(options->tap, &gen->tap, gen->rx_pool) != 0))
		return -1;
	gen->in = by_tap(options, PATH_HOST_TO_AIR) ? gen->tap : gen->wire;
	gen->out = by_tap(options, PATH_AIR_TO_HOST) ? gen->tap : gen->wire;
	return 0;
}

static void
close_port(uint16_t port)
{
	if (port != RTE_MAX_ETHPORTS) {
		rte_eth_dev_stop(port);
		rte_eth_dev_close(port);
	}
}

void
gen_close(struct gen *gen)
{
	close_port(gen->wire);
	close_port(gen->tap);
	fronts_free(&gen->fronts);
	rte_mempool_free(gen->rx_pool);
	rte_mempool_free(gen->tx_pool);
	rte_eal_cleanup();
	rmdir(rte_eal_get_runtime_dir());
}
