/* SPDX-License-Identifier: BSD-3-Clause */
/** The generator's side of the rings: frames that came out become frames that go in. */
#ifndef FEED_H
#define FEED_H

#include <rte_ring.h>

#include "fronts.h"

struct feed {
	const struct bench_options *options;
	struct fronts fronts;
	uint16_t length; /**< of a frame that goes in */
	bool moves;      /**< the path shortens or lengthens frames, so mbufs are set up anew */
	bool swapped;    /**< what comes out was made by macswap, not by the path's role */
	struct rte_ring *to, *from;
	uint64_t since_check, checked, wrong;
};

/** 0 or -ENOMEM. */
int feed_open(struct feed *feed, const struct bench_options *options);
void feed_close(struct feed *feed);

/** Take at most a burst that came out, check one of many, send them in again; returns how many. */
unsigned int feed_turn(struct feed *feed);

/** Put n frames in, whatever they are. */
void feed_in(struct feed *feed, struct rte_mbuf **frames, unsigned int n);

#endif
