/* SPDX-License-Identifier: BSD-3-Clause */
/** The commands, a row each. */
#ifndef CTL_COMMANDS_H
#define CTL_COMMANDS_H

#include "options.h"
#include "page.h"

struct ctl_command {
	const char *name;
	const char *help;

	const char *word;           /**< what stands behind it, for the usage; NULL: nothing */
	const char *const *choices; /**< what the word may be; NULL: free, and may be left out */
	unsigned int takes;         /**< options, CTL_TAKES_... */

	unsigned int parts; /**< of the snapshot, for a view */
	void (*print)(const struct ctl_page *page);

	/** What it does when it is no view; returns the program's exit code. */
	int (*run)(const struct ctl_options *options);
};

/** NULL: no such command. */
const struct ctl_command *ctl_command_find(const char *name);

void ctl_commands_help(FILE *out);

/** A line to stderr; returns CTL_FAILED. */
__attribute__((format(printf, 1, 2))) int ctl_complain(const char *format, ...);

/** Exit codes are returned; errors go to stderr. */
int ctl_run_view(const struct ctl_options *options);
int ctl_run_clients(const struct ctl_options *options);
int ctl_run_capture(const struct ctl_options *options);
int ctl_run_mode(const struct ctl_options *options);
int ctl_run_log(const struct ctl_options *options);
int ctl_run_keys(const struct ctl_options *options);
int ctl_run_reset(const struct ctl_options *options);
int ctl_run_exporter(const struct ctl_options *options);
int ctl_run_top(const struct ctl_options *options);

#endif
