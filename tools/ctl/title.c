/* SPDX-License-Identifier: BSD-3-Clause */
#include "format.h"
#include "page.h"

#define NS_PER_SECOND 1000000000LL

json_t *
ctl_total(const struct ctl_page *page, const char *part)
{
	return json_object_get(page->rates->total, part);
}

json_t *
ctl_change(const struct ctl_page *page, const char *part)
{
	return json_object_get(page->rates->change, part);
}

void
ctl_cells_count(struct ctl_table *table, const struct ctl_page *page, json_int_t count,
		json_int_t change)
{
	ctl_table_cell(table, CTL_PLAIN, "%s", ctl_format_count(count).text);
	ctl_table_cell(table, CTL_PLAIN, "%s", ctl_format_rate(ctl_rate(page->rates, change)).text);
}

void
ctl_print_title(const struct ctl_page *page)
{
	const json_t *info = ctl_total(page, "info");
	json_int_t up_ns = ctl_integer(info, "uptime_ns");
	const char *mode = ctl_text(info, "mode");
	char line[256];

	snprintf(line, sizeof(line), "%s %s %s, %s%sup %s, counted since %s%s",
		 ctl_text(info, "role"), ctl_text(info, "name"), ctl_text(info, "identity"), mode,
		 *mode != '\0' ? ", " : "", ctl_format_age(up_ns / NS_PER_SECOND).text,
		 ctl_format_utc(page->rates->since_ns).text, page->rates->reset ? " (reset)" : "");
	ctl_make_printable(line);
	ctl_print_styled(page->out, CTL_HEAD, page->colour, line);
	fputc('\n', page->out);
}
