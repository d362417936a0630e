/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_malloc.h>

#include "mempool.h"
#include "pgn_bufpool.h"

/** PMDs ask for 2,048 bytes of data room; igb, igc and ixgbe round down to 1 KB steps. */
#define RX_ROOM 2048

static const uint16_t room[PGN_CLASS_COUNT] = {
	[PGN_CLASS_256] = 256, [PGN_CLASS_512] = 512, [PGN_CLASS_1500] = RX_ROOM};

static const char *const names[PGN_CLASS_COUNT] = {
	[PGN_CLASS_256] = "256", [PGN_CLASS_512] = "512", [PGN_CLASS_1500] = "1500"};

struct rte_mempool_cache pgn_bufpool_no_cache;

uint64_t
pgn_bufpool_memory(const struct pgn_bufpool_conf *conf)
{
	uint64_t bytes = sizeof(struct pgn_bufpool);

	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		struct rte_mempool_objsz object;
		uint32_t element = sizeof(struct rte_mbuf) + RTE_PKTMBUF_HEADROOM + room[c];

		/* An object, and its pointer in the mempool's ring, which rounds up to a power. */
		bytes += (uint64_t)conf->count[c] * rte_mempool_calc_obj_size(element, 0, &object);
		bytes += rte_align64pow2((uint64_t)conf->count[c] + 1) * sizeof(void *);
		bytes += sizeof(struct rte_mempool_cache) * RTE_MAX_LCORE;
	}
	return bytes;
}

struct pgn_bufpool *
pgn_bufpool_create(const struct pgn_bufpool_conf *conf)
{
	struct pgn_bufpool *pool;

	if (conf->cache > RTE_MEMPOOL_CACHE_MAX_SIZE) {
		errno = EINVAL;
		return NULL;
	}
	pool = rte_zmalloc_socket("pgn_bufpool", sizeof(*pool), RTE_CACHE_LINE_SIZE, conf->socket);
	if (pool == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		char name[RTE_MEMPOOL_NAMESIZE];
		/* rte_mempool refuses a cache that could hold more than the pool has. */
		uint32_t cache = RTE_MIN(conf->cache, conf->count[c] * 2 / 3);

		snprintf(name, sizeof(name), "%.16s_%s", conf->name, names[c]);
		pool->class[c] = pgn_mempool_create(name, conf->count[c], cache,
						    RTE_PKTMBUF_HEADROOM + room[c], conf->socket);
		if (pool->class[c] == NULL) {
			int error = rte_errno;

			pgn_bufpool_destroy(pool);
			errno = error;
			return NULL;
		}
		for (unsigned int l = 0; l < RTE_MAX_LCORE; l++) {
			struct rte_mempool_cache *own =
				rte_mempool_default_cache(pool->class[c], l);

			pool->lcore[l].class[c].cache = own == NULL ? &pgn_bufpool_no_cache : own;
		}
	}
	return pool;
}

void
pgn_bufpool_destroy(struct pgn_bufpool *pool)
{
	if (pool == NULL)
		return;
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++)
		rte_mempool_free(pool->class[c]);
	rte_free(pool);
}

struct rte_mempool *
pgn_bufpool_rx_pool(const struct pgn_bufpool *pool)
{
	return pool->class[PGN_CLASS_1500];
}

static int
get_of_class(struct pgn_bufpool *pool, enum pgn_class class, struct rte_mbuf **mbufs,
	     unsigned int n, struct pgn_bufpool_lane *asked)
{
	struct rte_mempool_cache *cache =
		rte_mempool_default_cache(pool->class[class], rte_lcore_id());
	unsigned int cached = cache == NULL ? 0 : cache->len;

	if (rte_mempool_generic_get(pool->class[class], (void **)mbufs, n, cache) != 0)
		return -ENOBUFS;
	pgn_bufpool_count(n <= cached ? &asked->hits : &asked->refills, n);
	return 0;
}

int
pgn_bufpool_get_refill(struct pgn_bufpool *pool, uint32_t size, struct rte_mbuf **mbufs,
		       unsigned int n)
{
	enum pgn_class wanted = pgn_class_of(size), given = wanted;
	struct pgn_bufpool_lane *asked = &pool->lcore[rte_lcore_id()].class[wanted];

	if (size > PGN_CLASS_1500_CAPACITY)
		return -EMSGSIZE;
	while (given < PGN_CLASS_COUNT && get_of_class(pool, given, mbufs, n, asked) != 0)
		given++;
	if (given == PGN_CLASS_COUNT) {
		pgn_bufpool_count(&asked->failures, n);
		return -ENOBUFS;
	}
	if (given != wanted)
		pgn_bufpool_count(&asked->fallbacks, n);
	for (unsigned int i = 0; i < n; i++)
		pgn_mbuf_begin(mbufs[i]);
	return 0;
}

struct rte_mbuf *
pgn_bufpool_get_one_refill(struct pgn_bufpool *pool, uint32_t size)
{
	struct rte_mbuf *mbuf;

	return pgn_bufpool_get_refill(pool, size, &mbuf, 1) == 0 ? mbuf : NULL;
}

void
pgn_bufpool_put_other(struct rte_mbuf *mbuf)
{
	rte_pktmbuf_free(mbuf);
}

struct pgn_bufpool_counters
pgn_bufpool_counters(const struct pgn_bufpool *pool, unsigned int lcore, enum pgn_class class)
{
	const struct pgn_bufpool_lane *lane = &pool->lcore[lcore].class[class];
	struct pgn_bufpool_counters counters = {
		.hits = atomic_load_explicit(&lane->hits, memory_order_relaxed),
		.refills = atomic_load_explicit(&lane->refills, memory_order_relaxed),
		.fallbacks = atomic_load_explicit(&lane->fallbacks, memory_order_relaxed),
		.failures = atomic_load_explicit(&lane->failures, memory_order_relaxed),
	};

	counters.gets = counters.hits + counters.refills + counters.failures;
	return counters;
}

uint32_t
pgn_bufpool_size(const struct pgn_bufpool *pool, enum pgn_class class)
{
	return pool->class[class]->size;
}

uint32_t
pgn_bufpool_in_use(const struct pgn_bufpool *pool, enum pgn_class class)
{
	return rte_mempool_in_use_count(pool->class[class]);
}

const char *pgn_class_name(enum pgn_class class)
{
	return names[class];
}
