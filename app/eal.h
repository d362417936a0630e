/* SPDX-License-Identifier: BSD-3-Clause */
/** The EAL: its argument vector from the config, its start and its end. */
#ifndef PGN_EAL_H
#define PGN_EAL_H

#include "config.h"
#include "options.h"
#include "plan.h"

/**
 * Start it. 0, or a negative errno after one line that says what failed and what to do. Uses
 * hugepages where enough are free.
 */
int pgn_eal_start(const struct pgn_config *config, const struct pgn_options *options,
		  const struct pgn_plan *plan);

/**
 * Print the argument vector that pgn_eal_start() would give it, on one line as a shell takes it.
 * 0 or -E2BIG.
 */
int pgn_eal_print(FILE *out, const struct pgn_config *config, const struct pgn_options *options,
		  const struct pgn_plan *plan);

/** End it; what it put under the runtime directory is removed. */
void pgn_eal_stop(const struct pgn_config *config);

#endif
