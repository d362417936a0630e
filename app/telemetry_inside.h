/* SPDX-License-Identifier: BSD-3-Clause */
/** What the files of telemetry share. */
#ifndef PGN_TELEMETRY_INSIDE_H
#define PGN_TELEMETRY_INSIDE_H

#include "telemetry.h"
#include "telemetry_data.h"

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

#endif
