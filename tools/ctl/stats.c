/* SPDX-License-Identifier: BSD-3-Clause */
#include "format.h"
#include "page.h"

static const char *const terms[] = {"received", "generated", "copied", "sent", "kept", "dropped"};
#define TERM_COUNT (sizeof(terms) / sizeof(terms[0]))

static void
print_terms(const struct ctl_page *page)
{
	static const char *const titles[] = {"<messages", ">count", ">/s", NULL};
	const json_t *total = ctl_total(page, "totals"), *change = ctl_change(page, "totals");
	const json_int_t unaccounted = ctl_integer(total, "unaccounted");
	struct ctl_table *table = ctl_table_new(titles);

	for (size_t i = 0; i < TERM_COUNT; i++) {
		ctl_table_cell(table, CTL_PLAIN, "%s", terms[i]);
		ctl_cells_count(table, page, ctl_integer(total, terms[i]),
				ctl_integer(change, terms[i]));
	}
	ctl_table_cell(table, CTL_PLAIN, "in flight");
	ctl_table_cell(table, CTL_PLAIN, "%s",
		       ctl_format_count(ctl_integer(total, "in_flight")).text);
	ctl_table_cell(table, CTL_PLAIN, "%s", "");
	ctl_table_cell(table, CTL_PLAIN, "unaccounted");
	ctl_table_cell(table, unaccounted == 0 ? CTL_PLAIN : CTL_BAD, "%s",
		       ctl_format_count(unaccounted).text);
	ctl_table_cell(table, CTL_PLAIN, "%s", "");
	ctl_table_print(table, page->out, page->colour);
}

static void
print_sealing(const struct ctl_page *page)
{
	static const char *const titles[] = {"<sealing",     ">keys",      ">key age",
					     ">not opened:", ">too short", ">not authentic",
					     ">device",      NULL};
	static const char *const failures[] = {"failed_short", "failed_authentication",
					       "failed_device"};
	const json_t *sealing = ctl_total(page, "sealing");
	const char *device = ctl_text(sealing, "device");
	struct ctl_table *table;

	if (*device == '\0')
		return;
	table = ctl_table_new(titles);
	ctl_table_cell(table, CTL_PLAIN, "%s", device);
	ctl_table_cell(table, CTL_PLAIN, "%d", (int)ctl_integer(sealing, "keys"));
	ctl_table_cell(table, CTL_PLAIN, "%s",
		       ctl_format_age(ctl_integer(sealing, "key_age_s")).text);
	ctl_table_cell(table, CTL_PLAIN, "%s", "");
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		json_int_t failed = ctl_integer(sealing, failures[i]);

		ctl_table_cell(table, failed > 0 ? CTL_POOR : CTL_PLAIN, "%s",
			       ctl_format_count(failed).text);
	}
	fputc('\n', page->out);
	ctl_table_print(table, page->out, page->colour);
}

void
ctl_print_stats(const struct ctl_page *page)
{
	const json_t *totals = ctl_total(page, "totals");

	ctl_print_title(page);
	ctl_print_verdict(page);
	fputc('\n', page->out);
	print_terms(page);
	fprintf(page->out, "\nclients %s, learned %s, refused %s, late %s\n\n",
		ctl_format_count(ctl_integer(totals, "clients_known")).text,
		ctl_format_count(ctl_integer(totals, "clients_learned")).text,
		ctl_format_count(ctl_integer(totals, "clients_refused")).text,
		ctl_format_count(ctl_integer(totals, "clients_late")).text);
	ctl_print_port_rates(page);
	print_sealing(page);
	fputc('\n', page->out);
	ctl_print_drop_counts(page);
	if (page->per_lcore) {
		fputc('\n', page->out);
		ctl_print_lcore_table(page);
	}
}
