/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include "allocations.h"

/* glibc's own, under the names it keeps for those who put themselves in front. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

#define PLACES 64 /* threads beyond share the last, and may lose a call to each other */

/** A thread counts in a place of its own: no locked instruction, malloc is a yardstick here. */
static struct place {
	_Atomic uint64_t made, freed;
} __attribute__((aligned(64))) place[PLACES];

static _Atomic unsigned int taken;
static _Thread_local struct place *mine;

static inline struct place *
my_place(void)
{
	if (__builtin_expect(mine == NULL, 0)) {
		unsigned int next = atomic_fetch_add_explicit(&taken, 1, memory_order_relaxed);

		mine = &place[next < PLACES ? next : PLACES - 1];
	}
	return mine;
}

static inline void
count_call(_Atomic uint64_t *calls)
{
	atomic_store_explicit(calls, atomic_load_explicit(calls, memory_order_relaxed) + 1,
			      memory_order_relaxed);
}

void *
malloc(size_t size)
{
	count_call(&my_place()->made);
	return __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	count_call(&my_place()->made);
	return __libc_calloc(count, size);
}

void *
realloc(void *memory, size_t size)
{
	count_call(&my_place()->made);
	return __libc_realloc(memory, size);
}

void *
memalign(size_t alignment, size_t size)
{
	count_call(&my_place()->made);
	return __libc_memalign(alignment, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	count_call(&my_place()->made);
	return __libc_memalign(alignment, size);
}

int
posix_memalign(void **memory, size_t alignment, size_t size)
{
	void *got;

	if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
		return EINVAL;
	count_call(&my_place()->made);
	got = __libc_memalign(alignment, size);
	if (got == NULL)
		return ENOMEM;
	*memory = got;
	return 0;
}

void
free(void *memory)
{
	if (memory == NULL)
		return;
	count_call(&my_place()->freed);
	__libc_free(memory);
}

struct allocations
allocations_so_far(void)
{
	unsigned int threads = atomic_load_explicit(&taken, memory_order_relaxed);
	struct allocations sum = {0};

	for (unsigned int i = 0; i < threads && i < PLACES; i++) {
		sum.made += atomic_load_explicit(&place[i].made, memory_order_relaxed);
		sum.freed += atomic_load_explicit(&place[i].freed, memory_order_relaxed);
	}
	return sum;
}
