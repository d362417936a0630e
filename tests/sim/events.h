/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What is to happen, in order of time: a wheel of lists. Adding and taking cost the same however
 * much waits; nothing is allocated but when there are more events than ever before.
 *
 * Time goes in steps. What falls into one step happens in the order in which it was added.
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

struct sim_event {
	uint32_t next;
	uint32_t at; /**< step */
	uint32_t frame;
	uint16_t node;
	uint16_t kind;
};

struct sim_event_list {
	uint32_t first, last;
};

struct sim_events {
	struct sim_event *event;
	uint32_t capacity;
	uint32_t free;
	uint32_t now;  /**< step */
	uint32_t turn; /**< the outer wheel's list that was spread last */
	uint32_t waiting;
	uint32_t most; /**< that ever waited */
	struct sim_event_list near[SIM_NEAR];
	struct sim_event_list far[SIM_FAR];
};

void sim_events_init(struct sim_events *events);
void sim_events_fini(struct sim_events *events);

/** What lies farther ahead than the wheels reach happens when they do: see sim_events_next(). */
void sim_events_add(struct sim_events *events, uint64_t at_us, enum sim_event_kind kind,
		    unsigned int node, uint32_t frame);

/** The next event up to a time; false: there is none, and that time has come. */
bool sim_events_next(struct sim_events *events, uint64_t until_us, struct sim_event *event);

static inline uint64_t
sim_events_now_us(const struct sim_events *events)
{
	return (uint64_t)events->now * SIM_STEP_US;
}

#endif
