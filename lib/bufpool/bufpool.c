/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_malloc.h>

#include "pgn_bufpool.h"

/** PMDs ask for 2,048 bytes of data room; igb, igc and ixgbe round down to 1 KB steps. */
#define RX_ROOM 2048

struct class_counters {
	_Atomic uint64_t gets, hits, refills, fallbacks, failures;
};

struct lcore_counters {
	struct class_counters class[PGN_CLASS_COUNT];
} __rte_cache_aligned;

struct pgn_bufpool {
	struct rte_mempool *class[PGN_CLASS_COUNT];
	struct lcore_counters lcore[RTE_MAX_LCORE];
};

static const uint16_t room[PGN_CLASS_COUNT] = {
	[PGN_CLASS_256] = 256, [PGN_CLASS_512] = 512, [PGN_CLASS_1500] = RX_ROOM};

static const uint32_t capacity[PGN_CLASS_COUNT] = {
	[PGN_CLASS_256] = 256, [PGN_CLASS_512] = 512, [PGN_CLASS_1500] = PGN_CLASS_1500_CAPACITY};

static const char *const names[PGN_CLASS_COUNT] = {
	[PGN_CLASS_256] = "256", [PGN_CLASS_512] = "512", [PGN_CLASS_1500] = "1500"};

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
		pool->class[c] =
			rte_pktmbuf_pool_create(name, conf->count[c], cache, 0,
						RTE_PKTMBUF_HEADROOM + room[c], conf->socket);
		if (pool->class[c] == NULL) {
			int error = rte_errno;

			pgn_bufpool_destroy(pool);
			errno = error;
			return NULL;
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

/** The lcore is the only writer: a load and a store, no locked add. */
static inline void
count(_Atomic uint64_t *counter, unsigned int n)
{
	uint64_t now = atomic_load_explicit(counter, memory_order_relaxed);

	atomic_store_explicit(counter, now + n, memory_order_relaxed);
}

static int
get_of_class(struct rte_mempool *mempool, struct rte_mbuf **mbufs, unsigned int n,
	     struct class_counters *counters)
{
	struct rte_mempool_cache *cache = rte_mempool_default_cache(mempool, rte_lcore_id());
	unsigned int cached = cache == NULL ? 0 : cache->len;

	if (rte_mempool_generic_get(mempool, (void **)mbufs, n, cache) != 0)
		return -ENOBUFS;
	count(n <= cached ? &counters->hits : &counters->refills, n);
	return 0;
}

int
pgn_bufpool_get_bulk(struct pgn_bufpool *pool, uint32_t size, struct rte_mbuf **mbufs,
		     unsigned int n)
{
	unsigned int wanted = 0, given;
	struct class_counters *counters;

	while (wanted < PGN_CLASS_COUNT && size > capacity[wanted])
		wanted++;
	if (wanted == PGN_CLASS_COUNT)
		return -EMSGSIZE;

	counters = &pool->lcore[rte_lcore_id()].class[wanted];
	count(&counters->gets, n);
	for (given = wanted; given < PGN_CLASS_COUNT; given++) {
		if (get_of_class(pool->class[given], mbufs, n, counters) == 0)
			break;
	}
	if (given == PGN_CLASS_COUNT) {
		count(&counters->failures, n);
		return -ENOBUFS;
	}
	if (given != wanted)
		count(&counters->fallbacks, n);
	for (unsigned int i = 0; i < n; i++)
		rte_pktmbuf_reset(mbufs[i]);
	return 0;
}

struct rte_mbuf *
pgn_bufpool_get(struct pgn_bufpool *pool, uint32_t size)
{
	struct rte_mbuf *mbuf;

	return pgn_bufpool_get_bulk(pool, size, &mbuf, 1) == 0 ? mbuf : NULL;
}

void
pgn_bufpool_put_bulk(struct rte_mbuf **mbufs, unsigned int n)
{
	rte_pktmbuf_free_bulk(mbufs, n);
}

struct pgn_bufpool_counters
pgn_bufpool_counters(const struct pgn_bufpool *pool, unsigned int lcore, enum pgn_class class)
{
	const struct class_counters *c = &pool->lcore[lcore].class[class];

	return (struct pgn_bufpool_counters){
		.gets = atomic_load_explicit(&c->gets, memory_order_relaxed),
		.hits = atomic_load_explicit(&c->hits, memory_order_relaxed),
		.refills = atomic_load_explicit(&c->refills, memory_order_relaxed),
		.fallbacks = atomic_load_explicit(&c->fallbacks, memory_order_relaxed),
		.failures = atomic_load_explicit(&c->failures, memory_order_relaxed),
	};
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
