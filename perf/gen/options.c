/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/stdlib.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <rte_pci.h>

#include "ways.h"

#define PORT_ALLOWED "a PCI address (0000:03:00.0) or a vdev (net_virtio_user0,path=/tmp/wire)"

static const char usage[] =
	"usage: pgn-gen --tx PORT --rx PORT --kind KIND [--role rsu|obu|plain]\n"
	"               [--size BYTES] [--rate RATE] [--nodes N] [--clients N] [--order ORDER]\n"
	"               [--duration S] [--seal KEYFILE] [--latency] [--step] [--json]\n"
	"\n"
	"Sends frames into a node by one port and counts what comes back by another one, or by "
	"the\n"
	"same, while it plays the network around the node.\n"
	"\n"
	"  --tx, --rx     PCI addresses (0000:03:00.0) or vdevs (net_virtio_user0,path=/tmp/wire)\n"
	"  --role         what is measured: a node, or something that gives frames back as they\n"
	"                 are or with their MACs swapped, without routes (rsu)\n"
	"  --kind         which frames:\n"
	"    rsu  upstream   from OBUs by the wire, out by the TAP; with one port: to other OBUs\n"
	"         host       in by the TAP, out to the OBUs of the clients\n"
	"         mix        both at once; --tx is the wire\n"
	"         heartbeat  replies to its heartbeats; the heartbeats that come are counted\n"
	"    obu  upstream   from an OBU to the RSU, by one port\n"
	"         downstream from the RSU to other OBUs, by one port; with two: out by the TAP\n"
	"         host       in by the TAP, out to the RSU\n"
	"         heartbeat  heartbeats with new ids; those it passes on are counted\n"
	"    all  imix       upstream with frames of 64, 570 and 1,518 bytes, 7:4:1\n"
	"  --size N       bytes of a frame as it is sent, FCS included (64), 64 to 1518. One that\n"
	"                 has no room for what is in it is longer, and one that would not fit a\n"
	"                 1,500-byte wire when it comes out is shorter: it says so\n"
	"  --rate RATE    max, frames a second (1.5M, 200k), or N%: of a PCI port's link, else of\n"
	"                 the generator's own ceiling (max)\n"
	"  --nodes N      OBUs behind the node (64)\n"
	"  --clients N    hosts behind OBUs, and the one behind the RSU's TAP (65536)\n"
	"  --order        random, sequential, single-flow (one client), worst-case (clients of "
	"one\n"
	"                 bucket under the client table's hash; its seed is the node's secret)\n"
	"  --duration S   seconds that are counted, behind 0.2 that are not (1)\n"
	"  --seal FILE    seal and open with the keys that the node has (aead.key_file)\n"
	"  --latency      of one frame in 64\n"
	"  --step         a trial for each line on stdin, until it ends: rate=RATE duration=S\n"
	"                 [burst=N] [latency=1]; what is left out is as on the command line;\n"
	"                 burst: N frames back to back, once\n";

enum {
	OPTION_TX = 256,
	OPTION_RX,
	OPTION_ROLE,
	OPTION_KIND,
	OPTION_SIZE,
	OPTION_RATE,
	OPTION_NODES,
	OPTION_CLIENTS,
	OPTION_ORDER,
	OPTION_DURATION,
	OPTION_SEAL,
	OPTION_LATENCY,
	OPTION_STEP,
	OPTION_JSON,
	OPTION_HELP
};

static const struct option long_options[] = {
	{"tx", required_argument, NULL, OPTION_TX},
	{"rx", required_argument, NULL, OPTION_RX},
	{"role", required_argument, NULL, OPTION_ROLE},
	{"kind", required_argument, NULL, OPTION_KIND},
	{"size", required_argument, NULL, OPTION_SIZE},
	{"rate", required_argument, NULL, OPTION_RATE},
	{"nodes", required_argument, NULL, OPTION_NODES},
	{"clients", required_argument, NULL, OPTION_CLIENTS},
	{"order", required_argument, NULL, OPTION_ORDER},
	{"duration", required_argument, NULL, OPTION_DURATION},
	{"seal", required_argument, NULL, OPTION_SEAL},
	{"latency", no_argument, NULL, OPTION_LATENCY},
	{"step", no_argument, NULL, OPTION_STEP},
	{"json", no_argument, NULL, OPTION_JSON},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0},
};

int
gen_refuse(const char *option, const char *found, const char *allowed)
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
	return gen_refuse(option, optarg, allowed);
}

/** The place of optarg among names. */
static int
take_name(const char *option, unsigned int *place, const char *const *names, unsigned int count)
{
	char allowed[96] = "";

	for (*place = 0; *place < count; ++*place) {
		size_t at = strlen(allowed);

		if (strcmp(optarg, names[*place]) == 0)
			return 0;
		snprintf(allowed + at, sizeof(allowed) - at, "%s%s", at == 0 ? "" : ", ",
			 names[*place]);
	}
	return gen_refuse(option, optarg, allowed);
}

/** A number from the beginning of text; `end` is behind it. False: none, or not a finite one. */
static bool
parse_number(double *number, const char *text, char **end)
{
	errno = 0;
	if (strspn(text, "0123456789.") == 0 || strpbrk(text, "xXpP") != NULL)
		return false;
	*number = strtod(text, end);
	return *end != text && errno == 0;
}

bool
gen_rate_parse(struct gen_rate *rate, const char *text)
{
	char *unit;

	*rate = (struct gen_rate){.by = RATE_MAX};
	if (strcmp(text, "max") == 0)
		return true;
	if (!parse_number(&rate->value, text, &unit))
		return false;
	rate->by = RATE_PPS;
	if (strcmp(unit, "%") == 0) {
		rate->by = RATE_PERCENT;
		return rate->value >= 0.01 && rate->value <= 100;
	}
	if (strcmp(unit, "k") == 0)
		rate->value *= 1e3;
	else if (strcmp(unit, "M") == 0)
		rate->value *= 1e6;
	else if (*unit != '\0')
		return false;
	return rate->value >= 1 && rate->value <= 1e9;
}

bool
gen_seconds_parse(double *seconds, const char *text)
{
	char *end;

	return parse_number(seconds, text, &end) && *end == '\0' && *seconds >= 0.01 &&
	       *seconds <= 200;
}

static int
take_port(const char *option, const char **port)
{
	struct rte_pci_addr address;

	*port = optarg;
	/* In full, as DPDK names the port. */
	if (strncmp(optarg, "net_", 4) == 0 ||
	    (strlen(optarg) == strlen("0000:03:00.0") && rte_pci_addr_parse(optarg, &address) == 0))
		return 0;
	return gen_refuse(option, optarg, PORT_ALLOWED);
}

static int
take_words(struct gen_options *o, int option)
{
	switch (option) {
	case OPTION_TX:
		return take_port("tx", &o->tx);
	case OPTION_RX:
		return take_port("rx", &o->rx);
	case OPTION_SEAL:
		o->seal = optarg;
		return 0;
	case OPTION_LATENCY:
		o->latency = true;
		return 0;
	case OPTION_STEP:
		o->step = true;
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

static int
take(struct gen_options *o, int option)
{
	unsigned int place = 0;
	int ret;

	switch (option) {
	case OPTION_ROLE:
		ret = take_name("role", &place, gen_role_name, GEN_ROLES);
		o->role = place;
		return ret;
	case OPTION_KIND:
		ret = take_name("kind", &place, gen_kind_name, GEN_KINDS);
		o->kind = place;
		return ret;
	case OPTION_ORDER:
		ret = take_name("order", &place, gen_order_name, GEN_ORDERS);
		o->order = place;
		return ret;
	case OPTION_SIZE:
		return take_number("size", &o->size, GEN_SIZE_MIN, GEN_SIZE_MAX);
	case OPTION_NODES:
		return take_number("nodes", &o->nodes, 1, 1024);
	case OPTION_CLIENTS:
		return take_number("clients", &o->clients, 4, 1048576);
	case OPTION_RATE:
		return gen_rate_parse(&o->rate, optarg)
			       ? 0
			       : gen_refuse("rate", optarg, GEN_RATE_ALLOWED);
	case OPTION_DURATION:
		return gen_seconds_parse(&o->seconds, optarg)
			       ? 0
			       : gen_refuse("duration", optarg, GEN_SECONDS_ALLOWED);
	default:
		return take_words(o, option);
	}
}

int
gen_options_parse(struct gen_options *options, int argc, char **argv)
{
	int option, ret;

	*options = (struct gen_options){.kind = GEN_KINDS,
					.size = GEN_SIZE_MIN,
					.clients = 65536,
					.nodes = 64,
					.seconds = 1};
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		ret = take(options, option);
		if (ret != 0)
			return ret;
	}
	if (optind < argc)
		return gen_refuse("kind", argv[optind], "options only: see --help");
	if (options->tx == NULL || options->rx == NULL)
		return gen_refuse(options->tx == NULL ? "tx" : "rx", "", PORT_ALLOWED);
	if (options->kind == GEN_KINDS)
		return gen_refuse("kind", "", "one of those in --help");
	return 0;
}
