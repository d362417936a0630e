/* SPDX-License-Identifier: BSD-3-Clause */
#include "pgn_bufpool.h"

/* The build option bufpool_check; without it nothing is ever caught and the rest is not called. */

struct lcore_caught {
	_Atomic uint64_t double_puts, foreign, not_plain, late_writes;
} __rte_cache_aligned;

static struct lcore_caught caught[RTE_MAX_LCORE];

struct pgn_bufpool_caught
pgn_bufpool_caught(unsigned int lcore)
{
	const struct lcore_caught *c = &caught[lcore];

	return (struct pgn_bufpool_caught){
		.double_puts = atomic_load_explicit(&c->double_puts, memory_order_relaxed),
		.foreign = atomic_load_explicit(&c->foreign, memory_order_relaxed),
		.not_plain = atomic_load_explicit(&c->not_plain, memory_order_relaxed),
		.late_writes = atomic_load_explicit(&c->late_writes, memory_order_relaxed),
	};
}

#ifdef PGN_BUFPOOL_CHECK

/** What a buffer's data is filled with at home. */
#define POISON 0xdb

/**
 * pkt_len of a buffer that was put home here. Whoever takes a buffer sets it: our get, an
 * rte_pktmbuf_alloc, a receiving port; and no frame is so long.
 */
#define AT_HOME UINT32_C(0xdbdbdbdb)

static struct lcore_caught *
mine(void)
{
	return &caught[rte_lcore_id()];
}

static bool
is_poisoned(const struct rte_mbuf *mbuf)
{
	const uint8_t *data = mbuf->buf_addr;

	return data[0] == POISON && memcmp(data, data + 1, mbuf->buf_len - 1U) == 0;
}

void
pgn_bufpool_check_get(const struct rte_mbuf *mbuf)
{
	if (mbuf->pkt_len == AT_HOME && !is_poisoned(mbuf))
		pgn_bufpool_count(&mine()->late_writes, 1);
}

/** Also sees what others freed on this lcore, a Tx completion for one, while it is in the cache. */
static bool
is_at_home(const struct rte_mbuf *mbuf)
{
	const struct rte_mempool_cache *cache =
		rte_mempool_default_cache(mbuf->pool, rte_lcore_id());

	if (mbuf->pkt_len == AT_HOME)
		return true;
	for (unsigned int i = 0; cache != NULL && i < cache->len; i++) {
		if (cache->objs[i] == mbuf)
			return true;
	}
	return false;
}

static bool
is_of(const struct pgn_bufpool *pool, const struct rte_mbuf *mbuf)
{
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		if (mbuf->pool == pool->class[c])
			return true;
	}
	return false;
}

/** The counter of what is wrong with the put, or NULL. */
static _Atomic uint64_t *
fault_of(const struct pgn_bufpool *pool, const struct rte_mbuf *mbuf)
{
	if (is_at_home(mbuf))
		return &mine()->double_puts;
	if (pool == NULL)
		return NULL;
	if (!is_of(pool, mbuf))
		return &mine()->foreign;
	return pgn_mbuf_is_plain(mbuf) ? NULL : &mine()->not_plain;
}

unsigned int
pgn_bufpool_check_put(const struct pgn_bufpool *pool, struct rte_mbuf **mbufs, unsigned int n)
{
	unsigned int good = 0;

	for (unsigned int i = 0; i < n; i++) {
		_Atomic uint64_t *fault = fault_of(pool, mbufs[i]);

		if (fault != NULL) {
			pgn_bufpool_count(fault, 1);
			continue;
		}
		if (pgn_mbuf_is_plain(mbufs[i])) {
			memset(mbufs[i]->buf_addr, POISON, mbufs[i]->buf_len);
			mbufs[i]->pkt_len = AT_HOME;
		}
		mbufs[good++] = mbufs[i];
	}
	return good;
}

#endif
