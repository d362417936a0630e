/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * OpenMetrics 1.0 text of a snapshot: what its parts hold, and "# EOF". Counters are the node's
 * own, since its start: a reset is of no effect here.
 */
#ifndef CTL_METRICS_H
#define CTL_METRICS_H

#include <jansson.h>
#include <stdio.h>

#define CTL_METRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

void ctl_metrics_write(json_t *snapshot, FILE *out);

/** Without a node: peregrine_up 0. */
void ctl_metrics_write_down(FILE *out);

#endif
