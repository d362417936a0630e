/* SPDX-License-Identifier: BSD-3-Clause */
/** The command line. One thread at a time. */
#ifndef CTL_OPTIONS_H
#define CTL_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "client.h"

/** What the program returns. */
enum {
	CTL_OKAY = 0,
	CTL_FAILED = 1,
	CTL_USAGE = 2,
	CTL_DEGRADED = 3
};

enum ctl_form {
	CTL_HUMAN,
	CTL_JSON,
	CTL_OPENMETRICS
};

/** Bits: an option was given, or may be. */
#define CTL_TAKES_JSON (1u << 0)
#define CTL_TAKES_OPENMETRICS (1u << 1)
#define CTL_TAKES_WATCH (1u << 2)
#define CTL_TAKES_PER_LCORE (1u << 3)
#define CTL_TAKES_LISTEN (1u << 4)
#define CTL_TAKES_CAPTURE (1u << 5)

#define CTL_KINDS_MAX 6

struct ctl_capture_options {
	const char *port, *direction, *when_full;
	const char *mac, *directory; /**< NULL: not given */
	const char *kinds[CTL_KINDS_MAX];
	unsigned int kind_count;
	unsigned int size_mb, time_h, files;
};

struct ctl_options {
	const struct ctl_command *command;
	const char *word; /**< behind the command, or NULL */
	enum ctl_form form;
	char telemetry[CTL_PATH_MAX]; /**< the sockets */
	char control[CTL_PATH_MAX];
	unsigned int watch_ms; /**< 0: once */
	bool per_lcore;
	const char *listen;
	struct ctl_capture_options capture;
	unsigned int given; /**< of the bits above */
};

/**
 * Read the command line. 0; 1 when only help or the version was wanted, which went to `out`; or
 * -EINVAL, and one line went to `errors`.
 */
int ctl_options_parse(struct ctl_options *options, int argc, char **argv, FILE *out, FILE *errors);

#endif
