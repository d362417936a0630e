/* SPDX-License-Identifier: BSD-3-Clause */
/** Data frames: they follow the next hops that nodes report, by rules 11 to 14 of routing. */
#ifndef SIM_DATA_H
#define SIM_DATA_H

#include "sim.h"

/** Every OBU sends to its RSU, every RSU to all. */
void sim_data_probe(struct sim *sim, bool groups);

void sim_data_hear(struct sim *sim, unsigned int node, const struct sim_frame *frame);

#endif
