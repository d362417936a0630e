/* SPDX-License-Identifier: BSD-3-Clause */
/** A worker's side of a capture: frames are copied into a ring; what does not fit is lost. */
#ifndef PGN_CAPTURE_TAP_H
#define PGN_CAPTURE_TAP_H

#include <rte_mbuf.h>
#include <rte_ring.h>

#include "capture_filter.h"
#include "pgn_node.h"

/** Constant while workers see it. */
struct pgn_capture_tap {
	struct pgn_capture_filter filter;
	uint32_t in, out;                  /**< 1 << port index */
	uint32_t interface[PGN_MAX_PORTS]; /**< a port's in the file */
	struct rte_ring *ring;
	struct rte_mempool *pool;
};

/** Where frames came in, or are to leave. */
struct pgn_capture_place {
	uint16_t port; /**< ethdev */
	uint16_t queue;
	unsigned int index;
	uint64_t tsc;
};

/** How an enhanced packet block of pcapng begins, in the machine's byte order. */
struct pgn_capture_block {
	uint32_t type, length, interface;
	struct pgn_capture_time {
		uint32_t high, low;
	} time;
};

static inline struct pgn_capture_time
pgn_capture_time(uint64_t time)
{
	return (struct pgn_capture_time){.high = (uint32_t)(time >> 32), .low = (uint32_t)time};
}

/**
 * n frames came in. Until they are written, a block's time is that of the TSC: the library has one
 * base of time for all workers, and a frame from before it throws that off by centuries.
 */
void pgn_capture_in(const struct pgn_capture_tap *tap, struct pgn_counters *counters,
		    const struct pgn_capture_place *place, struct rte_mbuf **frames,
		    unsigned int n);

/** Copies of n (up to PGN_REPLIES_MAX) frames before they are sent; NULL where none is wanted. */
void pgn_capture_copy(const struct pgn_capture_tap *tap, struct pgn_counters *counters,
		      const struct pgn_capture_place *place, struct rte_mbuf **frames,
		      unsigned int n, struct rte_mbuf **copies);

/** The first `sent` of n were sent: their copies go to the ring, others are freed. */
void pgn_capture_out(const struct pgn_capture_tap *tap, struct pgn_counters *counters,
		     struct rte_mbuf **copies, unsigned int n, unsigned int sent);

#endif
