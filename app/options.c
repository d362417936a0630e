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
	OPTION_DRY_RUN,
	OPTION_ROLE,
	OPTION_SET,
	OPTION_PROFILES,
	OPTION_PROFILE,
	OPTION_EFFECTIVE,
	OPTION_JSON,
	OPTION_VERSION,
	OPTION_HELP
};

static const struct option long_options[] = {
	{"check", no_argument, NULL, OPTION_CHECK},
	{"dry-run", no_argument, NULL, OPTION_DRY_RUN},
	{"role", required_argument, NULL, OPTION_ROLE},
	{"set", required_argument, NULL, OPTION_SET},
	{"profiles", required_argument, NULL, OPTION_PROFILES},
	{"profile", required_argument, NULL, OPTION_PROFILE},
	{"effective", no_argument, NULL, OPTION_EFFECTIVE},
	{"json", no_argument, NULL, OPTION_JSON},
	{"version", no_argument, NULL, OPTION_VERSION},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

static const char usage[] =
	"usage: peregrine -c NODE.conf [--check | --dry-run] [options] [-- EAL options]\n"
	"       peregrine --profile show PORT|DRIVER [-c NODE.conf] [--effective] [--json]\n"
	"       peregrine --profile check [DIR]\n"
	"       peregrine --version | --help\n"
	"\n"
	"  -c NODE.conf          the node file\n"
	"  --check               read the node file and stop\n"
	"  --dry-run             print the arguments that the EAL would get, and stop\n"
	"  --role ROLE           rsu or obu, instead of the node file's\n"
	"  --set PORT.KEY=VALUE  a profile's value for one port, instead of the node file's\n"
	"  --profiles DIR        where the drivers' profiles are\n"
	"  --profile show        each value with where it is from; --effective: as the device\n"
	"                        takes them\n"
	"  --profile check       look for faults in all profiles\n";

#define OPTIONS "-c, --check, --dry-run, --role, --set, --profile, --profiles, --version, --help"

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

static int
take_setting(struct pgn_options *options, FILE *errors)
{
	if (options->setting_count == PGN_SETTINGS_MAX)
		return fail(errors, "--set", "found 33", "at most 32");
	options->setting[options->setting_count++] = optarg;
	return 0;
}

static int
take_action(struct pgn_options *options, FILE *errors)
{
	if (options->profile != PGN_PROFILE_RUN)
		return fail(errors, "--profile", "found twice", "once");
	if (strcmp(optarg, "show") == 0)
		options->profile = PGN_PROFILE_SHOW;
	else if (strcmp(optarg, "check") == 0)
		options->profile = PGN_PROFILE_CHECK;
	else
		return fail(errors, "--profile", "found neither", "show, check");
	return 0;
}

/* A word that is no option: what to show or check. */
static int
take_target(struct pgn_options *options, FILE *errors)
{
	if (options->profile == PGN_PROFILE_RUN || options->profile_target != NULL)
		return fail(errors, optarg, "stray argument", "options only");
	options->profile_target = optarg;
	return 0;
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
	return fail(errors, option, "unknown option", OPTIONS);
}

static int
take(struct pgn_options *options, int result, char **argv, FILE *out, FILE *errors)
{
	switch (result) {
	case 'c':
		return take_text(&options->config_file, "-c", errors);
	case 1:
		return take_target(options, errors);
	case OPTION_CHECK:
		options->check = true;
		return 0;
	case OPTION_DRY_RUN:
		options->dry_run = true;
		return 0;
	case OPTION_EFFECTIVE:
		options->effective = true;
		return 0;
	case OPTION_JSON:
		options->json = true;
		return 0;
	case OPTION_PROFILE:
		return take_action(options, errors);
	case OPTION_PROFILES:
		return take_text(&options->profiles, "--profiles", errors);
	case OPTION_SET:
		return take_setting(options, errors);
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

/* Do they go together? */
static int
check_together(const struct pgn_options *options, FILE *errors)
{
	if (options->profile == PGN_PROFILE_SHOW && options->profile_target == NULL)
		return fail(errors, "--profile show", "found nothing to show",
			    "a PORT or a DRIVER");
	if (options->profile != PGN_PROFILE_SHOW && (options->effective || options->json))
		return fail(errors, options->json ? "--json" : "--effective", "found",
			    "with --profile show only");
	if (options->profile != PGN_PROFILE_RUN && (options->check || options->dry_run))
		return fail(errors, options->check ? "--check" : "--dry-run", "found",
			    "without --profile only");
	if (options->profile == PGN_PROFILE_RUN && options->config_file == NULL)
		return fail(errors, "-c", "missing", "one NODE.conf");
	if (options->setting_count > 0 && options->config_file == NULL)
		return fail(errors, "--set", "found", "with -c only");
	return 0;
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
	while ((result = getopt_long(own, argv, "-:c:", long_options, NULL)) != -1) {
		error = take(options, result, argv, out, errors);
		if (error != 0)
			return error;
	}
	if (optind < own)
		return fail(errors, argv[optind], "stray argument", "options only");
	return check_together(options, errors);
}
