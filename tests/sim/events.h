/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What is to happen, by windows of time. A window is no longer than the quickest link takes: what
 * one node does in it reaches no other before the next, so that a window's events can be taken node
 * by node, each node's in order of time. With a thousand nodes that is what keeps a node's tables
 * in the cache.
 *
 * Adding and taking cost the same however much waits; nothing is allocated but when there are more
 * events than ever before.
 */
#ifndef SIM_EVENTS_H
#define SIM_EVENTS_H

#include <stdint.h>

#define SIM_NONE UINT32_MAX
#define SIM_NEAR 4096 /**< windows of the inner wheel */
#define SIM_FAR 1024  /**< turns of it the outer wheel holds */
#define SIM_WINDOW_MAX_US 10000

/** A frame arrives at a node, or, without a frame, the node's time to act has come. */
struct sim_event {
	uint32_t frame; /**< SIM_NONE: none */
	uint16_t node;
	uint16_t offset_us; /**< in its window */
};

#define SIM_CHUNK 15

/** Some events of one window, in two cache lines. */
struct sim_chunk {
	uint32_t next;
	uint32_t count;
	struct sim_event event[SIM_CHUNK];
} __attribute__((aligned(128)));

/** An event too far ahead for the inner wheel. */
struct sim_far_event {
	uint64_t window;
	struct sim_event event;
	uint32_t next;
};

struct sim_list {
	uint32_t first, last;
};

struct sim_events {
	uint32_t window_us;
	uint64_t now; /**< window */
	uint64_t waiting, most;
	struct sim_chunk *chunk;
	uint32_t chunks, free_chunk;
	struct sim_far_event *far_event;
	uint32_t far_events, free_far;
	struct sim_list near[SIM_NEAR];
	struct sim_list far[SIM_FAR];
	struct sim_event *sorted;
	uint32_t sorted_max;
	uint32_t *place; /**< by node: where its events go */
};

void sim_events_init(struct sim_events *events, uint32_t window_us, unsigned int max_nodes);
void sim_events_fini(struct sim_events *events);

/** An event of a window to come; one that is due in this one or before comes in the next. */
void sim_events_add(struct sim_events *events, uint64_t at_us, unsigned int node, uint32_t frame);

/** This window's events, node by node; how many. They are taken. */
uint32_t sim_events_take(struct sim_events *events, unsigned int nodes,
			 const struct sim_event **event);

/** On to the next window. */
void sim_events_step(struct sim_events *events);

static inline uint64_t
sim_events_now_us(const struct sim_events *events)
{
	return events->now * events->window_us;
}

#endif
