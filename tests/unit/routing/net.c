/* SPDX-License-Identifier: BSD-3-Clause */
#include "net.h"
#include "mix.h"

static struct pgn_routing_conf
conf_of_node(const struct net *net, unsigned int node)
{
	struct pgn_routing_conf conf = conf_of(node + 1);

	conf.seed = pgn_mix(net->random + node);
	return conf;
}

void
net_init(struct net *net, uint64_t seed)
{
	memset(net, 0, sizeof(*net));
	net->random = pgn_mix(seed);
}

void
net_fini(struct net *net)
{
	for (unsigned int i = 0; i < net->count; i++) {
		pgn_rsu_destroy(net->node[i].rsu);
		pgn_obu_destroy(net->node[i].obu);
	}
}

unsigned int
net_add_rsu(struct net *net)
{
	net_switch_on_rsu(net, net->count);
	return net->count++;
}

unsigned int
net_add_obu(struct net *net)
{
	struct pgn_routing_conf conf = conf_of_node(net, net->count);

	net->node[net->count].obu = pgn_obu_create(&conf, net->now_us);
	net->node[net->count].tick_us = net->now_us;
	return net->count++;
}

void
net_link(struct net *net, unsigned int a, unsigned int b, uint32_t delay_us, uint32_t loss_permille)
{
	net->delay_us[a][b] = net->delay_us[b][a] = delay_us;
	net->loss_permille[a][b] = net->loss_permille[b][a] = loss_permille;
}

void
net_cut(struct net *net, unsigned int a, unsigned int b)
{
	net_link(net, a, b, 0, 0);
}

void
net_switch_off(struct net *net, unsigned int node)
{
	pgn_rsu_destroy(net->node[node].rsu);
	pgn_obu_destroy(net->node[node].obu);
	net->node[node].rsu = NULL;
	net->node[node].obu = NULL;
	net->node[node].tick_us = UINT64_MAX;
}

void
net_switch_on_rsu(struct net *net, unsigned int node)
{
	struct pgn_routing_conf conf = conf_of_node(net, node);

	net->node[node].rsu = pgn_rsu_create(&conf, net->now_us);
	net->node[node].tick_us = net->now_us;
}

static bool
is_before(const struct net_event *a, const struct net_event *b)
{
	return a->at_us != b->at_us ? a->at_us < b->at_us : a->number < b->number;
}

static void
push(struct net *net, const struct net_event *event)
{
	unsigned int i = net->event_count++;

	assert_true(net->event_count <= NET_EVENTS);
	for (; i > 0 && is_before(event, &net->event[(i - 1) / 2]); i = (i - 1) / 2)
		net->event[i] = net->event[(i - 1) / 2];
	net->event[i] = *event;
}

static struct net_event
pop(struct net *net)
{
	struct net_event first = net->event[0];
	struct net_event last = net->event[--net->event_count];
	unsigned int i = 0;

	for (;;) {
		unsigned int child = 2 * i + 1;

		if (child + 1 < net->event_count &&
		    is_before(&net->event[child + 1], &net->event[child]))
			child++;
		if (child >= net->event_count || is_before(&last, &net->event[child]))
			break;
		net->event[i] = net->event[child];
		i = child;
	}
	net->event[i] = last;
	return first;
}

static const struct pgn_mac *
destination(const struct pgn_send *send)
{
	return send->kind == PGN_KIND_REPLY ? &send->reply.to : &send->heartbeat.to;
}

static void
transmit(struct net *net, unsigned int from, struct pgn_outbox *outbox)
{
	for (unsigned int i = 0; i < outbox->count; i++) {
		const struct pgn_send *send = &outbox->send[i];

		net->node[from].frames++;
		if (send->term == PGN_TERM_GENERATED)
			net->node[from].generated[send->kind]++;
		for (unsigned int to = 0; to < net->count; to++) {
			struct pgn_mac mac = mac_of(to + 1);
			struct net_event event = {.to = to, .number = net->numbers++};

			if (net->delay_us[from][to] == 0 ||
			    pgn_random(&net->random) % 1000 < net->loss_permille[from][to])
				continue;
			if (!pgn_mac_equal(destination(send), &pgn_mac_broadcast) &&
			    !pgn_mac_equal(destination(send), &mac))
				continue;
			event.at_us = net->now_us + net->delay_us[from][to];
			if (net->delay_noise_us != 0)
				event.at_us += pgn_random(&net->random) % net->delay_noise_us;
			event.send = *send;
			push(net, &event);
		}
	}
	outbox->count = 0;
}

static void
deliver(struct net *net, const struct net_event *event)
{
	struct net_node *node = &net->node[event->to];
	const struct pgn_send *send = &event->send;
	struct pgn_outbox outbox = {0};
	struct pgn_outcome outcome;

	if (node->rsu == NULL && node->obu == NULL)
		return;
	node->received[send->kind]++;
	if (node->rsu != NULL && send->kind == PGN_KIND_HEARTBEAT)
		outcome = pgn_rsu_heartbeat(node->rsu, net->now_us, 0, &send->heartbeat);
	else if (node->rsu != NULL)
		outcome = pgn_rsu_reply(node->rsu, net->now_us, 0, &send->reply);
	else if (send->kind == PGN_KIND_HEARTBEAT)
		outcome = pgn_obu_heartbeat(node->obu, net->now_us, 0, &send->heartbeat, &outbox);
	else
		outcome = pgn_obu_reply(node->obu, net->now_us, 0, &send->reply, &outbox);
	if (outcome.verdict == PGN_DROPPED)
		node->dropped[outcome.reason]++;
	transmit(net, event->to, &outbox);
}

static void
tick(struct net *net, unsigned int i)
{
	struct net_node *node = &net->node[i];
	struct pgn_outbox outbox = {0};

	if (node->rsu != NULL)
		node->tick_us = pgn_rsu_tick(node->rsu, net->now_us, &outbox);
	else if (node->obu != NULL)
		node->tick_us = pgn_obu_tick(node->obu, net->now_us, &outbox);
	transmit(net, i, &outbox);
}

void
net_run(struct net *net, uint64_t duration_us)
{
	uint64_t until_us = net->now_us + duration_us;

	for (;;) {
		unsigned int next = 0;

		for (unsigned int i = 1; i < net->count; i++) {
			if (net->node[i].tick_us < net->node[next].tick_us)
				next = i;
		}
		if (net->event_count > 0 && net->event[0].at_us <= net->node[next].tick_us) {
			struct net_event event;

			if (net->event[0].at_us > until_us)
				break;
			event = pop(net);
			net->now_us = event.at_us;
			deliver(net, &event);
			tick(net, event.to);
		} else {
			if (net->node[next].tick_us > until_us)
				break;
			if (net->node[next].tick_us > net->now_us)
				net->now_us = net->node[next].tick_us;
			tick(net, next);
		}
	}
	net->now_us = until_us;
}

void
net_clear_counts(struct net *net)
{
	for (unsigned int i = 0; i < net->count; i++) {
		struct net_node *node = &net->node[i];

		node->frames = 0;
		memset(node->generated, 0, sizeof(node->generated));
		memset(node->received, 0, sizeof(node->received));
		memset(node->dropped, 0, sizeof(node->dropped));
	}
}

unsigned int
net_upstream(const struct net *net, unsigned int obu)
{
	uint32_t number = upstream_of(net->node[obu].obu);

	return number == 0 ? NET_NODES : number - 1;
}

bool
net_reaches_rsu(const struct net *net, unsigned int obu)
{
	unsigned int at = obu;

	for (unsigned int steps = 0; steps < net->count; steps++) {
		if (at == NET_NODES)
			return false;
		if (net->node[at].rsu != NULL)
			return true;
		if (net->node[at].obu == NULL)
			return false;
		at = net_upstream(net, at);
	}
	return false;
}

bool
net_reaches_obu(const struct net *net, unsigned int rsu, unsigned int obu)
{
	unsigned int at = rsu;

	for (unsigned int steps = 0; steps < net->count; steps++) {
		const struct net_node *node = &net->node[at];
		struct pgn_node_route route;
		bool known;

		if (at == obu)
			return true;
		if (node->rsu != NULL)
			known = rsu_route(node->rsu, obu + 1, &route);
		else
			known = node->obu != NULL && obu_route(node->obu, obu + 1, &route);
		if (!known || route.hop_count == 0)
			return false;
		at = (unsigned int)pgn_mac_number(&route.hop[0].mac) % 0x100 - 1;
	}
	return false;
}
