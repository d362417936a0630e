/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "scene.h"

/** Lanes are large: not on a stack. */
static struct scene the_scene;

static const struct pgn_role *
role_of(enum bench_path path)
{
	switch (path) {
	case PATH_IO:
		return &bench_role_io;
	case PATH_MACSWAP:
		return &bench_role_macswap;
	case PATH_RELAY:
		return &pgn_role_obu;
	default:
		return &pgn_role_rsu;
	}
}

static int
learn_clients(struct scene *scene)
{
	for (uint32_t c = 0; c < scene->options->clients; c++) {
		struct pgn_mac mac = scene_client(c);
		uint16_t slot =
			c == 0 ? PGN_SLOT_LOCAL : (uint16_t)scene_node_of(scene->options, c);

		if (pgn_clients_learn(scene->node.clients, pgn_mac_key(&mac), slot) != 0)
			return -1;
	}
	return 0;
}

static int
publish_nodes(struct scene *scene)
{
	struct pgn_fib_snapshot *snapshot =
		pgn_fib_snapshot_create(scene->options->nodes, SOCKET_ID_ANY);
	uint64_t token;

	if (snapshot == NULL)
		return -1;
	for (uint32_t n = 0; n < scene->options->nodes; n++) {
		struct pgn_mac mac = scene_node(n), hop = scene_neighbour(n);

		if (pgn_fib_set_node(snapshot, n, &mac) != 0)
			return -1;
		pgn_fib_add_node_hop(snapshot, &scene->node.id, n, &hop, 0);
	}
	struct pgn_mac up = scene_neighbour(0);

	pgn_fib_add_upstream(snapshot, &scene->node.id, &up, 0);
	if (pgn_fib_publish(scene->node.fib, snapshot, &token) != 0)
		return -1;
	scene->worker.lane.snapshot = pgn_fib_current(scene->node.fib);
	return 0;
}

struct scene *
scene_open(const struct bench_options *options)
{
	struct scene *scene = &the_scene;
	/* Copies are made of group frames, and of sealed ones that go on. */
	uint32_t small = options->path == PATH_GROUP || options->seal ? 4096 : 64;
	struct pgn_bufpool_conf pool = {
		.name = "perf",
		.count = {small, small, options->mbufs * options->workers + 4096},
		.cache = options->cache,
		.socket = SOCKET_ID_ANY};

	scene->options = options;
	scene->in =
		options->path == PATH_HOST_TO_AIR || options->path == PATH_GROUP ? PGN_PORT_TAP : 0;
	scene->out = options->path == PATH_AIR_TO_HOST ? PGN_PORT_TAP : 0;
	scene->node.role = role_of(options->path);
	scene->node.id.marker = SCENE_MARKER;
	scene->node.id.wire_count = 1;
	scene->node.id.wire_mac[0] = scene_own();
	scene->node.control_rate = 20000;
	scene->node.neighbour_rate = 4000;
	for (unsigned int port = 0; port < PGN_MAX_PORTS; port++)
		scene->node.max_frame[port] = SCENE_FRAME_MAX;
	scene->order = scene_make_order(options);
	scene->order_count = options->clients - 1;
	scene->node.pool = pgn_bufpool_create(&pool);
	scene->node.fib = pgn_fib_create(options->workers, SOCKET_ID_ANY);
	scene->node.clients = pgn_clients_create(options->clients, 1, SOCKET_ID_ANY);
	if (options->seal && sealed_open(&scene->node, options->workers) != 0)
		return NULL;
	if (scene->node.pool == NULL || scene->node.fib == NULL || scene->node.clients == NULL ||
	    pgn_lane_open(&scene->worker.lane, &scene->node, &scene->counters, "perf",
			  SOCKET_ID_ANY) != 0 ||
	    scene->order == NULL || learn_clients(scene) != 0 || publish_nodes(scene) != 0) {
		fprintf(stderr, "pgn-node: no memory for %u clients, %u nodes and %u mbufs\n",
			options->clients, options->nodes, options->mbufs);
		return NULL;
	}
	sealed_use(&scene->worker.lane);
	scene->worker.lane.now_us = pgn_now_us();
	return scene;
}

void
scene_close(struct scene *scene)
{
	pgn_lane_close(&scene->worker.lane);
	sealed_close();
	pgn_fib_destroy(scene->node.fib);
	pgn_clients_destroy(scene->node.clients);
	pgn_bufpool_destroy(scene->node.pool);
	free(scene->order);
}

void
scene_add_port(struct scene *scene, unsigned int index, struct pgn_port *port)
{
	struct pgn_worker *worker = &scene->worker;

	worker->port[index] = port;
	worker->rx[worker->rx_count++] =
		(struct pgn_worker_rx){.port = port, .index = (uint16_t)index};
}
