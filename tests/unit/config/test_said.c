/* SPDX-License-Identifier: BSD-3-Clause */
/* Settings are told as they were written, however long they are. */
#include <stdio.h>

#include "load.h"

#define MACS 64

static struct load load;

/** Of the entries KEY, KEY_2, ... the number; all of them, with this between two, in text. */
static unsigned int
join(const char *key, const char *between, char *text, size_t size)
{
	unsigned int count = 0;

	text[0] = '\0';
	for (unsigned int i = 0; i < load.config.said_count; i++) {
		const struct pgn_said *said = &load.config.said[i];
		char name[128];

		snprintf(name, sizeof(name), "%s_%u", key, count + 1);
		if (strcmp(said->key, count == 0 ? key : name) != 0)
			continue;
		if (count > 0)
			strlcat(text, between, size);
		strlcat(text, said->value, size);
		count++;
	}
	return count;
}

static void
assert_said(const char *key, const char *expected)
{
	char text[256];

	assert_int_equal(join(key, "", text, sizeof(text)), 1);
	assert_string_equal(text, expected);
}

static void
as_it_was_written(void **state)
{
	(void)state;
	load_good(&load, "node { role = obu max_hops = 0x07 }\n" PORTS, NULL);
	assert_said("file", "node.conf");
	assert_said("node_role", "obu");
	assert_said("node_max_hops", "0x07");
	assert_said("node_dead_after", "3");
	assert_said("wire_air0_port", "net_af_packet0,iface=veth0");
}

static void
a_long_list(void **state)
{
	char file[4096] = "node { role = obu rsu_allow = {", expected[4096] = "", told[4096];

	(void)state;
	for (unsigned int i = 0; i < MACS; i++) {
		char mac[32];

		snprintf(mac, sizeof(mac), "02:00:00:00:00:%02x", i);
		snprintf(file + strlen(file), sizeof(file) - strlen(file), "%s\"%s\"",
			 i > 0 ? ", " : "", mac);
		snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), "%s%s",
			 i > 0 ? ", " : "", mac);
	}
	strlcat(file, "} }\n" PORTS, sizeof(file));
	load_good(&load, file, NULL);
	assert_true(join("node_rsu_allow", ", ", told, sizeof(told)) > 1);
	assert_string_equal(told, expected);
}

/** 255 characters, and one that fills an entry to the last of them. */
static void
a_long_value(void **state)
{
	static const unsigned int lengths[] = {255, 127, 128};
	char file[1024], port[256], told[512];

	(void)state;
	for (unsigned int i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		unsigned int digits = lengths[i] - (unsigned int)strlen("net_tap0,iface=");

		snprintf(port, sizeof(port), "net_tap0,iface=%0*d", (int)digits, 7);
		snprintf(file, sizeof(file), "node { role = rsu }\n" WIRE "tap { port = \"%s\" }\n",
			 port);
		load_good(&load, file, NULL);
		assert_int_equal(join("tap_port", "", told, sizeof(told)),
				 (lengths[i] + 126) / 127);
		assert_string_equal(told, port);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_it_was_written),
		cmocka_unit_test(a_long_list),
		cmocka_unit_test(a_long_value),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
