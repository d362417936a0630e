/* SPDX-License-Identifier: BSD-3-Clause */
/** What is remembered of a next hop: how far it is and what it delivers. */
#ifndef PGN_ROUTING_QUALITY_H
#define PGN_ROUTING_QUALITY_H

#include <stdbool.h>
#include <stdint.h>

#include "pgn_routing.h"

#define PGN_FARTHER_AFTER 4 /**< messages in a row that make a hop farther */

/** A hop as one number: lower wire first, then lower MAC. */
static inline uint64_t
pgn_hop_number(const struct pgn_hop *hop)
{
	return (uint64_t)hop->wire << 48 | pgn_mac_number(&hop->mac);
}

static inline struct pgn_hop
pgn_hop_of_number(uint64_t number)
{
	struct pgn_hop hop = {.wire = (uint8_t)(number >> 48)};

	for (unsigned int i = 0; i < sizeof(hop.mac.b); i++)
		hop.mac.b[i] = (uint8_t)(number >> (40 - 8 * i));
	return hop;
}

/**
 * Copies of a message race each other and carry different hops. A hop is as near as the nearest
 * of the last few: nearer counts at once, farther when it has lasted.
 */
struct pgn_distance {
	uint8_t hops;
	uint8_t farther; /**< the least of those in a row that were farther */
	uint8_t in_a_row;
};

/** hops: 1 to 255, as max_hops is. */
static inline void
pgn_distance_hear(struct pgn_distance *distance, uint32_t hops)
{
	if (distance->hops == 0 || hops <= distance->hops) {
		distance->hops = (uint8_t)hops;
		distance->in_a_row = 0;
		return;
	}
	if (distance->in_a_row == 0 || hops < distance->farther)
		distance->farther = (uint8_t)hops;
	if (++distance->in_a_row == PGN_FARTHER_AFTER) {
		distance->hops = distance->farther;
		distance->in_a_row = 0;
	}
}

/** Which of the last messages came through a hop; messages are named by ordinals. */
struct pgn_delivery {
	uint64_t bits;   /**< bit k: the message `newest - k` came */
	uint64_t newest; /**< ordinal of the newest that came */
};

static inline uint64_t
pgn_bits_older(uint64_t bits, uint64_t by)
{
	return by < 64 ? bits << by : 0;
}

static inline void
pgn_delivery_hear(struct pgn_delivery *delivery, uint64_t ordinal)
{
	if (ordinal > delivery->newest) {
		delivery->bits = pgn_bits_older(delivery->bits, ordinal - delivery->newest) | 1;
		delivery->newest = ordinal;
	} else {
		delivery->bits |= pgn_bits_older(1, delivery->newest - ordinal);
	}
}

/**
 * How many of the 64 messages up to `ordinal` came, 1 to 64: the newest is taken to have come, as
 * its copies may still be under way.
 *
 * So many count whatever hello_history is: with two equal RSUs, each heard with 10 % loss, the
 * upstream changes 0.9 times in 1,000 periods; over 10 messages it would 21 times.
 */
static inline unsigned int
pgn_delivered(const struct pgn_delivery *delivery, uint64_t ordinal)
{
	uint64_t since = ordinal > delivery->newest ? ordinal - delivery->newest : 0;

	return (unsigned int)__builtin_popcountll(pgn_bits_older(delivery->bits, since) | 1);
}

#endif
