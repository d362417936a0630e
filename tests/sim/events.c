/* SPDX-License-Identifier: BSD-3-Clause */
#include "events.h"
#include "memory.h"

void
sim_events_init(struct sim_events *events)
{
	*events = (struct sim_events){.free = SIM_NONE};
	for (unsigned int i = 0; i < SIM_NEAR; i++)
		events->near[i] = (struct sim_event_list){SIM_NONE, SIM_NONE};
	for (unsigned int i = 0; i < SIM_FAR; i++)
		events->far[i] = (struct sim_event_list){SIM_NONE, SIM_NONE};
}

void
sim_events_fini(struct sim_events *events)
{
	sim_free(events->event);
}

static void
grow(struct sim_events *events)
{
	uint32_t capacity = events->capacity == 0 ? 1024 : events->capacity * 2;

	events->event = sim_grow(events->event, capacity * sizeof(*events->event));
	for (uint32_t i = capacity; i-- > events->capacity;) {
		events->event[i].next = events->free;
		events->free = i;
	}
	events->capacity = capacity;
}

static void
append(struct sim_events *events, struct sim_event_list *list, uint32_t index)
{
	events->event[index].next = SIM_NONE;
	if (list->first == SIM_NONE)
		list->first = index;
	else
		events->event[list->last].next = index;
	list->last = index;
}

static void
place(struct sim_events *events, uint32_t index)
{
	uint32_t at = events->event[index].at;
	uint32_t turns = at / SIM_NEAR - events->turn;

	if (turns == 0)
		append(events, &events->near[at % SIM_NEAR], index);
	else if (turns < SIM_FAR)
		append(events, &events->far[at / SIM_NEAR % SIM_FAR], index);
	else
		append(events, &events->far[(events->turn + SIM_FAR - 1) % SIM_FAR], index);
}

void
sim_events_add(struct sim_events *events, uint64_t at_us, enum sim_event_kind kind,
	       unsigned int node, uint32_t frame)
{
	uint64_t step = (at_us + SIM_STEP_US - 1) / SIM_STEP_US;
	uint32_t at = step > UINT32_MAX ? UINT32_MAX : (uint32_t)step;
	uint32_t index;

	if (events->free == SIM_NONE)
		grow(events);
	index = events->free;
	events->free = events->event[index].next;
	events->event[index] = (struct sim_event){
		.at = at < events->now ? events->now : at,
		.frame = frame,
		.node = (uint16_t)node,
		.kind = (uint16_t)kind,
	};
	place(events, index);
	if (++events->waiting > events->most)
		events->most = events->waiting;
}

/* The inner wheel has come round: what the outer one holds for this turn goes onto it. */
static void
spread(struct sim_events *events)
{
	struct sim_event_list *list;
	uint32_t index, next;

	events->turn = events->now / SIM_NEAR;
	list = &events->far[events->turn % SIM_FAR];
	index = list->first;
	*list = (struct sim_event_list){SIM_NONE, SIM_NONE};
	for (; index != SIM_NONE; index = next) {
		next = events->event[index].next;
		place(events, index);
	}
}

bool
sim_events_next(struct sim_events *events, uint64_t until_us, struct sim_event *event)
{
	uint32_t until = (uint32_t)(until_us / SIM_STEP_US);
	struct sim_event_list *list = &events->near[events->now % SIM_NEAR];
	uint32_t index;

	while (list->first == SIM_NONE) {
		if (events->now >= until)
			return false;
		events->now++;
		if (events->now % SIM_NEAR == 0)
			spread(events);
		list = &events->near[events->now % SIM_NEAR];
	}
	index = list->first;
	*event = events->event[index];
	list->first = event->next;
	events->event[index].next = events->free;
	events->free = index;
	events->waiting--;
	return true;
}
