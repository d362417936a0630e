/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "inside.h"

static size_t
page_of(const void *memory)
{
	const struct rte_memseg_list *list = rte_mem_virt2memseg_list(memory);

	return list != NULL ? list->page_sz : (size_t)sysconf(_SC_PAGESIZE);
}

int
pgn_secret_hide(void *memory, size_t size)
{
	size_t page = page_of(memory);
	uintptr_t first = RTE_ALIGN_FLOOR((uintptr_t)memory, page);
	uintptr_t end = RTE_ALIGN_CEIL((uintptr_t)memory + size, page);

	return madvise((void *)first, end - first, MADV_DONTDUMP) == 0 ? 0 : -errno;
}

void *
pgn_secret_alloc(size_t size)
{
	void *secret = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (secret == MAP_FAILED)
		return NULL;
	if (pgn_secret_hide(secret, size) != 0) {
		munmap(secret, size);
		return NULL;
	}
	/* Where the limits allow it, swap is left out as well. */
	mlock(secret, size);
	return secret;
}

void
pgn_secret_free(void *secret, size_t size)
{
	if (secret == NULL)
		return;
	explicit_bzero(secret, size);
	munmap(secret, size);
}
