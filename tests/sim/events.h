/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What is to happen, in order of time: a wheel of steps. Adding and taking cost the same however
 * much waits; nothing is allocated but when there are more events than ever before.
 *
 * Time goes in steps. What falls into one step happens in the order in which it got onto the inner
 * wheel.
 */
#ifndef SIM_EVENTS_H
#define SIM_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_STEP_US 8
#define SIM_NEAR 4096 /**< steps of the inner wheel: 33 ms */
#define SIM_FAR 1024  /**< turns of it the outer wheel holds: 34 s */
#define SIM_NONE UINT32_MAX

enum sim_event_kind {
	SIM_ARRIVAL, /**< of `frame` at `node` */
	SIM_TICK,    /**< of `node` */
	SIM_SCRIPT,  /**< the next line of the script */
	SIM_PROBE,   /**< data is sent */
	SIM_WATCH,   /**< routes are looked at */
	SIM_TIDY,    /**< what the control loop does now and then */
	SIM_MOVE     /**< nodes on the plane */
};

/** When it happens is said by where it lies. */
struct sim_event {
	uint32_t frame;
	uint16_t node;
	uint16_t kind;
};

#define SIM_CHUNK 15

/** Some events of one step, in two cache lines. */
struct sim_chunk {
	uint32_t next;
	uint32_t count;
	struct sim_event event[SIM_CHUNK];
} __attribute__((aligned(128)));

struct sim_chunks {
	uint32_t first, last;
};

/** An event that is too far ahead for the inner wheel. */
struct sim_far_event {
	uint32_t next;
	uint32_t at; /**< step */
	struct sim_event event;
};

struct sim_events {
	uint32_t now;   /**< step */
	uint32_t turn;  /**< of the inner wheel */
	uint32_t taken; /**< events of the first chunk of this step */
	uint32_t waiting, most;
	struct sim_chunk *chunk;
	uint32_t chunks, free_chunk;
	struct sim_far_event *far_event;
	uint32_t far_events, free_far;
	struct sim_chunks near[SIM_NEAR];
	uint32_t far_first[SIM_FAR], far_last[SIM_FAR];
};

void sim_events_init(struct sim_events *events);
void sim_events_fini(struct sim_events *events);

/** What lies farther ahead than the wheels reach waits in the last place of the outer one. */
void sim_events_add(struct sim_events *events, uint64_t at_us, enum sim_event_kind kind,
		    unsigned int node, uint32_t frame);

/** The next event of this step; false: there is no more. */
bool sim_events_take(struct sim_events *events, struct sim_event *event);

/** On to the next step. */
void sim_events_step(struct sim_events *events);

static inline uint64_t
sim_events_now_us(const struct sim_events *events)
{
	return (uint64_t)events->now * SIM_STEP_US;
}

/** What will happen so many steps ahead, as far as is known: chunks from this one on. */
static inline const struct sim_chunk *
sim_events_ahead(const struct sim_events *events, unsigned int steps)
{
	uint32_t first = events->near[(events->now + steps) % SIM_NEAR].first;

	return first == SIM_NONE ? NULL : &events->chunk[first];
}

static inline const struct sim_chunk *
sim_events_next_chunk(const struct sim_events *events, const struct sim_chunk *chunk)
{
	return chunk->next == SIM_NONE ? NULL : &events->chunk[chunk->next];
}

#endif
