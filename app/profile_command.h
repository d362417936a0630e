/* SPDX-License-Identifier: BSD-3-Clause */
/** peregrine --profile show and --profile check. Each returns the program's exit code. */
#ifndef PGN_PROFILE_COMMAND_H
#define PGN_PROFILE_COMMAND_H

#include "config.h"
#include "options.h"
#include "profiles.h"

/**
 * Print the profile of a port or driver. config is the node file's, zero without one; with
 * options->effective the EAL is started for that port alone, and the device is asked.
 */
int pgn_profile_show(struct pgn_config *config, const struct pgn_options *options,
		     const struct pgn_profiles *profiles);

/** Look for faults in all profiles of a directory, or in those that a node would read. */
int pgn_profile_check(const struct pgn_options *options);

#endif
