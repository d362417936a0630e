/* SPDX-License-Identifier: BSD-3-Clause */
/** The residence times: quantiles from buckets. */
#ifndef CTL_LATENCY_H
#define CTL_LATENCY_H

#include <jansson.h>

/**
 * Make the quantiles of a part "latency" anew from its buckets, of which counts were taken. Each is
 * the bound of the bucket that it lies in. NULL: nothing to do.
 */
void ctl_latency_recount(json_t *latency);

#endif
