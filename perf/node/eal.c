/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "bench.h"
#include "hugepages.h"

#define MEMORY_MB "256"
#define HUGE_WORD 10 /* which says --no-huge where too few are free */

int
bench_eal_start(unsigned int lcores)
{
	/* The EAL may reorder its arguments, takes them writable and keeps them. */
	static char words[][24] = {
		"pgn-node", "-l", "0",       "--no-pci",    "--no-telemetry", "--log-level",
		"error",    "-m", MEMORY_MB, "--no-shconf", "--no-huge",      "--file-prefix",
		""};
	static char *argv[RTE_DIM(words)];

	for (unsigned int i = 0; i < RTE_DIM(words); i++)
		argv[i] = words[i];
	if (pgn_hugepages_free_mb() >= strtoul(MEMORY_MB, NULL, 10))
		snprintf(words[HUGE_WORD], sizeof(words[0]), "--in-memory");
	snprintf(words[2], sizeof(words[2]), "0-%u", lcores - 1);
	snprintf(words[RTE_DIM(words) - 1], sizeof(words[0]), "pgn-node-%d", (int)getpid());
	if (rte_eal_init(RTE_DIM(argv), argv) < 0) {
		fprintf(stderr, "pgn-node: rte_eal_init: %s\n", rte_strerror(rte_errno));
		return -1;
	}
	/* At once: nothing is left of one that is killed either. */
	rmdir(rte_eal_get_runtime_dir());
	return 0;
}

void
bench_eal_stop(void)
{
	char directory[4096];

	snprintf(directory, sizeof(directory), "%s", rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	rmdir(directory);
}
