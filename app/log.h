/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Log lines to stderr or syslog, with RFC 5424 severities (the LOG_* of syslog.h); to systemd's
 * journal by stderr as well, as sd-daemon(3) has it.
 */
#ifndef PGN_LOG_H
#define PGN_LOG_H

#include <stddef.h>
#include <syslog.h>

#include "config.h"

/** Before the EAL starts: DPDK's own lines come the same way from then on. */
int pgn_log_open(enum pgn_log_to to, unsigned int level);
void pgn_log_close(void);

/** Up to which severity lines are logged. Any thread. */
void pgn_log_set_level(unsigned int level);

void pgn_log(int severity, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * While a start is under way DPDK's lines are held back, so that a failure is one line of ours; the
 * first error since the last call is kept as the reason. Off: DPDK's lines are logged as they come.
 */
void pgn_log_hold_dpdk(bool hold);

/** The first error DPDK told of while held back, "" if none. */
const char *pgn_log_dpdk_reason(void);

#endif
