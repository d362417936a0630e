/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * /peregrine/... on DPDK's telemetry socket: read-only. Counters are read as they are; what the
 * control loop owns it is asked for. Every field of a reply is always there; units are in names.
 */
#ifndef PGN_TELEMETRY_H
#define PGN_TELEMETRY_H

#include "ask.h"
#include "health.h"
#include "report.h"
#include "workers.h"

#define PGN_TELEMETRY_SCHEMA 1

struct pgn_telemetry {
	const struct pgn_config *config;
	const struct pgn_node *node;
	const struct pgn_desk *desk;
	const struct pgn_workers *workers;
	const struct pgn_report_lane *lanes; /**< the workers', and the desk's */
	unsigned int lane_count;
	struct pgn_port *ports;
	int doorbell; /**< the control loop's */
	struct pgn_ask ask;
	struct pgn_health health; /**< the control loop's */
	uint64_t instance;        /**< another one at each start */
	uint64_t started_utc_ns, started_us;
};

/** Register the commands and let them be answered. 0 or a negative errno. */
int pgn_telemetry_open(struct pgn_telemetry *telemetry);

/**
 * Once a second, by the control loop: judge the node's health by all lanes' counters, among others,
 * and log what there is to tell.
 */
void pgn_telemetry_watch(struct pgn_telemetry *telemetry, const struct pgn_counters *sum,
			 uint64_t now_us);

/** Nothing is answered any more when this returns. */
void pgn_telemetry_close(struct pgn_telemetry *telemetry);

#endif
