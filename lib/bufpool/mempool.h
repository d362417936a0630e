/* SPDX-License-Identifier: BSD-3-Clause */
/** The mempool of one class. */
#ifndef MEMPOOL_H
#define MEMPOOL_H

#include <rte_mbuf.h>

/** As rte_pktmbuf_pool_create, with no private area; NULL with rte_errno. */
struct rte_mempool *pgn_mempool_create(const char *name, uint32_t count, uint32_t cache,
				       uint16_t data_room, int socket);

#endif
