/* SPDX-License-Identifier: BSD-3-Clause */
/* Dicts within an answer: DPDK frees those of answers that it sends, and only those. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "telemetry_data.h"

static struct rte_tel_data *answer;
static int there;

struct rte_tel_data *__real_rte_tel_data_alloc(void);
struct rte_tel_data *__wrap_rte_tel_data_alloc(void);
void __real_rte_tel_data_free(struct rte_tel_data *data);
void __wrap_rte_tel_data_free(struct rte_tel_data *data);

struct rte_tel_data *
__wrap_rte_tel_data_alloc(void)
{
	there++;
	return __real_rte_tel_data_alloc();
}

void
__wrap_rte_tel_data_free(struct rte_tel_data *data)
{
	there--;
	__real_rte_tel_data_free(data);
}

static int
set_up(void **state)
{
	(void)state;
	answer = __real_rte_tel_data_alloc();
	rte_tel_data_start_dict(answer);
	there = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	__real_rte_tel_data_free(answer);
	return there;
}

static void
what_failed_leaves_nothing(void **state)
{
	struct rte_tel_data *port = pgn_tell_dict(answer, "air0");

	(void)state;
	assert_non_null(port);
	assert_non_null(pgn_tell_dict(port, "rx_messages"));
	assert_null(pgn_tell_dict(answer, "radio-0"));
	assert_int_equal(there, 2);
	pgn_tell_end(-ENOMEM);
	assert_int_equal(there, 0);
}

static void
what_is_sent_is_not_freed_here(void **state)
{
	struct rte_tel_data *port = pgn_tell_dict(answer, "air0");

	(void)state;
	pgn_tell_end(0);
	assert_int_equal(there, 1);
	/* Nor by the end of the next one. */
	pgn_tell_end(-ENOMEM);
	assert_int_equal(there, 1);
	rte_tel_data_free(port);
}

static void
more_than_are_known_are_none(void **state)
{
	unsigned int count = 0;

	(void)state;
	while (count < 10000) {
		struct rte_tel_data *dict = pgn_tell_dict(answer, "row");

		if (dict == NULL)
			break;
		count++;
	}
	assert_int_equal(count, RTE_TEL_MAX_DICT_ENTRIES);
	pgn_tell_end(-ENOMEM);
	assert_int_equal(there, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_failed_leaves_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_sent_is_not_freed_here, set_up, tear_down),
		cmocka_unit_test_setup_teardown(more_than_are_known_are_none, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
