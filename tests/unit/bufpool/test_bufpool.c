/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rte_lcore.h>

#include "pgn_bufpool.h"
#include "test_eal.h"

#define COUNT 96
#define CACHE 32

static int
open_pool_named(const char *name, struct pgn_bufpool **pool)
{
	struct pgn_bufpool_conf conf = {.name = name,
					.count = {COUNT, COUNT, COUNT},
					.cache = CACHE,
					.socket = SOCKET_ID_ANY};

	*pool = pgn_bufpool_create(&conf);
	return *pool == NULL ? -1 : 0;
}

static int
open_pool(void **state)
{
	struct pgn_bufpool *pool;
	int rc = open_pool_named("test", &pool);

	*state = pool;
	return rc;
}

/** Every test gives back what it got. */
static int
close_pool(void **state)
{
	int left = 0;

	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++)
		left += (int)pgn_bufpool_in_use(*state, c);
	pgn_bufpool_destroy(*state);
	return left == 0 ? 0 : -1;
}

static struct pgn_bufpool_counters
counters(struct pgn_bufpool *pool, enum pgn_class class)
{
	return pgn_bufpool_counters(pool, rte_lcore_id(), class);
}

static void
gives_the_smallest_class_that_holds_the_size(void **state)
{
	static const struct {
		uint32_t size;
		enum pgn_class class;
	} cases[] = {
		{0, PGN_CLASS_256},     {1, PGN_CLASS_256},     {256, PGN_CLASS_256},
		{257, PGN_CLASS_512},   {512, PGN_CLASS_512},   {513, PGN_CLASS_1500},
		{1500, PGN_CLASS_1500}, {1574, PGN_CLASS_1500},
	};

	for (size_t i = 0; i < RTE_DIM(cases); i++) {
		uint32_t before = pgn_bufpool_in_use(*state, cases[i].class);
		struct rte_mbuf *mbuf = pgn_bufpool_get(*state, cases[i].size);

		assert_non_null(mbuf);
		assert_int_equal(pgn_bufpool_in_use(*state, cases[i].class), before + 1);
		assert_true(rte_pktmbuf_tailroom(mbuf) >= cases[i].size);
		assert_true(rte_pktmbuf_headroom(mbuf) >= RTE_PKTMBUF_HEADROOM);
		pgn_bufpool_put_bulk(&mbuf, 1);
	}
}

static void
refuses_more_than_the_largest_class(void **state)
{
	struct rte_mbuf *mbufs[2];

	assert_null(pgn_bufpool_get(*state, PGN_CLASS_1500_CAPACITY + 1));
	assert_int_equal(pgn_bufpool_get_bulk(*state, PGN_CLASS_1500_CAPACITY + 1, mbufs, 2),
			 -EMSGSIZE);
	assert_int_equal(counters(*state, PGN_CLASS_1500).gets, 0);
}

static void
a_buffer_comes_as_new_whatever_was_done_to_it(void **state)
{
	struct rte_mbuf *mbuf = pgn_bufpool_get(*state, 100);

	rte_pktmbuf_append(mbuf, 60);
	rte_pktmbuf_prepend(mbuf, 28);
	mbuf->ol_flags = RTE_MBUF_F_RX_VLAN;
	mbuf->port = 3;
	mbuf->hash.usr = 7;
	pgn_bufpool_put_bulk(&mbuf, 1);

	mbuf = pgn_bufpool_get(*state, 100);
	assert_int_equal(mbuf->pkt_len, 0);
	assert_int_equal(mbuf->data_len, 0);
	assert_int_equal(mbuf->data_off, RTE_PKTMBUF_HEADROOM);
	assert_int_equal(mbuf->ol_flags, 0);
	assert_int_equal(mbuf->nb_segs, 1);
	assert_int_equal(rte_mbuf_refcnt_read(mbuf), 1);
	assert_null(mbuf->next);
	pgn_bufpool_put_bulk(&mbuf, 1);
}

static void
falls_back_upwards_and_fails_at_the_top(void **state)
{
	struct rte_mbuf *mbufs[PGN_CLASS_COUNT * COUNT], *one;
	struct pgn_bufpool_counters c;

	for (unsigned int i = 0; i < PGN_CLASS_COUNT * COUNT; i++) {
		mbufs[i] = pgn_bufpool_get(*state, 200);
		assert_non_null(mbufs[i]);
	}
	assert_null(pgn_bufpool_get(*state, 200));
	assert_int_equal(pgn_bufpool_get_bulk(*state, 1500, &one, 1), -ENOBUFS);

	c = counters(*state, PGN_CLASS_256);
	assert_int_equal(c.gets, PGN_CLASS_COUNT * COUNT + 1);
	assert_int_equal(c.fallbacks, 2 * COUNT);
	assert_int_equal(c.failures, 1);
	assert_int_equal(c.hits + c.refills + c.failures, c.gets);
	assert_int_equal(counters(*state, PGN_CLASS_1500).failures, 1);
	pgn_bufpool_put_bulk(mbufs, PGN_CLASS_COUNT * COUNT);
}

static void
bulk_is_all_or_nothing(void **state)
{
	struct rte_mbuf *mbufs[COUNT + 1];

	assert_int_equal(pgn_bufpool_get_bulk(*state, 1500, mbufs, COUNT + 1), -ENOBUFS);
	assert_int_equal(pgn_bufpool_in_use(*state, PGN_CLASS_1500), 0);
	assert_int_equal(pgn_bufpool_get_bulk(*state, 1500, mbufs, COUNT), 0);
	assert_int_equal(pgn_bufpool_in_use(*state, PGN_CLASS_1500), COUNT);
	pgn_bufpool_put_bulk(mbufs, COUNT);
}

static void
the_cache_serves_what_was_put_back(void **state)
{
	struct rte_mbuf *mbufs[8];
	struct pgn_bufpool_counters c;

	assert_int_equal(pgn_bufpool_get_bulk(*state, 100, mbufs, 8), 0);
	c = counters(*state, PGN_CLASS_256);
	assert_int_equal(c.refills, 8);
	assert_int_equal(c.hits, 0);
	pgn_bufpool_put_bulk(mbufs, 8);

	assert_int_equal(pgn_bufpool_get_bulk(*state, 100, mbufs, 8), 0);
	c = counters(*state, PGN_CLASS_256);
	assert_int_equal(c.refills, 8);
	assert_int_equal(c.hits, 8);
	pgn_bufpool_put_bulk(mbufs, 8);
}

static void
mixed_classes_chains_and_shared_buffers_all_come_home(void **state)
{
	struct rte_mbuf *mbufs[4] = {pgn_bufpool_get(*state, 1500), pgn_bufpool_get(*state, 200),
				     pgn_bufpool_get(*state, 400), pgn_bufpool_get(*state, 100)};
	struct rte_mbuf *tail = pgn_bufpool_get(*state, 1000);
	struct rte_mbuf *shared = mbufs[2];

	assert_int_equal(rte_pktmbuf_chain(mbufs[1], tail), 0);
	rte_mbuf_refcnt_update(shared, 1);
	pgn_bufpool_put_bulk(mbufs, 4);
	assert_int_equal(pgn_bufpool_in_use(*state, PGN_CLASS_256), 0);
	assert_int_equal(pgn_bufpool_in_use(*state, PGN_CLASS_1500), 0);
	assert_int_equal(pgn_bufpool_in_use(*state, PGN_CLASS_512), 1);
	pgn_bufpool_put_bulk(&shared, 1);
	assert_int_equal(pgn_bufpool_in_use(*state, PGN_CLASS_512), 0);
}

static void
whoever_frees_a_buffer_it_comes_home(void **state)
{
	struct rte_mbuf *mbuf = pgn_bufpool_get(*state, 600);

	assert_int_equal(pgn_bufpool_in_use(*state, PGN_CLASS_1500), 1);
	rte_pktmbuf_free(mbuf);
	assert_int_equal(pgn_bufpool_in_use(*state, PGN_CLASS_1500), 0);
}

static void
the_fast_put_takes_classes_mixed(void **state)
{
	struct rte_mbuf *mbufs[COUNT];

	for (unsigned int turn = 0; turn < 4; turn++) {
		for (unsigned int i = 0; i < COUNT; i++)
			mbufs[i] = pgn_bufpool_get(*state, i * 7 % 3 * 500);
		pgn_bufpool_put_fast_bulk(*state, mbufs, COUNT);
		for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++)
			assert_int_equal(pgn_bufpool_in_use(*state, c), 0);
	}
}

/* One put for whatever it is: of each class, chained, shared, indirect, of another pool. */
static void
the_put_of_one_takes_any_frame(void **state)
{
	struct pgn_bufpool *pool = *state;
	struct pgn_bufpool *other = NULL;
	struct rte_mbuf *mbuf, *clone;

	for (unsigned int i = 0; i < 3 * COUNT; i++) {
		mbuf = pgn_bufpool_get(pool, i % 3 * 500);
		assert_non_null(mbuf);
		pgn_bufpool_put(pool, mbuf);
		assert_int_equal(pgn_bufpool_in_use(pool, i % 3 == 0   ? PGN_CLASS_256
							  : i % 3 == 1 ? PGN_CLASS_512
								       : PGN_CLASS_1500),
				 0);
	}
	mbuf = pgn_bufpool_get(pool, 200);
	assert_int_equal(rte_pktmbuf_chain(mbuf, pgn_bufpool_get(pool, 1000)), 0);
	pgn_bufpool_put(pool, mbuf);
	assert_int_equal(pgn_bufpool_in_use(pool, PGN_CLASS_256), 0);
	assert_int_equal(pgn_bufpool_in_use(pool, PGN_CLASS_1500), 0);

	mbuf = pgn_bufpool_get(pool, 400);
	clone = rte_pktmbuf_clone(mbuf, pgn_bufpool_rx_pool(pool));
	assert_non_null(clone);
	pgn_bufpool_put(pool, mbuf);
	assert_int_equal(pgn_bufpool_in_use(pool, PGN_CLASS_512), 1);
	pgn_bufpool_put(pool, clone);
	assert_int_equal(pgn_bufpool_in_use(pool, PGN_CLASS_512), 0);
	assert_int_equal(pgn_bufpool_in_use(pool, PGN_CLASS_1500), 0);

	assert_int_equal(open_pool_named("other", &other), 0);
	mbuf = pgn_bufpool_get(other, 400);
	pgn_bufpool_put(pool, mbuf);
	assert_int_equal(pgn_bufpool_in_use(other, PGN_CLASS_512), 0);
	pgn_bufpool_destroy(other);
}

/** More than the cache takes, many times: none is lost or given twice. */
static void
a_cache_that_overflows_loses_nothing(void **state)
{
	struct pgn_bufpool *pool = *state;
	const struct rte_mempool_cache *cache =
		rte_mempool_default_cache(pool->class[PGN_CLASS_512], rte_lcore_id());
	struct rte_mbuf *mbufs[COUNT];

	for (unsigned int turn = 0; turn < 20; turn++) {
		unsigned int n = 1 + turn * 37 % COUNT;

		for (unsigned int i = 0; i < COUNT; i++) {
			mbufs[i] = pgn_bufpool_get(*state, 400);
			assert_non_null(mbufs[i]);
			rte_pktmbuf_append(mbufs[i], (uint16_t)(1 + i));
		}
		for (unsigned int i = 0; i < COUNT; i++)
			assert_int_equal(mbufs[i]->data_len, 1 + i);
		assert_int_equal(pgn_bufpool_in_use(*state, PGN_CLASS_512), COUNT);
		pgn_bufpool_put_bulk(mbufs, n);
		assert_true(cache->len <= cache->flushthresh);
		if (n < COUNT)
			pgn_bufpool_put_fast(*state, mbufs[n++]);
		if (n < COUNT)
			pgn_bufpool_put(*state, mbufs[n++]);
		assert_true(cache->len <= cache->flushthresh);
		pgn_bufpool_put_fast_bulk(*state, mbufs + n, COUNT - n);
		assert_true(cache->len <= cache->flushthresh);
		assert_int_equal(pgn_bufpool_in_use(*state, PGN_CLASS_512), 0);
	}
}

static void
works_without_a_cache(void **state)
{
	struct pgn_bufpool_conf conf = {
		.name = "bare", .count = {8, 8, 8}, .cache = 0, .socket = SOCKET_ID_ANY};
	struct pgn_bufpool *pool = pgn_bufpool_create(&conf);
	struct rte_mbuf *mbufs[8];

	(void)state;
	assert_non_null(pool);
	assert_int_equal(pgn_bufpool_get_bulk(pool, 300, mbufs, 8), 0);
	assert_int_equal(counters(pool, PGN_CLASS_512).refills, 8);
	pgn_bufpool_put(pool, mbufs[0]);
	pgn_bufpool_put_fast(pool, mbufs[1]);
	pgn_bufpool_put_bulk(mbufs + 2, 3);
	pgn_bufpool_put_fast_bulk(pool, mbufs + 5, 3);
	assert_int_equal(pgn_bufpool_in_use(pool, PGN_CLASS_512), 0);
	mbufs[0] = pgn_bufpool_get(pool, 300);
	assert_non_null(mbufs[0]);
	assert_int_equal(counters(pool, PGN_CLASS_512).refills, 9);
	pgn_bufpool_put(pool, mbufs[0]);
	assert_int_equal(pgn_bufpool_in_use(pool, PGN_CLASS_512), 0);
	assert_int_equal(pgn_bufpool_no_cache.len, 0);
	pgn_bufpool_destroy(pool);
}

static void
refuses_a_cache_too_large_and_a_class_of_none(void **state)
{
	struct pgn_bufpool_conf conf = {.name = "bad",
					.count = {8, 8, 8},
					.cache = RTE_MEMPOOL_CACHE_MAX_SIZE + 1,
					.socket = SOCKET_ID_ANY};

	(void)state;
	assert_null(pgn_bufpool_create(&conf));
	assert_int_equal(errno, EINVAL);
	conf.cache = 0;
	conf.count[PGN_CLASS_512] = 0;
	assert_null(pgn_bufpool_create(&conf));
	assert_int_equal(errno, EINVAL);
}

static void
memory_is_known_beforehand(void **state)
{
	struct pgn_bufpool_conf conf = {.count = {1000, 1000, 1000}, .cache = 32};
	uint64_t bytes = pgn_bufpool_memory(&conf);
	uint64_t caches = 3ULL * RTE_MAX_LCORE * sizeof(struct rte_mempool_cache);

	(void)state;
	assert_true(bytes > 1000ULL * (256 + 512 + 2048) + caches);
	assert_true(bytes < 1000ULL * (256 + 512 + 2048 + 3 * 512) + caches + 500000);
}

#define pool_test(f) cmocka_unit_test_setup_teardown(f, open_pool, close_pool)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		pool_test(gives_the_smallest_class_that_holds_the_size),
		pool_test(refuses_more_than_the_largest_class),
		pool_test(a_buffer_comes_as_new_whatever_was_done_to_it),
		pool_test(falls_back_upwards_and_fails_at_the_top),
		pool_test(bulk_is_all_or_nothing),
		pool_test(the_cache_serves_what_was_put_back),
		pool_test(mixed_classes_chains_and_shared_buffers_all_come_home),
		pool_test(whoever_frees_a_buffer_it_comes_home),
		pool_test(the_fast_put_takes_classes_mixed),
		pool_test(the_put_of_one_takes_any_frame),
		pool_test(a_cache_that_overflows_loses_nothing),
		cmocka_unit_test(works_without_a_cache),
		cmocka_unit_test(refuses_a_cache_too_large_and_a_class_of_none),
		cmocka_unit_test(memory_is_known_beforehand),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
