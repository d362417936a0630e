/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "events.h"
#include "memory.h"

void
sim_events_init(struct sim_events *events)
{
	memset(events, 0, sizeof(*events));
	events->free_chunk = events->free_far = SIM_NONE;
	for (unsigned int i = 0; i < SIM_NEAR; i++)
		events->near[i] = (struct sim_chunks){SIM_NONE, SIM_NONE};
	for (unsigned int i = 0; i < SIM_FAR; i++)
		events->far_first[i] = events->far_last[i] = SIM_NONE;
}

void
sim_events_fini(struct sim_events *events)
{
	sim_free(events->chunk);
	sim_free(events->far_event);
}

/* ---- the inner wheel ---- */

static uint32_t
take_chunk(struct sim_events *events)
{
	uint32_t index = events->free_chunk;

	if (index == SIM_NONE) {
		uint32_t more = events->chunks == 0 ? 1024 : events->chunks;

		events->chunk = sim_grow_aligned(events->chunk, _Alignof(struct sim_chunk),
						 events->chunks * sizeof(*events->chunk),
						 (events->chunks + more) * sizeof(*events->chunk));
		for (uint32_t i = events->chunks + more; i-- > events->chunks;) {
			events->chunk[i].next = events->free_chunk;
			events->free_chunk = i;
		}
		events->chunks += more;
		index = events->free_chunk;
	}
	events->free_chunk = events->chunk[index].next;
	events->chunk[index].next = SIM_NONE;
	events->chunk[index].count = 0;
	return index;
}

static void
add_near(struct sim_events *events, uint32_t at, const struct sim_event *event)
{
	struct sim_chunks *chunks = &events->near[at % SIM_NEAR];
	struct sim_chunk *chunk;

	if (chunks->first == SIM_NONE) {
		chunks->first = chunks->last = take_chunk(events);
	} else if (events->chunk[chunks->last].count == SIM_CHUNK) {
		uint32_t index = take_chunk(events);

		events->chunk[chunks->last].next = index;
		chunks->last = index;
	}
	chunk = &events->chunk[chunks->last];
	chunk->event[chunk->count++] = *event;
}

/* ---- the outer wheel ---- */

static void
append_far(struct sim_events *events, uint32_t turn, uint32_t index)
{
	uint32_t place = turn % SIM_FAR;

	events->far_event[index].next = SIM_NONE;
	if (events->far_first[place] == SIM_NONE)
		events->far_first[place] = index;
	else
		events->far_event[events->far_last[place]].next = index;
	events->far_last[place] = index;
}

static uint32_t
take_far(struct sim_events *events)
{
	uint32_t index = events->free_far;

	if (index == SIM_NONE) {
		uint32_t more = events->far_events == 0 ? 1024 : events->far_events;

		events->far_event = sim_grow(events->far_event, (events->far_events + more) *
									sizeof(*events->far_event));
		for (uint32_t i = events->far_events + more; i-- > events->far_events;) {
			events->far_event[i].next = events->free_far;
			events->free_far = i;
		}
		events->far_events += more;
		index = events->free_far;
	}
	events->free_far = events->far_event[index].next;
	return index;
}

static uint32_t
last_turn(const struct sim_events *events)
{
	return events->turn + SIM_FAR - 1;
}

static void
add_far(struct sim_events *events, uint32_t at, const struct sim_event *event)
{
	uint32_t index = take_far(events), turn = at / SIM_NEAR;

	events->far_event[index].at = at;
	events->far_event[index].event = *event;
	append_far(events, turn < last_turn(events) ? turn : last_turn(events), index);
}

/* The inner wheel has come round: what the outer one holds for this turn goes onto it. */
static void
spread(struct sim_events *events)
{
	uint32_t place, index, next;

	events->turn = events->now / SIM_NEAR;
	place = events->turn % SIM_FAR;
	index = events->far_first[place];
	events->far_first[place] = events->far_last[place] = SIM_NONE;
	for (; index != SIM_NONE; index = next) {
		struct sim_far_event *far = &events->far_event[index];

		next = far->next;
		if (far->at / SIM_NEAR != events->turn) {
			append_far(events, last_turn(events), index);
			continue;
		}
		add_near(events, far->at, &far->event);
		far->next = events->free_far;
		events->free_far = index;
	}
}

/* ---- both ---- */

void
sim_events_add(struct sim_events *events, uint64_t at_us, enum sim_event_kind kind,
	       unsigned int node, uint32_t frame)
{
	uint64_t step = (at_us + SIM_STEP_US - 1) / SIM_STEP_US;
	uint32_t at = step > UINT32_MAX ? UINT32_MAX : (uint32_t)step;
	struct sim_event event = {.frame = frame, .node = (uint16_t)node, .kind = (uint16_t)kind};

	if (at < events->now)
		at = events->now;
	if (at - events->now < SIM_NEAR)
		add_near(events, at, &event);
	else
		add_far(events, at, &event);
	if (++events->waiting > events->most)
		events->most = events->waiting;
}

bool
sim_events_take(struct sim_events *events, struct sim_event *event)
{
	struct sim_chunks *chunks = &events->near[events->now % SIM_NEAR];
	struct sim_chunk *chunk;
	uint32_t first = chunks->first;

	if (first == SIM_NONE)
		return false;
	chunk = &events->chunk[first];
	if (events->taken == chunk->count) {
		/* All of the last chunk is taken; those before it went when the next was begun. */
		chunks->first = chunk->next;
		chunk->next = events->free_chunk;
		events->free_chunk = first;
		events->taken = 0;
		return sim_events_take(events, event);
	}
	*event = chunk->event[events->taken++];
	events->waiting--;
	return true;
}

void
sim_events_step(struct sim_events *events)
{
	events->now++;
	if (events->now % SIM_NEAR == 0)
		spread(events);
}
