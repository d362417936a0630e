/* SPDX-License-Identifier: BSD-3-Clause */
/** What the views print, each for people. */
#ifndef CTL_PAGE_H
#define CTL_PAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "rates.h"
#include "table.h"

struct ctl_page {
	const struct ctl_rates *rates;
	FILE *out;
	bool colour;
	bool per_lcore;
};

/** "rsu peregrine 02:..., operate, up 3h 04m, counted since ..." */
void ctl_print_title(const struct ctl_page *page);

void ctl_print_stats(const struct ctl_page *page);
void ctl_print_lcores(const struct ctl_page *page);
void ctl_print_ports(const struct ctl_page *page);
void ctl_print_pools(const struct ctl_page *page);
void ctl_print_drops(const struct ctl_page *page);
void ctl_print_routes(const struct ctl_page *page);
void ctl_print_clients(const struct ctl_page *page);
void ctl_print_latency(const struct ctl_page *page);
void ctl_print_health(const struct ctl_page *page);
void ctl_print_config(const struct ctl_page *page);

/** Parts of pages, without a title. */
void ctl_print_verdict(const struct ctl_page *page);
void ctl_print_port_rates(const struct ctl_page *page);
void ctl_print_drop_counts(const struct ctl_page *page);
void ctl_print_lcore_table(const struct ctl_page *page);

/** Two cells: a count, and a second's share of what it grew by. */
void ctl_cells_count(struct ctl_table *table, const struct ctl_page *page, json_int_t count,
		     json_int_t change);

/** How good a verdict of health is. */
enum ctl_style ctl_verdict_style(const char *verdict);

/** Members of a snapshot's part, total and change; NULL when it is not there. */
json_t *ctl_total(const struct ctl_page *page, const char *part);
json_t *ctl_change(const struct ctl_page *page, const char *part);

#endif
