/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/stdlib.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_lcore.h>

#include "control.h"
#include "engine.h"
#include "links.h"
#include "log.h"
#include "management.h"
#include "port_apply.h"
#include "refusals.h"
#include "report.h"
#include "routes.h"
#include "sealing.h"
#include "workers.h"

struct engine {
	const struct pgn_config *config;
	const struct pgn_plan *plan;
	struct pgn_port port[PGN_MAX_PORTS];
	struct pgn_node node;
	struct pgn_desk desk;
	struct pgn_workers workers;
	struct pgn_control *control;
	struct pgn_counters counters; /**< the desk's */
	unsigned int lanes;           /**< of workers, and the desk's behind them */
	struct pgn_report_lane report[PGN_WORKERS_MAX + 1];
	struct pgn_refusals refusals;
	struct pgn_links links;
	struct pgn_telemetry telemetry;
	struct pgn_management management;
};

/** Lanes are large: not on a stack. */
static struct engine engine;

static uint64_t
in_flight(const struct engine *e)
{
	return pgn_workers_in_flight(&e->workers) + pgn_desk_in_flight(&e->desk);
}

static void
report(struct engine *e, uint64_t messages_in_flight)
{
	pgn_report_totals(stdout, e->config, e->report, e->lanes, messages_in_flight);
	pgn_report_lcores(stdout, e->report, e->lanes);
	pgn_workers_report(stdout, &e->workers);
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		if (e->port[i].config != NULL)
			pgn_report_losses(stdout, &e->port[i]);
	}
	pgn_links_report(stdout, e->port);
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
reread_keys(void *engine_running)
{
	pgn_management_reload_keys(&((struct engine *)engine_running)->management);
}

static void
look_at_links(void *context)
{
	struct engine *e = context;
	uint64_t now_us = pgn_now_us();

	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++)
		pgn_port_keep_counters(&e->port[i], now_us);
	pgn_links_look(&e->links, now_us);
	pgn_management_turn(&e->management);
}

/** Somebody that a worker throttled. */
static uint64_t
throttled_last(const struct engine *e)
{
	uint64_t from = 0;

	for (unsigned int w = 0; w < e->workers.count && from == 0; w++)
		from = atomic_load_explicit(&e->workers.lane[w]->throttled_from,
					    memory_order_relaxed);
	return from;
}

static void
look_each_second(void *context)
{
	struct engine *e = context;
	uint64_t now_us = pgn_now_us();
	struct pgn_counters sum;
	struct pgn_refusal refusal;

	pgn_report_sum(e->report, e->lanes, &sum);
	pgn_workers_watch_spread(&e->workers, e->config, e->port,
				 pgn_fib_current(e->node.fib)->node_count);
	pgn_telemetry_watch(&e->telemetry, &sum, now_us);
	pgn_refusals_look(&e->refusals, &sum, now_us);
	while (pgn_refusals_next(&e->refusals, &refusal)) {
		char line[PGN_REFUSAL_LINE];
		uint64_t from = e->desk.refused_from[refusal.reason];
		struct pgn_mac by;

		if (refusal.reason == PGN_DROP_CONTROL_THROTTLED)
			from = throttled_last(e);
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
		ret = pgn_port_open(&e->port[w], e->config, &e->config->wire[w], rx_pool,
				    e->plan->workers);
	if (ret == 0)
		ret = pgn_port_open_tap(&e->port[PGN_PORT_TAP], e->config, &e->port[0].mac, rx_pool,
					e->plan->workers);
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
	e->node.fib = pgn_fib_create(e->plan->workers, socket);
	if (e->node.fib == NULL)
		return -ENOMEM;
	if (e->config->role == PGN_ROLE_RSU) {
		arc4random_buf(&seed, sizeof(seed));
		e->node.clients = pgn_clients_create(e->config->max_clients, seed, socket);
		ret = -ENOMEM;
		if (e->node.clients == NULL)
			goto free_fib;
	}
	ret = pgn_workers_open(&e->workers, e->config, &e->node, e->plan->workers, socket);
	if (ret != 0)
		goto free_clients;
	ret = pgn_desk_open(&e->desk, &e->node, &e->counters, &conf, pgn_now_us(), socket);
	if (ret != 0)
		goto close_workers;
	return 0;

close_workers:
	pgn_workers_close(&e->workers);
free_clients:
	pgn_clients_destroy(e->node.clients);
free_fib:
	pgn_fib_destroy(e->node.fib);
	return ret;
}

static void
close_node(struct engine *e)
{
	pgn_workers_close(&e->workers);
	pgn_desk_close(&e->desk);
	pgn_clients_destroy(e->node.clients);
	pgn_fib_destroy(e->node.fib);
}

static void
assemble(struct engine *e)
{
	struct pgn_workers *workers = &e->workers;

	for (unsigned int w = 0; w < workers->count; w++) {
		struct pgn_worker *worker = &workers->worker[w];

		worker->doorbell = &e->control->doorbell;
		worker->stop = &e->control->stop;
		e->report[w] = (struct pgn_report_lane){.lcore = worker->lcore,
							.counters = &workers->counters[w]};
	}
	workers->worker[0].send = e->desk.send;
	e->report[workers->count] =
		(struct pgn_report_lane){.lcore = rte_get_main_lcore(), .counters = &e->counters};
	e->lanes = workers->count + 1;

	e->links = (struct pgn_links){.config = e->config,
				      .node = &e->node,
				      .desk = &e->desk,
				      .port = e->port,
				      .workers = workers->count};
	e->telemetry = (struct pgn_telemetry){.config = e->config,
					      .node = &e->node,
					      .desk = &e->desk,
					      .workers = workers,
					      .lanes = e->report,
					      .lane_count = e->lanes,
					      .ports = e->port,
					      .doorbell = e->control->doorbell.fd};
	e->control->ask = &e->telemetry.ask;
	e->control->desk = &e->desk;
	e->control->lanes = workers->lane;
	e->control->lane_count = workers->count;
	e->control->show_routes = show_routes;
	e->control->show_totals = show_totals;
	e->control->reread_keys = reread_keys;
	e->control->look_at_links = look_at_links;
	e->control->look_each_second = look_each_second;
	e->control->context = e;
	pgn_management_init(&e->management, e->config, &e->node, e->control, &e->workers, e->port);
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

static enum pgn_engine_end
report_end(struct engine *e)
{
	struct pgn_counters sum;
	uint32_t missing = pgn_report_outstanding(e->node.pool, e->port);
	struct pgn_balance balance;

	pgn_report_sum(e->report, e->lanes, &sum);
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
	e->plan = plan;
	e->control = control;
	pool.socket = (int)rte_socket_id();
	e->node.pool = pgn_bufpool_create(&pool);
	if (e->node.pool == NULL) {
		pgn_log(LOG_ERR, "buffer pool: %s; %u MB needed, see eal.memory", strerror(errno),
			plan->needed_mb);
		return end;
	}
	if (pgn_sealing_start(&e->node, config, plan->workers) != 0)
		goto free_pool;
	if (open_ports(e) != 0)
		goto stop_sealing;
	ret = open_node(e);
	if (ret != 0) {
		pgn_log(LOG_ERR,
			"tables: %s; give eal.memory more than %u MB, or lower node.max_clients",
			strerror(-ret), plan->memory_mb);
		close_ports(e);
		goto stop_sealing;
	}
	assemble(e);
	if (pgn_workers_assign(&e->workers, config, e->port) != 0) {
		close_node(e);
		close_ports(e);
		goto stop_sealing;
	}
	pgn_log_hold_dpdk(false);
	log_plan(plan);
	log_ports(e);
	pgn_workers_log(&e->workers, e->port);
	pgn_sealing_log(&e->node, config);
	if (!rte_eal_has_hugepages())
		pgn_log(LOG_NOTICE, "fewer than %u MB of hugepages free: running without",
			plan->memory_mb);
	pgn_management_open(&e->management, &e->telemetry);
	pgn_log(LOG_NOTICE, "%s is up", e->node.role->name);

	pgn_workers_run(&e->workers, control);

	pgn_management_close(&e->management, &e->telemetry);
	close_node(e);
	close_ports(e);
	end = report_end(e);
stop_sealing:
	pgn_sealing_stop(&e->node);
free_pool:
	pgn_bufpool_destroy(e->node.pool);
	return end;
}
