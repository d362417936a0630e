/* SPDX-License-Identifier: BSD-3-Clause */
/** From the cleaned text of a node file into pgn_config, by libconfuse. */
#ifndef PGN_CONFIG_READER_H
#define PGN_CONFIG_READER_H

#include <stdbool.h>
#include <stdio.h>

#include "config.h"

/**
 * What the text gives goes into config, whose file is set and whose other keys keep what they hold.
 * 0, or a negative errno and one line in errors. One thread at a time: libconfuse has one scanner.
 */
int pgn_config_read(struct pgn_config *config, const char *text, bool needs_role, FILE *errors);

#endif
