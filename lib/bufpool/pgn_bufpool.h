/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Buffers of three classes over rte_mempool, one mempool a class.
 *
 * A class is named for the room it guarantees behind RTE_PKTMBUF_HEADROOM. Ports receive into the
 * 1500 class, whose mbufs have the 2,048 bytes of data room that PMDs ask for. The per-lcore cache
 * is the mempool's own, so buffers come home whoever frees them, a Tx completion included.
 *
 * Only EAL lcores may get and put; the accounting is per lcore and written by that lcore only.
 */
#ifndef PGN_BUFPOOL_H
#define PGN_BUFPOOL_H

#include <stdint.h>

#include <rte_mbuf.h>

enum pgn_class {
	PGN_CLASS_256,
	PGN_CLASS_512,
	PGN_CLASS_1500,
	PGN_CLASS_COUNT
};

/** Largest get: a 1,518-byte frame, the longest header, and what sealing adds. */
#define PGN_CLASS_1500_CAPACITY 1574

#define PGN_BUFPOOL_CACHE 32 /**< default of cache: buffers kept per class and lcore */

struct pgn_bufpool_conf {
	const char *name; /**< prefix of the mempools' names, at most 16 characters */
	uint32_t count[PGN_CLASS_COUNT]; /**< buffers of each class, at least 1 */
	uint32_t cache;                  /**< 0 to RTE_MEMPOOL_CACHE_MAX_SIZE */
	int socket;                      /**< NUMA socket, or SOCKET_ID_ANY */
};

/** What one lcore asked of one class, in buffers: gets = hits + refills + failures. */
struct pgn_bufpool_counters {
	uint64_t gets;
	uint64_t hits;      /**< served by the lcore's cache */
	uint64_t refills;   /**< served by going to the shared ring */
	uint64_t fallbacks; /**< of hits and refills, served by a larger class: this was empty */
	uint64_t failures;  /**< not served */
};

struct pgn_bufpool;

/** Bytes of memory the conf asks for, to be known before there is an EAL. */
uint64_t pgn_bufpool_memory(const struct pgn_bufpool_conf *conf);

/** NULL with errno: EINVAL (a count of 0, a cache too large), ENOMEM. Any thread. */
struct pgn_bufpool *pgn_bufpool_create(const struct pgn_bufpool_conf *conf);

/** Frees the mempools; every buffer must be back. NULL is allowed. */
void pgn_bufpool_destroy(struct pgn_bufpool *pool);

/** The mempool ports receive into. */
struct rte_mempool *pgn_bufpool_rx_pool(const struct pgn_bufpool *pool);

/**
 * n buffers with room for `size` bytes, empty, direct, of one segment, the caller's: all or none.
 * From the smallest class that holds size, or a larger one where that is empty.
 * -EMSGSIZE: size above PGN_CLASS_1500_CAPACITY. -ENOBUFS: no class could.
 */
int pgn_bufpool_get_bulk(struct pgn_bufpool *pool, uint32_t size, struct rte_mbuf **mbufs,
			 unsigned int n);

/** One buffer, or NULL (too large, or no class could). */
struct rte_mbuf *pgn_bufpool_get(struct pgn_bufpool *pool, uint32_t size);

/**
 * Give n frames back, of any classes mixed; chains, shared and indirect ones are taken apart as
 * rte_pktmbuf_free does. The mbufs are no longer the caller's.
 */
void pgn_bufpool_put_bulk(struct rte_mbuf **mbufs, unsigned int n);

/** The accounting of one lcore and class; any thread. lcore below RTE_MAX_LCORE. */
struct pgn_bufpool_counters pgn_bufpool_counters(const struct pgn_bufpool *pool, unsigned int lcore,
						 enum pgn_class class);

uint32_t pgn_bufpool_size(const struct pgn_bufpool *pool, enum pgn_class class);

/** Buffers that are with somebody: size - available. Exact while nobody gets or puts. */
uint32_t pgn_bufpool_in_use(const struct pgn_bufpool *pool, enum pgn_class class);

const char *pgn_class_name(enum pgn_class class);

#endif
