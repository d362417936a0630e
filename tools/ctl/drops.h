/* SPDX-License-Identifier: BSD-3-Clause */
/** Reasons of drops, most frequent first. */
#ifndef CTL_DROPS_H
#define CTL_DROPS_H

#include <jansson.h>

#define CTL_REASONS_MAX 256

struct ctl_drops {
	struct ctl_drop {
		const char *reason;
		json_int_t count, change;
	} drop[CTL_REASONS_MAX];
	unsigned int reasons; /**< only those that dropped something */
	json_int_t count;     /**< of all */
};

/** Sort by change, then by count. Names belong to total. */
void ctl_drops_sort(struct ctl_drops *drops, json_t *total, const json_t *change);

#endif
