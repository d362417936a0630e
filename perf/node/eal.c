/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "bench.h"

int
bench_eal_start(unsigned int lcores)
{
	/* The EAL may reorder its arguments, takes them writable and keeps them. */
	static char words[][24] = {"pgn-node",
				   "-l",
				   "0",
				   "--no-pci",
				   "--no-shconf",
				   "--no-telemetry",
				   "--log-level",
				   "error",
				   "--no-huge",
				   "-m",
				   "256",
				   "--file-prefix",
				   ""};
	static char *argv[RTE_DIM(words)];

	for (unsigned int i = 0; i < RTE_DIM(words); i++)
		argv[i] = words[i];
	if (lcores == 2)
		snprintf(words[2], sizeof(words[2]), "0-1");
	snprintf(words[RTE_DIM(words) - 1], sizeof(words[0]), "pgn-node-%d", (int)getpid());
	if (rte_eal_init(RTE_DIM(argv), argv) < 0) {
		fprintf(stderr, "pgn-node: rte_eal_init: %s\n", rte_strerror(rte_errno));
		return -1;
	}
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
