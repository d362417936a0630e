/* SPDX-License-Identifier: BSD-3-Clause */
/* What perf programs count of the heap: every call, of every thread. */
#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "allocations.h"

#define THREADS 4
#define CALLS 10000
#define BEGINNINGS 100 /* what it may take to begin a thread and to end it */

/** The compiler must not see that nobody uses what was given. */
static void *volatile given;

static struct allocations
since(const struct allocations *then)
{
	struct allocations sum = {0};

	allocations_add_since(&sum, then);
	return sum;
}

static void
every_way_to_allocate_counts(void **state)
{
	struct allocations before = allocations_so_far();
	void *aligned = NULL;

	(void)state;
	given = malloc(10);
	given = realloc(given, 1000);
	free(given);
	given = calloc(10, 10);
	free(given);
	given = aligned_alloc(64, 128);
	free(given);
	given = memalign(64, 128);
	free(given);
	assert_int_equal(posix_memalign(&aligned, 64, 128), 0);
	given = aligned;
	free(given);
	assert_int_equal(since(&before).made, 6);
	assert_int_equal(since(&before).freed, 5);
}

static void
nothing_is_no_call(void **state)
{
	struct allocations before = allocations_so_far();

	(void)state;
	given = NULL;
	free(given);
	assert_int_equal(since(&before).made, 0);
	assert_int_equal(since(&before).freed, 0);
}

static void *
allocate_often(void *context)
{
	void *volatile mine;

	for (unsigned int i = 0; i < CALLS; i++) {
		mine = malloc(32);
		free(mine);
	}
	return context;
}

static void
other_threads_count_as_well(void **state)
{
	struct allocations before = allocations_so_far();
	pthread_t thread[THREADS];

	(void)state;
	for (unsigned int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, allocate_often, NULL), 0);
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	assert_in_range(since(&before).made, THREADS * CALLS, THREADS * CALLS + BEGINNINGS);
	assert_in_range(since(&before).freed, THREADS * CALLS, THREADS * CALLS + BEGINNINGS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_allocate_counts),
		cmocka_unit_test(nothing_is_no_call),
		cmocka_unit_test(other_threads_count_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
