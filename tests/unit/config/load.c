/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>

#include "load.h"

void
load_file(struct load *load, const char *file, const char *role)
{
	FILE *errors;

	memset(load, 0xa5, sizeof(*load));
	memset(load->errors, 0, sizeof(load->errors));
	errors = fmemopen(load->errors, sizeof(load->errors), "w");
	assert_non_null(errors);
	load->result = pgn_config_load(&load->config, file, role, errors);
	fclose(errors);
}

void
load_bytes(struct load *load, const void *bytes, size_t length, const char *role)
{
	FILE *file = fopen("node.conf", "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	load_file(load, "node.conf", role);
}

void
load_good(struct load *load, const char *text, const char *role)
{
	load_bytes(load, text, strlen(text), role);
	assert_string_equal(load->errors, "");
	assert_int_equal(load->result, 0);
}

void
assert_refused(const char *text, const char *line)
{
	struct load load;
	char expected[1024];

	snprintf(expected, sizeof(expected), "%s\n", line);
	load_bytes(&load, text, strlen(text), NULL);
	assert_string_equal(load.errors, expected);
	assert_int_equal(load.result, -EINVAL);
}
