/* SPDX-License-Identifier: BSD-3-Clause */
/** What comes out, by name. */
#ifndef SIM_METRICS_H
#define SIM_METRICS_H

#include <stdio.h>

#include "sim.h"

/** The metric's name, for good; NULL: there is none. */
const char *sim_metric_name(const char *name);

/** Whether there is a metric of that name. */
bool sim_metric(const struct sim *sim, const char *name, double *value);

/** All metrics, as lines or as JSON, and whether what was expected came true. */
bool sim_report(const struct sim *sim, const char *title, bool json, FILE *out);

#endif
