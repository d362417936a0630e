/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>

#include "files.h"

/** Lint the directory: its lines go to text; returns how many faults it finds. */
static int
lint(char *text, size_t size)
{
	FILE *errors = fmemopen(text, size, "w");
	unsigned int count;
	int faults = pgn_profiles_lint(".", &count, errors);

	fclose(errors);
	return faults;
}

static void
assert_faults(int faults, const char *lines)
{
	char text[2048] = "";

	assert_int_equal(lint(text, sizeof(text)), faults);
	assert_string_equal(text, lines);
}

static void
test_good(void **state)
{
	(void)state;
	write_file("net_a.conf", "profile net_a { driver = net_a " SOURCE "}");
	write_file("net_a.x.conf",
		   "profile net_a.x { driver = net_a pci = {\"8086:15c4\"} " SOURCE "}");
	write_file("other.txt", "not read");
	assert_faults(0, "");
}

static void
test_name(void **state)
{
	(void)state;
	write_file("net_b.conf", "profile net_a { driver = net_a " SOURCE "}");
	assert_faults(1, "./net_b.conf: profile net_a: allowed in a file net_a.conf only\n");
	write_file("net_b.conf", "profile net_b { driver = net_a " SOURCE "}");
	assert_faults(1, "./net_b.conf: profile net_b: allowed its first driver's name, net_a\n");
}

static void
test_source(void **state)
{
	(void)state;
	write_file("net_a.conf", "profile net_a { driver = net_a source { guide = g } }");
	assert_faults(2, "./net_a.conf: profile net_a: source.checked: missing, allowed 1 to 255 "
			 "printable characters\n"
			 "./net_a.conf: profile net_a: source.hardware: missing, allowed 1 to 255 "
			 "printable characters\n");
}

static void
test_variant_alone(void **state)
{
	(void)state;
	write_file("net_a.x.conf",
		   "profile net_a.x { driver = net_a pci = {\"8086:15c4\"} " SOURCE "}");
	assert_faults(1, "./net_a.x.conf: profile net_a.x: pci: allowed where there is a profile "
			 "net_a.conf for all others\n");
}

static void
test_overlap(void **state)
{
	char text[2048] = "";

	(void)state;
	write_file("net_a.conf", "profile net_a { driver = {net_a, net_b} " SOURCE "}");
	write_file("net_b.conf", "profile net_b { driver = net_b " SOURCE "}");
	assert_int_equal(lint(text, sizeof(text)), 1);
	assert_non_null(strstr(text, "driver: found net_b, allowed a driver and PCI ids that "));
}

static void
test_broken(void **state)
{
	(void)state;
	write_file("net_a.conf", "profile net_a { driver = net_a " SOURCE "}");
	write_file("net_c.conf", "profile net_c { driver = net_c\nport { rxd = 1 } }");
	assert_faults(1, "./net_c.conf:2: port.rxd: found \"1\", allowed 32 to 32768\n");
}

static void
test_no_directory(void **state)
{
	unsigned int count;
	FILE *errors = fopen("/dev/null", "w");

	(void)state;
	assert_int_equal(pgn_profiles_lint("nowhere", &count, errors), -ENOENT);
	fclose(errors);
}

#define IN_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, enter_directory, leave_directory)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(test_good),         IN_DIRECTORY(test_name),
		IN_DIRECTORY(test_source),       IN_DIRECTORY(test_variant_alone),
		IN_DIRECTORY(test_overlap),      IN_DIRECTORY(test_broken),
		IN_DIRECTORY(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
