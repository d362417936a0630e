/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "format.h"
#include "page.h"

#define NS_PER_US 1000
#define NS_PER_MS 1000000

void
ctl_print_routes(const struct ctl_page *page)
{
	static const char *const titles[] = {"<",      "<kind",    "<node",  "<next hop",
					     "<wire",  ">hops",    ">heard", ">latency",
					     "<state", ">dead in", "<why",   NULL};
	struct ctl_table *table = ctl_table_new(titles);
	const json_t *routes = ctl_total(page, "routes");
	json_t *route;
	size_t i;

	ctl_print_title(page);
	if (json_array_size(routes) == 0)
		fputs("no routes\n", page->out);
	json_array_foreach (routes, i, route) {
		const char *state = ctl_text(route, "state");
		bool live = strcmp(state, "live") == 0;

		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_integer(route, "current") ? "*" : " ");
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(route, "kind"));
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(route, "node"));
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(route, "next_hop"));
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(route, "wire"));
		ctl_table_cell(table, CTL_PLAIN, "%d", (int)ctl_integer(route, "hops"));
		ctl_table_cell(table, CTL_PLAIN, "%d/64",
			       (int)ctl_integer(route, "delivered_of_64"));
		ctl_table_cell(table, CTL_PLAIN, "%s",
			       ctl_format_ns(NS_PER_US * ctl_integer(route, "latency_us")).text);
		ctl_table_cell(table, live ? CTL_GOOD : CTL_POOR, "%s", state);
		ctl_table_cell(table, CTL_PLAIN, "%s",
			       ctl_format_ns(NS_PER_MS * ctl_integer(route, "dead_in_ms")).text);
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(route, "why"));
	}
	ctl_table_print(table, page->out, page->colour);
}
