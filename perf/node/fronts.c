/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include "fronts.h"

uint32_t *
scene_make_order(const struct bench_options *options)
{
	uint32_t count = options->clients - 1;
	uint32_t *order = malloc(count * sizeof(*order));
	uint64_t random = 1;

	if (order == NULL)
		return NULL;
	for (uint32_t i = 0; i < count; i++)
		order[i] = i + 1;
	if (options->sequential)
		return order;
	for (uint32_t i = count - 1; i > 0; i--) {
		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		uint32_t other = (uint32_t)((random >> 33) % (i + 1));
		uint32_t held = order[i];

		order[i] = order[other];
		order[other] = held;
	}
	return order;
}

int
fronts_make(struct fronts *fronts, const struct bench_options *options)
{
	uint32_t *order = scene_make_order(options);
	uint8_t frame[SCENE_FRAME_MAX];

	*fronts = (struct fronts){.count = options->clients - 1};
	fronts->front = malloc(fronts->count * sizeof(*fronts->front));
	if (order == NULL || fronts->front == NULL) {
		free(order);
		free(fronts->front);
		fronts->front = NULL;
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < fronts->count; i++) {
		scene_write_frame(options, frame, order[i]);
		memcpy(&fronts->front[i], frame, sizeof(fronts->front[i]));
	}
	free(order);
	return 0;
}

void
fronts_free(struct fronts *fronts)
{
	free(fronts->front);
}
