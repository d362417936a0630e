/* SPDX-License-Identifier: BSD-3-Clause */
/** The one line that a bad node file gets. Any thread. */
#ifndef PGN_CONFIG_ERROR_H
#define PGN_CONFIG_ERROR_H

#include <stdbool.h>
#include <stdio.h>

#define PGN_FOUND_MAX 64 /**< characters of a value that an error shows */

/** A value as an error shows it: printable, bytes that are not as \xNN, a long one cut with "...".
 */
struct pgn_found {
	char text[4 * PGN_FOUND_MAX + sizeof("...")];
};

struct pgn_found pgn_found(const char *value);

/** "FILE:LINE: message\n" to errors; without the line if it is 0. */
__attribute__((format(printf, 4, 5))) void
pgn_config_error(FILE *errors, const char *file, unsigned int line, const char *format, ...);

/** Where a reader's one error goes: the first is told, what follows from it is not. */
struct pgn_config_errors {
	FILE *out;
	const char *file;
	bool told;
};

/** As above, once. -1. */
__attribute__((format(printf, 3, 4))) int
pgn_config_fail(struct pgn_config_errors *errors, unsigned int line, const char *format, ...);

#endif
