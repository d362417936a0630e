/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "files.h"

void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fputs(text, file) < 0, 0);
	assert_int_equal(fclose(file), 0);
}

void
read_files(struct files *files, unsigned int layer)
{
	FILE *errors;

	memset(files->errors, 0, sizeof(files->errors));
	errors = fmemopen(files->errors, sizeof(files->errors), "w");
	assert_non_null(errors);
	files->result = pgn_profiles_read(&files->set, ".", layer, NULL, errors);
	fclose(errors);
}

void
read_good(struct files *files)
{
	memset(files, 0, sizeof(*files));
	read_files(files, PGN_LAYER_SHIPPED);
	assert_string_equal(files->errors, "");
	assert_int_equal(files->result, 0);
}
