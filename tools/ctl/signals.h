/* SPDX-License-Identifier: BSD-3-Clause */
/** SIGINT and SIGTERM as a descriptor. */
#ifndef CTL_SIGNALS_H
#define CTL_SIGNALS_H

#include <stdbool.h>

/**
 * Hold back both signals, in this thread and those it makes later. A descriptor that is readable
 * when one came, or a negative errno.
 */
int ctl_signals_open(void);

/** Wait so many ms; negative: without end. True: told to stop. */
bool ctl_signals_wait(int fd, int ms);

#endif
