/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "sim.h"

struct sim_command {
	const char *name;     /**< of a case, or NULL */
	const char *topology; /**< file, or NULL */
	bool list;
	bool json;
	struct sim_options options;
};

/** False: the command line makes no sense; that has been said. */
bool sim_command_read(int argc, char **argv, struct sim_command *command);

#endif
