/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "option_values.h"
#include "options.h"

enum {
	OPTION_SOCKET = 256, /* above every short one */
	OPTION_JSON,
	OPTION_OPENMETRICS,
	OPTION_WATCH,
	OPTION_PER_LCORE,
	OPTION_LISTEN,
	OPTION_PORT,
	OPTION_DIRECTION,
	OPTION_KIND,
	OPTION_MAC,
	OPTION_SIZE,
	OPTION_TIME,
	OPTION_FILES,
	OPTION_DIRECTORY,
	OPTION_WHEN_FULL,
	OPTION_VERSION,
	OPTION_HELP
};

static const struct option long_options[] = {
	{"socket", required_argument, NULL, OPTION_SOCKET},
	{"json", no_argument, NULL, OPTION_JSON},
	{"openmetrics", no_argument, NULL, OPTION_OPENMETRICS},
	{"watch", required_argument, NULL, OPTION_WATCH},
	{"per-lcore", no_argument, NULL, OPTION_PER_LCORE},
	{"listen", required_argument, NULL, OPTION_LISTEN},
	{"port", required_argument, NULL, OPTION_PORT},
	{"direction", required_argument, NULL, OPTION_DIRECTION},
	{"kind", required_argument, NULL, OPTION_KIND},
	{"mac", required_argument, NULL, OPTION_MAC},
	{"size", required_argument, NULL, OPTION_SIZE},
	{"time", required_argument, NULL, OPTION_TIME},
	{"files", required_argument, NULL, OPTION_FILES},
	{"directory", required_argument, NULL, OPTION_DIRECTORY},
	{"when-full", required_argument, NULL, OPTION_WHEN_FULL},
	{"version", no_argument, NULL, OPTION_VERSION},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

static const char usage_head[] = "usage: peregrinectl [-f PREFIX | --socket PATH] COMMAND\n"
				 "       peregrinectl --version | --help\n"
				 "\n";

static const char usage_options[] =
	"\n"
	"  -f PREFIX        the node's name in its file (default peregrine)\n"
	"  --socket PATH    its telemetry socket instead\n"
	"  --json           one JSON object a line\n"
	"  --openmetrics    OpenMetrics text\n"
	"  --watch SEC      again every SEC seconds, 0.1 to 3600\n"
	"  --per-lcore      stats: lcores as well\n"
	"  --listen A:P     exporter: address and port (default 127.0.0.1:9464)\n"
	"\n"
	"capture start:\n"
	"  --port NAME      a wire or tap (default all)\n"
	"  --direction D    in, out (default both)\n"
	"  --kind KIND      heartbeat, reply, upstream, downstream, host, unknown;\n"
	"                   as often as wanted (default all)\n"
	"  --mac MAC        only what names this MAC\n"
	"  --size MB        of a file, 1 to 40 (default 5)\n"
	"  --time H         hours, 1 to 48 (default 24)\n"
	"  --files N        that are kept, 1 to 1000 (default 8)\n"
	"  --directory DIR  for the files (default: the node's capture.directory)\n"
	"  --when-full W    oldest: delete the oldest file (default), or stop\n"
	"\n"
	"exit codes: 0 okay, 1 error, 2 usage, 3 health is not okay\n";

static int
take_form(struct ctl_options *options, enum ctl_form form, FILE *errors)
{
	if (options->form != CTL_HUMAN && options->form != form)
		return ctl_usage_error(errors, "--json and --openmetrics: found both, allowed one");
	options->form = form;
	options->given |= form == CTL_JSON ? CTL_TAKES_JSON : CTL_TAKES_OPENMETRICS;
	return 0;
}

static int
take_capture(struct ctl_capture_options *capture, int result, FILE *errors)
{
	switch (result) {
	case OPTION_PORT:
		capture->port = optarg;
		return 0;
	case OPTION_DIRECTION:
		return ctl_take_direction(capture, optarg, errors);
	case OPTION_KIND:
		return ctl_take_kind(capture, optarg, errors);
	case OPTION_MAC:
		capture->mac = optarg;
		return ctl_check_mac("--mac", optarg, errors);
	case OPTION_SIZE:
		return ctl_take_number(&capture->size_mb, "--size", 1, 40, optarg, errors);
	case OPTION_TIME:
		return ctl_take_number(&capture->time_h, "--time", 1, 48, optarg, errors);
	case OPTION_FILES:
		return ctl_take_number(&capture->files, "--files", 1, 1000, optarg, errors);
	case OPTION_DIRECTORY:
		return ctl_take_directory(capture, optarg, errors);
	default:
		return ctl_take_when_full(capture, optarg, errors);
	}
}

static int
fail_option(int result, char **argv, FILE *errors)
{
	const char letter[] = {'-', (char)optopt, '\0'};
	const char *option = optopt != 0 && optopt < OPTION_SOCKET ? letter : argv[optind - 1];

	if (result == ':')
		return ctl_usage_error(errors, "%s: found no value, allowed one", option);
	if (optopt >= OPTION_SOCKET)
		return ctl_usage_error(errors, "%s: found a value, allowed none", option);
	return ctl_usage_error(errors, "%s: unknown option; see --help", option);
}

struct where {
	const char *prefix, *socket;
};

static int
take(struct ctl_options *options, struct where *where, int result, char **argv, FILE *errors)
{
	switch (result) {
	case 'f':
		where->prefix = optarg;
		return 0;
	case OPTION_SOCKET:
		where->socket = optarg;
		return 0;
	case OPTION_JSON:
		return take_form(options, CTL_JSON, errors);
	case OPTION_OPENMETRICS:
		return take_form(options, CTL_OPENMETRICS, errors);
	case OPTION_WATCH:
		options->given |= CTL_TAKES_WATCH;
		return ctl_take_watch(&options->watch_ms, optarg, errors);
	case OPTION_PER_LCORE:
		options->given |= CTL_TAKES_PER_LCORE;
		options->per_lcore = true;
		return 0;
	case OPTION_LISTEN:
		options->given |= CTL_TAKES_LISTEN;
		options->listen = optarg;
		return 0;
	case '?':
	case ':':
		return fail_option(result, argv, errors);
	default:
		options->given |= CTL_TAKES_CAPTURE;
		return take_capture(&options->capture, result, errors);
	}
}

static int
take_where(struct ctl_options *options, const struct where *where, FILE *errors)
{
	const char *prefix = where->prefix != NULL ? where->prefix : "peregrine";
	const char *slash;

	if (where->prefix != NULL && where->socket != NULL)
		return ctl_usage_error(errors, "-f and --socket: found both, allowed one");
	if (*prefix == '\0' || strchr(prefix, '/') != NULL)
		return ctl_usage_error(errors, "-f: found \"%s\", allowed a name without /",
				       prefix);
	ctl_runtime_path(options->telemetry, prefix, "dpdk_telemetry.v2");
	ctl_runtime_path(options->control, prefix, "peregrine.ctl");
	if (where->socket == NULL)
		return 0;
	/* what changes state is beside it */
	slash = strrchr(where->socket, '/');
	snprintf(options->telemetry, CTL_PATH_MAX, "%s", where->socket);
	snprintf(options->control, CTL_PATH_MAX, "%.*speregrine.ctl",
		 slash != NULL ? (int)(slash + 1 - where->socket) : 0, where->socket);
	return 0;
}

static int
take_command(struct ctl_options *options, char **words, FILE *errors)
{
	const struct ctl_command *command;

	if (words[0] == NULL)
		return ctl_usage_error(errors, "found no command, allowed one; see --help");
	command = ctl_command_find(words[0]);
	if (command == NULL)
		return ctl_usage_error(errors, "%s: unknown command; see --help", words[0]);
	options->command = command;
	options->word = words[1];
	if (words[1] == NULL && command->choices != NULL)
		return ctl_usage_error(errors, "%s: found nothing, allowed %s", command->name,
				       command->word);
	if (words[1] != NULL && (command->word == NULL || words[2] != NULL))
		return ctl_usage_error(errors, "%s: stray argument",
				       words[command->word == NULL ? 1 : 2]);
	if (words[1] != NULL && command->choices != NULL &&
	    ctl_check_choice(command->name, command->choices, command->word, words[1], errors) != 0)
		return -EINVAL;
	if (options->given & ~command->takes)
		return ctl_usage_error(errors, "%s: does not take %s", command->name,
				       ctl_option_name(options->given & ~command->takes));
	if ((options->given & CTL_TAKES_CAPTURE) && strcmp(words[1], "start") != 0)
		return ctl_usage_error(errors, "capture %s: takes no options of start", words[1]);
	if (options->form == CTL_OPENMETRICS && options->watch_ms > 0)
		return ctl_usage_error(errors,
				       "--openmetrics and --watch: found both, allowed one");
	return 0;
}

int
ctl_options_parse(struct ctl_options *options, int argc, char **argv, FILE *out, FILE *errors)
{
	struct where where = {NULL, NULL};
	int result, error;

	*options = (struct ctl_options){
		.listen = "127.0.0.1:9464",
		.capture = {.port = "all",
			    .direction = "both",
			    .when_full = "oldest",
			    .size_mb = 5,
			    .time_h = 24,
			    .files = 8},
	};
	while ((result = getopt_long(argc, argv, ":f:", long_options, NULL)) != -1) {
		if (result == OPTION_VERSION) {
			fputs("peregrinectl " PGN_VERSION "\n", out);
			return 1;
		}
		if (result == OPTION_HELP) {
			fputs(usage_head, out);
			ctl_commands_help(out);
			fputs(usage_options, out);
			return 1;
		}
		error = take(options, &where, result, argv, errors);
		if (error != 0)
			return error;
	}
	error = take_where(options, &where, errors);
	return error != 0 ? error : take_command(options, argv + optind, errors);
}
