/* SPDX-License-Identifier: BSD-3-Clause */
/** A node put together from its config: started, run, stopped in good order. */
#ifndef PGN_ENGINE_H
#define PGN_ENGINE_H

#include "config.h"
#include "control.h"
#include "plan.h"

enum pgn_engine_end {
	PGN_ENGINE_STOPPED, /**< ran until it was told to stop; everything came home */
	PGN_ENGINE_REFUSED, /**< did not start; one line says why */
	PGN_ENGINE_LEAKED,  /**< ran, but a message or a buffer is not accounted for */
};

/** Between pgn_eal_start() and pgn_eal_stop(), on the main lcore; control is open. */
enum pgn_engine_end pgn_engine_run(const struct pgn_config *config, const struct pgn_plan *plan,
				   struct pgn_control *control);

#endif
