/* SPDX-License-Identifier: BSD-3-Clause */
#include "format.h"
#include "page.h"

static void
count_and_rate(struct ctl_table *table, const struct ctl_page *page, const json_t *total,
	       const json_t *change, const char *name)
{
	ctl_cells_count(table, page, ctl_integer(total, name), ctl_integer(change, name));
}

/* Of all cycles those that were busy, and of the stages' cycles those of each. */
static void
shares_of_cycles(struct ctl_table *table, const json_t *change)
{
	static const char *const stages[] = {"cycles_rx", "cycles_role", "cycles_tx"};
	json_int_t staged = 0;

	ctl_table_cell(table, CTL_PLAIN, "%s", ctl_format_percent(ctl_busy(change)).text);
	for (size_t i = 0; i < 3; i++)
		staged += ctl_integer(change, stages[i]);
	for (size_t i = 0; i < 3; i++)
		ctl_table_cell(
			table, CTL_PLAIN, "%s",
			ctl_format_percent(ctl_share(ctl_integer(change, stages[i]), staged)).text);
}

void
ctl_print_lcore_table(const struct ctl_page *page)
{
	static const char *const titles[] = {
		">lcore",   "<does", ">busy", ">rx", ">role",    ">tx", ">rx msgs",     ">/s",
		">tx msgs", ">/s",   ">kept", ">/s", ">dropped", ">/s", ">empty polls", NULL};
	static const char *const counts[] = {"rx_messages", "tx_messages", "kept", "dropped"};
	json_t *lcores = ctl_total(page, "lcores"), *changes = ctl_change(page, "lcores");
	struct ctl_table *table = ctl_table_new(titles);
	json_t *lcore;
	const char *name;

	json_object_foreach (lcores, name, lcore) {
		const json_t *change = json_object_get(changes, name);

		ctl_table_cell(table, CTL_PLAIN, "%s", name);
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(lcore, "does"));
		shares_of_cycles(table, change);
		for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++)
			count_and_rate(table, page, lcore, change, counts[c]);
		ctl_table_cell(table, CTL_PLAIN, "%s",
			       ctl_format_percent(ctl_share(ctl_integer(change, "polls_empty"),
							    ctl_integer(change, "polls")))
				       .text);
	}
	ctl_table_print(table, page->out, page->colour);
}

/* Of the polls that found something, how much. */
static void
print_bursts(const struct ctl_page *page)
{
	static const char *const titles[] = {">lcore", ">bursts of 1", ">2-3", ">4-7", ">8-15",
					     ">16-31", ">32-63",       ">64",  NULL};
	static const char *const sizes[] = {"1", "2_3", "4_7", "8_15", "16_31", "32_63", "64"};
	struct ctl_table *table = ctl_table_new(titles);
	json_t *lcore;
	const char *name;

	json_object_foreach (ctl_change(page, "lcores"), name, lcore) {
		json_t *bursts = json_object_get(lcore, "bursts");
		json_int_t all = ctl_sum(bursts);

		if (all == 0)
			continue;
		ctl_table_cell(table, CTL_PLAIN, "%s", name);
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
			ctl_table_cell(
				table, CTL_PLAIN, "%s",
				ctl_format_percent(ctl_share(ctl_integer(bursts, sizes[s]), all))
					.text);
	}
	fputc('\n', page->out);
	ctl_table_print(table, page->out, page->colour);
}

static void
print_rings(const struct ctl_page *page)
{
	static const char *const titles[] = {">from lcore", ">to lcore", ">frames", ">/s",
					     ">overflowed", ">/s",       NULL};
	json_t *rings = json_object_get(ctl_total(page, "spread"), "rings");
	const json_t *changes = json_object_get(ctl_change(page, "spread"), "rings");
	struct ctl_table *table = ctl_table_new(titles);
	json_t *ring;
	const char *name;

	json_object_foreach (rings, name, ring) {
		const json_t *change = json_object_get(changes, name);

		ctl_table_cell(table, CTL_PLAIN, "%d", (int)ctl_integer(ring, "from_lcore"));
		ctl_table_cell(table, CTL_PLAIN, "%d", (int)ctl_integer(ring, "to_lcore"));
		count_and_rate(table, page, ring, change, "frames");
		count_and_rate(table, page, ring, change, "overflowed");
	}
	if (json_object_size(rings) > 0)
		fputc('\n', page->out);
	ctl_table_print(table, page->out, page->colour);
}

static void
print_queues(const struct ctl_page *page)
{
	static const char *const titles[] = {"<port", ">queue", ">lcore", ">frames", ">/s", NULL};
	json_t *queues = json_object_get(ctl_total(page, "spread"), "queues");
	const json_t *changes = json_object_get(ctl_change(page, "spread"), "queues");
	struct ctl_table *table = ctl_table_new(titles);
	json_t *queue;
	const char *name;

	json_object_foreach (queues, name, queue) {
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(queue, "port"));
		ctl_table_cell(table, CTL_PLAIN, "%d", (int)ctl_integer(queue, "queue"));
		ctl_table_cell(table, CTL_PLAIN, "%d", (int)ctl_integer(queue, "lcore"));
		count_and_rate(table, page, queue, json_object_get(changes, name), "frames");
	}
	if (json_object_size(queues) > 0)
		fputc('\n', page->out);
	ctl_table_print(table, page->out, page->colour);
}

void
ctl_print_lcores(const struct ctl_page *page)
{
	ctl_print_title(page);
	ctl_print_lcore_table(page);
	print_bursts(page);
	print_rings(page);
	print_queues(page);
}
