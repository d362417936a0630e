/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>

#include "files.h"
#include "profile_keys.h"

#define SECTIONS "bind, eal, port, spread, limits, source"
#define PORT_KEYS "rxq, txq, rxd, txd, burst, promisc, mtu, lsc, rxintr"

static const char good[] = "# all there is\n"
			   "profile \"net_a\" {\n"
			   "\tdriver = {net_a, net_a_vf}\n"
			   "\tdevice = {a_}\n"
			   "\tpci = {\"8086:15c4\", \"1AF4:1041\"}\n"
			   "\tbind { mode = bifurcated }\n"
			   "\teal { devargs = {\"x=1\", \"y=a:b\"}\n"
			   "\t\tenv = {\"N={rxq}\"} options = \"--a --b\" }\n"
			   "\tport { rxq = auto txq = 2 rxd = 0x100\n"
			   "\t\tburst = 7 promisc = yes mtu = 1400 lsc = auto }\n"
			   "\tspread { order = {flow_mask,\n"
			   "\t\tsoftware} }\n"
			   "\tlimits { min_tx = 60 rx_buffers = 2048 stats_poll_max_s = 240\n"
			   "\t\tself_mac_tx = dropped }\n"
			   "\tsource { guide = 'nics/a (b)' }\n"
			   "}\n"
			   "profile net_b { driver = net_b }\n";

static void
assert_value(const struct pgn_profile *profile, enum pgn_profile_id id, const char *text,
	     uint32_t number, unsigned int line)
{
	const struct pgn_profile_value *value = &profile->value[id];

	assert_string_equal(value->text, text);
	assert_int_equal(value->number, number);
	assert_string_equal(value->file, "./a.conf");
	assert_int_equal(value->line, line);
}

static void
test_good(void **state)
{
	const struct pgn_profile *a;
	struct files files;

	(void)state;
	write_file("a.conf", good);
	read_good(&files);
	assert_int_equal(files.set.count, 2);
	a = files.set.item[0];
	assert_string_equal(a->name, "net_a");
	assert_int_equal(a->driver_count, 2);
	assert_string_equal(a->driver[1], "net_a_vf");
	assert_string_equal(a->device[0], "a_");
	assert_int_equal(a->pci_count, 2);
	assert_int_equal(a->pci[0], 0x808615c4);
	assert_int_equal(a->pci[1], 0x1af41041);
	assert_value(a, PGN_PROFILE_MODE, "bifurcated", PGN_PROFILE_BIFURCATED, 6);
	assert_value(a, PGN_PROFILE_DEVARGS, "x=1,y=a:b", 0, 7);
	assert_value(a, PGN_PROFILE_ENV, "N={rxq}", 0, 8);
	assert_value(a, PGN_PROFILE_OPTIONS, "--a --b", 0, 8);
	assert_value(a, PGN_PROFILE_RXQ, "auto", PGN_PROFILE_AUTO, 9);
	assert_value(a, PGN_PROFILE_TXQ, "2", 2, 9);
	assert_value(a, PGN_PROFILE_RXD, "0x100", 256, 9);
	assert_value(a, PGN_PROFILE_BURST, "7", 7, 10);
	assert_value(a, PGN_PROFILE_PROMISC, "yes", PGN_PROFILE_YES, 10);
	assert_value(a, PGN_PROFILE_MTU, "1400", 1400, 10);
	assert_value(a, PGN_PROFILE_LSC, "auto", PGN_PROFILE_DEVICE, 10);
	assert_string_equal(a->value[PGN_PROFILE_ORDER].text, "flow_mask,software");
	assert_int_equal(a->value[PGN_PROFILE_ORDER].line, 11);
	assert_value(a, PGN_PROFILE_MIN_TX, "60", 60, 13);
	assert_value(a, PGN_PROFILE_RX_BUFFERS, "2048", 2048, 13);
	assert_value(a, PGN_PROFILE_STATS_POLL, "240", 240, 13);
	assert_value(a, PGN_PROFILE_SELF_MAC_TX, "dropped", 1, 14);
	assert_value(a, PGN_PROFILE_GUIDE, "nics/a (b)", 0, 15);
	assert_null(a->value[PGN_PROFILE_TXD].file);
	assert_null(a->value[PGN_PROFILE_CHECKED].file);
	assert_string_equal(files.set.item[1]->name, "net_b");
	assert_null(files.set.item[1]->value[PGN_PROFILE_MODE].file);
	pgn_profiles_free(&files.set);
}

static void
assert_refused(const char *text, const char *line)
{
	struct files files = {0};
	char expected[1024];

	write_file("a.conf", text);
	read_files(&files, PGN_LAYER_SHIPPED);
	snprintf(expected, sizeof(expected), "./a.conf:%s\n", line);
	assert_string_equal(files.errors, expected);
	assert_int_equal(files.result, -EINVAL);
	pgn_profiles_free(&files.set);
}

#define A(body) "profile net_a {\ndriver = net_a\n" body "\n}\n"

static void
test_values(void **state)
{
	(void)state;
	assert_refused(A("port { rxd = 31 }"), "3: port.rxd: found \"31\", allowed 32 to 32768");
	assert_refused(A("port { txd = 32769 }"),
		       "3: port.txd: found \"32769\", allowed 32 to 32768");
	assert_refused(A("port { rxd = auto }"),
		       "3: port.rxd: found \"auto\", allowed 32 to 32768");
	assert_refused(A("port { rxq = 0 }"), "3: port.rxq: found \"0\", allowed 1 to 128 or auto");
	assert_refused(A("port { rxq = -1 }"),
		       "3: port.rxq: found \"-1\", allowed 1 to 128 or auto");
	assert_refused(A("port {\nburst = 65 }"),
		       "4: port.burst: found \"65\", allowed 1 to 64 (frames) or auto");
	assert_refused(A("port { burst = many }"),
		       "3: port.burst: found \"many\", allowed 1 to 64 (frames) or auto");
	assert_refused(A("port { promisc = auto }"),
		       "3: port.promisc: found \"auto\", allowed no, yes");
	assert_refused(A("port { mtu = 9000 }"),
		       "3: port.mtu: found \"9000\", allowed 576 to 1500 (bytes) or auto");
	assert_refused(A("port { lsc = 1 }"), "3: port.lsc: found \"1\", allowed no, yes, auto");
	assert_refused(A("limits { min_tx = 61 }"),
		       "3: limits.min_tx: found \"61\", allowed 0 to 60 (bytes)");
	assert_refused(A("bind { mode = uio }"),
		       "3: bind.mode: found \"uio\", allowed vfio, bifurcated, kernel, none, dpaa, "
		       "fslmc");
	assert_refused(A("spread { order = {software, rss} }"),
		       "3: spread.order: found \"rss\", allowed each once, of l2_hash, "
		       "custom_hash, flow_hash, flow_hash_2, flow_mask, software");
	assert_refused(A("spread { order = {software,\nsoftware} }"),
		       "4: spread.order: found \"software\", allowed each once, of l2_hash, "
		       "custom_hash, flow_hash, flow_hash_2, flow_mask, software");
	assert_refused(A("source { guide = \"\" }"),
		       "3: source.guide: found \"\", allowed 1 to 255 printable characters");
}

#define DEVARGS "key=value without commas and blanks, each key once, at most 255 characters in all"
#define ENV                                                                                     \
	"NAME=value without commas and blanks, each name once, at most 255 characters in all; " \
	"{rxq} stands for the number of Rx queues"

static void
test_pairs(void **state)
{
	(void)state;
	assert_refused(A("eal { devargs = {\"a\"} }"),
		       "3: eal.devargs: found \"a\", allowed " DEVARGS);
	assert_refused(A("eal { devargs = {\"a=1,b=2\"} }"),
		       "3: eal.devargs: found \"a=1,b=2\", allowed " DEVARGS);
	assert_refused(A("eal { devargs = {\"a=1 2\"} }"),
		       "3: eal.devargs: found \"a=1 2\", allowed " DEVARGS);
	assert_refused(A("eal { devargs = {\"=1\"} }"),
		       "3: eal.devargs: found \"=1\", allowed " DEVARGS);
	assert_refused(A("eal { devargs = {\"a=1\",\n\"ab=1\", \"a=2\"} }"),
		       "4: eal.devargs: found \"a=2\", allowed " DEVARGS);
	assert_refused(A("eal { env = {\"A-B=1\"} }"), "3: eal.env: found \"A-B=1\", allowed " ENV);
}

static void
test_structure(void **state)
{
	(void)state;
	assert_refused("", " profile: found none, allowed one or more");
	assert_refused("node { }", "1: node: unknown section, allowed profile");
	assert_refused("profile net_a { }",
		       "1: profile net_a: driver: missing, allowed 1 to 4 names");
	assert_refused(
		"profile net_a {\nspeed = 3 }",
		"2: profile net_a: speed: unknown key, allowed driver, device, pci, " SECTIONS);
	assert_refused(A("port { rxd = 64\nringsize = 64 }"),
		       "4: port.ringsize: unknown key, allowed " PORT_KEYS);
	assert_refused(A("port { rxd = 64\nrxd = 64 }"),
		       "4: port.rxd: found twice, first at line 3, allowed once");
	assert_refused(A("port { rxd = 64 }\nport { rxd = 64 }"),
		       "4: port.rxd: found twice, first at line 3, allowed once");
	assert_refused(A("spread { order = {software} }\nspread { order = {software} }"),
		       "4: spread.order: found twice, first at line 3, allowed once");
	assert_refused(A("pci = {8086}"), "3: pci: found \"8086\", allowed VENDOR:DEVICE in "
					  "hexadecimal, four digits each, such as \"8086:15c4\"");
	assert_refused(A("pci = {\"8086:15g4\"}"),
		       "3: pci: found \"8086:15g4\", allowed VENDOR:DEVICE in hexadecimal, four "
		       "digits each, such as \"8086:15c4\"");
	assert_refused("profile a { driver = {a, b, c, d, e} }",
		       "1: driver: found 5, allowed at most 4");
	assert_refused("profile a { driver = \"a b\" }",
		       "1: driver: found \"a b\", allowed letters, digits, _, - and ., at most 31");
	assert_refused("profile \"a/b\" { driver = a }",
		       "1: profile: found \"a/b\", allowed letters, "
		       "digits, _, - and ., at most 63");
	assert_refused(A("port {"), "1: section is never closed");
	assert_refused("profile a { driver = a }\nprofile a { driver = a }",
		       "2: profile: found \"a\" twice, allowed once");
}

static void
test_no_directory(void **state)
{
	struct pgn_profiles set = {0};
	char text[256] = "";
	FILE *errors = fmemopen(text, sizeof(text), "w");

	(void)state;
	assert_int_equal(pgn_profiles_load(&set, "nowhere", errors), -ENOENT);
	fclose(errors);
	assert_string_equal(text, "nowhere: cannot read: No such file or directory\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_good, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(test_values, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(test_pairs, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(test_structure, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(test_no_directory, enter_directory,
						leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
