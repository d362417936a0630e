/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What the parts of telemetry's schema 1 look like: which fields there are, and which of them
 * count. The tables are constant: any thread.
 */
#ifndef CTL_SHAPE_H
#define CTL_SHAPE_H

#include <stdbool.h>

#include "socket.h"

enum ctl_type {
	CTL_END,
	CTL_TEXT,
	CTL_NUMBER,  /**< goes up and down */
	CTL_COUNTER, /**< only goes up while the node lives */
	CTL_OBJECT,  /**< with these members at least */
	CTL_MAP      /**< names to things of one shape */
};

struct ctl_shape {
	const char *name;
	enum ctl_type type;
	const struct ctl_shape *inside; /**< members, ended by CTL_END; of MAP, one */
	bool optional;                  /**< a node that is older does not have it */
};

extern const struct ctl_shape ctl_shape_info, ctl_shape_totals, ctl_shape_lcores, ctl_shape_ports,
	ctl_shape_pools, ctl_shape_drops, ctl_shape_routes, ctl_shape_clients, ctl_shape_client,
	ctl_shape_latency, ctl_shape_spread, ctl_shape_sealing, ctl_shape_health, ctl_shape_config;

/** 0, or -EPROTO and a text that names the field which is missing or of another type. */
int ctl_shape_check(const struct ctl_shape *shape, json_t *value, struct ctl_error *error);

/**
 * Take the counters of `before` from those of `now`, which is changed. What `before` does not have
 * counts from 0, and so does a counter that was larger.
 */
void ctl_shape_subtract(const struct ctl_shape *shape, json_t *now, const json_t *before);

#endif
