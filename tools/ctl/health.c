/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "format.h"
#include "page.h"

enum ctl_style
ctl_verdict_style(const char *verdict)
{
	if (strcmp(verdict, "okay") == 0)
		return CTL_GOOD;
	return strcmp(verdict, "critical") == 0 ? CTL_BAD : CTL_POOR;
}

void
ctl_print_verdict(const struct ctl_page *page)
{
	static const char *const titles[] = {"<health", "<since", "<reason", NULL};
	const json_t *health = ctl_total(page, "health");
	const char *verdict = ctl_text(health, "verdict");
	struct ctl_table *table = ctl_table_new(titles);

	ctl_table_cell(table, ctl_verdict_style(verdict), "%s", verdict);
	ctl_table_cell(table, CTL_PLAIN, "%s",
		       ctl_format_utc(ctl_integer(health, "since_utc_ns")).text);
	ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(health, "reason"));
	ctl_table_print(table, page->out, page->colour);
}

void
ctl_print_health(const struct ctl_page *page)
{
	static const char *const titles[] = {"<check", "<verdict", NULL};
	json_t *checks = json_object_get(ctl_total(page, "health"), "checks"), *check;
	struct ctl_table *table = ctl_table_new(titles);
	const char *name;

	ctl_print_title(page);
	ctl_print_verdict(page);
	fputc('\n', page->out);
	json_object_foreach (checks, name, check) {
		const char *verdict = json_string_value(check);

		ctl_table_cell(table, CTL_PLAIN, "%s", name);
		ctl_table_cell(table, ctl_verdict_style(verdict), "%s", verdict);
	}
	ctl_table_print(table, page->out, page->colour);
}
