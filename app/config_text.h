/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A file in libconfuse's syntax, as text that libconfuse reads to the letter. libconfuse 3.3 counts
 * lines wrong behind a comment, takes a file that ends within a comment or section, skips
 * characters that fit nowhere, and puts environment variables in: so comments become blanks here,
 * and the rest is refused.
 */
#ifndef PGN_CONFIG_TEXT_H
#define PGN_CONFIG_TEXT_H

#include <stdio.h>

#define PGN_CONFIG_FILE_MAX 65536 /**< bytes */

/**
 * Read the file; every line keeps its number. 0, and *text is the caller's to free(); else a
 * negative errno, and one line in errors. Any thread.
 */
int pgn_config_text_read(char **text, const char *file, FILE *errors);

#endif
