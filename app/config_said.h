/* SPDX-License-Identifier: BSD-3-Clause */
/** Settings as they were written, for people to look at. */
#ifndef PGN_CONFIG_SAID_H
#define PGN_CONFIG_SAID_H

#include "config.h"

/** Letters, digits and _ are what telemetry's names are made of: one _ for any run of others. */
void pgn_said_make_key(char *text);

/**
 * `place` is "node." or "wire air0: ", as errors have it. A default is replaced by what the file
 * says; further values of a list are added behind a comma. What is longer than an entry goes on in
 * further ones, KEY_2, KEY_3, ...: a list at a comma, which is left out, one value anywhere.
 */
void pgn_config_say(struct pgn_config *config, const char *place, const char *key,
		    const char *value, bool add);

#endif
