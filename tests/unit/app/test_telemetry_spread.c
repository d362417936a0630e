/* SPDX-License-Identifier: BSD-3-Clause */
/* However many queues and rings there are: each is on one page, and no page is too long. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "telemetry_inside.h"

#define REPLY_MAX 16384 /* of DPDK's telemetry */
#define NUMBER_MAX 20   /* digits of 64 bits */
#define AROUND 4        /* quotes, a colon, a comma */
#define QUEUES 5
#define ROWS_MAX (PGN_WORKERS_MAX * (QUEUES + PGN_WORKERS_MAX - 1))

/** What was told, over all pages, and how long the last one would be as JSON. */
static struct {
	size_t length;
	unsigned int workers, total, offset, next;
	unsigned int rows;
	char row[ROWS_MAX][PGN_NAME_MAX + 8];
} told;

/** A reply and its parts are told apart by their addresses. */
static char parts[4];
#define REPLY ((struct rte_tel_data *)(void *)&parts[0])
#define QUEUE_ROWS ((struct rte_tel_data *)(void *)&parts[1])
#define RING_ROWS ((struct rte_tel_data *)(void *)&parts[2])
#define ROW ((struct rte_tel_data *)(void *)&parts[3])

int __wrap_rte_tel_data_start_dict(struct rte_tel_data *d);
int __wrap_rte_tel_data_add_dict_u64(struct rte_tel_data *d, const char *name, uint64_t value);

int
__wrap_rte_tel_data_start_dict(struct rte_tel_data *d)
{
	assert_ptr_equal(d, REPLY);
	told.length = AROUND;
	return 0;
}

int
__wrap_rte_tel_data_add_dict_u64(struct rte_tel_data *d, const char *name, uint64_t value)
{
	told.length += strlen(name) + AROUND + NUMBER_MAX;
	if (d != REPLY)
		return 0;
	if (strcmp(name, "workers") == 0)
		told.workers = (unsigned int)value;
	else if (strcmp(name, "total") == 0)
		told.total = (unsigned int)value;
	else if (strcmp(name, "offset") == 0)
		told.offset = (unsigned int)value;
	else
		told.next = (unsigned int)value;
	return 0;
}

struct rte_tel_data *
pgn_tell_dict(struct rte_tel_data *d, const char *name)
{
	told.length += strlen(name) + AROUND + strlen("{}");
	if (d == REPLY)
		return strcmp(name, "queues") == 0 ? QUEUE_ROWS : RING_ROWS;
	assert_true(told.rows < ROWS_MAX);
	snprintf(told.row[told.rows++], sizeof(told.row[0]), "%s", name);
	return ROW;
}

void
pgn_tell_text(struct rte_tel_data *d, const char *name, const char *text)
{
	assert_ptr_equal(d, ROW);
	told.length += strlen(name) + strlen(text) + AROUND + strlen("\"\"");
}

bool
pgn_tell_number(const char *params, uint32_t otherwise, uint32_t *number)
{
	*number = params == NULL ? otherwise : (uint32_t)strtoul(params, NULL, 10);
	return params == NULL || strcmp(params, "none") != 0;
}

static struct pgn_workers workers;
static struct pgn_telemetry telemetry = {.workers = &workers};
static struct pgn_port port;
static struct pgn_port_config port_config = {.name = "a_wire_whose_name_is_long_as_31"};

/** So many workers, each with so many queues. */
static void
make(unsigned int count, unsigned int queues)
{
	memset(&workers, 0, sizeof(workers));
	memset(&told, 0, sizeof(told));
	port.config = &port_config;
	workers.count = count;
	for (unsigned int w = 0; w < count; w++) {
		struct pgn_worker *worker = &workers.worker[w];

		worker->lcore = 1000 + w;
		worker->rx_count = queues;
		for (unsigned int i = 0; i < queues; i++) {
			worker->rx[i].port = &port;
			worker->rx[i].queue = (uint16_t)(1000 + w * queues + i);
		}
	}
}

static void
assert_each_is_told_once(unsigned int rows)
{
	assert_int_equal(told.rows, rows);
	for (unsigned int i = 0; i < rows; i++) {
		for (unsigned int k = i + 1; k < rows; k++)
			assert_string_not_equal(told.row[i], told.row[k]);
	}
}

static void
sixteen_workers(void **state)
{
	char offset[12] = "0";
	unsigned int pages = 0;

	(void)state;
	make(PGN_WORKERS_MAX, QUEUES);
	do {
		assert_int_equal(pgn_tell_spread(&telemetry, offset, REPLY), 0);
		assert_int_equal(told.workers, PGN_WORKERS_MAX);
		assert_int_equal(told.total, ROWS_MAX);
		assert_int_equal(told.offset, strtoul(offset, NULL, 10));
		assert_true(told.length < REPLY_MAX - strlen("{\"/peregrine/spread\":}"));
		snprintf(offset, sizeof(offset), "%u", told.next);
		pages++;
	} while (told.next != 0);
	assert_true(pages > 1);
	assert_each_is_told_once(ROWS_MAX);
}

static void
one_worker(void **state)
{
	(void)state;
	make(1, 2);
	assert_int_equal(pgn_tell_spread(&telemetry, NULL, REPLY), 0);
	assert_int_equal(told.next, 0);
	assert_int_equal(told.total, 2);
	assert_each_is_told_once(2);
	assert_int_equal(pgn_tell_spread(&telemetry, "2", REPLY), 0);
	assert_int_equal(told.next, 0);
	assert_int_equal(told.rows, 2);
	assert_int_equal(pgn_tell_spread(&telemetry, "4294967295", REPLY), 0);
	assert_int_equal(told.next, 0);
	assert_int_equal(told.rows, 2);
	assert_int_equal(pgn_tell_spread(&telemetry, "none", REPLY), -EINVAL);
}

/** The last row is the page's last: no page follows. */
static void
a_page_to_the_brim(void **state)
{
	(void)state;
	make(1, 64);
	assert_int_equal(pgn_tell_spread(&telemetry, "0", REPLY), 0);
	assert_int_equal(told.next, 0);
	assert_each_is_told_once(64);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sixteen_workers),
		cmocka_unit_test(one_worker),
		cmocka_unit_test(a_page_to_the_brim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
