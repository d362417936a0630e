/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config_values.h"
#include "load.h"

static void
test_defaults(void **state)
{
	struct load load;
	const struct pgn_config *c = &load.config;

	(void)state;
	load_good(&load, "node { role = obu }\n" PORTS, NULL);
	assert_string_equal(c->file, "node.conf");
	assert_int_equal(c->role, PGN_ROLE_OBU);
	assert_int_equal(c->hello_periodicity_ms, 1000);
	assert_int_equal(c->hello_history, 10);
	assert_int_equal(c->cached_candidates, 3);
	assert_int_equal(c->dead_after, 3);
	assert_int_equal(c->max_hops, 16);
	assert_int_equal(c->ethertype, 0x3030);
	assert_int_equal(c->max_nodes, 1024);
	assert_int_equal(c->max_rsus, 64);
	assert_int_equal(c->max_clients, 65536);
	assert_int_equal(c->rsu_allow.count, 0);
	assert_int_equal(c->control_rate, 20000);
	assert_int_equal(c->neighbour_rate, 4000);
	assert_int_equal(c->idle, PGN_IDLE_ADAPTIVE);
	assert_int_equal(c->wire_count, 1);
	assert_string_equal(c->tap.port.name, "tap");
	assert_int_equal(c->tap.ip_family, AF_UNSPEC);
	assert_int_equal(c->tap.mtu, 1436);
	assert_int_equal(c->tap.lan, PGN_LAN_OWN);
	assert_int_equal(c->pool_cache, 32);
	assert_string_equal(c->lcores, sysconf(_SC_NPROCESSORS_ONLN) == 1 ? "0" : "0-1");
	assert_int_equal(c->memory_mb, 0);
	assert_int_equal(c->memory_line, 0);
	assert_string_equal(c->eal_options, "");
	assert_int_equal(c->log_to, PGN_LOG_STDERR);
	assert_int_equal(c->log_level, 6);
}

struct number {
	const char *section, *name;
	size_t offset, size;
	uint32_t least, most;
	const char *allowed;
};

#define NUMBER(section, key, member, least, most, allowed)                                \
	{                                                                                 \
		section, key, offsetof(struct pgn_config, member),                        \
			sizeof(((struct pgn_config *)NULL)->member), least, most, allowed \
	}

static const struct number numbers[] = {
	NUMBER("node", "hello_periodicity", hello_periodicity_ms, 10, 60000, "10 to 60000 (ms)"),
	NUMBER("node", "hello_history", hello_history, 1, 64, "1 to 64"),
	NUMBER("node", "cached_candidates", cached_candidates, 0, 7, "0 to 7"),
	NUMBER("node", "dead_after", dead_after, 1, 100, "1 to 100"),
	NUMBER("node", "max_hops", max_hops, 1, 255, "1 to 255"),
	NUMBER("node", "ethertype", ethertype, 0x600, 0xffff, "0x0600 to 0xffff"),
	NUMBER("node", "max_nodes", max_nodes, 1, 32768, "1 to 32768"),
	NUMBER("node", "max_rsus", max_rsus, 1, 1024, "1 to 1024"),
	NUMBER("node", "max_clients", max_clients, 1024, 1048576, "1024 to 1048576"),
	NUMBER("node", "control_rate", control_rate, 100, 1000000,
	       "100 to 1000000 (messages a second)"),
	NUMBER("node", "neighbour_rate", neighbour_rate, 10, 1000000,
	       "10 to 1000000 (messages a second)"),
	NUMBER("tap", "mtu", tap.mtu, 576, 1500, "576 to 1500 (bytes)"),
	NUMBER("pool", "cache", pool_cache, 0, 512, "0 to 512 (buffers)"),
	NUMBER("eal", "memory", memory_mb, 0, 1048576, "0 to 1048576 (MB)"),
};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* A whole file with one more key, which stands in line 2. */
static void
make_file(char *text, size_t size, const char *section, const char *key, const char *value)
{
	snprintf(text, size, "\n%s { %s = %s %s }\n%s%s" WIRE, section, key, value,
		 strcmp(section, "tap") == 0    ? "port = net_tap0"
		 : strcmp(section, "node") == 0 ? "role = rsu"
						: "",
		 strcmp(section, "tap") == 0 ? "" : TAP,
		 strcmp(section, "node") == 0 ? "" : "node { role = rsu }\n");
}

static uint32_t
get_number(const struct pgn_config *config, const struct number *number)
{
	const char *field = (const char *)config + number->offset;
	uint16_t narrow;
	uint32_t wide;

	if (number->size == sizeof(narrow)) {
		memcpy(&narrow, field, sizeof(narrow));
		return narrow;
	}
	assert_int_equal(number->size, sizeof(wide));
	memcpy(&wide, field, sizeof(wide));
	return wide;
}

static void
assert_number(const struct number *number, const char *value, uint32_t expected)
{
	struct load load;
	char text[512];

	make_file(text, sizeof(text), number->section, number->name, value);
	load_good(&load, text, NULL);
	assert_int_equal(get_number(&load.config, number), expected);
}

static void
assert_no_number(const struct number *number, const char *value)
{
	char text[512], line[256];

	make_file(text, sizeof(text), number->section, number->name, value);
	snprintf(line, sizeof(line), "node.conf:2: %s.%s: found \"%s\", allowed %s",
		 number->section, number->name, value, number->allowed);
	assert_refused(text, line);
}

static void
test_numbers_at_both_ends(void **state)
{
	char value[32];

	(void)state;
	for (size_t i = 0; i < NUMBERS; i++) {
		const struct number *n = &numbers[i];

		snprintf(value, sizeof(value), "%u", n->least);
		assert_number(n, value, n->least);
		snprintf(value, sizeof(value), "%u", n->most);
		assert_number(n, value, n->most);
		snprintf(value, sizeof(value), "0x%X", n->most);
		assert_number(n, value, n->most);
		snprintf(value, sizeof(value), "%u", n->most + 1);
		assert_no_number(n, value);
		snprintf(value, sizeof(value), "%d", (int)n->least - 1);
		assert_no_number(n, value);
	}
}

static void
test_what_is_no_number(void **state)
{
	static const char *const values[] = {
		"many",
		"-5",
		"1k",
		"12.5",
		"0x",
		"0xg",
		"0x-5",
		"4294967301",           /* 2^32 + 5 */
		"18446744073709551621", /* 2^64 + 5 */
		"-18446744073709551606",
		"99999999999999999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < NUMBERS; i++) {
		for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++)
			assert_no_number(&numbers[i], values[v]);
	}
	assert_refused("node { role = rsu hello_history = \" 5\" }\n" PORTS,
		       "node.conf:1: node.hello_history: found \" 5\", allowed 1 to 64");
	assert_refused("node { role = rsu hello_history = \"\" }\n" PORTS,
		       "node.conf:1: node.hello_history: found \"\", allowed 1 to 64");
}

static void
test_narrow_field(void **state)
{
	const struct pgn_key key = {.size = sizeof(uint16_t), .most = 0xffff};
	uint16_t fields[] = {1, 0x55aa};

	(void)state;
	assert_true(pgn_parse_number(&key, "0", &fields[0]));
	assert_int_equal(fields[0], 0);
	assert_int_equal(fields[1], 0x55aa);
}

static void
test_leading_zero_is_decimal(void **state)
{
	(void)state;
	assert_number(&numbers[1], "010", 10);
}

static void
test_memory_line(void **state)
{
	struct load load;

	(void)state;
	load_good(&load, "node { role = rsu }\n" PORTS "eal { # here\n\n memory = 64\n}\nlog { }\n",
		  NULL);
	assert_int_equal(load.config.memory_line, 6);
	load_good(&load, "node { role = rsu }\n" PORTS "eal { lcores = 0 }\n", NULL);
	assert_int_equal(load.config.memory_line, 0);
}

static void
test_choices(void **state)
{
	static const char *const levels[] = {"emergency", "alert",  "critical", "error",
					     "warning",   "notice", "info",     "debug"};
	struct load load;
	char text[512];

	(void)state;
	load_good(&load, "node { role = rsu idle = busy }\n" PORTS, NULL);
	assert_int_equal(load.config.role, PGN_ROLE_RSU);
	assert_int_equal(load.config.idle, PGN_IDLE_BUSY);
	load_good(&load, "node { role = rsu idle = adaptive }\n" PORTS, NULL);
	assert_int_equal(load.config.idle, PGN_IDLE_ADAPTIVE);
	load_good(&load,
		  "node { role = rsu }\nwire a { port = \"net_null0\" }\n"
		  "tap { port = \"net_null1\" lan = shared }\n",
		  NULL);
	assert_int_equal(load.config.tap.lan, PGN_LAN_SHARED);
	load_good(&load, "node { role = rsu }\nlog { to = syslog }\n" PORTS, NULL);
	assert_int_equal(load.config.log_to, PGN_LOG_SYSLOG);
	load_good(&load, "node { role = rsu }\nlog { to = stderr }\n" PORTS, NULL);
	assert_int_equal(load.config.log_to, PGN_LOG_STDERR);
	for (unsigned int i = 0; i < 8; i++) {
		make_file(text, sizeof(text), "log", "level", levels[i]);
		load_good(&load, text, NULL);
		assert_int_equal(load.config.log_level, i);
	}

	assert_refused("node { role = car }",
		       "node.conf:1: node.role: found \"car\", allowed rsu, obu");
	assert_refused("node { role = RSU }",
		       "node.conf:1: node.role: found \"RSU\", allowed rsu, obu");
	assert_refused("node { idle = lazy }",
		       "node.conf:1: node.idle: found \"lazy\", allowed adaptive, busy");
	assert_refused("tap { lan = big }",
		       "node.conf:1: tap.lan: found \"big\", allowed own, shared");
	assert_refused("log { to = file }",
		       "node.conf:1: log.to: found \"file\", allowed stderr, syslog");
	assert_refused("log { level = 7 }",
		       "node.conf:1: log.level: found \"7\", allowed emergency, alert, critical, "
		       "error, warning, notice, info, debug");
}

static void
test_role_override(void **state)
{
	struct load load;

	(void)state;
	load_good(&load, "node { role = rsu }\n" PORTS, "obu");
	assert_int_equal(load.config.role, PGN_ROLE_OBU);
	load_good(&load, "node { role = obu }\n" PORTS, "rsu");
	assert_int_equal(load.config.role, PGN_ROLE_RSU);
	load_good(&load, PORTS, "obu");
	assert_int_equal(load.config.role, PGN_ROLE_OBU);

	load_bytes(&load, PORTS, strlen(PORTS), "car");
	assert_int_equal(load.result, -EINVAL);
	assert_string_equal(load.errors, "--role: found \"car\", allowed rsu, obu\n");
	assert_refused(PORTS, "node.conf: node.role: missing, allowed rsu, obu");
	assert_refused("node { idle = busy }\n" PORTS,
		       "node.conf: node.role: missing, allowed rsu, obu");
}

static void
test_lcores(void **state)
{
	static const char *const good[] = {"0",       "3",   "0-1",  "0,1",
					   "0,2-3,7", "5-5", "0-16", "1023"};
	static const char *const bad[] = {"",     "-",     "0-",   "-1",           ",",
					  "0,",   ",0",    "0,,1", "1-0",          "1,0",
					  "0,0",  "0-2,2", "a",    "0-1-2",        "0-17",
					  "1024", "0 1",   "0@1",  "0-4294967296", "0000000000000",
					  "0x"};
	struct load load;
	char text[512], line[512];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text), "eal { lcores = \"%s\" }\nnode { role = rsu }\n" PORTS,
			 good[i]);
		load_good(&load, text, NULL);
		assert_string_equal(load.config.lcores, good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "eal { lcores = \"%s\" }", bad[i]);
		snprintf(line, sizeof(line),
			 "node.conf:1: eal.lcores: found \"%s\", allowed 1 to 17 lcores of 0 to "
			 "1023, ascending, such as \"0-1\" or \"0,2-3\"",
			 bad[i]);
		assert_refused(text, line);
	}
}

static void
test_eal_options(void **state)
{
	struct load load;
	char options[1025], text[2048];

	(void)state;
	load_good(&load,
		  "node { role = rsu }\neal { options = \"--no-huge --log-level=*:8\" }\n" PORTS,
		  NULL);
	assert_string_equal(load.config.eal_options, "--no-huge --log-level=*:8");

	memset(options, 'x', sizeof(options));
	options[1023] = '\0';
	make_file(text, sizeof(text), "eal", "options", options);
	load_good(&load, text, NULL);
	assert_string_equal(load.config.eal_options, options);

	options[1023] = 'x';
	options[1024] = '\0';
	make_file(text, sizeof(text), "eal", "options", options);
	assert_refused(text, "node.conf:2: eal.options: found \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\", allowed at most 1023 printable "
			     "characters");
	assert_refused("eal { options = \"a\\tb\\n\" }",
		       "node.conf:1: eal.options: found \"a\\x09b\\x0a\", allowed at most 1023 "
		       "printable characters");
}

static void
test_ip(void **state)
{
	static const char *const bad[] = {
		"",
		"10.0.0.1",
		"10.0.0.1/",
		"10.0.0.1/0",
		"10.0.0.1/33",
		"10.0.0.1/-1",
		"10.0.0.1/24 ",
		"10.0.0/24",
		"10.0.0.256/24",
		"0.0.0.0/8",
		"224.0.0.1/24",
		"fd00::1",
		"fd00::1/0",
		"fd00::1/129",
		"ff02::1/64",
		"::/64",
		"fd00::g/64",
		"10.0.0.1/2/4",
		"host/24",
		"/24",
		"255.255.255.255/32",
		"fd00:0000:0000:0000:0000:0000:0000:0000:0000:0001/64",
	};
	struct load load;
	char text[512], line[512], address[INET6_ADDRSTRLEN];

	(void)state;
	load_good(&load,
		  "node { role = rsu }\n" WIRE "tap { ip = \"10.0.0.1/24\" port = net_tap0 }\n",
		  NULL);
	assert_int_equal(load.config.tap.ip_family, AF_INET);
	assert_int_equal(load.config.tap.ip_prefix, 24);
	assert_string_equal(inet_ntop(AF_INET, &load.config.tap.ip4, address, sizeof(address)),
			    "10.0.0.1");
	load_good(&load,
		  "node { role = rsu }\n" WIRE
		  "tap { port = \"net_tap7,iface=tap0\" ip = \"fd00:1:2:3:4:5:6:7/128\" }\n",
		  NULL);
	assert_int_equal(load.config.tap.ip_family, AF_INET6);
	assert_int_equal(load.config.tap.ip_prefix, 128);
	assert_string_equal(inet_ntop(AF_INET6, &load.config.tap.ip6, address, sizeof(address)),
			    "fd00:1:2:3:4:5:6:7");
	load_good(&load,
		  "node { role = rsu }\n" WIRE "tap { port = net_tap0 ip = \"10.0.0.1/32\" }\n",
		  NULL);
	assert_int_equal(load.config.tap.ip_prefix, 32);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *alone = strdup(bad[i]);

		/* Nothing behind the text is read: the sanitizer would see it. */
		assert_non_null(alone);
		assert_false(pgn_parse_ip(NULL, alone, &load.config.tap));
		free(alone);
		snprintf(text, sizeof(text), "tap {\nip = \"%s\" }", bad[i]);
		snprintf(line, sizeof(line),
			 "node.conf:2: tap.ip: found \"%s\", allowed ADDRESS/BITS of a host, such "
			 "as \"10.0.0.1/24\" or \"fd00::1/64\"",
			 bad[i]);
		assert_refused(text, line);
	}
	assert_refused("tap {\n port = \"net_af_packet0,iface=e0\"\n ip = \"10.0.0.1/24\"\n }",
		       "node.conf:3: tap.ip: found with port \"net_af_packet0,iface=e0\", allowed "
		       "with a net_tap port only");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_numbers_at_both_ends),
		cmocka_unit_test(test_what_is_no_number),
		cmocka_unit_test(test_narrow_field),
		cmocka_unit_test(test_leading_zero_is_decimal),
		cmocka_unit_test(test_memory_line),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_role_override),
		cmocka_unit_test(test_lcores),
		cmocka_unit_test(test_eal_options),
		cmocka_unit_test(test_ip),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
