/* SPDX-License-Identifier: BSD-3-Clause */
/** The command line: peregrine -c NODE.conf [--check] [--role R] [-- EAL options] */
#ifndef PGN_OPTIONS_H
#define PGN_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

/** All strings are argv's. */
struct pgn_options {
	const char *config_file;
	bool check;       /**< read the file, say whether it is good, start nothing */
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
