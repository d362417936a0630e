/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/stdlib.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"

static const char usage[] =
	"usage: pgn-node --path io|macswap|relay|air-to-host|host-to-air|hairpin|group|rx-tx\n"
	"                [--clients N] [--nodes N] [--size BYTES] [--order random|sequential]\n"
	"                [--workers N [--spread queue|software]] [--port array|ring|DEVICE] "
	"[--mbufs N] [--frames N]\n"
	"                [--runs N] [--cache N] [--seal] [--json]\n"
	"\n"
	"  --clients N  clients the RSU knows, the host behind its TAP one of them (65536)\n"
	"  --nodes N    OBUs the node knows (64)\n"
	"  --size N     bytes of an inner frame without FCS (64)\n"
	"  --workers N  so many at once, on a lcore each, from arrays; --spread: each with frames "
	"of\n"
	"               its own, as from a queue of its own, or handed over by the first one "
	"(queue)\n"
	"  --port P     where frames come from; a vdev is served until SIGINT or SIGTERM, on the\n"
	"               paths io and macswap: a generator is another process (array)\n"
	"  --mbufs N    frames in flight, a multiple of 32 (1024)\n"
	"  --cache N    buffers cached per class and lcore (256)\n"
	"  --frames N   frames a run (262144)\n"
	"  --runs N     runs behind the one that warms up (9)\n"
	"  --seal       payloads are sealed: air-to-host, host-to-air, hairpin, group, from "
	"arrays\n";

enum {
	OPTION_PATH = 256,
	OPTION_CLIENTS,
	OPTION_NODES,
	OPTION_SIZE,
	OPTION_ORDER,
	OPTION_WORKERS,
	OPTION_SPREAD,
	OPTION_PORT,
	OPTION_MBUFS,
	OPTION_CACHE,
	OPTION_FRAMES,
	OPTION_RUNS,
	OPTION_SEAL,
	OPTION_JSON,
	OPTION_HELP
};

static const struct option long_options[] = {
	{"path", required_argument, NULL, OPTION_PATH},
	{"clients", required_argument, NULL, OPTION_CLIENTS},
	{"nodes", required_argument, NULL, OPTION_NODES},
	{"size", required_argument, NULL, OPTION_SIZE},
	{"order", required_argument, NULL, OPTION_ORDER},
	{"workers", required_argument, NULL, OPTION_WORKERS},
	{"spread", required_argument, NULL, OPTION_SPREAD},
	{"port", required_argument, NULL, OPTION_PORT},
	{"mbufs", required_argument, NULL, OPTION_MBUFS},
	{"cache", required_argument, NULL, OPTION_CACHE},
	{"frames", required_argument, NULL, OPTION_FRAMES},
	{"runs", required_argument, NULL, OPTION_RUNS},
	{"seal", no_argument, NULL, OPTION_SEAL},
	{"json", no_argument, NULL, OPTION_JSON},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

static int
fail(const char *option, const char *found, const char *allowed)
{
	fprintf(stderr, "pgn-node: --%s: found \"%s\", allowed %s\n", option, found, allowed);
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

/** One of two words: false the first, true the second. */
static int
take_either(const char *option, bool *second, const char *a, const char *b)
{
	char allowed[32];

	*second = strcmp(optarg, b) == 0;
	if (*second || strcmp(optarg, a) == 0)
		return 0;
	snprintf(allowed, sizeof(allowed), "%s or %s", a, b);
	return fail(option, optarg, allowed);
}

static int
take_path(enum bench_path *path)
{
	for (*path = 0; *path < PATH_COUNT; ++*path) {
		if (strcmp(optarg, bench_path_name[*path]) == 0)
			return 0;
	}
	return fail("path", optarg,
		    "io, macswap, relay, air-to-host, host-to-air, hairpin, group or rx-tx");
}

/** array, ring, or the vdev string of a port. */
static int
take_port(struct bench_options *o)
{
	o->ring = strcmp(optarg, "ring") == 0;
	o->device = strncmp(optarg, "net_", 4) == 0 ? optarg : NULL;
	return o->ring || o->device != NULL || strcmp(optarg, "array") == 0
		       ? 0
		       : fail("port", optarg, "array, ring or a vdev (net_...)");
}

static int
take(struct bench_options *o, int option)
{
	switch (option) {
	case OPTION_PATH:
		return take_path(&o->path);
	case OPTION_CLIENTS:
		return take_number("clients", &o->clients, 4, 1048576);
	case OPTION_NODES:
		return take_number("nodes", &o->nodes, 1, 16384);
	case OPTION_SIZE:
		return take_number("size", &o->size, 60, 1500);
	case OPTION_ORDER:
		return take_either("order", &o->sequential, "random", "sequential");
	case OPTION_WORKERS:
		return take_number("workers", &o->workers, 1, PGN_WORKERS_MAX);
	case OPTION_SPREAD:
		return take_either("spread", &o->software, "queue", "software");
	case OPTION_PORT:
		return take_port(o);
	case OPTION_MBUFS:
		if (take_number("mbufs", &o->mbufs, BENCH_BURST, 65536) != 0)
			return 2;
		return o->mbufs % BENCH_BURST == 0 ? 0 : fail("mbufs", optarg, "a multiple of 32");
	case OPTION_CACHE:
		return take_number("cache", &o->cache, 0, RTE_MEMPOOL_CACHE_MAX_SIZE);
	case OPTION_FRAMES:
		return take_number("frames", &o->frames, BENCH_BURST, 1000000000);
	case OPTION_RUNS:
		return take_number("runs", &o->runs, 1, BENCH_RUNS_MAX);
	case OPTION_SEAL:
		o->seal = true;
		return 0;
	case OPTION_JSON:
		o->json = true;
		return 0;
	case OPTION_HELP:
		fputs(usage, stdout);
		return 1;
	default:
		return 2;
	}
}

int
bench_options_parse(struct bench_options *options, int argc, char **argv)
{
	int option, ret = 0;

	*options = (struct bench_options){.path = PATH_COUNT,
					  .clients = 65536,
					  .nodes = 64,
					  .size = 64,
					  .workers = 1,
					  .mbufs = 1024,
					  .cache = 256,
					  .frames = 262144,
					  .runs = 9};
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		ret = take(options, option);
		if (ret != 0)
			return ret;
	}
	if (optind < argc)
		return fail("path", argv[optind], "options only: see --help");
	if (options->path == PATH_COUNT)
		return fail("path", "", "one of the names in --help");
	if (options->path == PATH_HAIRPIN && options->nodes < 2)
		return fail("nodes", "1", "2 or more on the hairpin path");
	if (options->device != NULL && options->path != PATH_IO && options->path != PATH_MACSWAP)
		return fail("port", options->device, "array or ring on this path");
	if (options->seal &&
	    (options->path < PATH_AIR_TO_HOST || options->path > PATH_GROUP || options->ring))
		return fail("seal", bench_path_name[options->path],
			    "air-to-host, host-to-air, hairpin or group, from an array");
	if (options->workers > 1 &&
	    (options->path >= PATH_GROUP || options->ring || options->device != NULL))
		return fail("workers", bench_path_name[options->path],
			    "1 on the paths group and rx-tx, and with a port");
	if (options->workers > 1 && options->seal && options->path == PATH_HAIRPIN)
		return fail("workers", "hairpin", "1 where sealed frames go on as copies");
	if (options->path >= PATH_GROUP && options->ring)
		return fail("port", "ring", "array on the paths group and rx-tx");
	return 0;
}
