/* SPDX-License-Identifier: BSD-3-Clause */
/** Heap allocations of the whole process, shared libraries included. */
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stdint.h>

/** Calls so far of malloc, calloc, realloc, posix_memalign and aligned_alloc. */
uint64_t allocations_count(void);

#endif
