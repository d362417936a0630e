/* SPDX-License-Identifier: BSD-3-Clause */
/** Whether dpdk-dumpcap can attach to this node. */
#ifndef PGN_DUMPCAP_H
#define PGN_DUMPCAP_H

#include "config.h"

#define PGN_DUMPCAP_LINE 192

/** For --check, in one line; true: it can, if so much memory is free in hugepages. */
bool pgn_dumpcap_check(const struct pgn_config *config, unsigned int memory_mb,
		       char line[PGN_DUMPCAP_LINE]);

/** Let it, and log whether it can. The EAL runs. */
void pgn_dumpcap_open(const struct pgn_config *config);
void pgn_dumpcap_close(void);

#endif
