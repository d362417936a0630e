/* SPDX-License-Identifier: BSD-3-Clause */
/** From a file of drivers_cfg/ to profiles, by libconfuse. */
#ifndef PGN_PROFILE_READER_H
#define PGN_PROFILE_READER_H

#include <stdio.h>

#include "profiles.h"

/**
 * Add the file's profiles to the set. 0, or a negative errno and one line in errors
 * ("FILE:LINE: port.rxd: found "x", allowed y"). One thread at a time: libconfuse has one scanner.
 */
int pgn_profile_read(struct pgn_profiles *set, const char *file, unsigned int layer, FILE *errors);

#endif
