/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Which worker a frame belongs to, and how it gets there when another lcore received it.
 *
 * What the air brings of one OBU is one worker's: upstream frames go by their origin, downstream
 * frames by their destination. Host frames go by the client at the far end (at an OBU: the near
 * one), whose order is kept; clients of one OBU may be several workers'. What is no plain data
 * message, heartbeats and replies above all, stays with the lcore that received it: its way to the
 * control loop is a ring of its own, which no flood of data can fill.
 *
 * There is one ring from each worker to each other, with one writer and one reader. What does not
 * fit is dropped, the newest first, and counted.
 */
#ifndef PGN_SPREAD_H
#define PGN_SPREAD_H

#include "pgn_node.h"

/** Frames a ring between two of `workers` workers holds: less each, where there are many. */
static inline unsigned int
pgn_spread_ring_size(unsigned int workers)
{
	return workers <= 4 ? 512 : workers <= 8 ? 256 : 128;
}

/** One worker's ends. */
struct pgn_spread {
	unsigned int self, workers;
	struct rte_ring *to[PGN_WORKERS_MAX];   /**< by worker; NULL: itself */
	struct rte_ring *from[PGN_WORKERS_MAX]; /**< the same rings' other ends */
	uint64_t handed[PGN_WORKERS_MAX];       /**< frames, by who got them */
	uint64_t overflowed[PGN_WORKERS_MAX];   /**< frames that did not fit, by who should have */
};

/** The worker, of so many, that a key (pgn_mac_key) belongs to. */
static inline unsigned int
pgn_spread_worker(uint64_t key, unsigned int workers)
{
	/* A key's bits are the upper 48: this moves them all into the product's upper half. */
	uint64_t hash = (key ^ key >> 29) * UINT64_C(0x9e3779b97f4a7c15);

	return (unsigned int)((hash >> 32) * workers >> 32);
}

/** Rings between all pairs. 0 or -ENOMEM: none is left then. name is unique a node. */
int pgn_spread_open(struct pgn_spread **spreads, unsigned int workers, const char *name,
		    int socket);

/**
 * While no worker runs: what is in rings counts as received and dropped (stopping) by the lane of
 * the worker it is for.
 */
void pgn_spread_close(struct pgn_spread **spreads, struct pgn_lane **lanes, unsigned int workers);

/** A time of the TSC as it travels with a frame that is handed over, in frame->hash.usr. */
#define PGN_SPREAD_STAMP_SHIFT 8

/**
 * Hand over those of a burst that came in by a port, n (at most PGN_BURST_MAX) frames, which belong
 * to others; own ones move to the front of frames[]. Returns how many those are. What a full ring
 * does not take is counted as received and dropped. tsc: when the burst came. By the worker.
 */
unsigned int pgn_spread_burst(struct pgn_spread *spread, struct pgn_lane *lane, unsigned int port,
			      struct rte_mbuf **frames, unsigned int n, uint64_t tsc);

/** When a frame that was handed over was received, by the TSC now. */
static inline uint64_t
pgn_spread_received(const struct rte_mbuf *frame, uint64_t tsc)
{
	uint32_t ago = (uint32_t)(tsc >> PGN_SPREAD_STAMP_SHIFT) - frame->hash.usr;

	return tsc - ((uint64_t)ago << PGN_SPREAD_STAMP_SHIFT);
}

/**
 * Up to PGN_BURST_MAX frames that another worker handed over, with the port each came in by in
 * frame->port. By the worker.
 */
static inline unsigned int
pgn_spread_take(struct pgn_spread *spread, unsigned int from, struct rte_mbuf **frames)
{
	return rte_ring_sc_dequeue_burst(spread->from[from], (void **)frames, PGN_BURST_MAX, NULL);
}

#endif
