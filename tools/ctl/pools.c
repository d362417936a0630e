/* SPDX-License-Identifier: BSD-3-Clause */
#include "format.h"
#include "page.h"

#define NEARLY_ALL 0.9

void
ctl_print_pools(const struct ctl_page *page)
{
	static const char *const titles[] = {">class",     ">size",     ">in use",     ">share",
					     ">gets",      ">/s",       ">from cache", ">refills",
					     ">fallbacks", ">failures", NULL};
	json_t *pools = ctl_total(page, "pools"), *changes = ctl_change(page, "pools"), *pool;
	struct ctl_table *table = ctl_table_new(titles);
	const char *name;

	ctl_print_title(page);
	json_object_foreach (pools, name, pool) {
		const json_t *change = json_object_get(changes, name);
		double used = ctl_share(ctl_integer(pool, "in_use"), ctl_integer(pool, "size"));
		double hits = ctl_share(ctl_integer(change, "hits"), ctl_integer(change, "gets"));
		json_int_t failures = ctl_integer(pool, "failures");

		ctl_table_cell(table, CTL_PLAIN, "%s", name);
		ctl_table_cell(table, CTL_PLAIN, "%" JSON_INTEGER_FORMAT,
			       ctl_integer(pool, "size"));
		ctl_table_cell(table, CTL_PLAIN, "%" JSON_INTEGER_FORMAT,
			       ctl_integer(pool, "in_use"));
		ctl_table_cell(table, used > NEARLY_ALL ? CTL_POOR : CTL_PLAIN, "%s",
			       ctl_format_percent(used).text);
		ctl_cells_count(table, page, ctl_integer(pool, "gets"),
				ctl_integer(change, "gets"));
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_format_percent(hits).text);
		ctl_table_cell(table, CTL_PLAIN, "%s",
			       ctl_format_count(ctl_integer(pool, "refills")).text);
		ctl_table_cell(table, CTL_PLAIN, "%s",
			       ctl_format_count(ctl_integer(pool, "fallbacks")).text);
		ctl_table_cell(table, failures > 0 ? CTL_BAD : CTL_PLAIN, "%s",
			       ctl_format_count(failures).text);
	}
	ctl_table_print(table, page->out, page->colour);
}
