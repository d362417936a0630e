/* SPDX-License-Identifier: BSD-3-Clause */
/** What an answer to telemetry is made of. One answer at a time. */
#ifndef PGN_TELEMETRY_DATA_H
#define PGN_TELEMETRY_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_telemetry.h>

/** A dict within a dict. NULL: no memory; then nothing more is to be added. */
struct rte_tel_data *pgn_tell_dict(struct rte_tel_data *d, const char *name);

/** A string that may be too long is cut. */
void pgn_tell_text(struct rte_tel_data *d, const char *name, const char *text);

/** The number that params are; false: they are none. Without params it is `otherwise`. */
bool pgn_tell_number(const char *params, uint32_t otherwise, uint32_t *number);

/**
 * The answer is complete, or failed (ret < 0): dicts within one that failed are freed, others are
 * freed by whoever sends them.
 */
void pgn_tell_end(int ret);

#endif
