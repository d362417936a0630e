/* SPDX-License-Identifier: BSD-3-Clause */
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directory.h"

static char directory[32];

int
enter_directory(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/pgn-test-XXXXXX");
	return mkdtemp(directory) == NULL || chdir(directory) != 0 ? -1 : 0;
}

int
leave_directory(void **state)
{
	glob_t found;

	(void)state;
	if (glob("*", 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			unlink(found.gl_pathv[i]);
		globfree(&found);
	}
	return chdir("/") != 0 || rmdir(directory) != 0 ? -1 : 0;
}
