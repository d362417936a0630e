/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

#define PERIODS_MAX 30000 /* what the clock of events holds */

static const char usage[] =
	"usage: pgn-sim --case NAME | --topology FILE  [--seed N] [--periods N] [--json] "
	"[--trace]\n"
	"       pgn-sim --list\n"
	"  --case NAME       one of those that --list names\n"
	"  --topology FILE   a world of one's own: see tests/sim/README.md\n"
	"  --seed N          0 to 2^64 - 1, 1 unless said: same seed, same result\n"
	"  --periods N       1 to 30000 heartbeat periods, instead of what the case has\n"
	"  --json            the result as one line of JSON\n"
	"  --trace           every message sent and every choice, as it happens\n"
	"exit code: 0 what was expected came true, 1 it did not, 2 usage\n";

static bool
read_number(const char *text, uint64_t low, uint64_t high, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0' && *number >= low &&
	       *number <= high;
}

bool
sim_command_read(int argc, char **argv, struct sim_command *command)
{
	static const struct option known[] = {
		{"case", required_argument, NULL, 'c'}, {"topology", required_argument, NULL, 't'},
		{"seed", required_argument, NULL, 's'}, {"periods", required_argument, NULL, 'p'},
		{"json", no_argument, NULL, 'j'},       {"trace", no_argument, NULL, 'T'},
		{"list", no_argument, NULL, 'l'},       {NULL, 0, NULL, 0},
	};
	bool good = true;
	int option;

	*command = (struct sim_command){.options.seed = 1};
	while (good && (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'c':
			command->name = optarg;
			break;
		case 't':
			command->topology = optarg;
			break;
		case 's':
			good = read_number(optarg, 0, UINT64_MAX, &command->options.seed);
			break;
		case 'p':
			good = read_number(optarg, 1, PERIODS_MAX, &command->options.periods);
			break;
		case 'j':
			command->json = true;
			break;
		case 'T':
			command->options.trace = true;
			break;
		case 'l':
			command->list = true;
			break;
		default:
			good = false;
			break;
		}
	}
	good = good && optind == argc &&
	       (command->name != NULL) + (command->topology != NULL) + command->list == 1;
	if (!good)
		fputs(usage, stderr);
	return good;
}
