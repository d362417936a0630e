/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands whose libraries were not there when this was built. */
#include "commands.h"

#ifndef CTL_WITH_EXPORTER
int
ctl_run_exporter(const struct ctl_options *options)
{
	(void)options;
	return ctl_complain("exporter: built without libmicrohttpd");
}
#endif

#ifndef CTL_WITH_TOP
int
ctl_run_top(const struct ctl_options *options)
{
	(void)options;
	return ctl_complain("top: built without ncurses");
}
#endif
