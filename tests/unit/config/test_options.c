/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"

#define WORDS_MAX 16
#define OPTIONS "-c, --check, --dry-run, --role, --set, --profile, --profiles, --version, --help"

struct run {
	struct pgn_options options;
	char words[256]; /* argv points into it */
	char *argv[WORDS_MAX + 1];
	int argc;
	int result;
	char out[2048], errors[1024];
};

/* words: the command line behind the program's name, parted by one blank each. */
static void
parse(struct run *run, const char *words)
{
	char *rest = run->words;
	FILE *out, *errors;

	memset(run, 0, sizeof(*run));
	memset(&run->options, 0xa5, sizeof(run->options));
	snprintf(run->words, sizeof(run->words), "peregrine%s%s", *words != '\0' ? " " : "", words);
	while (rest != NULL && run->argc < WORDS_MAX)
		run->argv[run->argc++] = strsep(&rest, " ");

	out = fmemopen(run->out, sizeof(run->out), "w");
	errors = fmemopen(run->errors, sizeof(run->errors), "w");
	assert_non_null(out);
	assert_non_null(errors);
	run->result = pgn_options_parse(&run->options, run->argc, run->argv, out, errors);
	fclose(out);
	fclose(errors);
}

static void
parse_good(struct run *run, const char *words)
{
	parse(run, words);
	assert_string_equal(run->errors, "");
	assert_string_equal(run->out, "");
	assert_int_equal(run->result, 0);
}

static void
assert_refused(const char *words, const char *line)
{
	struct run run;
	char expected[512];

	parse(&run, words);
	snprintf(expected, sizeof(expected), "peregrine: %s\n", line);
	assert_string_equal(run.errors, expected);
	assert_string_equal(run.out, "");
	assert_int_equal(run.result, -EINVAL);
}

static void
test_good(void **state)
{
	struct run run;

	(void)state;
	parse_good(&run, "-c node.conf");
	assert_string_equal(run.options.config_file, "node.conf");
	assert_false(run.options.check);
	assert_null(run.options.role);
	assert_int_equal(run.options.eal_argc, 0);
	assert_null(run.options.eal_argv[0]);

	parse_good(&run, "--role obu --check -cnode.conf");
	assert_string_equal(run.options.config_file, "node.conf");
	assert_true(run.options.check);
	assert_string_equal(run.options.role, "obu");

	parse_good(&run, "-c a --role=rsu");
	assert_string_equal(run.options.role, "rsu");
}

static void
test_eal_options(void **state)
{
	struct run run;

	(void)state;
	parse_good(&run, "-c a -- --no-huge -c 1 -- --check");
	assert_string_equal(run.options.config_file, "a");
	assert_false(run.options.check);
	assert_int_equal(run.options.eal_argc, 5);
	assert_string_equal(run.options.eal_argv[0], "--no-huge");
	assert_string_equal(run.options.eal_argv[3], "--");
	assert_string_equal(run.options.eal_argv[4], "--check");
	assert_null(run.options.eal_argv[5]);

	parse_good(&run, "-c a --");
	assert_int_equal(run.options.eal_argc, 0);
	assert_null(run.options.eal_argv[0]);
}

static void
test_done(void **state)
{
	struct run run;

	(void)state;
	parse(&run, "--version");
	assert_int_equal(run.result, 1);
	assert_string_equal(run.out, "peregrine " PGN_VERSION "\n");
	assert_string_equal(run.errors, "");
	parse(&run, "--help");
	assert_int_equal(run.result, 1);
	assert_ptr_equal(strstr(run.out, "usage: peregrine -c NODE.conf "), run.out);
	assert_string_equal(run.errors, "");
}

static void
test_profile(void **state)
{
	struct run run;

	(void)state;
	parse_good(&run, "--profile show net_ixgbe --json --effective -c a --profiles b");
	assert_int_equal(run.options.profile, PGN_PROFILE_SHOW);
	assert_string_equal(run.options.profile_target, "net_ixgbe");
	assert_true(run.options.json);
	assert_true(run.options.effective);
	assert_string_equal(run.options.config_file, "a");
	assert_string_equal(run.options.profiles, "b");

	parse_good(&run, "--profile check");
	assert_int_equal(run.options.profile, PGN_PROFILE_CHECK);
	assert_null(run.options.profile_target);
	parse_good(&run, "--profile=check b");
	assert_string_equal(run.options.profile_target, "b");

	parse_good(&run, "-c a --dry-run --set air0.rxd=64 --set tap.txd=64");
	assert_int_equal(run.options.profile, PGN_PROFILE_RUN);
	assert_true(run.options.dry_run);
	assert_int_equal(run.options.setting_count, 2);
	assert_string_equal(run.options.setting[1], "tap.txd=64");

	assert_refused("--profile show",
		       "--profile show: found nothing to show, allowed a PORT or a "
		       "DRIVER");
	assert_refused("--profile list", "--profile: found neither, allowed show, check");
	assert_refused("--profile show a b", "b: stray argument, allowed options only");
	assert_refused("--profile check --profile check", "--profile: found twice, allowed once");
	assert_refused("--profile check --json", "--json: found, allowed with --profile show only");
	assert_refused("-c a --effective", "--effective: found, allowed with --profile show only");
	assert_refused("--profile show a --check",
		       "--check: found, allowed without --profile only");
	assert_refused("--profile show a --set air0.rxd=64", "--set: found, allowed with -c only");
	assert_refused("--profile check --dry-run",
		       "--dry-run: found, allowed without --profile only");
}

static void
test_bad(void **state)
{
	(void)state;
	assert_refused("", "-c: missing, allowed one NODE.conf");
	assert_refused("--check", "-c: missing, allowed one NODE.conf");
	assert_refused("-- -c a", "-c: missing, allowed one NODE.conf");
	assert_refused("-c", "-c: found no value, allowed one");
	assert_refused("-c -- a", "-c: found no value, allowed one");
	assert_refused("-c a -c b", "-c: found twice, allowed once");
	assert_refused("-c a b", "b: stray argument, allowed options only");
	assert_refused("b -c a", "b: stray argument, allowed options only");
	assert_refused("b -c", "b: stray argument, allowed options only");
	assert_refused("-c a b -- -l 0", "b: stray argument, allowed options only");
	assert_refused("-c a --role", "--role: found no value, allowed one");
	assert_refused("-c a --role -- obu", "--role: found no value, allowed one");
	assert_refused("-c a --role car", "--role: found \"car\", allowed rsu, obu");
	assert_refused("-c a --role=", "--role: found \"\", allowed rsu, obu");
	assert_refused("-c a --role rsu --role obu", "--role: found twice, allowed once");
	assert_refused("-c a --check=yes", "--check=yes: found a value, allowed none");
	assert_refused("-c a --speed 3", "--speed: unknown option, allowed " OPTIONS);
	assert_refused("-vc a", "-v: unknown option, allowed " OPTIONS);
	assert_refused("-c a -\x1b", "-\\x1b: unknown option, allowed " OPTIONS);
	assert_refused("-c a -\xff", "-\\xff: unknown option, allowed " OPTIONS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_eal_options),
		cmocka_unit_test(test_done), cmocka_unit_test(test_profile),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
