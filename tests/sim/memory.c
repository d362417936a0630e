/* SPDX-License-Identifier: BSD-3-Clause */
#include <limits.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "memory.h"

#define HEAP_BYTES ((size_t)1 << 30) /* what is beyond comes in small pages */
#define HUGE_PAGE ((uintptr_t)2 << 20)

/*
 * A thousand nodes' tables are hundreds of MB, read here and there. The heap's range is asked for
 * and given back untouched: it stays the heap's, and is made of huge pages as it is used.
 */
void
sim_memory_init(void)
{
	uintptr_t begin;
	void *heap;

	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	heap = malloc(HEAP_BYTES);
	if (heap == NULL)
		return;
	begin = ((uintptr_t)heap + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	madvise((void *)begin, HEAP_BYTES - HUGE_PAGE, MADV_HUGEPAGE);
	free(heap);
}

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

struct sim_memory
sim_memory(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (struct sim_memory){.in_use_kb = mallinfo2().uordblks / 1024,
				   .peak_kb = (uint64_t)usage.ru_maxrss};
}
