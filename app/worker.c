/* SPDX-License-Identifier: BSD-3-Clause */
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_pause.h>

#include "idle.h"
#include "rx_wait.h"
#include "worker.h"
#include "worker_tx.h"

#define HOUSEKEEPING_POLLS 256
/** Sent buffers are asked back once in so many housekeepings, and before each sleep. */
#define HOUSEKEEPINGS_A_CLEANUP 64
/** Sleeps are as long as they are asked to be, give or take this. */
#define TIMER_SLACK_NS 1000

/** Loop state that nobody else sees. */
struct loop {
	struct pgn_worker *worker;
	uint64_t polls;
	uint64_t empty_polls;
	struct pgn_idle_state idle;
	unsigned int since_housekeeping;
	unsigned int since_cleanup; /**< housekeepings */
	uint64_t housekept_tsc;
	uint64_t housekeeping_tsc; /**< cycles in a millisecond */
	uint64_t us_per_cycle_q32;
	uint64_t base_us;
	uint64_t began_tsc;
	unsigned int bursts;
	bool hears_rx; /**< all its queues give Rx interrupts */
};

uint64_t
pgn_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/** Microseconds at a time of the TSC: the base is at most a few milliseconds older. */
static inline uint64_t
loop_us(const struct loop *loop, uint64_t tsc)
{
	return loop->base_us + (((tsc - loop->housekept_tsc) * loop->us_per_cycle_q32) >> 32);
}

/** Stages are timed of one burst in so many, a prime, so that all ports have their turn: a look at
 * the TSC costs some 20 cycles. */
#define BURSTS_A_SAMPLE 17

/** A burst is about to be worked on at this time of the TSC. */
static inline void
begin(struct loop *loop, uint64_t tsc)
{
	struct pgn_lane *lane = &loop->worker->lane;

	lane->now_us = loop_us(loop, tsc);
	lane->snapshot = pgn_fib_current(lane->node->fib);
}

static inline void
give_role(struct pgn_lane *lane, unsigned int port, struct rte_mbuf **frames, unsigned int n)
{
	if (unlikely(atomic_load_explicit(&lane->node->standby, memory_order_relaxed)))
		pgn_lane_stand_by(lane, port, frames, n);
	else if (pgn_direction_of(port) == PGN_TO_TAP)
		lane->node->role->tap_burst(lane, frames, n);
	else
		lane->node->role->wire_burst(lane, port, frames, n);
}

/** n frames that came at one time of the TSC, and were begun at another, have been worked on. */
static inline void
finish(struct loop *loop, unsigned int n, uint64_t came, uint64_t began)
{
	struct pgn_counters *counters = loop->worker->lane.counters;
	bool sampled = loop->bursts++ % BURSTS_A_SAMPLE == 0;
	uint64_t worked = sampled ? rte_rdtsc() : 0, ended;

	pgn_worker_flush(loop->worker);
	ended = rte_rdtsc();
	if (sampled) {
		counters->stage_cycles[PGN_STAGE_ROLE] += (worked - began) * BURSTS_A_SAMPLE;
		counters->stage_cycles[PGN_STAGE_TX] += (ended - worked) * BURSTS_A_SAMPLE;
	}
	counters->cycles_busy += ended - began;
	counters->bursts[31 - __builtin_clz(n)]++;
	pgn_histogram_add(&counters->residence, ended - came, n);
	if (unlikely(ended - came > counters->residence_max))
		counters->residence_max = ended - came;
}

static __rte_noinline void
capture_received(const struct pgn_capture_tap *tap, struct pgn_worker *worker,
		 const struct pgn_worker_rx *rx, struct rte_mbuf **frames, unsigned int n,
		 uint64_t tsc)
{
	const struct pgn_capture_place place = {
		.port = rx->port->id, .queue = rx->queue, .index = rx->index, .tsc = tsc};

	pgn_capture_in(tap, worker->lane.counters, &place, frames, n);
}

/** What ports have for us, and for other workers; returns frames taken. */
static unsigned int
poll_ports(struct loop *loop)
{
	struct pgn_worker *worker = loop->worker;
	struct pgn_lane *lane = &worker->lane;
	bool sampled = loop->polls % BURSTS_A_SAMPLE == 0;
	unsigned int taken = 0;

	for (unsigned int i = 0; i < worker->rx_count; i++) {
		struct pgn_worker_rx *rx = &worker->rx[i];
		struct rte_mbuf *frames[PGN_BURST_MAX];
		const struct pgn_capture_tap *tap;
		uint64_t before = sampled ? rte_rdtsc() : 0, now;
		unsigned int n;

		if (unlikely(atomic_load_explicit(&rx->port->away, memory_order_acquire)))
			continue;
		n = rte_eth_rx_burst(rx->port->id, rx->queue, frames, rx->port->rx_burst);
		if (n == 0)
			continue;
		now = rte_rdtsc();
		if (sampled)
			lane->counters->stage_cycles[PGN_STAGE_RX] +=
				(now - before) * BURSTS_A_SAMPLE;
		taken += n;
		rx->frames += n;
		tap = pgn_worker_capture(worker);
		if (unlikely(tap != NULL))
			capture_received(tap, worker, rx, frames, n, now);
		if (atomic_load_explicit(&rx->port->spread, memory_order_relaxed))
			n = pgn_spread_burst(&worker->spread, lane, rx->index, frames, n, now);
		if (n == 0)
			continue;
		begin(loop, now);
		give_role(lane, rx->index, frames, n);
		finish(loop, n, now, now);
	}
	return taken;
}

/** What other workers received for us; returns frames taken. */
static unsigned int
take_handed(struct loop *loop)
{
	struct pgn_worker *worker = loop->worker;
	unsigned int taken = 0;

	for (unsigned int from = 0; from < worker->spread.workers; from++) {
		struct rte_mbuf *frames[PGN_BURST_MAX];
		unsigned int n, end;
		uint64_t now, came;

		if (from == worker->spread.self)
			continue;
		n = pgn_spread_take(&worker->spread, from, frames);
		if (n == 0)
			continue;
		taken += n;
		now = rte_rdtsc();
		came = pgn_spread_received(frames[0], now);
		begin(loop, now);
		for (unsigned int first = 0; first < n; first = end) {
			uint16_t port = frames[first]->port;

			for (end = first + 1; end < n && frames[end]->port == port;)
				end++;
			give_role(&worker->lane, port, &frames[first], end - first);
		}
		finish(loop, n, came, now);
	}
	return taken;
}

/** What a crypto device has done, and what is ours to send; returns whether any was. */
static bool
send_own(struct loop *loop)
{
	struct pgn_worker *worker = loop->worker;
	struct pgn_lane *lane = &worker->lane;
	bool any = false;

	/* Whether it has done something or not: a worker does not rest meanwhile. */
	if (unlikely(pgn_lane_awaits_crypto(lane))) {
		begin(loop, rte_rdtsc());
		pgn_lane_collect(lane);
		any = true;
	}
	if (worker->send != NULL && !rte_ring_empty(worker->send)) {
		pgn_lane_take_sends(lane, worker->send);
		any = true;
	}
	if (lane->replica_count > 0) {
		lane->snapshot = pgn_fib_current(lane->node->fib);
		pgn_lane_replicate(lane);
		any = true;
	}
	if (any)
		pgn_worker_flush(worker);
	return any;
}

/** The control loop's sleep ends when something is there for it. */
static void
ring(struct pgn_worker *worker)
{
	worker->lane.events = false;
	/* Pairs with the control loop's fence between `waiting = true` and its look at the rings.
	 */
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&worker->doorbell->waiting, memory_order_relaxed) &&
	    atomic_exchange_explicit(&worker->doorbell->waiting, false, memory_order_acq_rel))
		eventfd_write(worker->doorbell->fd, 1);
}

/** Once in so many polls or a millisecond, whichever comes first; false when to stop. */
static bool
housekeep(struct loop *loop)
{
	struct pgn_worker *worker = loop->worker;
	struct pgn_counters *counters = worker->lane.counters;

	loop->since_housekeeping = 0;
	loop->housekept_tsc = rte_rdtsc();
	loop->base_us = pgn_now_us();
	counters->polls = loop->polls;
	counters->empty_polls = loop->empty_polls;
	counters->cycles = loop->housekept_tsc - loop->began_tsc;
	pgn_fib_quiescent(worker->lane.node->fib, worker->reader);
	if (++loop->since_cleanup == HOUSEKEEPINGS_A_CLEANUP) {
		loop->since_cleanup = 0;
		pgn_worker_bring_home(worker);
	}
	if (worker->control != NULL)
		worker->control(worker->control_context);
	return !atomic_load_explicit(worker->stop, memory_order_relaxed);
}

static void
rest(struct loop *loop)
{
	uint32_t sleep_us = pgn_idle_step(&loop->idle);
	const struct timespec moment = {.tv_nsec = sleep_us * 1000L};
	struct pgn_worker *worker = loop->worker;

	if (sleep_us == 0) {
		rte_pause();
		return;
	}

	pgn_worker_bring_home(worker);
	pgn_fib_offline(worker->lane.node->fib, worker->reader);
	if (loop->hears_rx && loop->idle.sleeps > PGN_IDLE_SLEEPS)
		pgn_rx_wait(worker);
	else
		nanosleep(&moment, NULL);
	pgn_fib_online(worker->lane.node->fib, worker->reader);
	loop->since_housekeeping = 0;
}

int
pgn_worker_run(void *arg)
{
	struct pgn_worker *worker = arg;
	uint64_t hz = rte_get_tsc_hz();
	struct loop loop = {.worker = worker,
			    .housekeeping_tsc = hz / 1000,
			    .began_tsc = rte_rdtsc(),
			    .us_per_cycle_q32 = (UINT64_C(1000000) << 32) / hz};

	loop.hears_rx = !worker->busy && pgn_rx_wait_open(worker);
	pgn_idle_end(&loop.idle);
	prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS, 0, 0, 0);
	pgn_fib_online(worker->lane.node->fib, worker->reader);
	while (loop.since_housekeeping != 0 || housekeep(&loop)) {
		bool any = poll_ports(&loop) > 0;

		any |= take_handed(&loop) > 0;
		any |= send_own(&loop);
		if (worker->lane.events)
			ring(worker);
		loop.polls++;
		loop.since_housekeeping++;
		if (any) {
			pgn_idle_end(&loop.idle);
		} else {
			loop.empty_polls++;
			if (!worker->busy)
				rest(&loop);
		}
		if (loop.since_housekeeping == HOUSEKEEPING_POLLS ||
		    rte_rdtsc() - loop.housekept_tsc > loop.housekeeping_tsc) {
			loop.since_housekeeping = 0;
		}
	}
	pgn_fib_offline(worker->lane.node->fib, worker->reader);
	if (loop.hears_rx)
		pgn_rx_wait_close(worker);
	return 0;
}
