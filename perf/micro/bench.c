/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>

#include "allocations.h"
#include "bench.h"

/*
 * A run is so many slices, of the work and of its yardstick in turn, and their median: on a machine
 * that is shared, most slices are short enough to pass undisturbed.
 */
#define SLICES 21
#define SLICE_US 100
#define WARM_US 1000

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

/** Rounds that take a slice; finding out warms up. Twice: one may have been interrupted. */
static uint64_t
calibrate(const struct bench_work *work)
{
	uint64_t us = rte_get_tsc_hz() / 1000000, rounds = 1, cycles;

	if (work->run == NULL)
		return 0;
	while ((cycles = RTE_MIN(cycles_of(work, rounds), cycles_of(work, rounds))) < WARM_US * us)
		rounds *= 2;
	return RTE_MAX(rounds * SLICE_US * us / cycles, UINT64_C(1));
}

static double
measure_slice(const struct bench_work *work, uint64_t rounds)
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
	struct allocations heap = {0};
	double operations;

	for (unsigned int run = 0; run < runs; run++) {
		double work_slice[SLICES], yardstick_slice[SLICES];

		for (unsigned int slice = 0; slice < SLICES; slice++) {
			struct allocations before = allocations_so_far();

			work_slice[slice] = measure_slice(&row->work, work_rounds);
			allocations_add_since(&heap, &before);
			yardstick_slice[slice] = measure_slice(&row->yardstick, yardstick_rounds);
		}
		work[run] = time_of(work_slice, SLICES).median;
		yardstick[run] = time_of(yardstick_slice, SLICES).median;
	}
	result->work = time_of(work, runs);
	result->yardstick = time_of(yardstick, runs);
	operations = (double)work_rounds * row->work.operations * SLICES * (double)runs;
	result->allocations = (double)heap.made / operations;
	result->frees = (double)heap.freed / operations;
}
