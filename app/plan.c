/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_mempool.h>

#include "config_port.h"
#include "pgn_clients.h"
#include "pgn_fib.h"
#include "pgn_node.h"
#include "plan.h"
#include "sealing.h"
#include "spread.h"
#include "spread_ways.h"

#define MB (UINT64_C(1) << 20)
/** How often a wire may be opened again whose driver keeps the buffers it had. */
#define REOPENINGS 1

/** A mempool's cache holds up to 1.5 times its size before it is flushed. */
static uint32_t
cached(const struct pgn_plan *plan)
{
	return plan->pool.cache * 3 / 2 * plan->lcores;
}

/** Buffers that the Rx queues of all ports hold. */
static uint32_t
rx_descriptors(const struct pgn_config *config, unsigned int workers)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i <= config->wire_count; i++) {
		const struct pgn_port_config *port = pgn_config_port(config, i);
		unsigned int queues = pgn_spread_queues(config, port, workers);

		/* Some drivers hold more than they are asked for. */
		sum += queues * RTE_MAX(pgn_profile_number(&port->profile, PGN_PROFILE_RXD),
					pgn_profile_number(&port->profile, PGN_PROFILE_RX_BUFFERS));
		/* A TAP is not opened again. */
		if (i < config->wire_count)
			sum += queues * REOPENINGS * pgn_port_keeps(port);
	}
	return sum;
}

static uint32_t
tx_descriptors(const struct pgn_config *config)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i <= config->wire_count; i++)
		sum += pgn_profile_number(&pgn_config_port(config, i)->profile, PGN_PROFILE_TXD);
	return sum;
}

unsigned int
pgn_plan_count_lcores(const char *list)
{
	bool named[RTE_MAX_LCORE] = {false};
	unsigned int count = 0;
	const char *at = list;

	while (*at != '\0') {
		char *end;
		unsigned long first = strtoul(at, &end, 10);
		unsigned long last = *end == '-' ? strtoul(end + 1, &end, 10) : first;

		for (unsigned long lcore = first; lcore <= last && lcore < RTE_MAX_LCORE; lcore++)
			named[lcore] = true;
		at = *end == ',' ? end + 1 : end + strlen(end);
	}
	for (unsigned int lcore = 0; lcore < RTE_MAX_LCORE; lcore++)
		count += named[lcore];
	return count;
}

unsigned int
pgn_plan_count_workers(const struct pgn_config *config, unsigned int lcores)
{
	unsigned int room = lcores > 1 ? lcores - 1 : 1;

	if (config->workers.count != 0)
		return config->workers.count;
	return RTE_MIN(room, (unsigned int)PGN_WORKERS_MAX);
}

/** Frames that may be on their way from workers to workers. */
static uint32_t
spread_rings(const struct pgn_config *config, unsigned int workers)
{
	if (config->workers.spread == PGN_SPREAD_NONE)
		return 0;
	return workers * (workers - 1) * pgn_spread_ring_size(workers);
}

void
pgn_plan_make(struct pgn_plan *plan, const struct pgn_config *config, unsigned int lcores)
{
	uint64_t snapshot = pgn_fib_snapshot_memory(pgn_routing_slots(config->max_nodes));
	uint64_t sum;

	memset(plan, 0, sizeof(*plan));
	plan->lcores = lcores;
	plan->workers = pgn_plan_count_workers(config, lcores);
	plan->pool.name = "pgn";
	plan->pool.cache = config->pool_cache;

	/* Small classes hold control frames and copies of group frames; a Tx queue may be full of
	 * either. Ports receive into the large one, a copy of a large frame is one as well. */
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		struct pgn_plan_class *class = &plan->class[c];

		class->tx_descriptors = tx_descriptors(config) * plan->workers;
		class->queued = (PGN_REPLICATE_QUEUE + PGN_REPLICATE_BUDGET) * plan->workers;
		class->cached = cached(plan);
	}
	plan->class[PGN_CLASS_256].queued += PGN_SEND_RING;
	plan->class[PGN_CLASS_1500].queued += spread_rings(config, plan->workers);
	/* With an asynchronous crypto device; a copy of each is kept while it is opened. */
	for (unsigned int c = 0; c < PGN_CLASS_COUNT && pgn_config_seals(config); c++)
		plan->class[c].queued +=
			(c == PGN_CLASS_1500 ? 2 : 1) * PGN_AEAD_IN_FLIGHT * plan->workers;
	plan->class[PGN_CLASS_1500].rx_descriptors = rx_descriptors(config, plan->workers);
	plan->class[PGN_CLASS_1500].in_hand = PGN_BURST_MAX * lcores;
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		const struct pgn_plan_class *class = &plan->class[c];

		plan->pool.count[c] = class->rx_descriptors + class->tx_descriptors +
				      class->queued + class->in_hand + class->cached;
	}

	plan->pool_bytes = pgn_bufpool_memory(&plan->pool);
	if (config->role == PGN_ROLE_RSU)
		plan->client_bytes = pgn_clients_memory(config->max_clients);
	/* The current snapshot, one being built, two that workers may still read; lanes, rings. */
	plan->other_bytes = 4 * snapshot + lcores * (sizeof(struct pgn_lane) + MB) + 8 * MB;
	if (pgn_config_seals(config))
		plan->other_bytes += pgn_aead_memory(plan->workers);

	sum = plan->pool_bytes + plan->client_bytes + plan->other_bytes;
	plan->needed_mb = (uint32_t)RTE_ALIGN_CEIL((sum + sum / 8) / MB + 8, 2);
	plan->memory_mb = config->memory_mb != 0 ? config->memory_mb : plan->needed_mb;
}

static double
in_mb(uint64_t bytes)
{
	return (double)bytes / (double)MB;
}

void
pgn_plan_describe(const struct pgn_plan *plan, char line[PGN_PLAN_LINES][PGN_PLAN_LINE])
{
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		const struct pgn_plan_class *class = &plan->class[c];

		snprintf(line[c], PGN_PLAN_LINE,
			 "buffers of %s bytes: %u = %u Rx descriptors + %u Tx descriptors + %u "
			 "queued + %u in hand + %u cached",
			 pgn_class_name(c), plan->pool.count[c], class->rx_descriptors,
			 class->tx_descriptors, class->queued, class->in_hand, class->cached);
	}
	snprintf(line[PGN_CLASS_COUNT], PGN_PLAN_LINE,
		 "memory: %.1f MB buffers + %.1f MB clients + %.1f MB other: %u MB needed, %u MB "
		 "asked for",
		 in_mb(plan->pool_bytes), in_mb(plan->client_bytes), in_mb(plan->other_bytes),
		 plan->needed_mb, plan->memory_mb);
}
