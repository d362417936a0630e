/* SPDX-License-Identifier: BSD-3-Clause */
/** Profiles for tests, as files in the directory of directory.h. */
#ifndef PGN_TEST_FILES_H
#define PGN_TEST_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "directory.h"
#include "profiles.h"

#define SOURCE "source { guide = g checked = c hardware = \"none tried\" }\n"

struct files {
	struct pgn_profiles set;
	int result;
	char errors[2048];
};

/** A file of the directory. */
void write_file(const char *name, const char *text);

/** Read the directory's profiles as a layer, on top of what is in the set. */
void read_files(struct files *files, unsigned int layer);

/** Read them afresh; all are good. */
void read_good(struct files *files);

#endif
