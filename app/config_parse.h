/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A cleaned text through libconfuse, for the readers of node files and of profiles. One thread at a
 * time: libconfuse has one scanner.
 */
#ifndef PGN_CONFIG_PARSE_H
#define PGN_CONFIG_PARSE_H

#include <confuse.h>

#include "config_error.h"

/** The first member of a reader. */
struct pgn_config_parser {
	struct pgn_config_errors errors;
	const char *titled; /**< the section that has titles, each once */

	/** A name that is not in the syntax, found in cfg: tell the error. -1. */
	int (*on_unknown)(cfg_t *cfg, const char *name);

	cfg_t *root;
	cfg_t *open; /**< the section that is read, or was last: its callbacks say so */
};

/**
 * Give the text's sections and values to the syntax's callbacks. 0, or a negative errno and one
 * line in errors.
 */
int pgn_config_parse(struct pgn_config_parser *parser, cfg_opt_t *syntax, const char *text);

/** Whose text is parsed: libconfuse gives its callbacks no pointer of ours. */
void *pgn_config_reader(void);

#endif
