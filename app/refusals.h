/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Which control messages were refused, and which messages for a sender that no neighbour can be,
 * to be told in at most one line a reason in 10 seconds. Counters are compared now and then: who
 * counts does not log. By the control loop.
 */
#ifndef PGN_REFUSALS_H
#define PGN_REFUSALS_H

#include <stdbool.h>

#include "pgn_stats.h"
#include "pgn_wire.h"

#define PGN_REFUSAL_EVERY_US UINT64_C(10000000) /**< a line a reason */

/** One line's worth. */
struct pgn_refusal {
	enum pgn_drop reason;
	int severity;   /**< LOG_WARNING: an attack, a fault or too much; LOG_NOTICE: may be neither
			 */
	uint64_t count; /**< messages since the last line */
	unsigned int seconds; /**< it took, rounded up */
};

struct pgn_refusals {
	uint64_t now_us;
	uint64_t seen[PGN_DROP_COUNT];     /**< at the last look */
	uint64_t told[PGN_DROP_COUNT];     /**< at the last line */
	uint64_t told_us[PGN_DROP_COUNT];  /**< when that was; 0: never */
	uint64_t since_us[PGN_DROP_COUNT]; /**< nothing was refused that is not told of before */
	unsigned int next;
};

/** Take in the counters of this moment, summed over lanes. Zeroed refusals have seen nothing. */
void pgn_refusals_look(struct pgn_refusals *refusals, const struct pgn_counters *counters,
		       uint64_t now_us);

/** The next thing to tell since the last look; false: no more. */
bool pgn_refusals_next(struct pgn_refusals *refusals, struct pgn_refusal *refusal);

#define PGN_REFUSAL_LINE 192

/** In words; by: the neighbour of the last of them, a zero MAC: not known. */
void pgn_refusal_describe(const struct pgn_refusal *refusal, const struct pgn_mac *by,
			  char line[PGN_REFUSAL_LINE]);

#endif
