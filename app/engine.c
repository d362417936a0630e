/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/stdlib.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <rte_launch.h>
#include <rte_lcore.h>

#include "control.h"
#include "engine.h"
#include "log.h"
#include "port_apply.h"
#include "refusals.h"
#include "report.h"
#include "routes.h"

/** The main lcore, and one worker where there is a second lcore. */
#define LANES 2

struct engine {
	const struct pgn_config *config;
	struct pgn_port port[PGN_MAX_PORTS];
	struct pgn_node node;
	struct pgn_desk desk;
	struct pgn_worker worker;
	struct pgn_lane *lane;
	struct pgn_control *control;
	struct pgn_counters counters[LANES]; /**< [0] the worker's, [1] the desk's */
	struct pgn_report_lane report[LANES];
	struct pgn_refusals refusals;
};

/** Lanes are large: not on a stack. */
static struct engine engine;

static uint64_t
in_flight(const struct engine *e)
{
	return pgn_lane_in_flight(&e->worker.lane) + pgn_desk_in_flight(&e->desk);
}

static void
report(struct engine *e, uint64_t messages_in_flight)
{
	pgn_report_totals(stdout, e->config, e->report, LANES, messages_in_flight);
	pgn_report_lcores(stdout, e->report, LANES);
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		if (e->port[i].config != NULL)
			pgn_report_losses(stdout, &e->port[i]);
	}
	pgn_report_pool(stdout, e->node.pool);
}

static void
show_routes(void *context)
{
	struct engine *e = context;
	const struct pgn_mac *own = &e->node.id.wire_mac[0];

	printf("--- routes\n");
	if (e->config->role == PGN_ROLE_RSU)
		pgn_routes_print_rsu(stdout, e->config, own, e->desk.rsu, pgn_now_us());
	else
		pgn_routes_print_obu(stdout, e->config, own, e->desk.obu, pgn_now_us());
	printf("--- end\n");
	fflush(stdout);
}

static void
show_totals(void *context)
{
	struct engine *e = context;

	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++)
		pgn_port_count_losses(&e->port[i]);
	printf("--- totals\n");
	report(e, in_flight(e));
	if (e->node.clients != NULL)
		printf("clients.known %u\n", pgn_clients_count(e->node.clients));
	printf("--- end\n");
	fflush(stdout);
}

static void
look_at_links(void *context)
{
	struct engine *e = context;

	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++)
		pgn_port_keep_counters(&e->port[i], pgn_now_us());

	for (unsigned int w = 0; w < e->config->wire_count; w++) {
		struct pgn_port *port = &e->port[w];

		if (!pgn_port_link_changed(port))
			continue;
		pgn_log(LOG_NOTICE, "wire %s: link %s", port->config->name,
			port->link_up ? "up" : "down");
		if (!port->link_up)
			e->node.role->wire_down(&e->desk, pgn_now_us(), w);
	}
}

static void
look_at_refusals(void *context)
{
	struct engine *e = context;
	struct pgn_counters sum = {0};
	struct pgn_refusal refusal;

	for (unsigned int i = 0; i < LANES; i++)
		pgn_stats_add(&sum, e->report[i].counters);
	pgn_refusals_look(&e->refusals, &sum, pgn_now_us());
	while (pgn_refusals_next(&e->refusals, &refusal)) {
		char line[PGN_REFUSAL_LINE];
		uint64_t from = e->desk.refused_from[refusal.reason];
		struct pgn_mac by;

		if (refusal.reason == PGN_DROP_CONTROL_THROTTLED)
			from = atomic_load_explicit(&e->worker.lane.throttled_from,
						    memory_order_relaxed);
		pgn_mac_of_key(&by, from);
		pgn_refusal_describe(&refusal, &by, line);
		pgn_log(refusal.severity, "%s", line);
	}
}

static void
close_ports(struct engine *e)
{
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++)
		pgn_port_close(&e->port[i]);
}

static int
open_ports(struct engine *e)
{
	struct rte_mempool *rx_pool = pgn_bufpool_rx_pool(e->node.pool);
	int ret = 0;

	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++)
		e->port[i].id = PGN_PORT_NONE;
	for (unsigned int w = 0; w < e->config->wire_count && ret == 0; w++)
		ret = pgn_port_open(&e->port[w], e->config, &e->config->wire[w], rx_pool);
	if (ret == 0)
		ret = pgn_port_open_tap(&e->port[PGN_PORT_TAP], e->config, &e->port[0].mac,
					rx_pool);
	if (ret != 0)
		close_ports(e);
	return ret;
}

static void
identify(struct engine *e)
{
	struct pgn_node *node = &e->node;

	node->id.marker = e->config->ethertype;
	node->id.wire_count = e->config->wire_count;
	node->slots = pgn_routing_slots(e->config->max_nodes);
	node->control_rate = e->config->control_rate;
	node->neighbour_rate = e->config->neighbour_rate;
	for (unsigned int w = 0; w < e->config->wire_count; w++)
		node->id.wire_mac[w] = e->port[w].mac;
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++)
		node->max_frame[i] = e->port[i].max_frame;
	node->host_key = pgn_mac_key(&e->port[PGN_PORT_TAP].mac);
	node->lan_is_shared = e->config->tap.lan == PGN_LAN_SHARED;
}

static struct pgn_routing_conf
routing_conf(const struct engine *e)
{
	struct pgn_routing_conf conf = {
		.wire_count = e->node.id.wire_count,
		.hello_periodicity_ms = e->config->hello_periodicity_ms,
		.hello_history = e->config->hello_history,
		.cached_candidates = e->config->cached_candidates,
		.dead_after = e->config->dead_after,
		.max_hops = e->config->max_hops,
		.max_nodes = e->config->max_nodes,
		.max_rsus = e->config->max_rsus,
		.rsu_allow_count = e->config->rsu_allow.count,
	};

	memcpy(conf.wire_mac, e->node.id.wire_mac, sizeof(conf.wire_mac));
	memcpy(conf.rsu_allow, e->config->rsu_allow.mac, sizeof(conf.rsu_allow));
	arc4random_buf(&conf.seed, sizeof(conf.seed));
	return conf;
}

/** Tables, rings and routing. */
static int
open_node(struct engine *e)
{
	struct pgn_routing_conf conf;
	int socket = (int)rte_socket_id();
	uint64_t seed;
	int ret;

	e->node.role = pgn_role_find(pgn_role_id_name(e->config->role));
	identify(e);
	conf = routing_conf(e);
	e->node.fib = pgn_fib_create(1, socket);
	if (e->node.fib == NULL)
		return -ENOMEM;
	if (e->config->role == PGN_ROLE_RSU) {
		arc4random_buf(&seed, sizeof(seed));
		e->node.clients = pgn_clients_create(e->config->max_clients, seed, socket);
		ret = -ENOMEM;
		if (e->node.clients == NULL)
			goto free_fib;
	}
	ret = pgn_lane_open(&e->worker.lane, &e->node, &e->counters[0], "pgn_lane0", socket);
	if (ret != 0)
		goto free_clients;
	ret = pgn_desk_open(&e->desk, &e->node, &e->counters[1], &conf, pgn_now_us(), socket);
	if (ret != 0)
		goto close_lane;
	return 0;

close_lane:
	pgn_lane_close(&e->worker.lane);
free_clients:
	pgn_clients_destroy(e->node.clients);
free_fib:
	pgn_fib_destroy(e->node.fib);
	return ret;
}

static void
close_node(struct engine *e)
{
	pgn_lane_close(&e->worker.lane);
	pgn_desk_close(&e->desk);
	pgn_clients_destroy(e->node.clients);
	pgn_fib_destroy(e->node.fib);
}

static void
assemble_worker(struct engine *e)
{
	struct pgn_worker *worker = &e->worker;

	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++)
		worker->port[i] = e->port[i].id == PGN_PORT_NONE ? NULL : &e->port[i];
	worker->send = e->desk.send;
	worker->doorbell = &e->control->doorbell;
	worker->stop = &e->control->stop;
	worker->busy = e->config->idle == PGN_IDLE_BUSY;

	e->lane = &worker->lane;
	e->control->desk = &e->desk;
	e->control->lanes = &e->lane;
	e->control->lane_count = 1;
	e->control->show_routes = show_routes;
	e->control->show_totals = show_totals;
	e->control->look_at_links = look_at_links;
	e->control->look_at_refusals = look_at_refusals;
	e->control->context = e;
	e->report[0] = (struct pgn_report_lane){.counters = &e->counters[0]};
	e->report[1] = (struct pgn_report_lane){.lcore = rte_get_main_lcore(),
						.counters = &e->counters[1]};
}

static void
log_ports(const struct engine *e)
{
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		const struct pgn_port *port = &e->port[i];

		if (port->id != PGN_PORT_NONE)
			pgn_port_log(port);
	}
}

static void
log_plan(const struct pgn_plan *plan)
{
	char lines[PGN_PLAN_LINES][PGN_PLAN_LINE];

	pgn_plan_describe(plan, lines);
	for (unsigned int i = 0; i < PGN_PLAN_LINES; i++)
		pgn_log(LOG_INFO, "%s", lines[i]);
}

/** Until a signal says stop. */
static void
run(struct engine *e)
{
	unsigned int lcore = rte_get_next_lcore(-1, 1, 0);

	if (lcore >= RTE_MAX_LCORE) {
		e->report[0].lcore = rte_get_main_lcore();
		e->worker.control = pgn_control_poll;
		e->worker.control_context = e->control;
		pgn_worker_run(&e->worker);
		return;
	}
	sigset_t timely;

	/* Signals of the TAP driver are the worker's: each would wake the control loop. */
	sigemptyset(&timely);
	for (int signal = SIGRTMIN; signal <= SIGRTMAX; signal++)
		sigaddset(&timely, signal);
	pthread_sigmask(SIG_BLOCK, &timely, NULL);

	e->report[0].lcore = lcore;
	rte_eal_remote_launch(pgn_worker_run, &e->worker, lcore);
	pgn_control_run(e->control);
	rte_eal_wait_lcore(lcore);
}

/** Buffers that are not back after everything was closed; each class that misses some is named. */
static uint32_t
outstanding(const struct pgn_bufpool *pool)
{
	uint32_t sum = 0;

	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		uint32_t count = pgn_bufpool_in_use(pool, c);

		if (count > 0)
			pgn_log(LOG_ERR, "class %s: %u buffers are not back", pgn_class_name(c),
				count);
		sum += count;
	}
	return sum;
}

static enum pgn_engine_end
report_end(struct engine *e)
{
	struct pgn_counters sum = {0};
	uint32_t missing = outstanding(e->node.pool);
	struct pgn_balance balance;

	for (unsigned int i = 0; i < LANES; i++)
		pgn_stats_add(&sum, e->report[i].counters);
	balance = pgn_stats_balance(&sum);
	report(e, 0);
	printf("buffers_outstanding %u\n", missing);
	fflush(stdout);
	return missing == 0 && pgn_stats_unaccounted(&balance) == 0 ? PGN_ENGINE_STOPPED
								    : PGN_ENGINE_LEAKED;
}

enum pgn_engine_end
pgn_engine_run(const struct pgn_config *config, const struct pgn_plan *plan,
	       struct pgn_control *control)
{
	struct engine *e = &engine;
	struct pgn_bufpool_conf pool = plan->pool;
	enum pgn_engine_end end = PGN_ENGINE_REFUSED;
	int ret;

	e->config = config;
	e->control = control;
	pool.socket = (int)rte_socket_id();
	e->node.pool = pgn_bufpool_create(&pool);
	if (e->node.pool == NULL) {
		pgn_log(LOG_ERR, "buffer pool: %s; %u MB needed, see eal.memory", strerror(errno),
			plan->needed_mb);
		return end;
	}
	if (open_ports(e) != 0)
		goto free_pool;
	ret = open_node(e);
	if (ret != 0) {
		pgn_log(LOG_ERR,
			"tables: %s; give eal.memory more than %u MB, or lower node.max_clients",
			strerror(-ret), plan->memory_mb);
		close_ports(e);
		goto free_pool;
	}
	assemble_worker(e);
	pgn_log_hold_dpdk(false);
	log_plan(plan);
	log_ports(e);
	if (rte_lcore_count() > LANES)
		pgn_log(LOG_NOTICE, "%u lcores given, %d are used: the others stay idle",
			rte_lcore_count(), LANES);
	if (!rte_eal_has_hugepages())
		pgn_log(LOG_NOTICE, "fewer than %u MB of hugepages free: running without",
			plan->memory_mb);
	pgn_log(LOG_NOTICE, "%s is up", e->node.role->name);

	run(e);

	close_node(e);
	close_ports(e);
	end = report_end(e);
free_pool:
	pgn_bufpool_destroy(e->node.pool);
	return end;
}
