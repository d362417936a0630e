/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of a capture's files, and which of them go. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture_files.h"
#include "directory.h"

#define P "rsu_air0_In_"

static int
set_up(void **state)
{
	static struct pgn_capture_series series;

	if (enter_directory(state) != 0)
		return -1;
	series = (struct pgn_capture_series){.directory = open(".", O_RDONLY | O_DIRECTORY),
					     .group = getegid()};
	pgn_capture_prefix(series.prefix, "rsu", "air0", true, false);
	*state = &series;
	return series.directory < 0;
}

static int
tear_down(void **state)
{
	const struct pgn_capture_series *series = *state;

	close(series->directory);
	return leave_directory(state);
}

/** A file that is there, written to last at this second. */
static void
touch(const struct pgn_capture_series *series, const char *name, time_t second)
{
	const struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = second}};
	int fd = openat(series->directory, name, O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static void
create(struct pgn_capture_series *series, time_t now, const char *expected)
{
	char name[PGN_CAPTURE_NAME];
	int fd = pgn_capture_create(series, now, name);

	assert_true(fd >= 0);
	assert_string_equal(name, expected);
	close(fd);
}

static bool
is_there(const struct pgn_capture_series *series, const char *name)
{
	return faccessat(series->directory, name, F_OK, 0) == 0;
}

static void
test_prefix(void **state)
{
	char prefix[PGN_CAPTURE_NAME];

	(void)state;
	pgn_capture_prefix(prefix, "rsu-7", "all", true, true);
	assert_string_equal(prefix, "rsu-7_all_Both_");
	pgn_capture_prefix(prefix, "rsu-7", "tap", false, true);
	assert_string_equal(prefix, "rsu-7_tap_Out_");
}

static void
test_when(void **state)
{
	static const char *const others[] = {P,
					     P "20261125_090807.pcap",
					     P "20261125_090807.pcapng~",
					     P "2026112_090807.pcapng",
					     P "20261125-090807.pcapng",
					     P "20261125_09080.pcapng",
					     P "20261125_090807_.pcapng",
					     P "20261125_090807_0.pcapng",
					     P "20261125_090807_1000.pcapng",
					     P "20261125_090807_1x.pcapng",
					     "rsu_air0_Out_20261125_090807.pcapng",
					     P "+0261125_090807.pcapng",
					     ""};
	static const char *const ordered[] = {
		P "20260101_000000.pcapng",   P "20261124_235959_12.pcapng",
		P "20261125_000000.pcapng",   P "20261125_000000_1.pcapng",
		P "20261125_000000_2.pcapng", P "20261125_000000_10.pcapng",
		P "20261125_000001.pcapng"};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_true(pgn_capture_when(P, others[i]) == 0);
	for (size_t i = 1; i < sizeof(ordered) / sizeof(ordered[0]); i++)
		assert_true(pgn_capture_when(P, ordered[i - 1]) < pgn_capture_when(P, ordered[i]));
	assert_true(pgn_capture_when(P, ordered[0]) > 0);
}

static void
test_create(void **state)
{
	struct pgn_capture_series *series = *state;
	char name[PGN_CAPTURE_NAME];
	struct stat is;
	int fd = pgn_capture_create(series, 1795597487, name);

	assert_true(fd >= 0);
	assert_string_equal(name, P "20261125_090447.pcapng");
	assert_int_equal(fstat(fd, &is), 0);
	assert_int_equal(is.st_mode & 07777 & ~0640, 0);
	close(fd);
	fd = pgn_capture_create(series, 1795597487, name);
	assert_true(fd >= 0);
	assert_string_equal(name, P "20261125_090447_1.pcapng");
	close(fd);
}

/** What somebody put there is neither followed nor written over. */
static void
test_create_beside(void **state)
{
	struct pgn_capture_series *series = *state;
	char name[PGN_CAPTURE_NAME];
	int fd;

	assert_int_equal(symlinkat("target", series->directory, P "19700101_000000.pcapng"), 0);
	fd = pgn_capture_create(series, 0, name);
	assert_true(fd >= 0);
	assert_string_equal(name, P "19700101_000000_1.pcapng");
	assert_false(is_there(series, "target"));
	close(fd);
}

static void
test_prune(void **state)
{
	struct pgn_capture_series *series = *state;
	char oldest[PGN_CAPTURE_NAME] = "";

	assert_int_equal(pgn_capture_survey(series, NULL, oldest), 0);
	touch(series, P "20261125_000000_10.pcapng", 0);
	touch(series, P "20261125_000000_9.pcapng", 0);
	touch(series, P "20261125_000000.pcapng", 0);
	touch(series, P "20261124_000000.pcapng", 0);
	touch(series, "rsu_air0_Out_20200101_000000.pcapng", 0);
	touch(series, "notes", 0);
	assert_int_equal(pgn_capture_survey(series, NULL, oldest), 4);
	assert_string_equal(oldest, P "20261124_000000.pcapng");
	assert_int_equal(pgn_capture_survey(series, P "20261124_000000.pcapng", oldest), 3);

	assert_int_equal(pgn_capture_prune(series, 4), 0);
	assert_true(is_there(series, P "20261124_000000.pcapng"));
	assert_int_equal(pgn_capture_prune(series, 1), 0);
	assert_true(is_there(series, P "20261125_000000_10.pcapng"));
	assert_false(is_there(series, P "20261125_000000_9.pcapng"));
	assert_true(is_there(series, "rsu_air0_Out_20200101_000000.pcapng"));
	assert_true(is_there(series, "notes"));
	assert_int_equal(pgn_capture_prune(series, 0), 0);
	assert_int_equal(pgn_capture_survey(series, NULL, oldest), 0);
}

static void
expect_oldest(struct pgn_capture_series *series, const char *expected)
{
	char oldest[PGN_CAPTURE_NAME] = "";

	assert_true(pgn_capture_survey(series, NULL, oldest) > 0);
	assert_string_equal(oldest, expected);
	assert_int_equal(unlinkat(series->directory, oldest, 0), 0);
}

/** The name says when a file was begun: in 1970, where the clock was set only later. */
static void
test_age_of_earlier_captures(void **state)
{
	struct pgn_capture_series *series = *state;

	touch(series, P "19700101_000010.pcapng", 2000);
	touch(series, P "20261125_000000.pcapng", 1000);
	touch(series, P "20261125_000000_2.pcapng", 1500);
	touch(series, P "20261125_000000_1.pcapng", 1500);
	expect_oldest(series, P "20261125_000000.pcapng");
	expect_oldest(series, P "20261125_000000_1.pcapng");
	expect_oldest(series, P "20261125_000000_2.pcapng");
	expect_oldest(series, P "19700101_000010.pcapng");
}

/** Whatever the clock does meanwhile, earlier captures' files go first, then the first of this. */
static void
test_age_when_the_clock_is_set(void **state)
{
	struct pgn_capture_series *series = *state;

	touch(series, P "20380101_000000.pcapng", INT32_MAX);
	create(series, 1795597487, P "20261125_090447.pcapng");
	create(series, 10, P "19700101_000010.pcapng");
	create(series, 10, P "19700101_000010_1.pcapng");
	create(series, 1795597488, P "20261125_090448.pcapng");
	assert_int_equal(pgn_capture_prune(series, 4), 0);
	assert_false(is_there(series, P "20380101_000000.pcapng"));
	expect_oldest(series, P "20261125_090447.pcapng");
	expect_oldest(series, P "19700101_000010.pcapng");
	expect_oldest(series, P "19700101_000010_1.pcapng");
	expect_oldest(series, P "20261125_090448.pcapng");
}

/** As many as a capture may keep, each begun before the one before. */
static void
test_age_of_many(void **state)
{
	struct pgn_capture_series *series = *state;
	char name[PGN_CAPTURE_NAME];
	int fd;

	for (time_t i = 0; i <= PGN_CAPTURE_OWN; i++) {
		fd = pgn_capture_create(series, 1795597487 - i, name);
		assert_true(fd >= 0);
		close(fd);
		assert_int_equal(pgn_capture_prune(series, PGN_CAPTURE_OWN), 0);
	}
	expect_oldest(series, P "20261125_090446.pcapng");
	expect_oldest(series, P "20261125_090445.pcapng");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_when),
		cmocka_unit_test_setup_teardown(test_create, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_create_beside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_prune, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_age_of_earlier_captures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_age_when_the_clock_is_set, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_age_of_many, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
