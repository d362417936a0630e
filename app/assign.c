/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "assign.h"

static int
find_port(const struct pgn_assign_port *ports, const char *name)
{
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		if (ports[i].name != NULL && strcmp(ports[i].name, name) == 0)
			return (int)i;
	}
	return -ENOENT;
}

static struct pgn_assign_worker *
find_worker(struct pgn_assign_worker *workers, unsigned int count, unsigned int lcore)
{
	for (unsigned int w = 0; w < count; w++) {
		if (workers[w].lcore == lcore)
			return &workers[w];
	}
	return NULL;
}

static void
give(struct pgn_assign_worker *worker, unsigned int port, unsigned int queue)
{
	if (worker->count < PGN_WORKER_RX_MAX)
		worker->rx[worker->count++] =
			(struct pgn_assigned){.port = (uint8_t)port, .queue = (uint16_t)queue};
}

static int
complain(const struct pgn_map_entry *entry, char why[PGN_ASSIGN_WHY], const char *allowed)
{
	snprintf(why, PGN_ASSIGN_WHY, "found \"%s:%u=%u\", allowed %s", entry->port, entry->queue,
		 entry->lcore, allowed);
	return -EINVAL;
}

static int
follow_map(const struct pgn_assign_port *ports, const struct pgn_worker_map *map,
	   struct pgn_assign_worker *workers, unsigned int count, char why[PGN_ASSIGN_WHY])
{
	for (unsigned int i = 0; i < map->count; i++) {
		const struct pgn_map_entry *entry = &map->entry[i];
		struct pgn_assign_worker *worker = find_worker(workers, count, entry->lcore);
		int port = find_port(ports, entry->port);
		char allowed[128];

		if (port < 0)
			return complain(entry, why, "names of wires, and tap");
		if (entry->queue >= ports[port].queues) {
			snprintf(allowed, sizeof(allowed), "queues 0 to %u of %s, which has %u",
				 ports[port].queues - 1, entry->port, ports[port].queues);
			return complain(entry, why, allowed);
		}
		if (worker == NULL) {
			snprintf(allowed, sizeof(allowed), "lcores of the %u workers, from %u on",
				 count, workers[0].lcore);
			return complain(entry, why, allowed);
		}
		give(worker, (unsigned int)port, entry->queue);
	}
	return 0;
}

/** Fewer queues; on the port's NUMA node before all. */
static bool
is_better(const struct pgn_assign_worker *a, const struct pgn_assign_worker *b, int socket)
{
	bool a_is_near = socket < 0 || a->socket == socket;
	bool b_is_near = socket < 0 || b->socket == socket;

	if (a_is_near != b_is_near)
		return a_is_near;
	return a->count < b->count;
}

int
pgn_assign(const struct pgn_assign_port *ports, const struct pgn_worker_map *map,
	   struct pgn_assign_worker *workers, unsigned int count, char why[PGN_ASSIGN_WHY])
{
	int ret = follow_map(ports, map, workers, count, why);

	if (ret != 0)
		return ret;
	for (unsigned int port = 0; port < PGN_MAX_PORTS; port++) {
		for (unsigned int queue = 0; ports[port].name != NULL && queue < ports[port].queues;
		     queue++) {
			struct pgn_assign_worker *best = &workers[0];

			if (pgn_map_has(map, ports[port].name, queue))
				continue;
			for (unsigned int w = 1; w < count; w++) {
				if (is_better(&workers[w], best, ports[port].socket))
					best = &workers[w];
			}
			give(best, port, queue);
		}
	}
	return 0;
}
