/* SPDX-License-Identifier: BSD-3-Clause */
/** Results as a table for people or as JSON. */
#ifndef REPORT_H
#define REPORT_H

#include "bench.h"

void report_table_head(void);
void report_table_row(const struct bench_row *row, const struct bench_result *result);

/** first: no row came before. Between report_json_rows the caller prints nothing. */
void report_json_row(const struct bench_row *row, const struct bench_result *result, bool first);
void report_json_end(bool empty);

#endif
