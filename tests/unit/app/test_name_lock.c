/* SPDX-License-Identifier: BSD-3-Clause */
/* A name has one process at a time; whoever was killed is in nobody's way. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "directory.h"
#include "log.h"
#include "name_lock.h"

static struct pgn_config config = {.file = "node.conf", .name_line = 7};
static char logged[512];

void
pgn_log(int severity, const char *format, ...)
{
	va_list arguments;
	int used = snprintf(logged, sizeof(logged), "%d ", severity);

	va_start(arguments, format);
	vsnprintf(logged + used, sizeof(logged) - (size_t)used, format, arguments);
	va_end(arguments);
}

static int
setup(void **state)
{
	(void)state;
	logged[0] = '\0';
	return setenv("RUNTIME_DIRECTORY", ".", 1);
}

static void
assert_holder(const char *name, pid_t pid)
{
	char path[64], line[16] = "", expected[16];
	FILE *file;

	snprintf(path, sizeof(path), "dpdk/%s/" PGN_NAME_LOCK, name);
	snprintf(expected, sizeof(expected), "%d", (int)pid);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	assert_string_equal(line, expected);
}

/** A process that has the name from now on. */
static pid_t
start_holder(const char *name)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		byte = pgn_name_lock(&config, name) == 0 ? 'y' : 'n';
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 'y');
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void
kill_holder(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
nothing_is_left(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(pgn_name_lock(&config, "a"), 0);
		assert_holder("a", getpid());
		pgn_name_unlock();
		assert_int_equal(rmdir("dpdk"), 0);
	}
	assert_string_equal(logged, "");
}

static void
a_name_that_is_taken(void **state)
{
	char expected[256];
	pid_t pid = start_holder("a");

	(void)state;
	assert_int_equal(pgn_name_lock(&config, "a"), -EEXIST);
	snprintf(expected, sizeof(expected),
		 "%d node.conf:7: node.name: found \"a\", allowed a name that no running node has: "
		 "process %d has it",
		 LOG_ERR, (int)pid);
	assert_string_equal(logged, expected);
	pgn_name_unlock();
	assert_holder("a", pid);
	assert_int_equal(pgn_name_lock(&config, "b"), 0);
	pgn_name_unlock();
	kill_holder(pid);
	assert_int_equal(pgn_name_lock(&config, "a"), 0);
	assert_holder("a", getpid());
	pgn_name_unlock();
	assert_int_equal(rmdir("dpdk"), 0);
}

static void
where_no_lock_can_be_made(void **state)
{
	(void)state;
	setenv("RUNTIME_DIRECTORY", "nowhere", 1);
	assert_int_equal(pgn_name_lock(&config, "a"), 0);
	assert_string_equal(logged, "4 nowhere/dpdk/a: No such file or directory: another node "
				    "named a would not be noticed");
	pgn_name_unlock();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_is_left, setup),
		cmocka_unit_test_setup(a_name_that_is_taken, setup),
		cmocka_unit_test_setup(where_no_lock_can_be_made, setup),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
