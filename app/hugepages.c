/* SPDX-License-Identifier: BSD-3-Clause */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>

#include "hugepages.h"

#define HUGEPAGES "/sys/kernel/mm/hugepages"

uint64_t
pgn_hugepages_free_mb(void)
{
	DIR *dir = opendir(HUGEPAGES);
	uint64_t kilobytes = 0;
	struct dirent *entry;

	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		unsigned long long pages, size;
		char path[PATH_MAX];
		FILE *file;

		if (sscanf(entry->d_name, "hugepages-%llukB", &size) != 1)
			continue;
		snprintf(path, sizeof(path), HUGEPAGES "/%s/free_hugepages", entry->d_name);
		file = fopen(path, "r");
		if (file == NULL)
			continue;
		if (fscanf(file, "%llu", &pages) == 1)
			kilobytes += pages * size;
		fclose(file);
	}
	closedir(dir);
	return kilobytes / 1024;
}
