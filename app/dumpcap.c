/* SPDX-License-Identifier: BSD-3-Clause */
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_pdump.h>

#include "dumpcap.h"
#include "hugepages.h"
#include "log.h"

static bool open;

bool
pgn_dumpcap_check(const struct pgn_config *config, unsigned int memory_mb,
		  char line[PGN_DUMPCAP_LINE])
{
	bool can = false;

	if (config->capture.dumpcap == 0) {
		snprintf(line, PGN_DUMPCAP_LINE,
			 "dpdk-dumpcap cannot attach: capture.dumpcap is no");
	} else if (pgn_hugepages_free_mb() < memory_mb) {
		snprintf(line, PGN_DUMPCAP_LINE,
			 "dpdk-dumpcap cannot attach: fewer than %u MB of hugepages free",
			 memory_mb);
	} else {
		snprintf(line, PGN_DUMPCAP_LINE,
			 "dpdk-dumpcap can attach: dpdk-dumpcap --file-prefix %s", config->name);
		can = true;
	}
	return can;
}

void
pgn_dumpcap_open(const struct pgn_config *config)
{
	char line[PGN_DUMPCAP_LINE];
	bool can = pgn_dumpcap_check(config, 0, line);

	if (can && !rte_eal_has_hugepages())
		pgn_log(LOG_WARNING, "dpdk-dumpcap cannot attach: running without hugepages");
	else if (can && rte_pdump_init() != 0)
		pgn_log(LOG_WARNING, "dpdk-dumpcap cannot attach: %s", rte_strerror(rte_errno));
	else
		open = can;
	if (open || !can)
		pgn_log(open ? LOG_NOTICE : LOG_DEBUG, "%s", line);
}

void
pgn_dumpcap_close(void)
{
	if (open)
		rte_pdump_uninit();
	open = false;
}
