/* SPDX-License-Identifier: BSD-3-Clause */
/* The section workers. */
#include <errno.h>
#include <stdio.h>

#include "load.h"

#define ALLOWED "1 to 64 times PORT:QUEUE=LCORE, each queue once, such as {\"air0:0=1\"}"

static void
test_section(void **state)
{
	struct load load;
	const struct pgn_workers_config *workers = &load.config.workers;

	(void)state;
	load_good(&load,
		  "node { role = rsu }\nworkers {\n count = 3\n spread = software\n"
		  " map = {\"air0:0=1\", \"tap:255=1023\"}\n}\n" PORTS,
		  NULL);
	assert_int_equal(workers->count, 3);
	assert_int_equal(workers->count_line, 3);
	assert_int_equal(workers->spread, PGN_SPREAD_SOFTWARE);
	assert_int_equal(workers->map.line, 5);
	assert_int_equal(workers->map.count, 2);
	assert_string_equal(workers->map.entry[0].port, "air0");
	assert_int_equal(workers->map.entry[0].queue, 0);
	assert_int_equal(workers->map.entry[0].lcore, 1);
	assert_string_equal(workers->map.entry[1].port, "tap");
	assert_int_equal(workers->map.entry[1].queue, 255);
	assert_int_equal(workers->map.entry[1].lcore, 1023);

	load_good(&load, "node { role = rsu }\n" PORTS, NULL);
	assert_int_equal(workers->count, 0);
	assert_int_equal(workers->spread, PGN_SPREAD_AUTO);
	assert_int_equal(workers->map.count, 0);
}

static void
test_what_is_no_map(void **state)
{
	static const char *const bad[] = {
		"",           "air0",        "air0:0",
		"air0=1",     "air0:=1",     ":0=1",
		"air0:0=",    "air0:0=1 ",   "air0:-1=1",
		"air0:256=1", "air0:0=1024", "air0:0=1=2",
		"air0: 0=1",  "air1:0=1",    "a234567890123456789012345678901b:0=1"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char file[256], line[256];

		snprintf(file, sizeof(file), "workers {\n map = {\"air1:0=1\",\n'%s'}\n}", bad[i]);
		snprintf(line, sizeof(line),
			 "node.conf:3: workers.map: found \"%s\", allowed " ALLOWED, bad[i]);
		assert_refused(file, line);
	}
}

static void
test_values(void **state)
{
	(void)state;
	assert_refused("workers { count = 17 }",
		       "node.conf:1: workers.count: found \"17\", allowed 0 to 16");
	assert_refused("workers { spread = hash }",
		       "node.conf:1: workers.spread: found \"hash\", allowed auto, rss, flow, "
		       "software, none");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_section),
		cmocka_unit_test(test_what_is_no_map),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
