/* SPDX-License-Identifier: BSD-3-Clause */
/* What a worker has made: each frame is with the port, or counted and back in its pool. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <rte_ethdev.h>

#include "test_eal.h"
#include "worker_tx.h"

#define WIRE 0
#define ID 7 /* ethdev's, of the wire */
#define QUEUE 1
#define LENGTH 100
#define TRIES 16
#define FRAMES 32

static struct pgn_worker worker;
static struct pgn_counters counters;
static struct pgn_port port;
static struct rte_mempool *pool;

/** The NIC. */
static struct {
	uint16_t each; /**< frames it takes at once */
	unsigned int bursts, cleanups;
	uint32_t length;  /**< of the last frame */
	uint8_t last[64]; /**< its bytes */
} nic;

static char queue_data[QUEUE + 1];
static void *queue[QUEUE + 1] = {&queue_data[0], &queue_data[1]};
static void *no_callback[QUEUE + 1];

static uint16_t
take(void *data, struct rte_mbuf **frames, uint16_t count)
{
	uint16_t taken = RTE_MIN(count, nic.each);

	assert_ptr_equal(data, queue[QUEUE]);
	assert_int_equal(rte_spinlock_is_locked(&port.tx_lock), port.tx_is_shared);
	nic.bursts++;
	if (taken > 0) {
		nic.length = frames[taken - 1]->pkt_len;
		memcpy(nic.last, rte_pktmbuf_mtod(frames[taken - 1], const void *),
		       sizeof(nic.last));
	}
	rte_pktmbuf_free_bulk(frames, taken);
	return taken;
}

int __wrap_rte_eth_tx_done_cleanup(uint16_t id, uint16_t number, uint32_t most);

int
__wrap_rte_eth_tx_done_cleanup(uint16_t id, uint16_t number, uint32_t most)
{
	assert_int_equal(id, ID);
	assert_int_equal(number, QUEUE);
	assert_int_equal(most, 0);
	assert_int_equal(rte_spinlock_is_locked(&port.tx_lock), port.tx_is_shared);
	nic.cleanups++;
	return 0;
}

static int
start_all(void **state)
{
	if (test_eal_start(state) != 0)
		return -1;
	pool = rte_pktmbuf_pool_create("frames", FRAMES, 0, 0, 2048, SOCKET_ID_ANY);
	rte_eth_fp_ops[ID].tx_pkt_burst = take;
	rte_eth_fp_ops[ID].txq.data = queue;
	rte_eth_fp_ops[ID].txq.clbk = no_callback;
	return pool == NULL ? -1 : 0;
}

static int
stop_all(void **state)
{
	rte_mempool_free(pool);
	return test_eal_stop(state);
}

static int
start(void **state)
{
	(void)state;
	memset(&worker, 0, sizeof(worker));
	memset(&counters, 0, sizeof(counters));
	memset(&port, 0, sizeof(port));
	memset(&nic, 0, sizeof(nic));
	port.id = ID;
	worker.port[WIRE] = &port;
	worker.tx_queue[WIRE] = QUEUE;
	worker.lane.counters = &counters;
	return 0;
}

/** The lane has made so many frames for the wire, relayed heartbeats first, then one of data. */
static void
make(unsigned int count)
{
	struct pgn_replies *replies = &worker.lane.replies[WIRE];

	assert_int_equal(rte_pktmbuf_alloc_bulk(pool, replies->frame, count), 0);
	for (unsigned int i = 0; i < count; i++)
		memset(rte_pktmbuf_append(replies->frame[i], LENGTH), 0xff, LENGTH);
	replies->count = count;
	replies->run_count = 2;
	replies->run[0] = (struct pgn_run){.bytes = (count - 1) * LENGTH,
					   .end = (uint16_t)(count - 1),
					   .kind = PGN_KIND_HEARTBEAT};
	replies->run[1] = (struct pgn_run){
		.bytes = LENGTH, .end = (uint16_t)count, .kind = PGN_KIND_UPSTREAM};
}

/** So many heartbeats and frames of data were sent, so many dropped for the reason; none is left.
 */
static void
assert_ended(uint64_t heartbeats, uint64_t data, enum pgn_drop reason, uint64_t dropped)
{
	const struct pgn_traffic *sent = counters.sent[WIRE];

	assert_int_equal(sent[PGN_KIND_HEARTBEAT].messages, heartbeats);
	assert_int_equal(sent[PGN_KIND_HEARTBEAT].bytes, heartbeats * LENGTH);
	assert_int_equal(sent[PGN_KIND_UPSTREAM].messages, data);
	assert_int_equal(sent[PGN_KIND_UPSTREAM].bytes, data * LENGTH);
	for (unsigned int i = 0; i < PGN_DROP_COUNT; i++)
		assert_int_equal(counters.dropped[i], i == reason ? dropped : 0);
	assert_int_equal(rte_mempool_in_use_count(pool), 0);
	assert_int_equal(worker.lane.replies[WIRE].count, 0);
	assert_int_equal(worker.lane.replies[WIRE].run_count, 0);
	assert_false(rte_spinlock_is_locked(&port.tx_lock));
}

static void
a_burst_that_is_taken(void **state)
{
	(void)state;
	nic.each = FRAMES;
	make(10);
	pgn_worker_flush(&worker);
	assert_int_equal(nic.bursts, 1);
	assert_ended(9, 1, PGN_DROP_TX_REFUSED, 0);
	pgn_worker_flush(&worker);
	assert_int_equal(nic.bursts, 1);
}

static void
what_was_refused_is_tried_again(void **state)
{
	(void)state;
	nic.each = 3;
	make(10);
	pgn_worker_flush(&worker);
	assert_int_equal(nic.bursts, 4);
	assert_ended(9, 1, PGN_DROP_TX_REFUSED, 0);
}

static void
but_not_for_ever(void **state)
{
	(void)state;
	make(10);
	pgn_worker_flush(&worker);
	assert_int_equal(nic.bursts, TRIES);
	assert_ended(0, 0, PGN_DROP_TX_REFUSED, 10);
	start(state);
	nic.each = 1;
	make(TRIES + 4);
	pgn_worker_flush(&worker);
	assert_int_equal(nic.bursts, TRIES);
	assert_ended(TRIES, 0, PGN_DROP_TX_REFUSED, 4);
}

static void
a_port_that_is_away_is_asked_nothing(void **state)
{
	(void)state;
	nic.each = FRAMES;
	port.tx_cleanup = true;
	atomic_store(&port.away, true);
	make(5);
	pgn_worker_flush(&worker);
	pgn_worker_bring_home(&worker);
	assert_int_equal(nic.bursts + nic.cleanups, 0);
	assert_ended(0, 0, PGN_DROP_PORT_AWAY, 5);
}

/** take() and the cleanup look at the lock. */
static void
one_queue_for_several_workers(void **state)
{
	(void)state;
	port.tx_is_shared = true;
	port.tx_cleanup = true;
	nic.each = 3;
	make(10);
	pgn_worker_flush(&worker);
	assert_int_equal(nic.bursts, 4);
	assert_ended(9, 1, PGN_DROP_TX_REFUSED, 0);
	pgn_worker_bring_home(&worker);
	assert_int_equal(nic.cleanups, 1);
	assert_false(rte_spinlock_is_locked(&port.tx_lock));
}

static void
short_frames_get_zeros(void **state)
{
	struct pgn_replies *replies = &worker.lane.replies[WIRE];

	(void)state;
	nic.each = FRAMES;
	port.min_frame = 60;
	make(2);
	rte_pktmbuf_trim(replies->frame[1], LENGTH - 22);
	replies->run[1].bytes = 22;
	pgn_worker_flush(&worker);
	assert_int_equal(nic.length, 60);
	for (unsigned int i = 0; i < 60; i++)
		assert_int_equal(nic.last[i], i < 22 ? 0xff : 0);
	assert_int_equal(counters.sent[WIRE][PGN_KIND_HEARTBEAT].bytes, LENGTH);
	assert_int_equal(counters.sent[WIRE][PGN_KIND_UPSTREAM].bytes, 60);
	assert_int_equal(rte_mempool_in_use_count(pool), 0);
}

static void
idle_queues_are_asked_for_what_was_sent(void **state)
{
	(void)state;
	pgn_worker_bring_home(&worker);
	assert_int_equal(nic.cleanups, 0);
	port.tx_cleanup = true;
	pgn_worker_bring_home(&worker);
	pgn_worker_bring_home(&worker);
	assert_int_equal(nic.cleanups, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_burst_that_is_taken, start),
		cmocka_unit_test_setup(what_was_refused_is_tried_again, start),
		cmocka_unit_test_setup(but_not_for_ever, start),
		cmocka_unit_test_setup(a_port_that_is_away_is_asked_nothing, start),
		cmocka_unit_test_setup(one_queue_for_several_workers, start),
		cmocka_unit_test_setup(short_frames_get_zeros, start),
		cmocka_unit_test_setup(idle_queues_are_asked_for_what_was_sent, start),
	};

	return cmocka_run_group_tests(tests, start_all, stop_all);
}
