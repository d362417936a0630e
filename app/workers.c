/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "log.h"
#include "workers.h"

/** All lcores but the main one, and that as well when there are not enough. */
static void
choose_lcores(struct pgn_workers *workers)
{
	unsigned int w = 0, lcore;

	RTE_LCORE_FOREACH_WORKER (lcore) {
		if (w < workers->count)
			workers->worker[w++].lcore = lcore;
	}
	workers->on_main = w < workers->count;
	if (workers->on_main)
		workers->worker[w].lcore = rte_get_main_lcore();
}

int
pgn_workers_open(struct pgn_workers *workers, const struct pgn_config *config,
		 const struct pgn_node *node, unsigned int count, int socket)
{
	unsigned int opened;
	int ret = 0;

	workers->count = count;
	choose_lcores(workers);
	for (unsigned int w = 0; w < workers->count; w++) {
		workers->lane[w] = &workers->worker[w].lane;
		workers->spread[w] = &workers->worker[w].spread;
		workers->worker[w].reader = w;
		workers->worker[w].busy = config->idle == PGN_IDLE_BUSY;
	}
	for (opened = 0; opened < workers->count; opened++) {
		char name[16];

		snprintf(name, sizeof(name), "pgn_lane%hhu", (uint8_t)opened);
		ret = pgn_lane_open(workers->lane[opened], node, &workers->counters[opened], name,
				    socket);
		if (ret != 0)
			goto close_lanes;
	}
	ret = pgn_spread_open(workers->spread, workers->count, "pgn_spread", socket);
	if (ret == 0)
		return 0;

close_lanes:
	while (opened-- > 0)
		pgn_lane_close(workers->lane[opened]);
	return ret;
}

void
pgn_workers_close(struct pgn_workers *workers)
{
	pgn_spread_close(workers->spread, workers->lane, workers->count);
	for (unsigned int w = 0; w < workers->count; w++)
		pgn_lane_close(workers->lane[w]);
}

static void
plug_in(struct pgn_worker *worker, unsigned int w, const struct pgn_assign_worker *assigned,
	struct pgn_port *ports)
{
	worker->rx_count = assigned->count;
	for (unsigned int i = 0; i < assigned->count; i++)
		worker->rx[i] = (struct pgn_worker_rx){.port = &ports[assigned->rx[i].port],
						       .index = assigned->rx[i].port,
						       .queue = assigned->rx[i].queue};
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		bool there = ports[i].id != PGN_PORT_NONE;

		worker->port[i] = there ? &ports[i] : NULL;
		worker->tx_queue[i] = there ? (uint16_t)(w % ports[i].tx_queues) : 0;
	}
}

int
pgn_workers_assign(struct pgn_workers *workers, const struct pgn_config *config,
		   struct pgn_port *ports)
{
	struct pgn_assign_worker assigned[PGN_WORKERS_MAX] = {0};
	struct pgn_assign_port port[PGN_MAX_PORTS] = {0};
	char why[PGN_ASSIGN_WHY];

	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		if (ports[i].id == PGN_PORT_NONE)
			continue;
		port[i] = (struct pgn_assign_port){.name = ports[i].config->name,
						   .queues = ports[i].rx_queues,
						   .socket = rte_eth_dev_socket_id(ports[i].id)};
	}
	for (unsigned int w = 0; w < workers->count; w++) {
		assigned[w].lcore = workers->worker[w].lcore;
		assigned[w].socket = (int)rte_lcore_to_socket_id(workers->worker[w].lcore);
	}
	if (pgn_assign(port, &config->workers.map, assigned, workers->count, why) != 0) {
		pgn_log(LOG_ERR, "%s:%u: workers.map: %s", config->file, config->workers.map.line,
			why);
		return -EINVAL;
	}
	for (unsigned int w = 0; w < workers->count; w++)
		plug_in(&workers->worker[w], w, &assigned[w], ports);
	return 0;
}

/** The control loop on a lcore of its own. */
static void
run_control(struct pgn_control *control)
{
	sigset_t timely;

	/* Signals of the TAP driver are the workers': each would wake the control loop. */
	sigemptyset(&timely);
	for (int signal = SIGRTMIN; signal <= SIGRTMAX; signal++)
		sigaddset(&timely, signal);
	pthread_sigmask(SIG_BLOCK, &timely, NULL);
	pgn_control_run(control);
}

void
pgn_workers_run(struct pgn_workers *workers, struct pgn_control *control)
{
	unsigned int launched = workers->on_main ? workers->count - 1 : workers->count;

	for (unsigned int w = 0; w < launched; w++)
		rte_eal_remote_launch(pgn_worker_run, &workers->worker[w],
				      workers->worker[w].lcore);
	if (workers->on_main) {
		workers->worker[launched].control = pgn_control_poll;
		workers->worker[launched].control_context = control;
		pgn_worker_run(&workers->worker[launched]);
	} else {
		run_control(control);
	}
	for (unsigned int w = 0; w < launched; w++)
		rte_eal_wait_lcore(workers->worker[w].lcore);
}

uint64_t
pgn_workers_in_flight(const struct pgn_workers *workers)
{
	uint64_t messages = 0;

	for (unsigned int w = 0; w < workers->count; w++)
		messages += pgn_lane_in_flight(workers->lane[w]);
	return messages;
}

void
pgn_workers_report(FILE *out, const struct pgn_workers *workers)
{
	for (unsigned int from = 0; from < workers->count; from++) {
		const struct pgn_worker *worker = &workers->worker[from];

		for (unsigned int i = 0; i < worker->rx_count; i++)
			fprintf(out, "queue.%s.%u.frames %" PRIu64 "\n",
				worker->rx[i].port->config->name, worker->rx[i].queue,
				worker->rx[i].frames);
		for (unsigned int to = 0; to < workers->count; to++) {
			if (to == from)
				continue;
			fprintf(out, "spread.%u.%u.frames %" PRIu64 "\n", worker->lcore,
				workers->worker[to].lcore, worker->spread.handed[to]);
			fprintf(out, "spread.%u.%u.overflowed %" PRIu64 "\n", worker->lcore,
				workers->worker[to].lcore, worker->spread.overflowed[to]);
		}
	}
}
