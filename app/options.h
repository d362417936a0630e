/* SPDX-License-Identifier: BSD-3-Clause */
/** The command line: what to do with which node file or profile. */
#ifndef PGN_OPTIONS_H
#define PGN_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#define PGN_SETTINGS_MAX 32

enum pgn_profile_action {
	PGN_PROFILE_RUN, /**< none: run a node */
	PGN_PROFILE_SHOW,
	PGN_PROFILE_CHECK
};

/** All strings are argv's. */
struct pgn_options {
	const char *config_file; /**< NULL with profile only */
	bool check;              /**< read the file, say whether it is good, start nothing */
	bool dry_run;            /**< print what the EAL would be given, start nothing */
	enum pgn_profile_action profile;
	const char *profile_target; /**< of show: PORT or DRIVER; of check: a directory or NULL */
	bool effective;             /**< show what the device makes of it */
	bool json;
	const char *profiles;            /**< drivers_cfg; NULL: look for it */
	char *setting[PGN_SETTINGS_MAX]; /**< PORT.KEY=VALUE */
	unsigned int setting_count;
	const char *role; /**< a valid name, NULL: the file's */
	int eal_argc;
	char **eal_argv; /**< what stands behind --; no program name, ended by NULL */
};

/**
 * 0: run; 1: done, --help or --version went to out; -EINVAL, and one line in errors. argc and argv
 * are main's. One thread at a time.
 */
int pgn_options_parse(struct pgn_options *options, int argc, char **argv, FILE *out, FILE *errors);

#endif
