/* SPDX-License-Identifier: BSD-3-Clause */
/** A world from a file: README.md tells what its lines are. */
#ifndef SIM_TOPOLOGY_H
#define SIM_TOPOLOGY_H

#include "sim.h"

/** False, with the file, the line and what is wrong with it on stderr. */
bool sim_topology_read(struct sim *sim, const char *file);

#endif
