/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What nearly every frame on a wire is: one plain data message, to us, from a neighbour, of another
 * station's, with a whole inner frame. A role's burst function passes such frames through the gate
 * in one loop; whatever it does not let through goes aside (aside.h), where it is looked at in
 * full.
 */
#ifndef PGN_GATE_H
#define PGN_GATE_H

#include <rte_prefetch.h>

#include "pgn_node.h"
#include "pgn_wire.h"

#if defined(__AVX2__) && !defined(PGN_GATE_PLAIN)
#include <immintrin.h>
#define PGN_GATE_VECTOR 1
#endif

static inline bool
pgn_is_own_key(const struct pgn_own *own, uint64_t key)
{
	/* Nearly always told apart by what our MACs have in common. */
	if (likely(((key ^ own->key[0]) & own->alike) != 0))
		return false;
	for (unsigned int w = 0; w < own->count; w++) {
		if (key == own->key[w])
			return true;
	}
	return false;
}

/** A station that is none of ours: what a neighbour, and the origin of a frame, must be. */
static inline bool
pgn_is_other_station(const struct pgn_own *own, uint64_t key)
{
	return pgn_mac_key_is_station(key) && !pgn_is_own_key(own, key);
}

/** 8 bits. A MAC's last byte is a key's first: only a product's upper bits depend on it. */
static inline unsigned int
pgn_key_hash8(uint64_t key)
{
	return (unsigned int)(key * UINT64_C(0x9e3779b97f4a7c15) >> 56);
}

/** The source's key of an inner frame of at least PGN_INNER_MIN bytes. */
static inline uint64_t
pgn_inner_source(const uint8_t *inner)
{
	return pgn_mac_key_behind(inner + sizeof(struct pgn_mac));
}

/** The destination's. */
static inline uint64_t
pgn_inner_destination(const uint8_t *inner)
{
	return pgn_mac_key_before(inner);
}

static inline uint64_t
pgn_header_from(const uint8_t *header)
{
	return pgn_mac_key_before(header + offsetof(struct pgn_wire_common, from));
}

/** At the same place in both kinds of data. */
static inline uint64_t
pgn_header_origin(const uint8_t *header)
{
	return pgn_mac_key_behind(header + offsetof(struct pgn_wire_upstream, origin));
}

/** Of a downstream header. */
static inline uint64_t
pgn_header_destination(const uint8_t *header)
{
	return pgn_mac_key_behind(header + offsetof(struct pgn_wire_downstream, destination));
}

/** Data messages differ in the lowest bit of the subtype only. */
#define PGN_GATE_KIND_BIT 1
static_assert((PGN_SUBTYPE_UPSTREAM ^ PGN_SUBTYPE_DOWNSTREAM) == PGN_GATE_KIND_BIT, "subtypes");

/** Of a data header. */
static inline bool
pgn_header_is_upstream(const uint8_t *header)
{
	return (header[offsetof(struct pgn_wire_common, subtype)] & PGN_GATE_KIND_BIT) ==
	       PGN_SUBTYPE_UPSTREAM;
}

/** Is it data, to us by this wire, from a neighbour, of an origin that may be? */
static inline bool
pgn_header_passes(const struct pgn_lane *lane, unsigned int wire, const uint8_t *header)
{
	uint32_t what;

	memcpy(&what, header + offsetof(struct pgn_wire_common, marker), sizeof(what));
	what ^= lane->gate[wire].what;
	return pgn_mac_key_before(header) == lane->own.key[wire] &&
	       (what == 0 || what == htobe32(PGN_GATE_KIND_BIT)) &&
	       pgn_is_other_station(&lane->own, pgn_header_from(header)) &&
	       pgn_is_other_station(&lane->own, pgn_header_origin(header));
}

/** No frame is so short that both kinds could not be told apart in it, with an inner frame. */
#define PGN_GATE_MIN (PGN_DOWNSTREAM_LEN + PGN_INNER_MIN)

/** Make lane->own and lane->gate of the node's identity. */
void pgn_gate_set_all(struct pgn_lane *lane);

/** A burst's gate: what its frames are compared with, in registers. */
struct pgn_gate {
	const struct pgn_lane *lane;
	unsigned int wire;
	uint32_t shortest, span; /**< lengths that pass are shortest to shortest + span */
	bool upstream_only;
#ifdef PGN_GATE_VECTOR
	__m256i like, care, bits, never;
#endif
};

/** pgn_header_passes() out of the way of the vector compare. */
bool pgn_header_passes_in_full(const struct pgn_lane *lane, unsigned int wire,
			       const uint8_t *header);

#ifdef PGN_GATE_VECTOR
/**
 * pgn_header_passes() in 9 instructions in place of 24. False says only that it has to look: an
 * address was like one of ours in what ours have in common.
 */
static inline bool
pgn_gate_vector(const struct pgn_gate *gate, const uint8_t *header)
{
	/* from twice, origin twice, each as a key */
	const __m256i keys =
		_mm256_setr_epi8(-1, -1, 6, 7, 8, 9, 10, 11, -1, -1, 6, 7, 8, 9, 10, 11, -1, -1, 0,
				 1, 2, 3, 4, 5, -1, -1, 0, 1, 2, 3, 4, 5);
	__m256i head = _mm256_loadu_si256((const __m256i *)(const void *)header);
	__m256i odd = _mm256_and_si256(_mm256_xor_si256(head, gate->like), gate->care);
	__m256i address = _mm256_and_si256(_mm256_shuffle_epi8(head, keys), gate->bits);
	__m256i bad = _mm256_or_si256(odd, _mm256_cmpeq_epi64(address, gate->never));

	return _mm256_testz_si256(bad, bad);
}

static inline __m256i
pgn_gate_load(const uint8_t *bytes)
{
	return _mm256_load_si256((const __m256i *)(const void *)bytes);
}
#endif

/**
 * shortest is PGN_GATE_MIN or more, longest no less. upstream_only: downstream frames do not pass.
 */
static inline struct pgn_gate
pgn_gate_open(const struct pgn_lane *lane, unsigned int wire, uint32_t shortest, uint32_t longest,
	      bool upstream_only)
{
	struct pgn_gate gate = {.lane = lane,
				.wire = wire,
				.shortest = shortest,
				.span = longest - shortest,
				.upstream_only = upstream_only};

#ifdef PGN_GATE_VECTOR
	const struct pgn_gate_bytes *bytes = &lane->gate[wire];

	gate.like = pgn_gate_load(bytes->like);
	gate.care = pgn_gate_load(upstream_only ? bytes->care_upstream : bytes->care);
	gate.bits = pgn_gate_load(bytes->bits);
	gate.never = pgn_gate_load(bytes->never);
#endif
	return gate;
}

/** Does a frame pass, with a whole inner frame in it? Counts nothing. */
static inline bool
pgn_gate_pass(const struct pgn_gate *gate, const struct rte_mbuf *frame, const uint8_t *header)
{
	if (unlikely(!pgn_mbuf_is_plain(frame) || frame->data_len - gate->shortest > gate->span))
		return false;
#ifdef PGN_GATE_VECTOR
	if (likely(pgn_gate_vector(gate, header)))
		return true;
	return pgn_header_passes_in_full(gate->lane, gate->wire, header) &&
	       (!gate->upstream_only || pgn_header_is_upstream(header));
#else
	return pgn_header_passes(gate->lane, gate->wire, header) &&
	       (!gate->upstream_only || pgn_header_is_upstream(header));
#endif
}

/** Fetch what the first look at a burst will read. */
static inline void
pgn_prefetch_frames(struct rte_mbuf **frames, unsigned int n)
{
#pragma GCC unroll 4
	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], const void *));
}

/** Count what a burst took in, at once: a sum in memory is a chain through every frame's store. */
static inline void
pgn_count_intake(struct pgn_lane *lane, unsigned int port, enum pgn_kind kind, uint64_t messages,
		 uint64_t bytes)
{
	struct pgn_traffic *received = &lane->counters->received[port][kind];

	received->messages += messages;
	received->bytes += bytes;
}

#endif
