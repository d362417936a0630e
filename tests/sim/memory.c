/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

void *
sim_there(void *memory)
{
	if (memory == NULL) {
		fputs("pgn-sim: no memory\n", stderr);
		exit(2);
	}
	return memory;
}

void *
sim_alloc(size_t bytes)
{
	return sim_there(calloc(1, bytes));
}

void *
sim_alloc_aligned(size_t align, size_t bytes)
{
	return memset(sim_there(aligned_alloc(align, bytes)), 0, bytes);
}

void *
sim_grow_aligned(void *memory, size_t align, size_t had, size_t bytes)
{
	void *more = sim_alloc_aligned(align, bytes);

	if (had > 0)
		memcpy(more, memory, had);
	free(memory);
	return more;
}

void *
sim_grow(void *memory, size_t bytes)
{
	return sim_there(realloc(memory, bytes));
}

void
sim_free(void *memory)
{
	free(memory);
}
