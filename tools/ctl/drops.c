/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "drops.h"
#include "format.h"
#include "page.h"
#include "pgn_stats.h"

static int
more_first(const void *a, const void *b)
{
	const struct ctl_drop *x = a, *y = b;

	if (x->change != y->change)
		return x->change > y->change ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->reason, y->reason);
}

void
ctl_drops_sort(struct ctl_drops *drops, json_t *total, const json_t *change)
{
	const char *reason;
	json_t *count;

	drops->reasons = 0;
	drops->count = ctl_sum(total);
	json_object_foreach (total, reason, count) {
		if (json_integer_value(count) == 0 || drops->reasons == CTL_REASONS_MAX)
			continue;
		drops->drop[drops->reasons++] = (struct ctl_drop){
			.reason = reason,
			.count = json_integer_value(count),
			.change = ctl_integer(change, reason),
		};
	}
	qsort(drops->drop, drops->reasons, sizeof(drops->drop[0]), more_first);
}

/* A node of another version may know further ones. */
static const char *
help_for(const char *reason)
{
	for (unsigned int drop = 0; drop < PGN_DROP_COUNT; drop++) {
		if (strcmp(pgn_drop_name(drop), reason) == 0)
			return pgn_drop_help(drop);
	}
	return "";
}

void
ctl_print_drop_counts(const struct ctl_page *page)
{
	static const char *const titles[] = {"<drops", ">count", ">/s", ">share", "<because", NULL};
	struct ctl_drops drops;
	struct ctl_table *table;

	ctl_drops_sort(&drops, ctl_total(page, "drops"), ctl_change(page, "drops"));
	if (drops.reasons == 0) {
		fputs("nothing was dropped\n", page->out);
		return;
	}
	table = ctl_table_new(titles);
	for (unsigned int i = 0; i < drops.reasons; i++) {
		const struct ctl_drop *drop = &drops.drop[i];

		ctl_table_cell(table, CTL_PLAIN, "%s", drop->reason);
		ctl_cells_count(table, page, drop->count, drop->change);
		ctl_table_cell(table, CTL_PLAIN, "%s",
			       ctl_format_percent(ctl_share(drop->count, drops.count)).text);
		ctl_table_cell(table, CTL_PLAIN, "%s", help_for(drop->reason));
	}
	ctl_table_print(table, page->out, page->colour);
}

void
ctl_print_drops(const struct ctl_page *page)
{
	ctl_print_title(page);
	ctl_print_drop_counts(page);
}
