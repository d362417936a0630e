/* SPDX-License-Identifier: BSD-3-Clause */
/** What the files of telemetry share. */
#ifndef PGN_TELEMETRY_INSIDE_H
#define PGN_TELEMETRY_INSIDE_H

#include <rte_telemetry.h>

#include "telemetry.h"

/** An answer to a command; params is NULL or what stood behind the comma. 0 or a negative errno. */
typedef int (*pgn_tell)(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);

int pgn_tell_info(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_totals(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_lcores(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_lcore(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_ports(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_pools(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_drops(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_latency(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_spread(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_sealing(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_routes(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_clients(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_client(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_health(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);
int pgn_tell_config(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d);

/** A dict within a dict or an array. NULL: no memory; then nothing more is to be added. */
struct rte_tel_data *pgn_tell_dict(struct rte_tel_data *d, const char *name);

/** A string that may be too long is cut. */
void pgn_tell_text(struct rte_tel_data *d, const char *name, const char *text);

/** The number that params are; false: they are none. Without params it is `otherwise`. */
bool pgn_tell_number(const char *params, uint32_t otherwise, uint32_t *number);

#endif
