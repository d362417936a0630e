/* SPDX-License-Identifier: BSD-3-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory_scan.h"

#define STEP 65536
/** Larger mappings are reserved only, a sanitizer's shadow say. */
#define MAPPING_MAX (UINT64_C(1) << 30)

/** How often in n bytes, beginning in the first STEP of them. */
static unsigned int
count_here(const uint8_t *here, size_t n, const uint8_t *bytes, size_t length, uint8_t mask)
{
	const uint8_t *at = here, *end = here + n;
	unsigned int found = 0;

	while ((at = memchr(at, bytes[0] ^ mask, (size_t)(end - at))) != NULL &&
	       at + length <= end && at < here + STEP) {
		size_t same = 1;

		while (same < length && at[same] == (uint8_t)(bytes[same] ^ mask))
			same++;
		found += same == length;
		at++;
	}
	return found;
}

/** In a mapping, by its file: what is read goes to one place, which is wiped. */
static unsigned int
count_in(int memory, uint64_t start, uint64_t end, const uint8_t *bytes, size_t length,
	 uint8_t mask)
{
	static uint8_t window[STEP + 64];
	unsigned int found = 0;

	for (uint64_t at = start; at < end; at += STEP) {
		size_t left = end - at < sizeof(window) ? (size_t)(end - at) : sizeof(window);
		ssize_t n = pread(memory, window, left, (off_t)at);

		if (n > 0)
			found += count_here(window, (size_t)n, bytes, length, mask);
		explicit_bzero(window, sizeof(window));
	}
	return found;
}

struct memory_scan
memory_scan(const uint8_t *bytes, size_t length, uint8_t mask)
{
	int memory = open("/proc/self/mem", O_RDONLY);
	FILE *maps = fopen("/proc/self/smaps", "r");
	unsigned long long start = 0, end = 0;
	struct memory_scan scan = {0};
	unsigned int found = 0;
	char line[4096];

	while (fgets(line, sizeof(line), maps) != NULL) {
		char access[8];

		/* A mapping's first line says where it is, its last one what a dump does with it.
		 */
		if (sscanf(line, "%llx-%llx %7s", &start, &end, access) == 3) {
			found = access[0] == 'r' && end - start <= MAPPING_MAX
					? count_in(memory, start, end, bytes, length, mask)
					: 0;
		} else if (strncmp(line, "VmFlags:", 8) == 0) {
			if (strstr(line, " dd") != NULL)
				scan.hidden += found;
			else
				scan.dumped += found;
		}
	}
	fclose(maps);
	close(memory);
	return scan;
}

bool
memory_scan_works(void)
{
	static const uint8_t masked[] = "a page for a trial, masked";
	const uint8_t mask = 0x33;
	struct memory_scan scan;
	uint8_t *page =
		mmap(NULL, STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return false;
	madvise(page, STEP, MADV_DONTDUMP);
	for (size_t i = 0; i < sizeof(masked); i++)
		page[i] = masked[i] ^ mask;
	scan = memory_scan(masked, sizeof(masked), mask);
	munmap(page, STEP);
	return scan.hidden == 1 && scan.dumped == 0;
}
