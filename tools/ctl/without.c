/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands whose libraries were not there when this was built. */
#include "commands.h"

#ifndef CTL_WITH_EXPORTER
int
ctl_run_exporter(const struct ctl_options *options)
{
	(void)options;
	fputs("peregrinectl: exporter: built without libmicrohttpd\n", stderr);
	return CTL_FAILED;
}
#endif

#ifndef CTL_WITH_TOP
int
ctl_run_top(const struct ctl_options *options)
{
	(void)options;
	fputs("peregrinectl: top: built without ncurses\n", stderr);
	return CTL_FAILED;
}
#endif
