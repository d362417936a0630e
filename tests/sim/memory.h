/* SPDX-License-Identifier: BSD-3-Clause */
/** Memory that is there, or the program ends and says so. */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/** Before all else: the heap comes in huge pages where the kernel has them. */
void sim_memory_init(void);

/** What was made; it is not NULL. */
void *sim_there(void *memory);

/** Zeroed. */
void *sim_alloc(size_t bytes);

/** The same at an address that is a multiple of `align`. */
void *sim_alloc_aligned(size_t align, size_t bytes);

/** More of it; what is new is zeroed. */
void *sim_grow_aligned(void *memory, size_t align, size_t had, size_t bytes);

/** As realloc(). */
void *sim_grow(void *memory, size_t bytes);

void sim_free(void *memory);

struct sim_memory {
	uint64_t in_use_kb; /**< of the heap: the same in every run */
	uint64_t peak_kb;   /**< resident, at most so far */
};

struct sim_memory sim_memory(void);

#endif
