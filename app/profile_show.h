/* SPDX-License-Identifier: BSD-3-Clause */
/** A port's or a driver's profile, each value with where it came from. */
#ifndef PGN_PROFILE_SHOW_H
#define PGN_PROFILE_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include "config.h"

/** FILE:LINE, "built-in" or "--set". */
struct pgn_origin {
	char text[PGN_PROFILE_PATH + 16];
};

struct pgn_origin pgn_profile_origin(const struct pgn_profile_value *value);

/** One value as it is shown. */
struct pgn_shown {
	char text[PGN_PROFILE_TEXT];
	struct pgn_origin origin; /**< or "the device" */
	const char *remark;       /**< what it means or why it differs, NULL: nothing */
};

struct pgn_shown_profile {
	const struct pgn_port_config *port; /**< after pgn_port_profile() */
	bool effective;                     /**< as the device takes them */
	struct pgn_shown value[PGN_PROFILE_VALUES];
};

/** All values as the files say. */
void pgn_profile_describe(struct pgn_shown_profile *shown, const struct pgn_port_config *port);

void pgn_profile_print(FILE *out, const struct pgn_shown_profile *shown);

/** The same as JSON. False: this program was built without jansson, or out of memory. */
bool pgn_profile_print_json(FILE *out, const struct pgn_shown_profile *shown);

#endif
