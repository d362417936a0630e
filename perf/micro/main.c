/* SPDX-License-Identifier: BSD-3-Clause */
/** pgn-micro: what each small step of the packet path costs, beside its yardstick. */
#include <errno.h>
#include <getopt.h>
#include <regex.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <bsd/stdlib.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "bench.h"
#include "report.h"

#define EXIT_USAGE 2
#define RUNS_DEFAULT 9
#define BUFFERS 1023 /* of each class */

struct options {
	bool json;
	const char *filter;
	unsigned int runs;
	regex_t pattern;
};

static const char usage[] = "usage: pgn-micro [--json] [--filter REGEX] [--runs N]\n";

/** 0, or an exit status below zero: -EXIT_USAGE with a line on stderr; 1: help was asked for. */
static int
read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"json", no_argument, NULL, 'j'},
		{"filter", required_argument, NULL, 'f'},
		{"runs", required_argument, NULL, 'r'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	const char *error;
	char why[128];
	int option, rc;

	*options = (struct options){.filter = "", .runs = RUNS_DEFAULT};
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'j':
			options->json = true;
			break;
		case 'f':
			options->filter = optarg;
			break;
		case 'r':
			options->runs = (unsigned int)strtonum(optarg, 1, BENCH_RUNS_MAX, &error);
			if (error == NULL)
				break;
			fprintf(stderr, "pgn-micro: --runs %s: %s (1 to %d)\n", optarg, error,
				BENCH_RUNS_MAX);
			return -EXIT_USAGE;
		case 'h':
			fputs(usage, stdout);
			return 1;
		default:
			fputs(usage, stderr);
			return -EXIT_USAGE;
		}
	}
	if (optind != argc) {
		fprintf(stderr, "pgn-micro: unexpected argument: %s\n%s", argv[optind], usage);
		return -EXIT_USAGE;
	}
	rc = regcomp(&options->pattern, options->filter, REG_EXTENDED | REG_NOSUB);
	if (rc != 0) {
		regerror(rc, &options->pattern, why, sizeof(why));
		fprintf(stderr, "pgn-micro: --filter %s: %s\n", options->filter, why);
		return -EXIT_USAGE;
	}
	return 0;
}

/** The first CPU this process may run on. */
static int
first_cpu(void)
{
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return 0;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &allowed))
			return cpu;
	}
	return 0;
}

/** One lcore, 512 MB of plain pages, no device, nothing left behind. */
static int
start_eal(void)
{
	/* The EAL may reorder its arguments and takes them writable. */
	static char words[][32] = {
		"pgn-micro",
		"--no-huge",
		"--no-pci",
		"--no-shconf",
		"-m",
		"512",
		"-l",
		"",
		"--log-level",
		"error",
		"--no-telemetry",
		"--file-prefix",
		"",
	};
	char *argv[RTE_DIM(words)];

	for (unsigned int i = 0; i < RTE_DIM(words); i++)
		argv[i] = words[i];
	snprintf(words[7], sizeof(words[7]), "%d", first_cpu());
	snprintf(words[12], sizeof(words[12]), "pgn-micro-%d", (int)getpid());
	if (rte_eal_init(RTE_DIM(argv), argv) < 0) {
		fprintf(stderr, "pgn-micro: EAL: %s\n", rte_strerror(rte_errno));
		return -1;
	}
	return 0;
}

static void
stop_eal(void)
{
	char directory[4096];

	snprintf(directory, sizeof(directory), "%s", rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	rmdir(directory);
}

static int
add_rows(struct bench_rows *rows)
{
	int (*const groups[])(struct bench_rows *, struct pgn_bufpool *) = {
		rows_write, rows_parse, rows_pool, rows_clients, rows_aead};
	const struct pgn_bufpool_conf conf = {.name = "micro",
					      .count = {BUFFERS, BUFFERS, BUFFERS},
					      .cache = PGN_BUFPOOL_CACHE,
					      .socket = SOCKET_ID_ANY};
	struct pgn_bufpool *pool = pgn_bufpool_create(&conf);
	int rc = pool == NULL ? -errno : 0;

	for (unsigned int i = 0; i < RTE_DIM(groups) && rc == 0; i++)
		rc = groups[i](rows, pool);
	if (rc != 0)
		fprintf(stderr, "pgn-micro: setting up: %s\n", rte_strerror(-rc));
	return rc;
}

static void
measure_all(const struct bench_rows *rows, const struct options *options)
{
	bool first = true;

	if (!options->json)
		report_table_head();
	for (unsigned int i = 0; i < rows->count; i++) {
		const struct bench_row *row = &rows->row[i];
		struct bench_result result;

		if (regexec(&options->pattern, row->work.name, 0, NULL, 0) != 0)
			continue;
		bench_measure(row, options->runs, &result);
		if (options->json)
			report_json_row(row, &result, first);
		else
			report_table_row(row, &result);
		first = false;
	}
	if (options->json)
		report_json_end(first);
}

int
main(int argc, char **argv)
{
	static struct bench_rows rows;
	struct options options;
	int rc = read_options(argc, argv, &options);

	if (rc != 0)
		return rc < 0 ? -rc : EXIT_SUCCESS;
	if (start_eal() != 0) {
		regfree(&options.pattern);
		return EXIT_FAILURE;
	}
	rc = add_rows(&rows);
	if (rc == 0)
		measure_all(&rows, &options);
	rows_aead_close();
	stop_eal();
	regfree(&options.pattern);
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
