/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "events.h"
#include "memory.h"

static const struct sim_list empty = {SIM_NONE, SIM_NONE};

void
sim_events_init(struct sim_events *events, uint32_t window_us, unsigned int max_nodes)
{
	memset(events, 0, sizeof(*events));
	events->window_us = window_us;
	events->free_chunk = events->free_far = SIM_NONE;
	for (unsigned int i = 0; i < SIM_NEAR; i++)
		events->near[i] = empty;
	for (unsigned int i = 0; i < SIM_FAR; i++)
		events->far[i] = empty;
	events->place = sim_alloc((max_nodes + 1) * sizeof(*events->place));
}

void
sim_events_fini(struct sim_events *events)
{
	sim_free(events->chunk);
	sim_free(events->far_event);
	sim_free(events->sorted);
	sim_free(events->place);
}

/* ---- the inner wheel ---- */

static void
make_chunks(struct sim_events *events)
{
	uint32_t had = events->chunks, chunks = had == 0 ? 1024 : 2 * had;

	events->chunk =
		sim_grow_aligned(events->chunk, _Alignof(struct sim_chunk),
				 had * sizeof(*events->chunk), chunks * sizeof(*events->chunk));
	for (uint32_t i = chunks; i-- > had;) {
		events->chunk[i].next = events->free_chunk;
		events->free_chunk = i;
	}
	events->chunks = chunks;
}

static uint32_t
take_chunk(struct sim_events *events)
{
	uint32_t index;

	if (events->free_chunk == SIM_NONE)
		make_chunks(events);
	index = events->free_chunk;
	events->free_chunk = events->chunk[index].next;
	events->chunk[index].next = SIM_NONE;
	events->chunk[index].count = 0;
	return index;
}

static void
add_near(struct sim_events *events, uint64_t window, const struct sim_event *event)
{
	struct sim_list *list = &events->near[window % SIM_NEAR];
	struct sim_chunk *chunk;

	if (list->first == SIM_NONE) {
		list->first = list->last = take_chunk(events);
	} else if (events->chunk[list->last].count == SIM_CHUNK) {
		uint32_t index = take_chunk(events);

		events->chunk[list->last].next = index;
		list->last = index;
	}
	chunk = &events->chunk[list->last];
	chunk->event[chunk->count++] = *event;
}

/* ---- the outer wheel ---- */

static void
make_far(struct sim_events *events)
{
	uint32_t had = events->far_events, far_events = had == 0 ? 1024 : 2 * had;

	events->far_event = sim_grow(events->far_event, far_events * sizeof(*events->far_event));
	for (uint32_t i = far_events; i-- > had;) {
		events->far_event[i].next = events->free_far;
		events->free_far = i;
	}
	events->far_events = far_events;
}

/* In its turn's place; what lies beyond all turns waits in the last one's. */
static void
append_far(struct sim_events *events, uint32_t index)
{
	uint64_t turn = events->far_event[index].window / SIM_NEAR;
	uint64_t last_turn = events->now / SIM_NEAR + SIM_FAR - 1;
	struct sim_list *list = &events->far[(turn < last_turn ? turn : last_turn) % SIM_FAR];

	events->far_event[index].next = SIM_NONE;
	if (list->first == SIM_NONE)
		list->first = index;
	else
		events->far_event[list->last].next = index;
	list->last = index;
}

static void
add_far(struct sim_events *events, uint64_t window, const struct sim_event *event)
{
	uint32_t index;

	if (events->free_far == SIM_NONE)
		make_far(events);
	index = events->free_far;
	events->free_far = events->far_event[index].next;
	events->far_event[index].window = window;
	events->far_event[index].event = *event;
	append_far(events, index);
}

/* The inner wheel has come round: what the outer one holds for this turn goes onto it. */
static void
spread(struct sim_events *events)
{
	struct sim_list *list = &events->far[events->now / SIM_NEAR % SIM_FAR];
	uint32_t index = list->first, next;

	*list = empty;
	for (; index != SIM_NONE; index = next) {
		struct sim_far_event *far = &events->far_event[index];

		next = far->next;
		if (far->window - events->now >= SIM_NEAR) {
			append_far(events, index);
			continue;
		}
		add_near(events, far->window, &far->event);
		far->next = events->free_far;
		events->free_far = index;
	}
}

/* ---- both ---- */

void
sim_events_add(struct sim_events *events, uint64_t at_us, unsigned int node, uint32_t frame)
{
	uint64_t window = at_us / events->window_us;
	struct sim_event event = {.frame = frame,
				  .node = (uint16_t)node,
				  .offset_us = (uint16_t)(at_us % events->window_us)};

	if (window <= events->now) {
		window = events->now + 1;
		event.offset_us = 0;
	}
	if (window - events->now < SIM_NEAR)
		add_near(events, window, &event);
	else
		add_far(events, window, &event);
	if (++events->waiting > events->most)
		events->most = events->waiting;
}

static void
make_room(struct sim_events *events, uint32_t count)
{
	if (count <= events->sorted_max)
		return;
	events->sorted_max = 2 * count;
	events->sorted = sim_grow(events->sorted, events->sorted_max * sizeof(*events->sorted));
}

/* A node has few events in a window, mostly in order. */
static void
order_in_time(struct sim_event *event, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		const struct sim_event e = event[i];
		uint32_t at = i;

		for (; at > 0 && event[at - 1].node == e.node &&
		       event[at - 1].offset_us > e.offset_us;
		     at--)
			event[at] = event[at - 1];
		event[at] = e;
	}
}

uint32_t
sim_events_take(struct sim_events *events, unsigned int nodes, const struct sim_event **event)
{
	struct sim_list list = events->near[events->now % SIM_NEAR];
	uint32_t count = 0, sum = 0;

	events->near[events->now % SIM_NEAR] = empty;
	memset(events->place, 0, nodes * sizeof(*events->place));
	for (uint32_t c = list.first; c != SIM_NONE; c = events->chunk[c].next) {
		const struct sim_chunk *chunk = &events->chunk[c];

		for (uint32_t i = 0; i < chunk->count; i++)
			events->place[chunk->event[i].node]++;
		count += chunk->count;
	}
	if (count == 0)
		return 0;
	make_room(events, count);
	for (unsigned int i = 0; i < nodes; i++) {
		uint32_t of_node = events->place[i];

		events->place[i] = sum;
		sum += of_node;
	}
	for (uint32_t c = list.first; c != SIM_NONE; c = events->chunk[c].next) {
		const struct sim_chunk *chunk = &events->chunk[c];

		for (uint32_t i = 0; i < chunk->count; i++) {
			const struct sim_event *e = &chunk->event[i];

			events->sorted[events->place[e->node]++] = *e;
		}
	}
	events->chunk[list.last].next = events->free_chunk;
	events->free_chunk = list.first;
	order_in_time(events->sorted, count);
	events->waiting -= count;
	*event = events->sorted;
	return count;
}

void
sim_events_step(struct sim_events *events)
{
	events->now++;
	if (events->now % SIM_NEAR == 0)
		spread(events);
}
