/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A row: work, and a yardstick beside it that is measured in turn with it, run by run. Times are in
 * TSC cycles an operation.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "pgn_bufpool.h"

#define BENCH_NAME_MAX 48
#define BENCH_ROWS_MAX 96
#define BENCH_RUNS_MAX 999

/** Does `rounds` rounds of `operations` operations each; run NULL: no work. */
struct bench_work {
	void (*run)(void *context, uint64_t rounds);
	void *context;
	unsigned int operations;
	char name[BENCH_NAME_MAX];
};

/** Met when the work's median is at most times * the yardstick's + cycles. */
struct bench_bar {
	double times;
	double cycles;
	bool set;
};

struct bench_row {
	struct bench_work work;
	struct bench_work yardstick;
	struct bench_bar bar;
	const char *unit; /**< what an operation is: "cycles/frame" */
};

struct bench_time {
	double median, min, max;
};

struct bench_result {
	struct bench_time work;
	struct bench_time yardstick;
	double allocations, frees; /**< of the work, an operation */
};

struct bench_rows {
	struct bench_row row[BENCH_ROWS_MAX];
	unsigned int count;
};

/** The next free row, zeroed, with its work's name set; NULL when there is none left. */
struct bench_row *bench_add(struct bench_rows *rows, const char *unit, const char *name, ...)
	__attribute__((format(printf, 3, 4)));

/** Warm both up, then measure them in turn, `runs` times. */
void bench_measure(const struct bench_row *row, unsigned int runs, struct bench_result *result);

/** The compiler must take what `p` points to for changed, and for read. */
static inline void
bench_opaque(const void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

/* Each adds its rows; 0 or a negative errno. What they work on lives to the end of the process. */
int rows_write(struct bench_rows *rows, struct pgn_bufpool *pool);
int rows_parse(struct bench_rows *rows, struct pgn_bufpool *pool);
int rows_pool(struct bench_rows *rows, struct pgn_bufpool *pool);
int rows_clients(struct bench_rows *rows, struct pgn_bufpool *pool);
int rows_aead(struct bench_rows *rows, struct pgn_bufpool *pool);
/** When all is measured. */
void rows_aead_close(void);

#endif
