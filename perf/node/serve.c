/* SPDX-License-Identifier: BSD-3-Clause */
/** A worker on one given port until a signal says stop: the yardstick of another process. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_launch.h>

#include "scene.h"

#define DESCRIPTORS 512 /* as the app's ports have */

static struct pgn_doorbell doorbell;
static atomic_bool stop;

static int
open_port(struct pgn_port *port, const char *device, struct rte_mempool *pool)
{
	static const struct rte_eth_conf plain;
	uint16_t rx = DESCRIPTORS, tx = DESCRIPTORS;
	char name[RTE_ETH_NAME_MAX_LEN];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(device, ","), device);
	*port = (struct pgn_port){.max_frame = SCENE_FRAME_MAX, .rx_burst = BENCH_BURST};
	if (rte_dev_probe(device) != 0 || rte_eth_dev_get_port_by_name(name, &port->id) != 0 ||
	    rte_eth_dev_configure(port->id, 1, 1, &plain) != 0 ||
	    rte_eth_dev_adjust_nb_rx_tx_desc(port->id, &rx, &tx) != 0 ||
	    rte_eth_rx_queue_setup(port->id, 0, rx, 0, NULL, pool) != 0 ||
	    rte_eth_tx_queue_setup(port->id, 0, tx, 0, NULL) != 0)
		return -1;
	return rte_eth_dev_start(port->id);
}

int
serve(struct scene *scene, const char *device)
{
	unsigned int lcore = rte_get_next_lcore(-1, 1, 0);
	struct pgn_worker *worker = &scene->worker;
	struct pgn_port port;
	sigset_t ends;
	int signal;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	worker->send = rte_ring_create("perf_send", 64, SOCKET_ID_ANY, 0);
	if (worker->send == NULL ||
	    open_port(&port, device, pgn_bufpool_rx_pool(scene->node.pool)) != 0) {
		fprintf(stderr, "pgn-node: cannot make the port \"%s\"\n", device);
		rte_ring_free(worker->send);
		return -1;
	}
	scene_add_port(scene, 0, &port);
	worker->doorbell = &doorbell;
	worker->stop = &stop;
	worker->busy = true;
	rte_eal_remote_launch(pgn_worker_run, worker, lcore);
	printf("%s serves %s\n", scene->node.role->name, device);
	fflush(stdout);
	sigwait(&ends, &signal);
	atomic_store_explicit(&stop, true, memory_order_relaxed);
	rte_eal_wait_lcore(lcore);
	rte_eth_dev_stop(port.id);
	rte_eth_dev_close(port.id);
	rte_ring_free(worker->send);
	return 0;
}
