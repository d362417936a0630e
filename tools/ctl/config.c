/* SPDX-License-Identifier: BSD-3-Clause */
#include "page.h"

void
ctl_print_config(const struct ctl_page *page)
{
	static const char *const titles[] = {"<key", "<value", NULL};
	json_t *config = ctl_total(page, "config"), *value;
	struct ctl_table *table = ctl_table_new(titles);
	const char *key;

	ctl_print_title(page);
	json_object_foreach (config, key, value) {
		ctl_table_cell(table, CTL_PLAIN, "%s", key);
		ctl_table_cell(table, CTL_PLAIN, "%s", json_string_value(value));
	}
	ctl_table_print(table, page->out, page->colour);
}
