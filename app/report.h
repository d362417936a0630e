/* SPDX-License-Identifier: BSD-3-Clause */
/** The counters as lines of "name value", for people and for scripts. */
#ifndef PGN_REPORT_H
#define PGN_REPORT_H

#include <stdio.h>

#include "config.h"
#include "pgn_bufpool.h"
#include "pgn_stats.h"
#include "port.h"

/** A lane's block and the lcore it runs on; the control loop and a worker may share one. */
struct pgn_report_lane {
	unsigned int lcore;
	const struct pgn_counters *counters;
};

/** All lanes' counters. Any thread. */
void pgn_report_sum(const struct pgn_report_lane *lanes, unsigned int lane_count,
		    struct pgn_counters *sum);

/** The same of a lcore's lanes alone; returns how many it has. */
unsigned int pgn_report_sum_lcore(const struct pgn_report_lane *lanes, unsigned int lane_count,
				  unsigned int lcore, struct pgn_counters *sum);

/** Totals over lanes, then per port and kind, then drop reasons that are not zero. */
void pgn_report_totals(FILE *out, const struct pgn_config *config,
		       const struct pgn_report_lane *lanes, unsigned int lane_count,
		       uint64_t in_flight);

/** What the device of a port lost before it was a message of ours. */
void pgn_report_losses(FILE *out, const struct pgn_port *port);

/** A class's accounting summed over lcores. Any thread. */
struct pgn_bufpool_counters pgn_report_class(const struct pgn_bufpool *pool, enum pgn_class class);

/** Each class: size, buffers with somebody, and the accounting summed over lcores. */
void pgn_report_pool(FILE *out, const struct pgn_bufpool *pool);

/**
 * Buffers that are not back after everything was closed; each class that misses some is named. What
 * lies in rings of a driver that gives nothing back is named as well, but is not missing.
 */
uint32_t pgn_report_outstanding(const struct pgn_bufpool *pool, const struct pgn_port *ports);

/** A few lines an lcore, its lanes summed: what a live view shows. */
void pgn_report_lcores(FILE *out, const struct pgn_report_lane *lanes, unsigned int lane_count);

#endif
