/* SPDX-License-Identifier: BSD-3-Clause */
/** What -Dbufpool_check=true catches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rte_lcore.h>

#include "pgn_bufpool.h"
#include "test_eal.h"

#define COUNT 96

struct fixture {
	struct pgn_bufpool *pool;
	struct rte_mempool *foreign;
	struct pgn_bufpool_caught before;
};

static int
open_pool(void **state)
{
	static struct fixture f;
	struct pgn_bufpool_conf conf = {.name = "check",
					.count = {COUNT, COUNT, COUNT},
					.cache = PGN_BUFPOOL_CACHE,
					.socket = SOCKET_ID_ANY};

	f.pool = pgn_bufpool_create(&conf);
	f.foreign = rte_pktmbuf_pool_create("foreign", COUNT, 0, 0, 512, SOCKET_ID_ANY);
	f.before = pgn_bufpool_caught(rte_lcore_id());
	*state = &f;
	return f.pool == NULL || f.foreign == NULL ? -1 : 0;
}

static int
close_pool(void **state)
{
	struct fixture *f = *state;
	uint32_t left = rte_mempool_in_use_count(f->foreign);

	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++)
		left += pgn_bufpool_in_use(f->pool, c);
	pgn_bufpool_destroy(f->pool);
	rte_mempool_free(f->foreign);
	return left == 0 ? 0 : -1;
}

static void
assert_caught(const struct fixture *f, struct pgn_bufpool_caught expected)
{
	struct pgn_bufpool_caught now = pgn_bufpool_caught(rte_lcore_id());

	assert_int_equal(now.double_puts - f->before.double_puts, expected.double_puts);
	assert_int_equal(now.foreign - f->before.foreign, expected.foreign);
	assert_int_equal(now.not_plain - f->before.not_plain, expected.not_plain);
	assert_int_equal(now.late_writes - f->before.late_writes, expected.late_writes);
}

static void
nothing_is_caught_of_a_caller_that_does_right(void **state)
{
	struct fixture *f = *state;
	struct rte_mbuf *mbufs[COUNT];

	for (unsigned int turn = 0; turn < 3; turn++) {
		for (unsigned int i = 0; i < COUNT; i++) {
			mbufs[i] = pgn_bufpool_get(f->pool, i % 3 * 500);
			assert_non_null(mbufs[i]);
			memset(rte_pktmbuf_append(mbufs[i], 200), (int)i, 200);
		}
		if (turn % 2 == 0)
			pgn_bufpool_put_bulk(mbufs, COUNT);
		else
			pgn_bufpool_put_fast_bulk(f->pool, mbufs, COUNT);
	}
	assert_caught(f, (struct pgn_bufpool_caught){0});
}

static void
a_second_put_is_caught_and_not_done(void **state)
{
	struct fixture *f = *state;
	struct rte_mbuf *mbuf = pgn_bufpool_get(f->pool, 100), *again[COUNT];

	pgn_bufpool_put_bulk(&mbuf, 1);
	pgn_bufpool_put_bulk(&mbuf, 1);
	pgn_bufpool_put_fast_bulk(f->pool, &mbuf, 1);
	pgn_bufpool_put_fast(f->pool, mbuf);
	pgn_bufpool_put(f->pool, mbuf);
	assert_caught(f, (struct pgn_bufpool_caught){.double_puts = 4});

	/* Nobody is given the same buffer twice. */
	assert_int_equal(pgn_bufpool_get_bulk(f->pool, 100, again, COUNT), 0);
	for (unsigned int i = 0; i < COUNT; i++) {
		for (unsigned int j = 0; j < i; j++)
			assert_ptr_not_equal(again[i], again[j]);
	}
	pgn_bufpool_put_bulk(again, COUNT);
}

static void
a_buffer_twice_in_one_put_is_caught(void **state)
{
	struct fixture *f = *state;
	struct rte_mbuf *mbuf = pgn_bufpool_get(f->pool, 100);
	struct rte_mbuf *other = pgn_bufpool_get(f->pool, 1500);
	struct rte_mbuf *mbufs[] = {mbuf, mbuf, other};

	pgn_bufpool_put_bulk(mbufs, RTE_DIM(mbufs));
	assert_caught(f, (struct pgn_bufpool_caught){.double_puts = 1});
}

static void
a_put_of_what_a_port_freed_is_caught(void **state)
{
	struct fixture *f = *state;
	struct rte_mbuf *mbuf = pgn_bufpool_get(f->pool, 100);

	rte_pktmbuf_free(mbuf);
	pgn_bufpool_put_bulk(&mbuf, 1);
	assert_caught(f, (struct pgn_bufpool_caught){.double_puts = 1});
}

static void
a_buffer_that_a_port_took_may_be_put_again(void **state)
{
	struct fixture *f = *state;
	struct rte_mbuf *mbuf = pgn_bufpool_get(f->pool, 1500);

	pgn_bufpool_put_bulk(&mbuf, 1);
	assert_int_equal(rte_pktmbuf_alloc_bulk(pgn_bufpool_rx_pool(f->pool), &mbuf, 1), 0);
	rte_pktmbuf_append(mbuf, 60);
	pgn_bufpool_put_fast_bulk(f->pool, &mbuf, 1);
	assert_caught(f, (struct pgn_bufpool_caught){0});
}

static void
a_foreign_buffer_is_caught_by_the_fast_put_and_freed_by_the_other(void **state)
{
	struct fixture *f = *state;
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(f->foreign);
	struct rte_mbuf *ours = pgn_bufpool_get(f->pool, 300);
	struct rte_mbuf *mbufs[] = {mbuf, ours};

	pgn_bufpool_put_fast_bulk(f->pool, mbufs, RTE_DIM(mbufs));
	assert_caught(f, (struct pgn_bufpool_caught){.foreign = 1});
	assert_int_equal(rte_mempool_in_use_count(f->foreign), 1);
	assert_int_equal(pgn_bufpool_in_use(f->pool, PGN_CLASS_512), 0);

	pgn_bufpool_put_bulk(&mbuf, 1);
	assert_int_equal(rte_mempool_in_use_count(f->foreign), 0);
	mbuf = rte_pktmbuf_alloc(f->foreign);
	pgn_bufpool_put(f->pool, mbuf);
	assert_int_equal(rte_mempool_in_use_count(f->foreign), 0);
	assert_caught(f, (struct pgn_bufpool_caught){.foreign = 1});
}

static void
a_chain_is_caught_by_the_fast_put(void **state)
{
	struct fixture *f = *state;
	struct rte_mbuf *head = pgn_bufpool_get(f->pool, 100), *mbuf = head;

	assert_int_equal(rte_pktmbuf_chain(head, pgn_bufpool_get(f->pool, 400)), 0);
	pgn_bufpool_put_fast_bulk(f->pool, &mbuf, 1);
	assert_caught(f, (struct pgn_bufpool_caught){.not_plain = 1});
	assert_int_equal(pgn_bufpool_in_use(f->pool, PGN_CLASS_256), 1);
	pgn_bufpool_put_bulk(&head, 1);
}

static void
a_shared_and_an_indirect_buffer_are_caught_by_the_fast_put(void **state)
{
	struct fixture *f = *state;
	struct rte_mbuf *frame = pgn_bufpool_get(f->pool, 100);
	struct rte_mbuf *clone = rte_pktmbuf_clone(frame, pgn_bufpool_rx_pool(f->pool));
	struct rte_mbuf *mbufs[] = {frame, clone};

	pgn_bufpool_put_fast_bulk(f->pool, mbufs, 2);
	assert_caught(f, (struct pgn_bufpool_caught){.not_plain = 2});
	assert_int_equal(pgn_bufpool_in_use(f->pool, PGN_CLASS_256), 1);

	mbufs[0] = clone;
	mbufs[1] = frame;
	pgn_bufpool_put_bulk(mbufs, 2);
	assert_caught(f, (struct pgn_bufpool_caught){.not_plain = 2});
}

static void
a_write_to_a_buffer_that_was_put_is_seen_at_its_next_get(void **state)
{
	struct fixture *f = *state;

	for (unsigned int where = 0; where < 3; where++) {
		struct rte_mbuf *mbuf = pgn_bufpool_get(f->pool, 100);
		uint8_t *data = mbuf->buf_addr;

		pgn_bufpool_put_bulk(&mbuf, 1);
		assert_int_equal(data[0], 0xdb);
		if (where < 2)
			data[where == 0 ? 0 : mbuf->buf_len - 1] ^= 1;
		else
			memset(data, 0, mbuf->buf_len);
		mbuf = pgn_bufpool_get(f->pool, 100);
		assert_ptr_equal(mbuf->buf_addr, data);
		pgn_bufpool_put_bulk(&mbuf, 1);
	}
	assert_caught(f, (struct pgn_bufpool_caught){.late_writes = 3});
}

#define pool_test(f) cmocka_unit_test_setup_teardown(f, open_pool, close_pool)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		pool_test(nothing_is_caught_of_a_caller_that_does_right),
		pool_test(a_second_put_is_caught_and_not_done),
		pool_test(a_buffer_twice_in_one_put_is_caught),
		pool_test(a_put_of_what_a_port_freed_is_caught),
		pool_test(a_buffer_that_a_port_took_may_be_put_again),
		pool_test(a_foreign_buffer_is_caught_by_the_fast_put_and_freed_by_the_other),
		pool_test(a_chain_is_caught_by_the_fast_put),
		pool_test(a_shared_and_an_indirect_buffer_are_caught_by_the_fast_put),
		pool_test(a_write_to_a_buffer_that_was_put_is_seen_at_its_next_get),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
