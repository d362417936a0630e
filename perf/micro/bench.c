/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>

#include "allocations.h"
#include "bench.h"

#define RUN_US 4000      /* one run of one work */
#define CALIBRATE_US 200 /* long enough to know how many rounds that is */

struct bench_row *
bench_add(struct bench_rows *rows, const char *unit, const char *name, ...)
{
	struct bench_row *row;
	va_list arguments;

	if (rows->count == BENCH_ROWS_MAX)
		return NULL;
	row = &rows->row[rows->count++];
	row->unit = unit;
	va_start(arguments, name);
	vsnprintf(row->work.name, sizeof(row->work.name), name, arguments);
	va_end(arguments);
	return row;
}

static uint64_t
cycles_of(const struct bench_work *work, uint64_t rounds)
{
	uint64_t start = rte_rdtsc_precise();

	work->run(work->context, rounds);
	return rte_rdtsc_precise() - start;
}

/** Rounds that take RUN_US; finding out is the first half of the warm-up. */
static uint64_t
calibrate(const struct bench_work *work)
{
	uint64_t enough = rte_get_tsc_hz() / 1000000 * CALIBRATE_US;
	uint64_t rounds = 1, cycles;

	if (work->run == NULL)
		return 0;
	while ((cycles = cycles_of(work, rounds)) < enough)
		rounds *= 2;
	rounds = RTE_MAX(rounds * (enough / CALIBRATE_US * RUN_US) / cycles, UINT64_C(1));
	cycles_of(work, rounds);
	return rounds;
}

static double
run_once(const struct bench_work *work, uint64_t rounds)
{
	if (work->run == NULL)
		return 0;
	return (double)cycles_of(work, rounds) / ((double)rounds * work->operations);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct bench_time
time_of(double *cycles, unsigned int runs)
{
	qsort(cycles, runs, sizeof(*cycles), compare);
	return (struct bench_time){
		.median = runs % 2 == 1 ? cycles[runs / 2]
					: (cycles[runs / 2 - 1] + cycles[runs / 2]) / 2,
		.min = cycles[0],
		.max = cycles[runs - 1],
	};
}

void
bench_measure(const struct bench_row *row, unsigned int runs, struct bench_result *result)
{
	static double work[BENCH_RUNS_MAX], yardstick[BENCH_RUNS_MAX];
	uint64_t work_rounds = calibrate(&row->work);
	uint64_t yardstick_rounds = calibrate(&row->yardstick);
	uint64_t allocations = 0;

	for (unsigned int run = 0; run < runs; run++) {
		uint64_t before = allocations_count();

		work[run] = run_once(&row->work, work_rounds);
		allocations += allocations_count() - before;
		yardstick[run] = run_once(&row->yardstick, yardstick_rounds);
	}
	result->work = time_of(work, runs);
	result->yardstick = time_of(yardstick, runs);
	result->allocations =
		(double)allocations / ((double)work_rounds * row->work.operations * (double)runs);
}
