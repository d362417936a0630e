/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/stdlib.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "gen.h"

static const char usage[] =
	"usage: pgn-gen --path macswap|relay|air-to-host|host-to-air|hairpin --wire DEVICE\n"
	"               [--tap DEVICE] [--clients N] [--nodes N] [--size BYTES]\n"
	"               [--rate PPS | --search] [--ms N] [--runs N] [--step] [--json]\n"
	"\n"
	"  --wire, --tap  vdevs that lead to the node's wire and to its TAP\n"
	"  --clients N    hosts behind OBUs, and the one behind the node's TAP (65536)\n"
	"  --nodes N      OBUs behind the node (64)\n"
	"  --size N       bytes of an inner frame without FCS (64)\n"
	"  --rate N       frames a second; without it as many as go\n"
	"  --search       the highest rate without loss\n"
	"  --ms N         length of a run (300); --runs N  behind the one that warms up (9)\n"
	"  --step         a line on stdin starts each measurement, the end of stdin ends them\n";

enum {
	OPTION_PATH = 256,
	OPTION_WIRE,
	OPTION_TAP,
	OPTION_CLIENTS,
	OPTION_NODES,
	OPTION_SIZE,
	OPTION_RATE,
	OPTION_SEARCH,
	OPTION_STEP,
	OPTION_MS,
	OPTION_RUNS,
	OPTION_JSON,
	OPTION_HELP
};

static const struct option long_options[] = {
	{"path", required_argument, NULL, OPTION_PATH},
	{"wire", required_argument, NULL, OPTION_WIRE},
	{"tap", required_argument, NULL, OPTION_TAP},
	{"clients", required_argument, NULL, OPTION_CLIENTS},
	{"nodes", required_argument, NULL, OPTION_NODES},
	{"size", required_argument, NULL, OPTION_SIZE},
	{"rate", required_argument, NULL, OPTION_RATE},
	{"search", no_argument, NULL, OPTION_SEARCH},
	{"step", no_argument, NULL, OPTION_STEP},
	{"ms", required_argument, NULL, OPTION_MS},
	{"runs", required_argument, NULL, OPTION_RUNS},
	{"json", no_argument, NULL, OPTION_JSON},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

static int
fail(const char *option, const char *found, const char *allowed)
{
	fprintf(stderr, "pgn-gen: --%s: found \"%s\", allowed %s\n", option, found, allowed);
	return 2;
}

static int
take_number(const char *option, unsigned int *number, unsigned int min, unsigned int max)
{
	const char *error;
	char allowed[32];

	*number = (unsigned int)strtonum(optarg, min, max, &error);
	if (error == NULL)
		return 0;
	snprintf(allowed, sizeof(allowed), "%u to %u", min, max);
	return fail(option, optarg, allowed);
}

static int
take_path(enum bench_path *path)
{
	for (*path = PATH_MACSWAP; *path <= PATH_HAIRPIN; ++*path) {
		if (strcmp(optarg, bench_path_name[*path]) == 0)
			return 0;
	}
	return fail("path", optarg, "macswap, relay, air-to-host, host-to-air or hairpin");
}

static int
take(struct gen_options *o, int option)
{
	switch (option) {
	case OPTION_PATH:
		return take_path(&o->frames.path);
	case OPTION_WIRE:
		o->wire = optarg;
		return 0;
	case OPTION_TAP:
		o->tap = optarg;
		return 0;
	case OPTION_CLIENTS:
		return take_number("clients", &o->frames.clients, 4, 1048576);
	case OPTION_NODES:
		return take_number("nodes", &o->frames.nodes, 1, 1024);
	case OPTION_SIZE:
		return take_number("size", &o->frames.size, 60, 1450);
	case OPTION_RATE:
		return take_number("rate", &o->rate, 1, 1000000000);
	case OPTION_SEARCH:
		o->search = true;
		return 0;
	case OPTION_STEP:
		o->step = true;
		return 0;
	case OPTION_MS:
		return take_number("ms", &o->ms, 10, 60000);
	case OPTION_RUNS:
		return take_number("runs", &o->frames.runs, 1, BENCH_RUNS_MAX);
	case OPTION_JSON:
		o->frames.json = true;
		return 0;
	case OPTION_HELP:
		fputs(usage, stdout);
		return 1;
	default:
		return 2;
	}
}

int
gen_options_parse(struct gen_options *options, int argc, char **argv)
{
	int option, ret;

	*options = (struct gen_options){.frames = {.path = PATH_COUNT,
						   .clients = 65536,
						   .nodes = 64,
						   .size = 64,
						   .runs = 9},
					.ms = 300};
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		ret = take(options, option);
		if (ret != 0)
			return ret;
	}
	if (optind < argc)
		return fail("path", argv[optind], "options only: see --help");
	if (options->frames.path == PATH_COUNT)
		return fail("path", "", "one of the names in --help");
	if (options->wire == NULL)
		return fail("wire", "", "a vdev string");
	if (options->tap == NULL &&
	    (options->frames.path == PATH_AIR_TO_HOST || options->frames.path == PATH_HOST_TO_AIR))
		return fail("tap", "", "a vdev string on this path");
	if (options->frames.path == PATH_HAIRPIN && options->frames.nodes < 2)
		return fail("nodes", "1", "2 or more on the hairpin path");
	return 0;
}
