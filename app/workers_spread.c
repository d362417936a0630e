/* SPDX-License-Identifier: BSD-3-Clause */
/* How frames get to the workers they belong to, and what is said of it. */
#include <stdio.h>

#include <rte_ethdev.h>
#include <rte_lcore.h>

#include "config_keys.h"
#include "log.h"
#include "port_spread.h"
#include "workers.h"

/** Frames of each of a port's queues since the last look. */
static void
count_queues(struct pgn_workers *workers, const struct pgn_port *port,
	     uint64_t frames[PGN_WORKERS_MAX])
{
	for (unsigned int w = 0; w < workers->count; w++) {
		struct pgn_worker *worker = &workers->worker[w];

		for (unsigned int i = 0; i < worker->rx_count; i++) {
			const struct pgn_worker_rx *rx = &worker->rx[i];

			if (rx->port != port || rx->queue >= PGN_WORKERS_MAX)
				continue;
			frames[rx->queue] += rx->frames - workers->looked[w][i];
			workers->looked[w][i] = rx->frames;
		}
	}
}

void
pgn_workers_watch_spread(struct pgn_workers *workers, const struct pgn_config *config,
			 struct pgn_port *ports, unsigned int sources)
{
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		struct pgn_port *port = &ports[i];
		uint64_t frames[PGN_WORKERS_MAX] = {0};

		if (port->spread_mode != PGN_SPREAD_RSS && port->spread_mode != PGN_SPREAD_FLOW)
			continue;
		count_queues(workers, port, frames);
		if (!pgn_spread_is_skewed(frames, port->rx_queues, sources))
			continue;
		pgn_log(LOG_WARNING,
			"%s: one of %u queues has over 90 %% of the frames, of %u sources%s",
			port->config->name, port->rx_queues, sources,
			config->workers.spread == PGN_SPREAD_AUTO ? "; spread by software now"
								  : "");
		if (config->workers.spread == PGN_SPREAD_AUTO)
			pgn_port_spread_set(port, PGN_SPREAD_SOFTWARE);
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
