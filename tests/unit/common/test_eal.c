/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "test_eal.h"

int
test_eal_start(void **state)
{
	/* The EAL may reorder its arguments and takes them writable. */
	static char words[][24] = {"test",
				   "-l",
				   "0",
				   "--no-huge",
				   "-m",
				   "256",
				   "--no-pci",

				   "--no-shconf",
				   "--no-telemetry",
				   "--log-level",
				   "error",
				   "--file-prefix",
				   ""};
	char *argv[RTE_DIM(words)];

	(void)state;
	for (unsigned int i = 0; i < RTE_DIM(words); i++)
		argv[i] = words[i];
	snprintf(words[RTE_DIM(words) - 1], sizeof(words[0]), "pgn-test-%d", (int)getpid());
	if (rte_eal_init(RTE_DIM(argv), argv) < 0) {
		fprintf(stderr, "rte_eal_init: %s\n", rte_strerror(rte_errno));
		return -1;
	}
	return 0;
}

int
test_eal_stop(void **state)
{
	char directory[4096];

	(void)state;
	snprintf(directory, sizeof(directory), "%s", rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	rmdir(directory);
	return 0;
}
