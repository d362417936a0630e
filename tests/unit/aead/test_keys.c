/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "inside.h"
#include "kit.h"

#define ONE "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define TWO "F0E0D0C0B0A09080706050403020100fF0E0D0C0B0A09080706050403020100f"
#define THREE "3333333333333333333333333333333333333333333333333333333333333333"
#define FOUR "4444444444444444444444444444444444444444444444444444444444444444"
#define FIVE "5555555555555555555555555555555555555555555555555555555555555555"

static void
expect_error(const char *file, const char *error)
{
	char why[PGN_AEAD_WHY] = "", expected[PGN_AEAD_WHY];

	assert_null(pgn_aead_keys_read(file, why));
	snprintf(expected, sizeof(expected), "%s%s", file, error);
	assert_string_equal(why, expected);
}

static void
good_files(void **state)
{
	static const struct {
		const char *text;
		unsigned int mode, count;
	} good[] = {
		{ONE "\n", 0600, 1},
		{ONE, 0400, 1},
		{ONE "\n" TWO, 0600, 2},
		{ONE "\n" TWO "\n" THREE "\n" FOUR "\n", 0600, 4},
	};
	char why[PGN_AEAD_WHY];

	(void)state;
	for (unsigned int i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct pgn_aead_keys *keys =
			pgn_aead_keys_read(kit_file(good[i].text, good[i].mode), why);

		assert_non_null(keys);
		assert_int_equal(pgn_aead_keys_count(keys), good[i].count);
		for (unsigned int b = 0; b < PGN_AEAD_KEY; b++)
			assert_int_equal(keys->key[0][b], b);
		if (good[i].count > 1)
			assert_memory_equal(keys->key[1],
					    "\xf0\xe0\xd0\xc0\xb0\xa0\x90\x80\x70\x60\x50\x40\x30"
					    "\x20\x10\x0f\xf0\xe0\xd0\xc0\xb0\xa0\x90\x80\x70\x60"
					    "\x50\x40\x30\x20\x10\x0f",
					    PGN_AEAD_KEY);
		pgn_aead_keys_free(keys);
	}
}

static void
bad_text_is_told_by_line_and_never_shown(void **state)
{
	static const struct {
		const char *text, *error;
	} bad[] = {
		{"", ": found an empty file, allowed 1 to 4 lines of 64 hexadecimal digits"},
		{"\n", ":1: found 0 characters, allowed 64 hexadecimal digits"},
		{"ab\n", ":1: found 2 characters, allowed 64 hexadecimal digits"},
		{ONE "\n" TWO "0\n",
		 ":2: found more than 64 characters, allowed 64 hexadecimal digits"},
		{ONE "\n\n" TWO "\n", ":2: found 0 characters, allowed 64 hexadecimal digits"},
		{ONE "\r\n", ":1: found more than 64 characters, allowed 64 hexadecimal digits"},
		{"0x" ONE "\n",
		 ":1: found something else in column 2, allowed 64 hexadecimal digits"},
		{ONE "\n# spare\n",
		 ":2: found something else in column 1, allowed 64 hexadecimal digits"},
		{ONE "\n0001020304050607 8090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
		 ":2: found something else in column 17, allowed 64 hexadecimal digits"},
		{ONE "\n" TWO "\n" ONE "\n",
		 ":3: found the key of line 1 again, allowed each key once"},
		{ONE "\n" TWO "\n" THREE "\n" FOUR "\n" FIVE "\n",
		 ":5: found more than 4 lines, allowed 1 to 4 keys"},
		{ONE "\n" TWO "\n" THREE "\n" FOUR "\n\n",
		 ":5: found more than 4 lines, allowed 1 to 4 keys"},
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_error(kit_file(bad[i].text, 0600), bad[i].error);
}

static void
who_else_may_read_it_is_refused(void **state)
{
	static const struct {
		unsigned int mode;
		const char *error;
	} bad[] = {
		{0644, ": found mode 0644, allowed 0600 or 0400"},
		{0640, ": found mode 0640, allowed 0600 or 0400"},
		{0604, ": found mode 0604, allowed 0600 or 0400"},
		{0620, ": found mode 0620, allowed 0600 or 0400"},
		{0700, ": found mode 0700, allowed 0600 or 0400"},
		{04600, ": found mode 4600, allowed 0600 or 0400"},
	};
	const char *file;

	(void)state;
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_error(kit_file(ONE "\n", bad[i].mode), bad[i].error);
	file = kit_file(ONE "\n", 0600);
	if (geteuid() != 0 || chown(file, 12345, (gid_t)-1) != 0)
		return;
	expect_error(file, ": found the file of user 12345, allowed root's or user 0's");
}

static void
no_file(void **state)
{
	const char *pipe = kit_file("", 0600);

	(void)state;
	expect_error("/nowhere/keys", ": cannot open: No such file or directory");
	expect_error("/tmp", ": found no regular file, allowed one");
	/* Would wait for a writer for ever. */
	assert_int_equal(unlink(pipe), 0);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	expect_error(pipe, ": found no regular file, allowed one");
}

static int
forget_file(void **state)
{
	(void)state;
	unlink(kit_file("", 0600));
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_files),
		cmocka_unit_test(bad_text_is_told_by_line_and_never_shown),
		cmocka_unit_test(who_else_may_read_it_is_refused),
		cmocka_unit_test(no_file),
	};

	return cmocka_run_group_tests(tests, NULL, forget_file);
}
