/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Devices that are slow, full, wrong, out of order or silent: between the lane and crypto_openssl
 * stands a double that makes them so. The bytes are the device's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include <rte_cycles.h>

#include "inside.h"
#include "kit.h"
#include "test_eal.h"

#define HELD_MAX 2048

static const uint8_t key_a[PGN_AEAD_KEY] = {1}, key_b[PGN_AEAD_KEY] = {2};

/** How the device is, and what it holds back. */
static struct {
	unsigned int takes;     /**< at once; 0: nothing */
	unsigned int takes_all; /**< altogether */
	unsigned int gives;     /**< at once */
	bool backwards;
	unsigned int fails_every;   /**< of those that come back, one in so many says ERROR */
	unsigned int refuses_every; /**< of those that are given, one in so many is refused */
	uint64_t silent_until;      /**< TSC */
	unsigned int given, back, refused;
	struct rte_crypto_op *held[HELD_MAX];
	unsigned int held_count;
} device;

static uint16_t
real_enqueue(uint8_t id, uint16_t pair, struct rte_crypto_op **ops, uint16_t n)
{
	return rte_cryptodev_enqueue_burst(id, pair, ops, n);
}

static uint16_t
double_enqueue(uint8_t id, uint16_t pair, struct rte_crypto_op **ops, uint16_t n)
{
	uint16_t most = (uint16_t)RTE_MIN(RTE_MIN(n, device.takes), device.takes_all);

	for (uint16_t i = 0; i < most; i++) {
		device.given++;
		if (device.refuses_every != 0 && device.given % device.refuses_every == 0) {
			ops[i]->status = RTE_CRYPTO_OP_STATUS_INVALID_ARGS;
			device.refused++;
			return i;
		}
		assert_int_equal(real_enqueue(id, pair, &ops[i], 1), 1);
		device.takes_all--;
	}
	return most;
}

static struct rte_crypto_op *
take_held(void)
{
	unsigned int at = device.backwards ? device.held_count - 1 : 0;
	struct rte_crypto_op *op = device.held[at];

	device.held_count--;
	if (!device.backwards)
		memmove(device.held, device.held + 1, device.held_count * sizeof(op));
	return op;
}

static uint16_t
double_dequeue(uint8_t id, uint16_t pair, struct rte_crypto_op **ops, uint16_t n)
{
	uint16_t given = 0;

	device.held_count +=
		rte_cryptodev_dequeue_burst(id, pair, device.held + device.held_count,
					    (uint16_t)RTE_MIN(64U, HELD_MAX - device.held_count));
	if (rte_get_tsc_cycles() < device.silent_until)
		return 0;
	while (given < RTE_MIN(n, device.gives) && device.held_count > 0) {
		ops[given] = take_held();
		device.back++;
		if (device.fails_every != 0 && device.back % device.fails_every == 0)
			ops[given]->status = RTE_CRYPTO_OP_STATUS_ERROR;
		given++;
	}
	return given;
}

static int
stand_between(void **state)
{
	(void)state;
	memset(&device, 0, sizeof(device));
	device.takes = device.takes_all = device.gives = UINT16_MAX;
	kit.lane->queue =
		(struct pgn_aead_queue){.enqueue = double_enqueue, .dequeue = double_dequeue};
	return 0;
}

static struct rte_mbuf *
clear_frame(unsigned int number)
{
	uint8_t inner[300];

	kit_count_up(inner, sizeof(inner));
	memcpy(inner, &number, sizeof(number));
	return kit_clear(inner, 14 + number % 280);
}

/** Submit n frames to seal, numbered, in bursts; returns how many were taken. */
static unsigned int
submit(struct pgn_aead_keyset *keyset, unsigned int first, unsigned int n)
{
	unsigned int taken = 0;

	while (taken < n) {
		struct pgn_aead_job job[PGN_AEAD_BURST];
		unsigned int burst = RTE_MIN(n - taken, (unsigned int)PGN_AEAD_BURST), got;

		for (unsigned int i = 0; i < burst; i++) {
			job[i] = kit_job(PGN_AEAD_SEAL, clear_frame(first + taken + i));
			job[i].origin = first + taken + i;
		}
		got = pgn_aead_submit(kit.lane, keyset, job, burst);
		for (unsigned int i = got; i < burst; i++)
			rte_pktmbuf_free(job[i].frame);
		taken += got;
		if (got < burst)
			break;
	}
	return taken;
}

/** Jobs that were collected: by their number. */
static struct pgn_aead_job collected[4096];

/** Collect numbers from `next` on, in order; returns how many of them the device failed. */
static unsigned int
collect(unsigned int next, unsigned int until)
{
	uint64_t end = rte_get_tsc_cycles() + 10 * rte_get_tsc_hz();
	unsigned int failed = 0;

	while (next < until) {
		struct pgn_aead_job *job = &collected[next];
		unsigned int n = pgn_aead_collect(
			kit.lane, job, RTE_MIN(until - next, (unsigned int)PGN_AEAD_BURST));

		for (unsigned int i = 0; i < n; i++) {
			assert_int_equal(job[i].origin, next++);
			if (job[i].verdict != PGN_AEAD_GOOD) {
				assert_int_equal(job[i].verdict, PGN_AEAD_FAILED);
				failed++;
			}
		}
		assert_true(rte_get_tsc_cycles() < end);
	}
	return failed;
}

/** What was collected opens to what it was; then it is freed. */
static void
check(struct pgn_aead_keyset *keyset, unsigned int first, unsigned int until)
{
	stand_between(NULL);
	for (unsigned int i = first; i < until; i++) {
		struct pgn_aead_job *job = &collected[i];

		if (job->verdict == PGN_AEAD_GOOD) {
			struct rte_mbuf *clear = clear_frame(i);

			job->task = PGN_AEAD_OPEN;
			kit_do(keyset, job, 1);
			assert_int_equal(job->verdict, PGN_AEAD_GOOD);
			assert_memory_equal(kit_payload(job->frame) + PGN_AEAD_NONCE,
					    kit_payload(clear) + PGN_AEAD_NONCE,
					    kit_payload_length(clear) - PGN_AEAD_OVERHEAD);
			rte_pktmbuf_free(clear);
		}
		rte_pktmbuf_free(job->frame);
	}
}

static void
expect_all_home(struct pgn_aead_keyset *keyset)
{
	assert_int_equal(pgn_aead_in_flight(kit.lane), 0);
	assert_true(pgn_aead_keyset_is_idle(keyset));
	pgn_aead_keyset_destroy(keyset);
	assert_int_equal(rte_mempool_in_use_count(kit.pool), 0);
	assert_int_equal(rte_mempool_in_use_count(kit.device->ops), 0);
}

static void
a_slow_device(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);

	(void)state;
	device.gives = 3;
	for (unsigned int round = 0; round < 20; round++)
		assert_int_equal(submit(keyset, round * 50, 50), 50);
	assert_false(pgn_aead_keyset_is_idle(keyset));
	assert_int_equal(collect(0, 1000), 0);
	check(keyset, 0, 1000);
	expect_all_home(keyset);
}

static void
a_full_queue(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);
	struct pgn_aead_job job;

	(void)state;
	device.takes = 5;
	device.takes_all = 7;
	assert_int_equal(submit(keyset, 0, 200), 200);
	assert_int_equal(collect(0, 7), 0);
	for (unsigned int i = 0; i < 1000; i++)
		assert_int_equal(pgn_aead_collect(kit.lane, &job, 1), 0);
	assert_int_equal(pgn_aead_in_flight(kit.lane), 193);
	device.takes_all = UINT16_MAX;
	assert_int_equal(collect(7, 200), 0);
	check(keyset, 0, 200);
	expect_all_home(keyset);
}

static void
no_more_than_there_is_room_for(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);

	(void)state;
	device.takes_all = 0;
	assert_int_equal(submit(keyset, 0, PGN_AEAD_IN_FLIGHT + 100), PGN_AEAD_IN_FLIGHT);
	assert_int_equal(submit(keyset, 0, 1), 0);
	device.takes_all = UINT16_MAX;
	assert_int_equal(collect(0, PGN_AEAD_IN_FLIGHT), 0);
	check(keyset, 0, PGN_AEAD_IN_FLIGHT);
	/* Over the end of the line, again and again. */
	for (unsigned int round = 0; round < 40; round++) {
		assert_int_equal(submit(keyset, 0, 100), 100);
		assert_int_equal(collect(0, 100), 0);
		check(keyset, 0, 100);
	}
	expect_all_home(keyset);
}

static void
a_device_that_fails_some(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);
	unsigned int failed;

	(void)state;
	device.fails_every = 10;
	device.refuses_every = 7;
	assert_int_equal(submit(keyset, 0, 700), 700);
	failed = collect(0, 700);
	assert_int_equal(device.refused, 100);
	assert_int_equal(failed, 100 + device.back / 10);
	check(keyset, 0, 700);
	expect_all_home(keyset);
}

static void
a_device_without_order(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);

	(void)state;
	device.backwards = true;
	device.gives = 1;
	assert_int_equal(submit(keyset, 0, 300), 300);
	assert_int_equal(collect(0, 300), 0);
	check(keyset, 0, 300);
	expect_all_home(keyset);
}

/** Some open with the first key that is tried, some with the second; all keep their place. */
static void
a_second_key_keeps_the_order(void **state)
{
	const uint8_t *const keys[] = {key_a, key_b};
	struct pgn_aead_keyset *both = kit_keyset(2, keys), *b = kit_keyset_of(key_b);
	struct pgn_aead_job job[PGN_AEAD_BURST];
	unsigned int done = 0;

	(void)state;
	for (unsigned int i = 0; i < PGN_AEAD_BURST; i++) {
		job[i] = kit_job(PGN_AEAD_SEAL, clear_frame(i));
		kit_do(i % 3 == 0 ? b : both, &job[i], 1);
		job[i].task = i % 5 == 4 ? PGN_AEAD_PASS : PGN_AEAD_OPEN;
		job[i].kept = kit_copy(job[i].frame);
		job[i].origin = i;
	}
	device.gives = 2;
	device.takes = 7;
	assert_int_equal(pgn_aead_submit(kit.lane, both, job, PGN_AEAD_BURST), PGN_AEAD_BURST);
	while (done < PGN_AEAD_BURST) {
		unsigned int n = pgn_aead_collect(kit.lane, job, 5);

		for (unsigned int i = 0; i < n; i++, done++) {
			struct rte_mbuf *clear = clear_frame(done);
			uint32_t length = kit_payload_length(clear);

			assert_int_equal(job[i].origin, done);
			assert_int_equal(job[i].verdict, PGN_AEAD_GOOD);
			if (done % 5 != 4) {
				assert_int_equal(job[i].key, done % 3 == 0);
				assert_memory_equal(kit_payload(job[i].frame) + PGN_AEAD_NONCE,
						    kit_payload(clear) + PGN_AEAD_NONCE,
						    length - PGN_AEAD_OVERHEAD);
			}
			rte_pktmbuf_free(clear);
			rte_pktmbuf_free(job[i].frame);
			rte_pktmbuf_free(job[i].kept);
		}
	}
	pgn_aead_keyset_destroy(b);
	expect_all_home(both);
}

/** With jobs at every stage: waiting, with the device, done and not collected. */
static void
a_stop(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);

	(void)state;
	device.takes_all = 300;
	device.gives = 1;
	device.silent_until = rte_get_tsc_cycles() + rte_get_tsc_hz() / 5;
	assert_int_equal(submit(keyset, 0, 900), 900);
	pgn_aead_lane_close(kit.lane);
	assert_true(rte_get_tsc_cycles() >= device.silent_until);
	assert_true(pgn_aead_keyset_is_idle(keyset));
	assert_int_equal(device.given, 300);
	kit.lane = pgn_aead_lane_open(kit.device, 0, SOCKET_ID_ANY);
	assert_non_null(kit.lane);
	expect_all_home(keyset);
}

/** What it holds cannot come home, but the stop comes to an end. */
static void
a_stop_with_a_device_that_never_answers(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);
	uint64_t start = rte_get_tsc_cycles();

	(void)state;
	device.silent_until = UINT64_MAX;
	assert_int_equal(submit(keyset, 0, 10), 10);
	pgn_aead_lane_close(kit.lane);
	assert_true(rte_get_tsc_cycles() - start < 5 * rte_get_tsc_hz());
	assert_false(pgn_aead_keyset_is_idle(keyset));
	kit.lane = pgn_aead_lane_open(kit.device, 0, SOCKET_ID_ANY);
	for (unsigned int i = 0; i < device.held_count; i++) {
		rte_pktmbuf_free(device.held[i]->sym->m_src);
		rte_crypto_op_free(device.held[i]);
	}
	assert_int_equal(rte_mempool_in_use_count(kit.pool), 0);
	pgn_aead_keyset_destroy(keyset);
}

#define device_test(f) cmocka_unit_test_setup(f, stand_between)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		device_test(a_slow_device),
		device_test(a_full_queue),
		device_test(no_more_than_there_is_room_for),
		device_test(a_device_that_fails_some),
		device_test(a_device_without_order),
		device_test(a_second_key_keeps_the_order),
		device_test(a_stop),
		device_test(a_stop_with_a_device_that_never_answers),
	};

	if (test_eal_start(NULL) != 0 || !kit_open("crypto_openssl", 1))
		return 1;
	return kit_end(cmocka_run_group_tests(tests, NULL, NULL));
}
