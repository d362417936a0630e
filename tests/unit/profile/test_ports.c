/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "files.h"
#include "pmdinfo.h"
#include "port_profile.h"

struct settings {
	struct pgn_config config;
	int result;
	char errors[1024];
};

/* A node file with a wire and a TAP, its port's profile from net_a.conf, and one --set. */
static void
load(struct settings *s, const char *wire, const char *setting)
{
	char text[512], words[256], *setting_words = words;
	FILE *errors = fmemopen(s->errors, sizeof(s->errors), "w");
	struct files files;

	read_good(&files);
	snprintf(text, sizeof(text),
		 "node { role = rsu }\nwire air0 { %s }\ntap { port = net_a_tap }\n", wire);
	write_file("node.conf.txt", text);
	strlcpy(words, setting, sizeof(words));
	memset(s->errors, 0, sizeof(s->errors));
	s->result = pgn_config_load(&s->config, "node.conf.txt", NULL, errors);
	if (s->result == 0)
		s->result =
			pgn_port_settings(&s->config, &setting_words, setting[0] != '\0', errors);
	if (s->result == 0)
		s->result = pgn_port_profiles(&s->config, &files.set, "/nowhere", errors);
	fclose(errors);
	/* What the config keeps points into the set, which stays for as long as a program runs. */
	for (unsigned int id = 0; id < PGN_PROFILE_VALUES; id++) {
		struct pgn_profile_value *value = &s->config.wire[0].profile.value[id];

		if (value->file != NULL && strcmp(value->file, "./net_a.conf") == 0)
			value->file = "net_a.conf";
	}
	pgn_profiles_free(&files.set);
}

static int
make_profile(void **state)
{
	if (enter_directory(state) != 0)
		return -1;
	write_file("net_a.conf", "profile net_a { driver = net_a\n"
				 "port { rxd = 64 txd = 64 }\n"
				 "eal { devargs = {\"bypass=1\", \"frames=9\"}\n"
				 "env = {\"PGN_TEST_A={rxq}\", \"PGN_TEST_B=x{rxq}y\"} } }\n");
	return 0;
}

static void
assert_value(const struct settings *s, enum pgn_profile_id id, const char *text, const char *file,
	     unsigned int line)
{
	const struct pgn_profile_value *value = &s->config.wire[0].profile.value[id];

	assert_string_equal(value->text, text);
	assert_string_equal(value->file, file);
	assert_int_equal(value->line, line);
}

static void
test_layers(void **state)
{
	static struct settings s;

	(void)state;
	load(&s, "port = \"net_a0,iface=x\"\n rxd = 128\n burst = 8", "air0.burst=9");
	assert_string_equal(s.errors, "");
	assert_value(&s, PGN_PROFILE_TXD, "64", "net_a.conf", 2);
	assert_value(&s, PGN_PROFILE_RXD, "128", "node.conf.txt", 3);
	assert_value(&s, PGN_PROFILE_BURST, "9", "--set", 0);
	assert_string_equal(s.config.wire[0].driver, "net_a");
	assert_string_equal(s.config.wire[0].profile.name, "net_a");
	assert_string_equal(s.config.wire[0].probe, "net_a0,iface=x,bypass=1,frames=9");
	assert_string_equal(s.config.wire[0].port, "net_a0,iface=x");
	assert_string_equal(s.config.tap.port.probe, "net_a_tap,bypass=1,frames=9");
}

/* What the port's own text says stays. */
static void
test_devargs(void **state)
{
	static struct settings s;

	(void)state;
	load(&s, "port = \"net_a0,bypass=0,iface=x\"", "");
	assert_string_equal(s.config.wire[0].probe, "net_a0,bypass=0,iface=x,frames=9");
	load(&s, "port = net_a0 devargs = {\"q=1\", \"r=2\"}", "");
	assert_string_equal(s.config.wire[0].probe, "net_a0,q=1,r=2");
	load(&s, "port = net_a0 devargs = {\"q=1\"}", "air0.devargs=s=3,t=4");
	assert_string_equal(s.errors, "");
	assert_string_equal(s.config.wire[0].probe, "net_a0,s=3,t=4");
	assert_value(&s, PGN_PROFILE_DEVARGS, "s=3,t=4", "--set", 0);
}

/* What the profile names beside itself must be there, unless the port names another. */
static void
test_file_beside(void **state)
{
	static struct settings s;

	(void)state;
	write_file("net_a.conf", "profile net_a { driver = net_a\n"
				 "eal { devargs = {\"frames=9\", \"prog={here}/split.o\"} } }\n");
	load(&s, "port = \"net_a0,iface=x\"", "");
	assert_int_equal(s.result, -EINVAL);
	assert_string_equal(s.errors,
			    "./net_a.conf:2: eal.devargs: found \"prog=./split.o\" for port "
			    "\"net_a_tap\", but no such file: install clang and build again from "
			    "\"meson setup --reconfigure\" on, or give prog=FILE in the port\n");
	write_file("split.o", "");
	load(&s, "port = \"net_a0,iface=x\"", "");
	assert_string_equal(s.errors, "");
	assert_string_equal(s.config.wire[0].probe, "net_a0,iface=x,frames=9,prog=./split.o");
	write_file("net_a.conf", "profile net_a { driver = net_a\n"
				 "eal { devargs = {\"prog={here}/none.o\"} } }\n");
	load(&s, "port = net_a0 devargs = {\"frames=3\"}", "tap.devargs=frames=4");
	assert_string_equal(s.errors, "");
	load(&s, "port = \"net_a0,prog=other.o\"", "tap.devargs=frames=4");
	assert_string_equal(s.errors, "");
	assert_string_equal(s.config.wire[0].probe, "net_a0,prog=other.o");
}

static void
test_environment(void **state)
{
	static struct settings s;

	(void)state;
	load(&s, "port = net_a0", "");
	setenv("PGN_TEST_B", "mine", 1);
	unsetenv("PGN_TEST_A");
	pgn_port_environment(&s.config.wire[0], 3);
	assert_string_equal(getenv("PGN_TEST_A"), "3");
	assert_string_equal(getenv("PGN_TEST_B"), "mine");
	unsetenv("PGN_TEST_B");
	pgn_port_environment(&s.config.wire[0], 4);
	assert_string_equal(getenv("PGN_TEST_B"), "x4y");
}

static void
assert_bad(const char *wire, const char *setting, const char *line)
{
	static struct settings s;
	char expected[512];

	load(&s, wire, setting);
	snprintf(expected, sizeof(expected), "%s\n", line);
	assert_string_equal(s.errors, expected);
	assert_int_equal(s.result, -EINVAL);
}

#define TAP_KEYS "devargs, env, rxq, txq, rxd, txd, burst, promisc, lsc, rxintr, min_tx"
#define KEYS "devargs, env, rxq, txq, rxd, txd, burst, promisc, mtu, lsc, rxintr, min_tx"

static void
test_bad(void **state)
{
	(void)state;
	assert_bad("port = net_a0\nrxd = 7", "",
		   "node.conf.txt:3: wire air0: rxd: found \"7\", allowed 32 to 32768");
	assert_bad("port = net_a0\nrxd = 64\nrxd = 64", "",
		   "node.conf.txt:4: wire air0: rxd: found twice, first at line 3, allowed once");
	assert_bad("port = net_a0", "air0.rxd=7",
		   "--set air0.rxd: found \"7\", allowed 32 to 32768");
	assert_bad("port = net_a0", "air0.rxd",
		   "--set: found \"air0.rxd\", allowed PORT.KEY=VALUE");
	assert_bad("port = net_a0", "rxd=64", "--set: found \"rxd=64\", allowed PORT.KEY=VALUE");
	assert_bad("port = net_a0", "air1.rxd=64", "--set: found port \"air1\", allowed air0, tap");
	assert_bad("port = net_a0", "air0.mode=none",
		   "--set air0.mode: unknown key, allowed " KEYS);
	assert_bad("port = net_a0", "tap.mtu=1000",
		   "--set tap.mtu: unknown key, allowed " TAP_KEYS);
}

static const char pmd[] =
	"\x7f"
	"ELF..PMD_INFO_STRING= {\"name\": \"net_a\", \"params\": \"x=<int>\", "
	"\"pci_ids\": [[32902, 5572, 65535, 65535], [6900, 4161, 0, 0]]}\0..."
	"PMD_INFO_STRING= {\"name\": \"net_b\", \"pci_ids\": [[32902, 5573, 1, 1], "
	"[5555, 65535, 65535, 65535]]}\0"
	"PMD_INFO_STRING= {\"name\": \"net_c\", \"pci_ids\": [[32902, 5571, 1, 1]]}";

static void
assert_driver(uint32_t pci_id, const char *expected)
{
	struct pgn_profiles none = {0};
	char driver[32] = "";

	assert_int_equal(pgn_pmdinfo_driver(".", pci_id, &none, driver, sizeof(driver)),
			 expected != NULL);
	assert_string_equal(driver, expected != NULL ? expected : "");
}

static void
test_pmdinfo(void **state)
{
	FILE *file = fopen("librte_net_a.so.23", "w");

	(void)state;
	/* The last string's end is not in the file. */
	fwrite(pmd, 1, sizeof(pmd) - 1, file);
	fclose(file);
	assert_driver(0x808615c4, "net_a");
	assert_driver(0x1af41041, "net_a");
	assert_driver(0x808615c5, "net_b");
	assert_driver(0x15b31234, "net_b");
	assert_driver(0x808615c3, NULL);
	assert_driver(0x1af415c4, NULL);
	assert_int_equal(pgn_pmdinfo_pci_id("ffff:ff:1f.7"), 0);
}

/* A driver with a profile goes before one without. */
static void
test_pmdinfo_prefers(void **state)
{
	static const char both[] =
		"PMD_INFO_STRING= {\"name\": \"net_z\", \"pci_ids\": [[1, 2, 3, 4]]}\0"
		"PMD_INFO_STRING= {\"name\": \"net_a\", \"pci_ids\": [[1, 2, 3, 4]]}\0"
		"PMD_INFO_STRING= {\"name\": \"net_y\", \"pci_ids\": [[1, 2, 3, 4]]}";
	FILE *file = fopen("librte_net_z.so.23", "w");
	struct files files;
	char driver[32];

	(void)state;
	read_good(&files);
	fwrite(both, 1, sizeof(both), file);
	fclose(file);
	assert_true(pgn_pmdinfo_driver(".", 0x00010002, &files.set, driver, sizeof(driver)));
	assert_string_equal(driver, "net_a");
	pgn_profiles_free(&files.set);
}

#define WITH_PROFILE(test) cmocka_unit_test_setup_teardown(test, make_profile, leave_directory)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PROFILE(test_layers),      WITH_PROFILE(test_devargs),
		WITH_PROFILE(test_file_beside), WITH_PROFILE(test_environment),
		WITH_PROFILE(test_bad),         WITH_PROFILE(test_pmdinfo_prefers),
		WITH_PROFILE(test_pmdinfo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
