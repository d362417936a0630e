/* SPDX-License-Identifier: BSD-3-Clause */
/* How frames get to the workers they belong to, and what is said of it. */
#include <stdio.h>

#include <rte_ethdev.h>
#include <rte_lcore.h>

#include "config_keys.h"
#include "log.h"
#include "workers.h"

static enum pgn_spread_mode
decide(const struct pgn_workers *workers, const struct pgn_config *config)
{
	if (workers->count == 1)
		return PGN_SPREAD_NONE;
	return config->workers.spread == PGN_SPREAD_AUTO ? PGN_SPREAD_SOFTWARE
							 : config->workers.spread;
}

void
pgn_workers_spread(struct pgn_workers *workers, const struct pgn_config *config,
		   struct pgn_port *ports)
{
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		if (ports[i].id == PGN_PORT_NONE)
			continue;
		ports[i].spread_mode = decide(workers, config);
		atomic_store_explicit(&ports[i].spread, ports[i].spread_mode == PGN_SPREAD_SOFTWARE,
				      memory_order_relaxed);
	}
}

static void
log_worker(const struct pgn_worker *worker)
{
	char queues[256] = "";
	size_t length = 0;

	for (unsigned int i = 0; i < worker->rx_count && length < sizeof(queues); i++)
		length += (size_t)snprintf(queues + length, sizeof(queues) - length, "%s%s:%u",
					   i > 0 ? ", " : "", worker->rx[i].port->config->name,
					   worker->rx[i].queue);
	pgn_log(LOG_INFO, "worker on lcore %u polls %s", worker->lcore,
		worker->rx_count > 0 ? queues : "no queue: it gets what others hand over");
	for (unsigned int i = 0; i < worker->rx_count; i++) {
		int socket = rte_eth_dev_socket_id(worker->rx[i].port->id);

		if (socket >= 0 && socket != (int)rte_lcore_to_socket_id(worker->lcore))
			pgn_log(LOG_WARNING,
				"%s is on NUMA node %d, lcore %u on %u: each frame crosses over; "
				"name lcores of node %d in eal.lcores",
				worker->rx[i].port->config->name, socket, worker->lcore,
				rte_lcore_to_socket_id(worker->lcore), socket);
	}
}

void
pgn_workers_log(const struct pgn_workers *workers, const struct pgn_port *ports)
{
	for (unsigned int w = 0; w < workers->count; w++)
		log_worker(&workers->worker[w]);
	if (workers->on_main)
		pgn_log(LOG_INFO, "the control loop runs beside the worker on lcore %u",
			rte_get_main_lcore());
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		const struct pgn_port *port = &ports[i];

		if (port->id == PGN_PORT_NONE)
			continue;
		if (workers->count > 1)
			pgn_log(LOG_NOTICE, "%s: %u Rx queues, spread %s", port->config->name,
				port->rx_queues, pgn_spread_names[port->spread_mode]);
		if (port->tx_is_shared)
			pgn_log(LOG_NOTICE,
				"%s: %u Tx queues for %u workers: each burst takes a lock, some 20 "
				"to 100 cycles and a wait while another sends",
				port->config->name, port->tx_queues, workers->count);
	}
}
