/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include <rte_cycles.h>

#include "report.h"

#define TEXT_MAX 48

static bool
met(const struct bench_row *row, const struct bench_result *result)
{
	return result->work.median <= row->bar.times * result->yardstick.median + row->bar.cycles;
}

/** "<= 1.00x + 6 cycles" */
static const char *
bar_text(const struct bench_bar *bar, char *text)
{
	if (!bar->set)
		snprintf(text, TEXT_MAX, "-");
	else if (bar->times == 0)
		snprintf(text, TEXT_MAX, "<= %.4g cycles", bar->cycles);
	else if (bar->cycles == 0)
		snprintf(text, TEXT_MAX, "<= %.4gx", bar->times);
	else
		snprintf(text, TEXT_MAX, "<= %.4gx + %.4g cycles", bar->times, bar->cycles);
	return text;
}

static double
ns(double cycles)
{
	return cycles * 1e9 / (double)rte_get_tsc_hz();
}

void
report_table_head(void)
{
	printf("TSC %.3f GHz; cycles and ns an operation; 'of yard' is median over median\n",
	       (double)rte_get_tsc_hz() / 1e9);
	printf("%-42s %8s %8s %8s | %8s %8s %8s | %-36s %8s %8s | %6s %6s  %-20s %s\n", "row",
	       "cycles", "min", "max", "ns", "min", "max", "yardstick", "cycles", "of yard",
	       "allocs", "frees", "bar", "met");
}

void
report_table_row(const struct bench_row *row, const struct bench_result *result)
{
	const struct bench_time *t = &result->work;
	char yardstick[TEXT_MAX] = "       -        -";
	char bar[TEXT_MAX];

	if (row->yardstick.run != NULL)
		snprintf(yardstick, sizeof(yardstick), "%8.2f %8.3f", result->yardstick.median,
			 t->median / result->yardstick.median);
	printf("%-42s %8.2f %8.2f %8.2f | %8.2f %8.2f %8.2f | %-36s %s | %6.2g %6.2g  %-20s %s\n",
	       row->work.name, t->median, t->min, t->max, ns(t->median), ns(t->min), ns(t->max),
	       row->yardstick.run == NULL ? "-" : row->yardstick.name, yardstick,
	       result->allocations, result->frees, bar_text(&row->bar, bar),
	       !row->bar.set      ? "-"
	       : met(row, result) ? "yes"
				  : "NO");
	fflush(stdout);
}

/* Names are ours and hold nothing that JSON would want escaped. */
void
report_json_row(const struct bench_row *row, const struct bench_result *result, bool first)
{
	char bar[TEXT_MAX];

	printf("%s\n{\"name\":\"%s\",\"unit\":\"%s\",\"median\":%.3f,\"min\":%.3f,\"max\":%.3f,",
	       first ? "[" : ",", row->work.name, row->unit, result->work.median, result->work.min,
	       result->work.max);
	if (row->yardstick.run == NULL)
		printf("\"yardstick\":null,\"ratio\":null,");
	else
		printf("\"yardstick\":\"%s\",\"ratio\":%.4f,", row->yardstick.name,
		       result->work.median / result->yardstick.median);
	printf("\"allocs\":%.6g,\"frees\":%.6g,", result->allocations, result->frees);
	if (row->bar.set)
		printf("\"bar\":\"%s\",\"met\":%s}", bar_text(&row->bar, bar),
		       met(row, result) ? "true" : "false");
	else
		printf("\"bar\":null,\"met\":null}");
}

void
report_json_end(bool empty)
{
	printf(empty ? "[]\n" : "\n]\n");
}
