/* SPDX-License-Identifier: BSD-3-Clause */
#include "format.h"
#include "page.h"

static void
rates_of(struct ctl_table *table, const struct ctl_page *page, json_t *port, json_t *change,
	 const char *messages, const char *bytes)
{
	double bits = ctl_bit_rate(page->rates, json_object_get(change, bytes));

	ctl_cells_count(table, page, ctl_sum(json_object_get(port, messages)),
			ctl_sum(json_object_get(change, messages)));
	ctl_table_cell(table, CTL_PLAIN, "%s", ctl_format_rate(bits).text);
}

void
ctl_print_port_rates(const struct ctl_page *page)
{
	static const char *const titles[] = {"<port",    "<link", ">rx msgs", ">/s",   ">bit/s",
					     ">tx msgs", ">/s",   ">bit/s",   ">lost", NULL};
	json_t *ports = ctl_total(page, "ports"), *changes = ctl_change(page, "ports"), *port;
	struct ctl_table *table = ctl_table_new(titles);
	const char *name;

	json_object_foreach (ports, name, port) {
		json_t *change = json_object_get(changes, name);
		bool up = ctl_integer(port, "link_up") != 0;
		json_int_t lost = ctl_lost(port);

		ctl_table_cell(table, CTL_PLAIN, "%s", name);
		ctl_table_cell(table, up ? CTL_GOOD : CTL_BAD, "%s", up ? "up" : "down");
		rates_of(table, page, port, change, "rx_messages", "rx_bytes");
		rates_of(table, page, port, change, "tx_messages", "tx_bytes");
		ctl_table_cell(table, lost > 0 ? CTL_POOR : CTL_PLAIN, "%s",
			       ctl_format_count(lost).text);
	}
	ctl_table_print(table, page->out, page->colour);
}

static void
print_devices(const struct ctl_page *page)
{
	static const char *const titles[] = {"<port",     "<device",    "<mac",       ">link downs",
					     ">reopened", ">rx queues", ">tx queues", ">frame max",
					     "<spread",   ">missed",    ">no buffer", ">errors",
					     "<rx burst", "<tx burst",  NULL};
	static const char *const left[] = {"link_downs", "reopened", "rx_queues", "tx_queues",
					   "frame_max_bytes"};
	static const char *const losses[] = {"lost_missed", "lost_no_buffer", "lost_errors"};
	struct ctl_table *table = ctl_table_new(titles);
	json_t *ports = ctl_total(page, "ports"), *port;
	const char *name;

	json_object_foreach (ports, name, port) {
		ctl_table_cell(table, CTL_PLAIN, "%s", name);
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(port, "port"));
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(port, "mac"));
		for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
			ctl_table_cell(table, CTL_PLAIN, "%" JSON_INTEGER_FORMAT,
				       ctl_integer(port, left[i]));
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(port, "spread"));
		for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
			json_int_t count = ctl_integer(port, losses[i]);

			ctl_table_cell(table, count > 0 ? CTL_POOR : CTL_PLAIN, "%s",
				       ctl_format_count(count).text);
		}
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(port, "rx_burst_mode"));
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(port, "tx_burst_mode"));
	}
	ctl_table_print(table, page->out, page->colour);
}

static void
print_kinds_of(struct ctl_table *table, const struct ctl_page *page, const char *name, json_t *port,
	       json_t *change)
{
	const char *kind;
	json_t *rx;

	json_object_foreach (json_object_get(port, "rx_messages"), kind, rx) {
		json_t *tx = json_object_get(json_object_get(port, "tx_messages"), kind);
		json_int_t received = ctl_integer(json_object_get(change, "rx_messages"), kind);
		json_int_t sent = ctl_integer(json_object_get(change, "tx_messages"), kind);

		if (json_integer_value(rx) == 0 && json_integer_value(tx) == 0)
			continue;
		ctl_table_cell(table, CTL_PLAIN, "%s", name);
		ctl_table_cell(table, CTL_PLAIN, "%s", kind);
		ctl_cells_count(table, page, json_integer_value(rx), received);
		ctl_cells_count(table, page, json_integer_value(tx), sent);
	}
}

void
ctl_print_ports(const struct ctl_page *page)
{
	static const char *const titles[] = {"<port",    "<kind", ">rx msgs", ">/s",
					     ">tx msgs", ">/s",   NULL};
	json_t *ports = ctl_total(page, "ports"), *changes = ctl_change(page, "ports"), *port;
	struct ctl_table *table = ctl_table_new(titles);
	const char *name;

	ctl_print_title(page);
	ctl_print_port_rates(page);
	fputc('\n', page->out);
	print_devices(page);
	fputc('\n', page->out);
	json_object_foreach (ports, name, port)
		print_kinds_of(table, page, name, port, json_object_get(changes, name));
	ctl_table_print(table, page->out, page->colour);
}
