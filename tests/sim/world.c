/* SPDX-License-Identifier: BSD-3-Clause */
/* What a world is made of: nodes that are switched on and off, links, the script. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "mix.h"
#include "sim.h"

void
sim_init(struct sim *sim, const struct sim_options *options)
{
	memset(sim, 0, sizeof(*sim));
	sim->options = *options;
	sim->random = pgn_mix(options->seed);
	/* The defaults of the node file. */
	sim->conf = (struct pgn_routing_conf){
		.wire_count = 1,
		.hello_periodicity_ms = 1000,
		.hello_history = 10,
		.cached_candidates = 3,
		.dead_after = 3,
		.max_hops = 16,
		.max_nodes = 1024,
		.max_rsus = 64,
	};
	sim->period_us = UINT64_C(1050) * sim->conf.hello_periodicity_ms;
	sim->probes_per_period = 4;
	sim->looks_per_period = 50;
	sim->groups = true;
	sim_frames_init(&sim->frames);
	sim_radio_init(&sim->radio, SIM_MAX_NODES, pgn_random(&sim->random));
	sim->node = sim_alloc(SIM_MAX_NODES * sizeof(*sim->node));
	sim_watch_init(sim);
}

void
sim_fini(struct sim *sim)
{
	for (unsigned int i = 0; i < sim->nodes; i++) {
		sim_switch_off(sim, i);
		if (sim->node[i].kind == SIM_FORGER)
			sim_free(sim->node[i].forger);
	}
	sim_watch_fini(sim);
	sim_free(sim->line);
	sim_free(sim->node);
	sim_radio_fini(&sim->radio);
	sim_frames_fini(&sim->frames);
	sim_events_fini(&sim->events);
}

struct pgn_mac
sim_mac(unsigned int node)
{
	return (struct pgn_mac){{0x02, 0, 0, 0, (uint8_t)((node + 1) >> 8), (uint8_t)(node + 1)}};
}

unsigned int
sim_node_of(const struct sim *sim, const struct pgn_mac *mac)
{
	uint64_t number = pgn_mac_number(mac) - pgn_mac_number(&(struct pgn_mac){{0x02}}) - 1;

	return number < sim->nodes ? (unsigned int)number : SIM_NOBODY;
}

/* ---- nodes ---- */

static struct pgn_routing_conf
conf_of(struct sim *sim, unsigned int node)
{
	struct pgn_routing_conf conf = sim->conf;

	conf.wire_mac[0] = sim_mac(node);
	conf.seed = pgn_random(&sim->random);
	return conf;
}

void
sim_switch_on(struct sim *sim, unsigned int node)
{
	struct sim_node *n = &sim->node[node];
	struct pgn_routing_conf conf = conf_of(sim, node);
	struct pgn_mac self = sim_mac(node);

	if (n->on)
		return;
	switch (n->kind) {
	case SIM_RSU:
		n->rsu = sim_there(pgn_rsu_create(&conf, sim->now_us));
		break;
	case SIM_OBU:
		n->obu = sim_there(pgn_obu_create(&conf, sim->now_us));
		break;
	case SIM_PEER_RSU:
	case SIM_PEER_OBU:
		n->peer = sim_peer_create(n->kind == SIM_PEER_RSU, &self, sim->now_us);
		break;
	case SIM_FORGER:
		n->forger->random = pgn_random(&sim->random);
		break;
	}
	n->on = true;
	n->version = 0;
	n->first = (struct pgn_hop){.wire = UINT8_MAX};
	n->tick_us = UINT64_MAX;
	sim->watch.stale = true;
	sim_tick_at(sim, node, sim->now_us);
}

void
sim_switch_off(struct sim *sim, unsigned int node)
{
	struct sim_node *n = &sim->node[node];

	if (!n->on)
		return;
	switch (n->kind) {
	case SIM_RSU:
		pgn_rsu_destroy(n->rsu);
		break;
	case SIM_OBU:
		pgn_obu_destroy(n->obu);
		break;
	case SIM_PEER_RSU:
	case SIM_PEER_OBU:
		sim_peer_destroy(n->peer);
		break;
	case SIM_FORGER:
		break;
	}
	n->on = false;
	n->tick_us = UINT64_MAX;
	sim->watch.stale = true;
}

unsigned int
sim_add(struct sim *sim, enum sim_kind kind, const char *name)
{
	static const char letter[] = {'r', 'o', 'R', 'O', 'f'};
	unsigned int node = sim->nodes++;
	struct sim_node *n = &sim->node[node];

	n->kind = kind;
	if (name != NULL)
		snprintf(n->name, sizeof(n->name), "%s", name);
	else
		snprintf(n->name, sizeof(n->name), "%c%u", letter[kind], node);
	if (kind == SIM_FORGER)
		n->forger = sim_alloc(sizeof(*n->forger));
	sim->radio.nodes = sim->nodes;
	return node;
}

void
sim_tick_at(struct sim *sim, unsigned int node, uint64_t at_us)
{
	if (at_us >= sim->node[node].tick_us)
		return;
	sim->node[node].tick_us = at_us;
	sim_events_add(&sim->events, at_us, node, SIM_NONE);
}

unsigned int
sim_upstream(const struct sim *sim, unsigned int node, struct pgn_hop *hop, unsigned int max)
{
	const struct sim_node *n = &sim->node[node];

	if (!n->on || !sim_is_obu(n))
		return 0;
	return n->kind == SIM_OBU ? pgn_obu_upstream(n->obu, hop, max)
				  : sim_peer_upstream(n->peer, hop);
}

unsigned int
sim_route(const struct sim *sim, unsigned int node, unsigned int to, struct pgn_hop *hop)
{
	const struct sim_node *n = &sim->node[node];
	struct pgn_mac mac = sim_mac(to);
	struct pgn_node_route route;

	if (!n->on || n->kind == SIM_FORGER)
		return 0;
	if (n->kind == SIM_PEER_RSU || n->kind == SIM_PEER_OBU)
		return sim_peer_route(n->peer, &mac, hop);
	if (!(n->kind == SIM_RSU ? pgn_rsu_find(n->rsu, &mac, &route)
				 : pgn_obu_find(n->obu, &mac, &route)))
		return 0;
	memcpy(hop, route.hop, sizeof(route.hop));
	return route.hop_count;
}

/* ---- links and the script ---- */

void
sim_link(struct sim *sim, unsigned int a, unsigned int b, uint32_t delay_us, uint32_t jitter_us,
	 unsigned int loss_permille)
{
	struct sim_link link = {.to = (uint16_t)b,
				.loss_permille = (uint16_t)loss_permille,
				.delay_us = delay_us,
				.jitter_us = jitter_us};

	sim_radio_link(&sim->radio, a, &link);
	link.to = (uint16_t)a;
	sim_radio_link(&sim->radio, b, &link);
	sim->watch.stale = true;
}

void
sim_at(struct sim *sim, uint64_t at_us, const struct sim_line *line)
{
	unsigned int i = sim->lines++;

	if ((i & (i - 1)) == 0)
		sim->line = sim_grow(sim->line, (i == 0 ? 1 : 2 * i) * sizeof(*sim->line));
	for (; i > 0 && sim->line[i - 1].at_us > at_us; i--)
		sim->line[i] = sim->line[i - 1];
	sim->line[i] = *line;
	sim->line[i].at_us = at_us;
}

static void
both_at(struct sim *sim, uint64_t at_us, enum sim_deed deed, unsigned int a, unsigned int b,
	uint32_t delay_us)
{
	struct sim_line line = {.deed = deed,
				.node = (uint16_t)a,
				.link = {.to = (uint16_t)b, .delay_us = delay_us}};

	sim_at(sim, at_us, &line);
	line.node = (uint16_t)b;
	line.link.to = (uint16_t)a;
	sim_at(sim, at_us, &line);
}

void
sim_cut_at(struct sim *sim, uint64_t at_us, unsigned int a, unsigned int b)
{
	both_at(sim, at_us, SIM_DO_CUT, a, b, 0);
}

void
sim_link_at(struct sim *sim, uint64_t at_us, unsigned int a, unsigned int b, uint32_t delay_us)
{
	both_at(sim, at_us, SIM_DO_LINK, a, b, delay_us);
}

void
sim_off_at(struct sim *sim, uint64_t at_us, unsigned int node)
{
	sim_at(sim, at_us, &(struct sim_line){.deed = SIM_DO_OFF, .node = (uint16_t)node});
}

void
sim_on_at(struct sim *sim, uint64_t at_us, unsigned int node)
{
	sim_at(sim, at_us, &(struct sim_line){.deed = SIM_DO_ON, .node = (uint16_t)node});
}

void
sim_measure_from(struct sim *sim, uint64_t at_us)
{
	sim_at(sim, at_us, &(struct sim_line){.deed = SIM_DO_MEASURE});
}

static void
expect(struct sim *sim, const char *metric, int relation, double bound)
{
	struct sim_expectation *e = &sim->expectation[sim->expectations++];

	e->metric = metric;
	e->relation = relation;
	e->bound = bound;
}

void
sim_expect_at_most(struct sim *sim, const char *metric, double bound)
{
	expect(sim, metric, SIM_AT_MOST, bound);
}

void
sim_expect_at_least(struct sim *sim, const char *metric, double bound)
{
	expect(sim, metric, SIM_AT_LEAST, bound);
}

void
sim_trace(const struct sim *sim, unsigned int node, const char *format, ...)
{
	va_list arguments;

	if (!sim->options.trace)
		return;
	printf("%5u.%06u %s ", (unsigned int)(sim->now_us / 1000000),
	       (unsigned int)(sim->now_us % 1000000), sim->node[node].name);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}
