/* SPDX-License-Identifier: BSD-3-Clause */
#include "frames.h"
#include "events.h"
#include "memory.h"

void
sim_frames_init(struct sim_frames *frames)
{
	*frames = (struct sim_frames){.free = SIM_NONE};
}

void
sim_frames_fini(struct sim_frames *frames)
{
	sim_free(frames->frame);
}

static void
grow(struct sim_frames *frames)
{
	uint32_t capacity = frames->capacity == 0 ? 256 : frames->capacity * 2;
	struct sim_frame *frame =
		sim_grow_aligned(frames->frame, _Alignof(struct sim_frame),
				 frames->capacity * sizeof(*frame), capacity * sizeof(*frame));

	frames->frame = frame;
	for (uint32_t i = capacity; i-- > frames->capacity;) {
		frame[i].holders = frames->free;
		frames->free = i;
	}
	frames->capacity = capacity;
}

uint32_t
sim_frames_take(struct sim_frames *frames)
{
	struct sim_frame *frame;
	uint32_t index;

	if (frames->free == SIM_NONE)
		grow(frames);
	index = frames->free;
	frame = &frames->frame[index];
	frames->free = frame->holders;
	frame->holders = 0;
	frame->has_heartbeat = frame->has_reply = frame->has_data = false;
	if (++frames->used > frames->most)
		frames->most = frames->used;
	return index;
}

void
sim_frames_give(struct sim_frames *frames, uint32_t index)
{
	frames->frame[index].holders = frames->free;
	frames->free = index;
	frames->used--;
}
