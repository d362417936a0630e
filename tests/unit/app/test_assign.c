/* SPDX-License-Identifier: BSD-3-Clause */
/* Queues dealt out to workers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "assign.h"

static const struct pgn_worker_map no_map;

static void
assert_has(const struct pgn_assign_worker *worker, unsigned int at, unsigned int port,
	   unsigned int queue)
{
	assert_true(at < worker->count);
	assert_int_equal(worker->rx[at].port, port);
	assert_int_equal(worker->rx[at].queue, queue);
}

static void
one_worker_polls_all(void **state)
{
	struct pgn_assign_port ports[PGN_MAX_PORTS] = {
		[0] = {"air0", 1, -1}, [2] = {"air2", 1, -1}, [PGN_PORT_TAP] = {"tap", 1, -1}};
	struct pgn_assign_worker worker = {.lcore = 1};
	char why[PGN_ASSIGN_WHY];

	(void)state;
	assert_int_equal(pgn_assign(ports, &no_map, &worker, 1, why), 0);
	assert_int_equal(worker.count, 3);
	assert_has(&worker, 0, 0, 0);
	assert_has(&worker, 1, 2, 0);
	assert_has(&worker, 2, PGN_PORT_TAP, 0);
}

static void
queues_go_to_who_has_fewest(void **state)
{
	struct pgn_assign_port ports[PGN_MAX_PORTS] = {
		[0] = {"air0", 3, -1}, [PGN_PORT_TAP] = {"tap", 1, -1}};
	struct pgn_assign_worker workers[2] = {{.lcore = 1}, {.lcore = 2}};
	char why[PGN_ASSIGN_WHY];

	(void)state;
	assert_int_equal(pgn_assign(ports, &no_map, workers, 2, why), 0);
	assert_int_equal(workers[0].count, 2);
	assert_has(&workers[0], 0, 0, 0);
	assert_has(&workers[0], 1, 0, 2);
	assert_has(&workers[1], 0, 0, 1);
	assert_has(&workers[1], 1, PGN_PORT_TAP, 0);
}

static void
near_workers_come_first(void **state)
{
	struct pgn_assign_port ports[PGN_MAX_PORTS] = {
		[0] = {"air0", 2, 1}, [1] = {"air1", 1, 2}, [PGN_PORT_TAP] = {"tap", 1, -1}};
	struct pgn_assign_worker workers[2] = {{.lcore = 1, .socket = 0},
					       {.lcore = 9, .socket = 1}};
	char why[PGN_ASSIGN_WHY];

	(void)state;
	assert_int_equal(pgn_assign(ports, &no_map, workers, 2, why), 0);
	assert_int_equal(workers[1].count, 2);
	assert_has(&workers[1], 0, 0, 0);
	assert_has(&workers[1], 1, 0, 1);
	/* Where nobody is near, and where it does not matter, the one that has fewest. */
	assert_has(&workers[0], 0, 1, 0);
	assert_has(&workers[0], 1, PGN_PORT_TAP, 0);
}

static void
the_map_comes_first(void **state)
{
	struct pgn_assign_port ports[PGN_MAX_PORTS] = {
		[0] = {"air0", 2, -1}, [PGN_PORT_TAP] = {"tap", 1, -1}};
	struct pgn_assign_worker workers[2] = {{.lcore = 1}, {.lcore = 2}};
	struct pgn_worker_map map = {.count = 2, .entry = {{"tap", 0, 2}, {"air0", 1, 2}}};
	char why[PGN_ASSIGN_WHY];

	(void)state;
	assert_int_equal(pgn_assign(ports, &map, workers, 2, why), 0);
	assert_int_equal(workers[0].count, 1);
	assert_has(&workers[0], 0, 0, 0);
	assert_has(&workers[1], 0, PGN_PORT_TAP, 0);
	assert_has(&workers[1], 1, 0, 1);
}

static void
assert_refused(struct pgn_map_entry entry, const char *expected)
{
	struct pgn_assign_port ports[PGN_MAX_PORTS] = {
		[0] = {"air0", 2, -1}, [PGN_PORT_TAP] = {"tap", 1, -1}};
	struct pgn_assign_worker workers[2] = {{.lcore = 1}, {.lcore = 2}};
	struct pgn_worker_map map = {.count = 1, .entry = {entry}};
	char why[PGN_ASSIGN_WHY] = "";

	assert_int_equal(pgn_assign(ports, &map, workers, 2, why), -EINVAL);
	assert_string_equal(why, expected);
}

static void
a_map_that_cannot_be_followed(void **state)
{
	(void)state;
	assert_refused((struct pgn_map_entry){"air1", 0, 1},
		       "found \"air1:0=1\", allowed names of wires, and tap");
	assert_refused((struct pgn_map_entry){"air0", 2, 1},
		       "found \"air0:2=1\", allowed queues 0 to 1 of air0, which has 2");
	assert_refused((struct pgn_map_entry){"air0", 0, 0},
		       "found \"air0:0=0\", allowed lcores of the 2 workers, from 1 on");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_worker_polls_all),
		cmocka_unit_test(queues_go_to_who_has_fewest),
		cmocka_unit_test(near_workers_come_first),
		cmocka_unit_test(the_map_comes_first),
		cmocka_unit_test(a_map_that_cannot_be_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
