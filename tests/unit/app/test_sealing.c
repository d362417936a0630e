/* SPDX-License-Identifier: BSD-3-Clause */
/* What is wrong with keys or device is told with file, line and key. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "directory.h"
#include "log.h"
#include "sealing.h"

#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"

static struct pgn_config config;
static struct pgn_node node;
static char logged[1024];
static bool device_opens;

struct pgn_aead_device *__wrap_pgn_aead_device_open(const char *name, unsigned int lanes,
						    int socket, char *why);
void __wrap_pgn_aead_device_close(struct pgn_aead_device *device);
int __wrap_pgn_sealing_open(struct pgn_sealing *sealing, struct pgn_aead_device *device,
			    const struct pgn_aead_keys *keys);

struct pgn_aead_device *
__wrap_pgn_aead_device_open(const char *name, unsigned int lanes, int socket, char *why)
{
	static int device;

	(void)lanes;
	(void)socket;
	snprintf(why, PGN_AEAD_WHY, "%s is away", name);
	return device_opens ? (struct pgn_aead_device *)&device : NULL;
}

void
__wrap_pgn_aead_device_close(struct pgn_aead_device *device)
{
	(void)device;
}

int
__wrap_pgn_sealing_open(struct pgn_sealing *sealing, struct pgn_aead_device *device,
			const struct pgn_aead_keys *keys)
{
	(void)sealing;
	(void)device;
	(void)keys;
	return -EIO;
}

void
pgn_log(int severity, const char *format, ...)
{
	va_list arguments;

	assert_int_equal(severity, LOG_ERR);
	va_start(arguments, format);
	vsnprintf(logged, sizeof(logged), format, arguments);
	va_end(arguments);
}

const char *
pgn_log_dpdk_reason(void)
{
	return "no reason";
}

static int
setup(void **state)
{
	FILE *file = fopen("keys", "w");

	(void)state;
	if (file == NULL || fputs(KEY, file) < 0 || fclose(file) != 0 || chmod("keys", 0600) != 0)
		return -1;
	memset(&config, 0, sizeof(config));
	strcpy(config.file, "node.conf");
	strcpy(config.aead.key_file, "keys");
	strcpy(config.aead.device.port, "auto");
	config.aead.key_file_line = 4;
	logged[0] = '\0';
	return 0;
}

static void
assert_refused(const char *line)
{
	assert_int_equal(pgn_sealing_start(&node, &config, 1), -EINVAL);
	assert_string_equal(logged, line);
	assert_null(node.sealing);
}

static void
a_bad_file_of_keys(void **state)
{
	char said[PGN_SEALING_LINE], errors[1024] = "";
	FILE *out = fmemopen(errors, sizeof(errors), "w");

	(void)state;
	chmod("keys", 0644);
	assert_refused("node.conf:4: aead.key_file: keys: found mode 0644, allowed 0600 or 0400");
	assert_int_equal(pgn_sealing_check(&config, said, out), -EINVAL);
	fclose(out);
	assert_string_equal(errors, "node.conf:4: aead.key_file: keys: found mode 0644, allowed "
				    "0600 or 0400\n");
}

static void
a_device_that_cannot_be_had(void **state)
{
	(void)state;
	device_opens = false;
	assert_refused("node.conf: aead.device: found \"auto\": auto is away (no reason)");
	config.aead.device.line = 5;
	assert_refused("node.conf:5: aead.device: found \"auto\": auto is away (no reason)");
}

static void
a_device_that_takes_no_keys(void **state)
{
	(void)state;
	device_opens = true;
	config.aead.device.line = 5;
	assert_refused("node.conf:5: aead.device: found \"auto\": it takes no keys: Input/output "
		       "error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_bad_file_of_keys, setup),
		cmocka_unit_test_setup(a_device_that_cannot_be_had, setup),
		cmocka_unit_test_setup(a_device_that_takes_no_keys, setup),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
