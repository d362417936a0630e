/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include "allocations.h"

/* glibc's own, under the names it keeps for those who put themselves in front. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static _Atomic uint64_t calls;

/** One thread measures: a call it loses to another thread's is no loss. */
static inline void
count_call(void)
{
	atomic_store_explicit(&calls, atomic_load_explicit(&calls, memory_order_relaxed) + 1,
			      memory_order_relaxed);
}

void *
malloc(size_t size)
{
	count_call();
	return __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	count_call();
	return __libc_calloc(count, size);
}

void *
realloc(void *memory, size_t size)
{
	count_call();
	return __libc_realloc(memory, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	count_call();
	return __libc_memalign(alignment, size);
}

int
posix_memalign(void **memory, size_t alignment, size_t size)
{
	void *got;

	if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
		return EINVAL;
	count_call();
	got = __libc_memalign(alignment, size);
	if (got == NULL)
		return ENOMEM;
	*memory = got;
	return 0;
}

uint64_t
allocations_count(void)
{
	return atomic_load_explicit(&calls, memory_order_relaxed);
}
