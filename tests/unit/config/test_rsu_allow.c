/* SPDX-License-Identifier: BSD-3-Clause */
/* The list of RSUs an OBU trusts. */
#include <errno.h>
#include <stdio.h>

#include "load.h"

#define ALLOWED "1 to 64 MACs of stations, each once, such as {\"02:00:00:00:00:01\"}"

static void
test_list(void **state)
{
	static const struct pgn_mac expected[] = {{{0x02, 0, 0, 0, 0, 0x01}},
						  {{0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xf0}}};
	struct load load;

	(void)state;
	load_good(&load,
		  "node {\n role = obu\n\n rsu_allow = {\"02:00:00:00:00:01\",\n"
		  "  AA:bb:cc:dd:ee:F0}\n idle = busy\n}\n" PORTS,
		  NULL);
	assert_int_equal(load.config.rsu_allow.count, 2);
	assert_int_equal(load.config.rsu_allow.line, 4);
	assert_memory_equal(load.config.rsu_allow.mac, expected, sizeof(expected));
	assert_int_equal(load.config.idle, PGN_IDLE_BUSY);
	load_good(&load, "node { role = obu }\n" PORTS, NULL);
	assert_int_equal(load.config.rsu_allow.line, 0);
}

static void
assert_no_mac(const char *text)
{
	char file[256], line[256];

	snprintf(file, sizeof(file), "node {\n rsu_allow = {02:00:00:00:00:01,\n'%s'}\n}", text);
	snprintf(line, sizeof(line), "node.conf:3: node.rsu_allow: found \"%s\", allowed " ALLOWED,
		 text);
	assert_refused(file, line);
}

static void
test_what_is_no_mac(void **state)
{
	static const char *const bad[] = {
		"",
		"rsu",
		"02:00:00:00:00",
		"02:00:00:00:00:",
		"02:00:00:00:00:2",
		"02:00:00:00:00:02:03",
		"02:00:00:00:00:002",
		"02-00-00-00-00-02",
		"02:00:00:00:00:0g",
		"02:00:00:00:00:+2",
		" 2:00:00:00:00:02",
		"0200.0000.0002",
		"00:00:00:00:00:00",
		"ff:ff:ff:ff:ff:ff",
		"01:00:5e:00:00:01",
		"33:33:00:00:00:01",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_no_mac(bad[i]);
	/* Twice, whatever the case. */
	assert_no_mac("02:00:00:00:00:01");
	assert_refused(
		"node { rsu_allow = {aa:00:00:00:00:01, AA:00:00:00:00:01} }",
		"node.conf:1: node.rsu_allow: found \"AA:00:00:00:00:01\", allowed " ALLOWED);
}

static size_t
write_list(char *text, size_t size, unsigned int count)
{
	size_t length = (size_t)snprintf(text, size, "node { role = obu rsu_allow = {");

	for (unsigned int i = 0; i < count; i++)
		length += (size_t)snprintf(text + length, size - length, "%s\n02:00:00:00:01:%02x",
					   i == 0 ? "" : ",", i);
	return length + (size_t)snprintf(text + length, size - length, "} }\n" PORTS);
}

static void
test_how_many(void **state)
{
	char text[2048];
	struct load load;

	(void)state;
	write_list(text, sizeof(text), 64);
	load_good(&load, text, NULL);
	assert_int_equal(load.config.rsu_allow.count, 64);
	assert_int_equal(load.config.rsu_allow.mac[63].b[5], 63);
	write_list(text, sizeof(text), 65);
	assert_refused(
		text,
		"node.conf:66: node.rsu_allow: found \"02:00:00:00:01:40\", allowed " ALLOWED);
	/* None would read as all to us, and as nobody to who wrote it. */
	assert_refused("\nnode { role = obu\n rsu_allow = {}\n}\n" PORTS,
		       "node.conf:2: node.rsu_allow: found none, allowed " ALLOWED);
}

static void
test_syntax(void **state)
{
	(void)state;
	assert_refused("node { rsu_allow = {02:00:00:00:00:01}\n rsu_allow = {02:00:00:00:00:02} }",
		       "node.conf:2: node.rsu_allow: found twice, first at line 1, allowed once");
	assert_refused("node { rsu_allow = {02:00:00:00:00:01 02:00:00:00:00:02} }",
		       "node.conf:1: unexpected token '02:00:00:00:00:02'");
	assert_refused("node { rsu_allow = {02:00:00:00:00:01\n",
		       "node.conf:1: section is never closed");
}

/* An RSU takes no heartbeats: the key would protect nothing there. */
static void
test_role(void **state)
{
	static const char text[] =
		"node {\n role = rsu\n rsu_allow = {02:00:00:00:00:01}\n}\n" PORTS;
	static const char refusal[] =
		"node.conf:3: node.rsu_allow: found with role rsu, allowed with role obu only";
	struct load load;

	(void)state;
	assert_refused(text, refusal);
	load_good(&load, text, "obu");
	assert_int_equal(load.config.rsu_allow.count, 1);
	load_bytes(&load, "node { role = obu\n\n rsu_allow = {02:00:00:00:00:01} }\n" PORTS,
		   strlen("node { role = obu\n\n rsu_allow = {02:00:00:00:00:01} }\n" PORTS),
		   "rsu");
	assert_int_equal(load.result, -EINVAL);
	assert_memory_equal(load.errors, refusal, strlen(refusal));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),     cmocka_unit_test(test_what_is_no_mac),
		cmocka_unit_test(test_how_many), cmocka_unit_test(test_syntax),
		cmocka_unit_test(test_role),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
