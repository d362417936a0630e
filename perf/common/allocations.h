/* SPDX-License-Identifier: BSD-3-Clause */
/** Calls of the heap, by every thread of the process, shared libraries included. */
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stdint.h>

struct allocations {
	uint64_t made;  /**< malloc, calloc, realloc, posix_memalign, aligned_alloc, memalign */
	uint64_t freed; /**< free, of something */
};

/** Since the process began. */
struct allocations allocations_so_far(void);

/** Adds what was called since then. */
static inline void
allocations_add_since(struct allocations *sum, const struct allocations *then)
{
	struct allocations now = allocations_so_far();

	sum->made += now.made - then->made;
	sum->freed += now.freed - then->freed;
}

#endif
