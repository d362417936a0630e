/* SPDX-License-Identifier: BSD-3-Clause */
/** The last rates of each port, for sparklines. */
#ifndef CTL_HISTORY_H
#define CTL_HISTORY_H

#include "rates.h"

#define CTL_HISTORY_LENGTH 256
#define CTL_HISTORY_PORTS 5

/** Oldest first, from `next` on; what is not filled yet is 0. */
struct ctl_history {
	struct ctl_history_port {
		char name[32];
		double rate[CTL_HISTORY_LENGTH]; /**< messages per second, both ways */
	} port[CTL_HISTORY_PORTS];
	unsigned int ports;
	unsigned int next, filled;
};

/** Add the change of a snapshot with ports, if it is one of an interval; a new start clears all. */
void ctl_history_add(struct ctl_history *history, const struct ctl_rates *rates);

/** How high, 0 to levels, the rate `age` snapshots ago was; the highest that is kept is `levels`.
 */
unsigned int ctl_history_level(const struct ctl_history *history, const char *port,
			       unsigned int age, unsigned int levels);

#endif
