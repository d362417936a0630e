/* SPDX-License-Identifier: BSD-3-Clause */
/** How many buffers and how much memory a node needs, reckoned from its config before it starts. */
#ifndef PGN_PLAN_H
#define PGN_PLAN_H

#include "config.h"
#include "pgn_bufpool.h"

/** What the buffers of one class are for; their sum is the class's count. */
struct pgn_plan_class {
	uint32_t rx_descriptors; /**< of all ports */
	uint32_t tx_descriptors; /**< of all ports */
	uint32_t queued;         /**< control messages and group frames in queues of ours */
	uint32_t in_hand;        /**< a burst for each lcore */
	uint32_t cached;         /**< by lcores */
};

struct pgn_plan {
	unsigned int lcores;
	unsigned int workers;
	struct pgn_plan_class class[PGN_CLASS_COUNT];
	struct pgn_bufpool_conf pool;
	uint64_t pool_bytes, client_bytes, other_bytes;
	uint32_t needed_mb; /**< the sum, with room for what the heap loses */
	uint32_t memory_mb; /**< what the EAL is asked for: config's eal.memory, or needed_mb */
};

/**
 * The ports have their profiles. lcores: how many the EAL will have, config->workers.count or more.
 * Where there are two, the control loop gets one, unless the config asks for a worker on each.
 */
void pgn_plan_make(struct pgn_plan *plan, const struct pgn_config *config, unsigned int lcores);

#define PGN_PLAN_LINES (PGN_CLASS_COUNT + 1)
#define PGN_PLAN_LINE 192

/** The sums in words, as they are logged at start and printed by --check. */
void pgn_plan_describe(const struct pgn_plan *plan, char line[PGN_PLAN_LINES][PGN_PLAN_LINE]);

/** Workers that a node has on so many lcores. */
unsigned int pgn_plan_count_workers(const struct pgn_config *config, unsigned int lcores);

/** How many lcores a list in EAL's -l syntax (checked before) names. */
unsigned int pgn_plan_count_lcores(const char *list);

#endif
