/* SPDX-License-Identifier: BSD-3-Clause */
/** Who is around the node, and the frames they send each other. */
#ifndef GEN_NETWORK_H
#define GEN_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "pgn_wire.h"
#include "ways.h"

/** A header and all that differs from one inner frame to another. */
#define GEN_FRONT_BYTES 64
/** From the inner frame's start: the frame's number and, of one in 64, the time. */
#define GEN_NUMBER_AT 18
#define GEN_TIME_AT 22

struct gen_network {
	struct pgn_mac node; /**< the one that is measured */
	unsigned int nodes, clients;
	/** Client -> the number in its MAC; NULL: they are the same. */
	uint32_t *number;
};

/** 0 is the host; the others live behind OBUs. */
struct pgn_mac gen_client_mac(const struct gen_network *network, uint32_t client);
struct pgn_mac gen_node_mac(uint32_t node);
/** The neighbour by which an OBU is reached. */
struct pgn_mac gen_neighbour_mac(uint32_t node);
/** The RSU that an OBU hears. */
struct pgn_mac gen_rsu_mac(void);

/** The first GEN_FRONT_BYTES of a client's frame as it goes in. */
void gen_front_in(const struct gen_network *network, const struct gen_way *way, uint32_t client,
		  uint8_t *front);

static_assert(PGN_DOWNSTREAM_LEN + GEN_INNER_MIN <= GEN_FRONT_BYTES,
	      "what one frame leaves in a buffer is overwritten by the next one");

/** What the rest of an inner frame holds, from GEN_INNER_MIN on. */
extern uint8_t gen_rest[GEN_SIZE_MAX];
void gen_rest_fill(void);

/** Does an inner frame begin here? Nobody else sends this EtherType. */
static inline bool
gen_inner_is_ours(const uint8_t *inner)
{
	return inner[12] == 0x88 && inner[13] == 0xb5;
}

/**
 * Whether a frame that came out is right to the byte: `inner` of `length` bytes behind the header
 * at `frame`. What it says of its number and time is taken as it is.
 */
bool gen_is_right(const struct gen_network *network, const struct gen_way *way,
		  const uint8_t *frame, const uint8_t *inner, unsigned int length);

#endif
