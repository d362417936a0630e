/* SPDX-License-Identifier: BSD-3-Clause */
#include <rte_cycles.h>
#include <rte_ethdev.h>

#include "worker_tx.h"

#define TX_RETRIES 16

/** Short frames get zeros behind them where the port does not do so itself. */
static void
pad(struct pgn_replies *replies, uint32_t min_frame)
{
	unsigned int i = 0;

	for (unsigned int r = 0; r < replies->run_count; r++) {
		struct pgn_run *run = &replies->run[r];

		for (; i < run->end; i++) {
			struct rte_mbuf *frame = replies->frame[i];
			uint32_t length = frame->pkt_len;
			char *zeros;

			if (likely(length >= min_frame))
				continue;
			zeros = rte_pktmbuf_append(frame, (uint16_t)(min_frame - length));
			if (zeros == NULL)
				continue;
			memset(zeros, 0, min_frame - length);
			run->bytes += min_frame - length;
		}
	}
}

static bool
has_chains(const struct pgn_replies *replies)
{
	for (unsigned int r = 0; r < replies->run_count; r++) {
		if (replies->run[r].form == PGN_NESTED)
			return true;
	}
	return false;
}

static unsigned int
send_burst(struct pgn_worker *worker, struct pgn_port *port, unsigned int port_index)
{
	struct pgn_replies *replies = &worker->lane.replies[port_index];
	unsigned int sent = 0;

	if (port->tx_is_shared)
		rte_spinlock_lock(&port->tx_lock);
	for (unsigned int tries = 0; sent < replies->count && tries < TX_RETRIES; tries++)
		sent += rte_eth_tx_burst(port->id, worker->tx_queue[port_index],
					 &replies->frame[sent], (uint16_t)(replies->count - sent));
	if (port->tx_is_shared)
		rte_spinlock_unlock(&port->tx_lock);
	return sent;
}

/** A frame is a port's once it is sent: copies are made before. */
static __rte_noinline unsigned int
send_captured(const struct pgn_capture_tap *tap, struct pgn_worker *worker, struct pgn_port *port,
	      unsigned int port_index)
{
	const struct pgn_capture_place place = {.port = port->id,
						.queue = worker->tx_queue[port_index],
						.index = port_index,
						.tsc = rte_rdtsc()};
	struct pgn_counters *counters = worker->lane.counters;
	struct pgn_replies *replies = &worker->lane.replies[port_index];
	struct rte_mbuf *copies[PGN_REPLIES_MAX];
	unsigned int sent;

	pgn_capture_copy(tap, counters, &place, replies->frame, replies->count, copies);
	sent = send_burst(worker, port, port_index);
	pgn_capture_out(tap, counters, copies, replies->count, sent);
	return sent;
}

static void
flush_port(struct pgn_worker *worker, unsigned int port_index)
{
	struct pgn_replies *replies = &worker->lane.replies[port_index];
	struct pgn_port *port = worker->port[port_index];
	bool away = atomic_load_explicit(&port->away, memory_order_acquire);
	const struct pgn_capture_tap *tap = pgn_worker_capture(worker);
	unsigned int sent = 0;

	/* No port is asked for multi-segment Tx. */
	if (has_chains(replies))
		pgn_lane_linearise(&worker->lane, port_index);
	if (port->min_frame > 0)
		pad(replies, port->min_frame);
	if (likely(!away))
		sent = likely(tap == NULL) ? send_burst(worker, port, port_index)
					   : send_captured(tap, worker, port, port_index);

	pgn_lane_sent(&worker->lane, port_index, sent);
	if (sent < replies->count) {
		enum pgn_drop reason = away ? PGN_DROP_PORT_AWAY : PGN_DROP_TX_REFUSED;

		worker->lane.counters->dropped[reason] += replies->count - sent;
		rte_pktmbuf_free_bulk(&replies->frame[sent], replies->count - sent);
	}
	pgn_replies_clear(replies);
}

void
pgn_worker_flush(struct pgn_worker *worker)
{
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		if (worker->lane.replies[i].count > 0)
			flush_port(worker, i);
	}
}

void
pgn_worker_bring_home(const struct pgn_worker *worker)
{
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		struct pgn_port *port = worker->port[i];

		if (port == NULL || !port->tx_cleanup ||
		    atomic_load_explicit(&port->away, memory_order_acquire))
			continue;
		if (port->tx_is_shared)
			rte_spinlock_lock(&port->tx_lock);
		rte_eth_tx_done_cleanup(port->id, worker->tx_queue[i], 0);
		if (port->tx_is_shared)
			rte_spinlock_unlock(&port->tx_lock);
	}
}
