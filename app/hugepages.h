/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PGN_HUGEPAGES_H
#define PGN_HUGEPAGES_H

#include <stdint.h>

/** Megabytes of hugepages that are free now, of every size. Any thread. */
uint64_t pgn_hugepages_free_mb(void);

#endif
