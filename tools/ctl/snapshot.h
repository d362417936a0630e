/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What a node says of itself at one time:
 *
 *	{"schema":1, "info":{..}, PART:.., ..}
 *
 * with the parts that were asked for, each checked against its shape. Of "routes" and "clients" all
 * pages are joined to one list, of "spread" to one object; "lcores" has each lcore by its number.
 */
#ifndef CTL_SNAPSHOT_H
#define CTL_SNAPSHOT_H

#include "client.h"
#include "shape.h"

#define CTL_SCHEMA 1

#define CTL_TOTALS (1u << 0)
#define CTL_LCORES (1u << 1)
#define CTL_PORTS (1u << 2)
#define CTL_POOLS (1u << 3)
#define CTL_DROPS (1u << 4)
#define CTL_ROUTES (1u << 5)
#define CTL_CLIENTS (1u << 6)
#define CTL_LATENCY (1u << 7)
#define CTL_SPREAD (1u << 8)
#define CTL_SEALING (1u << 9)
#define CTL_HEALTH (1u << 10)
#define CTL_CONFIG (1u << 11)

/** Parts that count. */
#define CTL_COUNTING                                                                              \
	(CTL_TOTALS | CTL_LCORES | CTL_PORTS | CTL_POOLS | CTL_DROPS | CTL_LATENCY | CTL_SPREAD | \
	 CTL_SEALING)

/**
 * Connect to the socket, unless connected, and take a snapshot with the parts of the mask, released
 * by the caller; NULL: client->error says why, and the client is closed.
 */
json_t *ctl_snapshot_take(struct ctl_client *client, const char *path, unsigned int mask);

/** A command's reply, checked; NULL as for ctl_client_ask. */
json_t *ctl_ask_checked(struct ctl_client *client, const char *command,
			const struct ctl_shape *shape);

/** Of the same life of the same node. */
bool ctl_snapshot_same_instance(const json_t *a, const json_t *b);

/** Take the counters of `before` from those of `now`, which is changed. */
void ctl_snapshot_subtract(json_t *now, const json_t *before);

#endif
