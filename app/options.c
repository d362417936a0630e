/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "config.h"
#include "config_error.h"
#include "config_keys.h"
#include "options.h"

enum {
	OPTION_CHECK = 256, /* above every short one */
	OPTION_ROLE,
	OPTION_VERSION,
	OPTION_HELP
};

static const struct option long_options[] = {
	{"check", no_argument, NULL, OPTION_CHECK},
	{"role", required_argument, NULL, OPTION_ROLE},
	{"version", no_argument, NULL, OPTION_VERSION},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

static const char usage[] =
	"usage: peregrine -c NODE.conf [--check] [--role ROLE] [-- EAL options]\n"
	"       peregrine --version | --help\n"
	"\n"
	"  -c NODE.conf   the node file\n"
	"  --check        read the node file and stop\n"
	"  --role ROLE    rsu or obu, instead of the node file's\n";

static int
fail(FILE *errors, const char *option, const char *found, const char *allowed)
{
	fprintf(errors, "peregrine: %s: %s, allowed %s\n", pgn_found(option).text, found, allowed);
	return -EINVAL;
}

/* An option that may come once and has a text. */
static int
take_text(const char **text, const char *option, FILE *errors)
{
	if (*text != NULL)
		return fail(errors, option, "found twice", "once");
	*text = optarg;
	return 0;
}

static int
take_role(const char **role, FILE *errors)
{
	enum pgn_role_id id;

	if (!pgn_role_id_parse(optarg, &id)) {
		fprintf(errors, "peregrine: --role: found \"%s\", allowed %s\n",
			pgn_found(optarg).text, pgn_choices(pgn_role_names).text);
		return -EINVAL;
	}
	return take_text(role, "--role", errors);
}

/* getopt found no such option, no value, or one too many. */
static int
fail_option(int result, char **argv, FILE *errors)
{
	const char letter[] = {'-', (char)optopt, '\0'};
	const char *option = optopt != 0 && optopt < OPTION_CHECK ? letter : argv[optind - 1];

	if (result == ':')
		return fail(errors, option, "found no value", "one");
	if (optopt >= OPTION_CHECK)
		return fail(errors, option, "found a value", "none");
	return fail(errors, option, "unknown option", "-c, --check, --role, --version, --help");
}

static int
take(struct pgn_options *options, int result, char **argv, FILE *out, FILE *errors)
{
	switch (result) {
	case 'c':
		return take_text(&options->config_file, "-c", errors);
	case OPTION_CHECK:
		options->check = true;
		return 0;
	case OPTION_ROLE:
		return take_role(&options->role, errors);
	case OPTION_VERSION:
		fputs("peregrine " PGN_VERSION "\n", out);
		return 1;
	case OPTION_HELP:
		fputs(usage, out);
		return 1;
	default:
		return fail_option(result, argv, errors);
	}
}

/* Arguments in front of the first "--". */
static int
count_own(int argc, char **argv)
{
	int own = 1;

	while (own < argc && strcmp(argv[own], "--") != 0)
		own++;
	return own;
}

int
pgn_options_parse(struct pgn_options *options, int argc, char **argv, FILE *out, FILE *errors)
{
	int own = count_own(argc, argv);
	int result, error;

	memset(options, 0, sizeof(*options));
	if (own < argc) {
		options->eal_argc = argc - own - 1;
		options->eal_argv = argv + own + 1;
	} else {
		options->eal_argv = argv + argc;
	}
	optind = 0; /* glibc's way to start afresh */
	while ((result = getopt_long(own, argv, "+:c:", long_options, NULL)) != -1) {
		error = take(options, result, argv, out, errors);
		if (error != 0)
			return error;
	}
	if (optind < own)
		return fail(errors, argv[optind], "stray argument", "options only");
	if (options->config_file == NULL)
		return fail(errors, "-c", "missing", "one NODE.conf");
	return 0;
}
