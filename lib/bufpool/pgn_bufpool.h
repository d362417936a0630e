/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Buffers of three classes over rte_mempool, one mempool a class.
 *
 * A class is named for the room it guarantees behind RTE_PKTMBUF_HEADROOM. Ports receive into the
 * 1500 class, whose mbufs have the 2,048 bytes of data room that PMDs ask for. The per-lcore cache
 * is the mempool's own, so buffers come home whoever frees them, a Tx completion included.
 *
 * Only EAL lcores may get and put; the accounting is per lcore and written by that lcore only.
 *
 * A frame is plain when it is one segment that owns its data and nobody shares (refcnt 1, direct).
 * With the build option bufpool_check every put is proved, and buffers at home are filled with a
 * pattern that shows who writes to what he gave back: see pgn_bufpool_caught().
 */
#ifndef PGN_BUFPOOL_H
#define PGN_BUFPOOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

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

/** What bufpool_check caught on one lcore; all zero in a build without it. */
struct pgn_bufpool_caught {
	uint64_t double_puts; /**< the buffer was at home already */
	uint64_t foreign;     /**< fast put of a buffer of another pool */
	uint64_t not_plain;   /**< fast put of a chained, indirect or shared buffer */
	uint64_t late_writes; /**< buffers that changed between their put and their next get */
};

/* The layout is open for the inline functions below only. */

struct pgn_bufpool_lane {
	struct rte_mempool_cache *cache; /**< the mempool's own for this lcore, or the one below */
	_Atomic uint64_t hits, refills, fallbacks, failures;
};

struct pgn_bufpool_lcore {
	struct pgn_bufpool_lane class[PGN_CLASS_COUNT];
} __rte_cache_aligned;

/** Stands for no cache: nothing to take and no room. */
extern struct rte_mempool_cache pgn_bufpool_no_cache;

struct pgn_bufpool {
	struct rte_mempool *class[PGN_CLASS_COUNT];
	struct pgn_bufpool_lcore lcore[RTE_MAX_LCORE];
};

/** Bytes of memory the conf asks for, to be known before there is an EAL. */
uint64_t pgn_bufpool_memory(const struct pgn_bufpool_conf *conf);

/** NULL with errno: EINVAL (a count of 0, a cache too large), ENOMEM. Any thread. */
struct pgn_bufpool *pgn_bufpool_create(const struct pgn_bufpool_conf *conf);

/** Frees the mempools; every buffer must be back. NULL is allowed. */
void pgn_bufpool_destroy(struct pgn_bufpool *pool);

/** The mempool ports receive into. */
struct rte_mempool *pgn_bufpool_rx_pool(const struct pgn_bufpool *pool);

/** The accounting of one lcore and class; any thread. lcore below RTE_MAX_LCORE. */
struct pgn_bufpool_counters pgn_bufpool_counters(const struct pgn_bufpool *pool, unsigned int lcore,
						 enum pgn_class class);

/** What was caught on one lcore, over all pools; any thread. lcore below RTE_MAX_LCORE. */
struct pgn_bufpool_caught pgn_bufpool_caught(unsigned int lcore);

uint32_t pgn_bufpool_size(const struct pgn_bufpool *pool, enum pgn_class class);

/** Buffers that are with somebody: size - available. Exact while nobody gets or puts. */
uint32_t pgn_bufpool_in_use(const struct pgn_bufpool *pool, enum pgn_class class);

const char *pgn_class_name(enum pgn_class class);

/* What the inline functions leave to bufpool.c: an empty cache, a full one, a frame not plain. */
int pgn_bufpool_get_refill(struct pgn_bufpool *pool, uint32_t size, struct rte_mbuf **mbufs,
			   unsigned int n) __rte_cold;
struct rte_mbuf *pgn_bufpool_get_one_refill(struct pgn_bufpool *pool, uint32_t size) __rte_cold;
void pgn_bufpool_put_other(struct rte_mbuf *mbuf) __rte_cold;

/*
 * check.c. At a get: has anybody written to the buffer at home? At a put: move what may be put to
 * the front, poison what is plain of it, and return how many they are; what is caught is counted
 * and stays with nobody. pool is NULL for a put that takes any frame.
 */
void pgn_bufpool_check_get(const struct rte_mbuf *mbuf);
unsigned int pgn_bufpool_check_put(const struct pgn_bufpool *pool, struct rte_mbuf **mbufs,
				   unsigned int n);

/** The lcore is the only writer: a load and a store, no locked add. */
static inline void
pgn_bufpool_count(_Atomic uint64_t *counter, unsigned int n)
{
	uint64_t now = atomic_load_explicit(counter, memory_order_relaxed);

	atomic_store_explicit(counter, now + n, memory_order_relaxed);
}

/** The fields that differ between a buffer at home and a new one: 32 bytes, one or two stores. */
struct pgn_mbuf_start {
	uint16_t data_off, refcnt, nb_segs, port;
	uint64_t ol_flags;
	uint32_t packet_type, pkt_len;
	uint16_t data_len, vlan_tci;
	uint32_t hash;
};

static_assert(sizeof(struct pgn_mbuf_start) == 32, "mbuf start");
static_assert(offsetof(struct rte_mbuf, nb_segs) ==
		      offsetof(struct rte_mbuf, refcnt) + sizeof(uint16_t),
	      "nb_segs follows refcnt");
static_assert(offsetof(struct rte_mbuf, ol_flags) ==
		      offsetof(struct rte_mbuf, data_off) +
			      offsetof(struct pgn_mbuf_start, ol_flags),
	      "mbuf start, ol_flags");
static_assert(offsetof(struct rte_mbuf, pkt_len) ==
		      offsetof(struct rte_mbuf, data_off) +
			      offsetof(struct pgn_mbuf_start, pkt_len),
	      "mbuf start, pkt_len");
static_assert(offsetof(struct rte_mbuf, hash) ==
		      offsetof(struct rte_mbuf, data_off) + offsetof(struct pgn_mbuf_start, hash),
	      "mbuf start, hash");

/**
 * A buffer from a mempool becomes an empty frame. next is NULL and tx_offload means nothing
 * without a flag: the mbuf's second cache line is not touched.
 */
static inline void
pgn_mbuf_begin(struct rte_mbuf *mbuf)
{
	static const struct pgn_mbuf_start start = {
		.data_off = RTE_PKTMBUF_HEADROOM,
		.refcnt = 1,
		.nb_segs = 1,
		.port = RTE_MBUF_PORT_INVALID,
	};

#ifdef PGN_BUFPOOL_CHECK
	pgn_bufpool_check_get(mbuf);
#endif
	memcpy((uint8_t *)mbuf + offsetof(struct rte_mbuf, data_off), &start, sizeof(start));
}

/** nb_segs and refcnt are neighbours: one load tells that both are 1, on any byte order. */
static inline bool
pgn_mbuf_is_plain(const struct rte_mbuf *mbuf)
{
	uint32_t refcnt_nb_segs;

	memcpy(&refcnt_nb_segs, (const uint8_t *)mbuf + offsetof(struct rte_mbuf, refcnt),
	       sizeof(refcnt_nb_segs));
	return refcnt_nb_segs == UINT32_C(0x00010001) && RTE_MBUF_DIRECT(mbuf);
}

/** The smallest class that holds size, which is at most PGN_CLASS_1500_CAPACITY. */
static inline enum pgn_class
pgn_class_of(uint32_t size)
{
	return size <= 256 ? PGN_CLASS_256 : size <= 512 ? PGN_CLASS_512 : PGN_CLASS_1500;
}

/* The calling lcore's lane of the class of size; of the largest when none holds it. */
static inline struct pgn_bufpool_lane *
pgn_bufpool_lane_of(struct pgn_bufpool *pool, uint32_t size)
{
	struct pgn_bufpool_lane *lane = pool->lcore[rte_lcore_id()].class;

	return size <= 256   ? &lane[PGN_CLASS_256]
	       : size <= 512 ? &lane[PGN_CLASS_512]
			     : &lane[PGN_CLASS_1500];
}

/**
 * n buffers with room for `size` bytes, empty, plain, the caller's: all or none.
 * From the smallest class that holds size, or a larger one where that is empty.
 * -EMSGSIZE: size above PGN_CLASS_1500_CAPACITY. -ENOBUFS: no class could.
 */
static inline int
pgn_bufpool_get_bulk(struct pgn_bufpool *pool, uint32_t size, struct rte_mbuf **mbufs,
		     unsigned int n)
{
	struct pgn_bufpool_lane *lane = pgn_bufpool_lane_of(pool, size);
	struct rte_mempool_cache *cache = lane->cache;
	void **objects;

	if (unlikely(cache->len < n || size > PGN_CLASS_1500_CAPACITY))
		return pgn_bufpool_get_refill(pool, size, mbufs, n);

	cache->len -= n;
	objects = &cache->objs[cache->len];
	for (unsigned int i = 0; i < n; i++) {
		mbufs[i] = objects[i];
		pgn_mbuf_begin(mbufs[i]);
	}
	pgn_bufpool_count(&lane->hits, n);
	return 0;
}

/** One buffer, or NULL (too large, or no class could). */
static inline struct rte_mbuf *
pgn_bufpool_get(struct pgn_bufpool *pool, uint32_t size)
{
	struct pgn_bufpool_lane *lane = pgn_bufpool_lane_of(pool, size);
	struct rte_mempool_cache *cache = lane->cache;
	struct rte_mbuf *mbuf;

	if (unlikely(cache->len == 0 || size > PGN_CLASS_1500_CAPACITY))
		return pgn_bufpool_get_one_refill(pool, size);
	mbuf = cache->objs[--cache->len];
	pgn_mbuf_begin(mbuf);
	pgn_bufpool_count(&lane->hits, 1);
	return mbuf;
}

/**
 * The cache of a mempool of ours, pgn_bufpool_no_cache for any other. Three branches that are
 * predicted: the next get need not wait for what a load through the mbuf's mempool would tell.
 */
static inline struct rte_mempool_cache *
pgn_bufpool_cache_of(const struct pgn_bufpool *pool, const struct rte_mempool *mempool,
		     unsigned int lcore)
{
	const struct pgn_bufpool_lane *lane = pool->lcore[lcore].class;

	if (likely(mempool == pool->class[PGN_CLASS_1500]))
		return lane[PGN_CLASS_1500].cache;
	if (mempool == pool->class[PGN_CLASS_256])
		return lane[PGN_CLASS_256].cache;
	if (mempool == pool->class[PGN_CLASS_512])
		return lane[PGN_CLASS_512].cache;
	return &pgn_bufpool_no_cache;
}

/**
 * Move the buffers at the start of mbufs that are alike and plain into their mempool's cache, as
 * far as it takes them; returns how many. With a pool they are known to be plain and its own.
 */
static inline unsigned int
pgn_bufpool_put_run(const struct pgn_bufpool *pool, struct rte_mbuf **mbufs, unsigned int n,
		    unsigned int lcore)
{
	struct rte_mempool *mempool = mbufs[0]->pool;
	struct rte_mempool_cache *cache = pool == NULL ? rte_mempool_default_cache(mempool, lcore)
						       : pgn_bufpool_cache_of(pool, mempool, lcore);
	unsigned int room, run = 0;
	void **objects;

	if (unlikely(cache == NULL || cache->len == cache->flushthresh))
		return 0;
	room = RTE_MIN(n, cache->flushthresh - cache->len);
	objects = &cache->objs[cache->len];
	while (run < room && mbufs[run]->pool == mempool &&
	       (pool != NULL || pgn_mbuf_is_plain(mbufs[run]))) {
		objects[run] = mbufs[run];
		run++;
	}
	cache->len += run;
	return run;
}

static inline void
pgn_bufpool_put_runs(const struct pgn_bufpool *pool, struct rte_mbuf **mbufs, unsigned int n)
{
	unsigned int lcore = rte_lcore_id();

	while (n > 0) {
		unsigned int run = pgn_bufpool_put_run(pool, mbufs, n, lcore);

		if (unlikely(run == 0)) {
			pgn_bufpool_put_other(mbufs[0]);
			run = 1;
		}
		mbufs += run;
		n -= run;
	}
}

/**
 * Give n frames back, of any classes and pools mixed; chains, shared and indirect ones are taken
 * apart as rte_pktmbuf_free does. The mbufs are no longer the caller's.
 */
static inline void
pgn_bufpool_put_bulk(struct rte_mbuf **mbufs, unsigned int n)
{
#ifdef PGN_BUFPOOL_CHECK
	n = pgn_bufpool_check_put(NULL, mbufs, n);
#endif
	pgn_bufpool_put_runs(NULL, mbufs, n);
}

/** The same for n frames known to be plain and of this pool's classes, mixed. */
static inline void
pgn_bufpool_put_fast_bulk(const struct pgn_bufpool *pool, struct rte_mbuf **mbufs, unsigned int n)
{
#ifdef PGN_BUFPOOL_CHECK
	n = pgn_bufpool_check_put(pool, mbufs, n);
#endif
	pgn_bufpool_put_runs(pool, mbufs, n);
}

/* The mbuf is plain: home, to this pool's cache when it is of this pool and the cache has room. */
static inline void
pgn_bufpool_put_plain(const struct pgn_bufpool *pool, struct rte_mbuf *mbuf)
{
	struct rte_mempool_cache *cache = pgn_bufpool_cache_of(pool, mbuf->pool, rte_lcore_id());

	if (unlikely(cache->len == cache->flushthresh))
		pgn_bufpool_put_other(mbuf);
	else
		cache->objs[cache->len++] = mbuf;
}

/** One frame that is known to be plain and of this pool. */
static inline void
pgn_bufpool_put_fast(const struct pgn_bufpool *pool, struct rte_mbuf *mbuf)
{
#ifdef PGN_BUFPOOL_CHECK
	if (pgn_bufpool_check_put(pool, &mbuf, 1) == 0)
		return;
#endif
	pgn_bufpool_put_plain(pool, mbuf);
}

/** One frame of any kind: as pgn_bufpool_put_bulk(), and fastest when it is plain and of `pool`. */
static inline void
pgn_bufpool_put(const struct pgn_bufpool *pool, struct rte_mbuf *mbuf)
{
#ifdef PGN_BUFPOOL_CHECK
	if (pgn_bufpool_check_put(NULL, &mbuf, 1) == 0)
		return;
#endif
	if (unlikely(!pgn_mbuf_is_plain(mbuf)))
		pgn_bufpool_put_other(mbuf);
	else
		pgn_bufpool_put_plain(pool, mbuf);
}

#endif
