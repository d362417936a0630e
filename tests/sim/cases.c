/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "cases.h"

static const struct sim_case *const list[] = {sim_cases_paths, sim_cases_many, sim_cases_hostile};

#define LISTS (sizeof(list) / sizeof(list[0]))

const struct sim_case *
sim_case_find(const char *name)
{
	for (unsigned int i = 0; i < LISTS; i++) {
		for (const struct sim_case *c = list[i]; c->name != NULL; c++) {
			if (strcmp(c->name, name) == 0)
				return c;
		}
	}
	return NULL;
}

void
sim_case_list(void)
{
	for (unsigned int i = 0; i < LISTS; i++) {
		for (const struct sim_case *c = list[i]; c->name != NULL; c++)
			printf("%-16s %6u  %s\n", c->name, c->periods, c->what);
	}
}
