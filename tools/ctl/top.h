/* SPDX-License-Identifier: BSD-3-Clause */
/** What the full screen shows. */
#ifndef CTL_TOP_H
#define CTL_TOP_H

#include "history.h"
#include "screen.h"

struct ctl_top {
	struct ctl_rates rates;
	struct ctl_history history;
	const char *trouble; /**< why there is no answer, or NULL */
};

/** Draw all of it onto an empty screen. */
void ctl_top_draw(struct ctl_screen *screen, const struct ctl_top *top);

#endif
