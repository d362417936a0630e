/* SPDX-License-Identifier: BSD-3-Clause */
/* A worker's copies: all are in the ring, counted as lost, or back in their pool. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rte_pcapng.h>

#include "capture_tap.h"
#include "test_eal.h"

#define ROOM 7 /* of a ring of eight */
#define BURST 16
#define LENGTH 60
#define INTERFACE 7

static struct pgn_capture_tap tap;
static struct rte_mempool *source;
static struct rte_mbuf *frames[BURST];
static struct pgn_counters counters;
static const struct pgn_capture_place place = {.index = 1};

struct rte_mbuf *__wrap_rte_pcapng_copy(uint16_t port, uint32_t queue, const struct rte_mbuf *m,
					struct rte_mempool *pool, uint32_t length, uint64_t tsc,
					enum rte_pcapng_direction direction);

/* The library's own wants an ethdev. */
struct rte_mbuf *
__wrap_rte_pcapng_copy(uint16_t port, uint32_t queue, const struct rte_mbuf *m,
		       struct rte_mempool *pool, uint32_t length, uint64_t tsc,
		       enum rte_pcapng_direction direction)
{
	(void)port;
	(void)queue;
	(void)tsc;
	(void)direction;
	return rte_pktmbuf_copy(m, pool, 0, length);
}

static int
set_up(void **state)
{
	(void)state;
	counters.capture_lost = 0;
	tap = (struct pgn_capture_tap){
		.filter.kinds = UINT32_MAX,
		.in = 1 << place.index,
		.out = 1 << place.index,
		.interface[1] = INTERFACE,
		.ring = rte_ring_create("taken", ROOM + 1, SOCKET_ID_ANY, 0),
		.pool = rte_pktmbuf_pool_create("copies", 3 * BURST, 0, 0, 2048, SOCKET_ID_ANY),
	};
	source = rte_pktmbuf_pool_create("source", BURST, 0, 0, 2048, SOCKET_ID_ANY);
	if (tap.ring == NULL || tap.pool == NULL || source == NULL ||
	    rte_pktmbuf_alloc_bulk(source, frames, BURST) != 0)
		return -1;
	for (unsigned int i = 0; i < BURST; i++)
		memset(rte_pktmbuf_append(frames[i], LENGTH), (int)i, LENGTH);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rte_pktmbuf_free_bulk(frames, BURST);
	rte_ring_free(tap.ring);
	rte_mempool_free(tap.pool);
	rte_mempool_free(source);
	return 0;
}

/** What is in the ring: these frames, in order; it is emptied. */
static void
expect_taken(unsigned int first, unsigned int count)
{
	assert_int_equal(rte_ring_count(tap.ring), count);
	for (unsigned int i = 0; i < count; i++) {
		void *copy;

		assert_int_equal(rte_ring_dequeue(tap.ring, &copy), 0);
		assert_int_equal(
			rte_pktmbuf_mtod((struct rte_mbuf *)copy, struct pgn_capture_block *)
				->interface,
			INTERFACE);
		assert_int_equal(*rte_pktmbuf_mtod_offset((struct rte_mbuf *)copy, uint8_t *, 59),
				 first + i);
		rte_pktmbuf_free(copy);
	}
	assert_int_equal(rte_mempool_in_use_count(tap.pool), 0);
}

static void
what_the_ring_does_not_hold_is_lost(void **state)
{
	(void)state;
	pgn_capture_in(&tap, &counters, &place, frames, BURST);
	assert_int_equal(counters.capture_lost, BURST - ROOM);
	expect_taken(0, ROOM);
}

static void
what_the_pool_does_not_hold_is_lost(void **state)
{
	struct rte_mbuf *held[3 * BURST - 2];

	(void)state;
	assert_int_equal(rte_pktmbuf_alloc_bulk(tap.pool, held, RTE_DIM(held)), 0);
	pgn_capture_in(&tap, &counters, &place, frames, 5);
	assert_int_equal(counters.capture_lost, 3);
	rte_pktmbuf_free_bulk(held, RTE_DIM(held));
	expect_taken(0, 2);
}

static void
what_was_not_sent_is_neither_taken_nor_lost(void **state)
{
	struct rte_mbuf *copies[BURST];

	(void)state;
	pgn_capture_copy(&tap, &counters, &place, frames, BURST, copies);
	pgn_capture_out(&tap, &counters, copies, BURST, 4);
	assert_int_equal(counters.capture_lost, 0);
	expect_taken(0, 4);
}

static void
ports_that_are_not_captured_cost_no_copy(void **state)
{
	const struct pgn_capture_place other = {.index = 2};
	struct rte_mbuf *copies[BURST];

	(void)state;
	pgn_capture_in(&tap, &counters, &other, frames, BURST);
	pgn_capture_copy(&tap, &counters, &other, frames, BURST, copies);
	assert_int_equal(rte_mempool_in_use_count(tap.pool), 0);
	pgn_capture_out(&tap, &counters, copies, BURST, BURST);
	expect_taken(0, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_the_ring_does_not_hold_is_lost, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_the_pool_does_not_hold_is_lost, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_was_not_sent_is_neither_taken_nor_lost, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(ports_that_are_not_captured_cost_no_copy, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
