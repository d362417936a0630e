/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of routes, letter by letter. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "routes.h"

#define RSU 1

static const struct pgn_config obu_config = {
	.role = PGN_ROLE_OBU,
	.wire_count = 2,
	.wire = {{.name = "air0"}, {.name = "backhaul"}},
};

static const struct pgn_config rsu_config = {
	.role = PGN_ROLE_RSU,
	.hello_periodicity_ms = PERIOD_MS,
	.wire_count = 1,
	.wire = {{.name = "a"}},
};

static void
assert_printed(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

static char *
print_obu(const struct pgn_obu *obu, uint64_t now_us)
{
	const struct pgn_mac own = mac_of(SELF);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	pgn_routes_print_obu(out, &obu_config, &own, obu, now_us);
	fclose(out);
	return text;
}

static char *
print_rsu(const struct pgn_rsu *rsu, uint64_t now_us)
{
	const struct pgn_mac own = mac_of(SELF);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	pgn_routes_print_rsu(out, &rsu_config, &own, rsu, now_us);
	fclose(out);
	return text;
}

static void
obu_that_heard_nothing(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_obu *obu = pgn_obu_create(&conf, 0);

	(void)state;
	assert_printed(print_obu(obu, 0), "obu 02:00:00:00:00:99: upstream none lives\n\n"
					  "node               next hop           wire      hops  "
					  "delivered  missed      dead in s  state\n"
					  "rsus 0\nnodes 0\n");
	pgn_obu_destroy(obu);
}

static void
obu_with_two_ways_and_a_node(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_obu *obu;
	struct pgn_outbox outbox = {0};
	struct pgn_reply reply = reply_of(RSU, 5, 2, 2, 6);

	(void)state;
	conf.wire_count = 2;
	obu = pgn_obu_create(&conf, 0);
	for (uint32_t id = 0; id < 4; id++) {
		struct pgn_heartbeat far = heartbeat_of(RSU, 2, id, 2);

		assert_kept(hear(obu, id * PERIOD_US, heartbeat_of(RSU, RSU, id, 1)));
		if (id == 2)
			continue;
		outbox.count = 0;
		assert_kept(pgn_obu_heartbeat(obu, id * PERIOD_US, 1, &far, &outbox));
	}
	outbox.count = 0;
	assert_relayed(pgn_obu_reply(obu, 3 * PERIOD_US, 0, &reply, &outbox));
	assert_printed(
		print_obu(obu, 3 * PERIOD_US + 500000),
		"obu 02:00:00:00:00:99: upstream 02:00:00:00:00:01 on air0 to rsu "
		"02:00:00:00:00:01: "
		"fewest hops\n\n"
		"rsu 02:00:00:00:00:01: 4 of the 10 ids up to 3, period 1.00 s, last heard 0.5 s "
		"ago\n"
		"  next hop           wire      hops  delivered   cost  missed  dead in s  state\n"
		"  02:00:00:00:00:01  air0         1      64/64   1.00       0        2.6  "
		"current\n"
		"  02:00:00:00:00:02  backhaul     2      63/64   2.03       0        2.6  "
		"candidate 1\n"
		"\n"
		"node               next hop           wire      hops  delivered  missed      dead "
		"in s  state\n"
		"02:00:00:00:00:06  02:00:00:00:00:05  air0         2      64/64       0           "
		" 1.6  "
		"current: only one that lives\n"
		"rsus 1\nnodes 1\n");
	pgn_obu_destroy(obu);
}

static void
rsu_with_a_node(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_rsu *rsu = pgn_rsu_create(&conf, 0);
	struct pgn_reply near = reply_of(SELF, 2, 0, 1, 2), far = reply_of(SELF, 3, 0, 2, 2);
	struct pgn_heartbeat last;
	uint64_t now_us = 0;
	char *text;

	(void)state;
	assert_printed(print_rsu(rsu, 0), "rsu 02:00:00:00:00:99: no heartbeat sent yet\n\n"
					  "node               next hop           wire  hops  "
					  "delivered  missed  latency in ms  state\n"
					  "nodes 0\n");
	run_rsu(rsu, &now_us, 10000, &last);
	assert_kept(pgn_rsu_reply(rsu, 1200, 0, &near));
	assert_kept(pgn_rsu_reply(rsu, 12300, 0, &far));
	assert_printed(print_rsu(rsu, 100000),
		       "rsu 02:00:00:00:00:99: heartbeat 0 sent 0.1 s ago, period 1.00 s\n\n"
		       "node               next hop           wire  hops  delivered  missed  "
		       "latency in ms  state\n"
		       "02:00:00:00:00:02  02:00:00:00:00:02  a        1      64/64       0     "
		       "   1.2/1.2  "
		       "current: fewest hops\n"
		       "                   02:00:00:00:00:03  a        2       1/64       0    "
		       "  12.3/12.3  spare\n"
		       "nodes 1\n");

	while (run_rsu(rsu, &now_us, now_us + 20000, &last) != 4)
		continue;
	text = print_rsu(rsu, now_us);
	assert_non_null(strstr(
		text, "02:00:00:00:00:02  a        1      64/64       4        1.2/1.2  dead\n"));
	assert_non_null(strstr(
		text, "02:00:00:00:00:03  a        2       1/64       4      12.3/12.3  dead\n"));
	free(text);
	pgn_rsu_destroy(rsu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(obu_that_heard_nothing),
		cmocka_unit_test(obu_with_two_ways_and_a_node),
		cmocka_unit_test(rsu_with_a_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
