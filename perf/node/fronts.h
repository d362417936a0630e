/* SPDX-License-Identifier: BSD-3-Clause */
/** What differs between the frames of a path, made once: a frame is written by one copy. */
#ifndef FRONTS_H
#define FRONTS_H

#include "scene.h"

/** Bytes of a frame: its headers, its MACs, its number, and some that are the same in all. */
#define FRONT_BYTES 48

struct front {
	uint8_t byte[FRONT_BYTES];
};

struct fronts {
	struct front *front; /**< of each client's frame, in the order they go */
	uint32_t count, next;
};

/** 0 or -ENOMEM. */
int fronts_make(struct fronts *fronts, const struct bench_options *options);
void fronts_free(struct fronts *fronts);

static inline void
fronts_write_next(struct fronts *fronts, uint8_t *at)
{
	memcpy(at, &fronts->front[fronts->next], FRONT_BYTES);
	fronts->next = fronts->next + 1 == fronts->count ? 0 : fronts->next + 1;
}

#endif
