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

/** A burst's gate: what frames are compared with. */
struct pgn_gate {
	struct pgn_own own;
	uint64_t to;   /**< key of the MAC of the wire they came by */
	uint32_t what; /**< marker, type and subtype of upstream, in the order of the bytes */
#ifdef PGN_GATE_VECTOR
	__m256i like, care; /**< the first 32 bytes as they should be, and the bits that matter */
	__m256i bits;       /**< of the addresses, that are looked at */
	__m256i never;      /**< what addresses must not be */
#endif
};

/** Data messages differ in the lowest bit of the subtype only. */
#define PGN_GATE_KIND_BIT 1
static_assert((PGN_SUBTYPE_UPSTREAM ^ PGN_SUBTYPE_DOWNSTREAM) == PGN_GATE_KIND_BIT, "subtypes");

/** Shorter frames go aside, whichever of the two kinds they are. */
#define PGN_GATE_MIN (PGN_DOWNSTREAM_LEN + PGN_INNER_MIN)

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

/** Is it data, to us, from a neighbour, of an origin that may be? */
static inline bool
pgn_gate_plain(const struct pgn_gate *gate, const uint8_t *header)
{
	uint32_t what;

	memcpy(&what, header + offsetof(struct pgn_wire_common, marker), sizeof(what));
	what ^= gate->what;
	return pgn_mac_key_before(header) == gate->to &&
	       (what == 0 || what == htobe32(PGN_GATE_KIND_BIT)) &&
	       pgn_is_other_station(&gate->own, pgn_header_from(header)) &&
	       pgn_is_other_station(&gate->own, pgn_header_origin(header));
}

#ifdef PGN_GATE_VECTOR
/**
 * The same in 9 instructions in place of 24. False says only that the plain path has to look: an
 * address was like one of ours in what ours have in common.
 */
static inline bool
pgn_gate_vector(const struct pgn_gate *gate, const uint8_t *header)
{
	/* from twice, origin twice, each as a key */
	const __m256i keys =
		_mm256_setr_epi8(6, 7, 8, 9, 10, 11, -1, -1, 6, 7, 8, 9, 10, 11, -1, -1, 0, 1, 2, 3,
				 4, 5, -1, -1, 0, 1, 2, 3, 4, 5, -1, -1);
	__m256i head = _mm256_loadu_si256((const __m256i *)(const void *)header);
	__m256i odd = _mm256_xor_si256(head, gate->like);
	__m256i address = _mm256_and_si256(_mm256_shuffle_epi8(head, keys), gate->bits);
	__m256i bad = _mm256_cmpeq_epi64(address, gate->never);

	return _mm256_testz_si256(odd, gate->care) && _mm256_testz_si256(bad, bad);
}

static inline void
pgn_gate_open_vector(struct pgn_gate *gate)
{
	const uint64_t low48 = (UINT64_C(1) << 48) - 1;
	const long long alike = (long long)gate->own.alike;
	const long long own = (long long)(gate->own.key[0] & gate->own.alike);

	/* Where like is 0, care has the group bits. */
	gate->like = _mm256_setr_epi64x((long long)gate->to,
					(long long)((uint64_t)gate->what << 32), 0, 0);
	gate->care =
		_mm256_setr_epi64x((long long)(low48 | UINT64_C(1) << 48),
				   (long long)((uint64_t)~htobe32(PGN_GATE_KIND_BIT) << 32), 1, 0);
	gate->bits = _mm256_setr_epi64x(-1, alike, -1, alike);
	gate->never = _mm256_setr_epi64x(0, own, 0, own);
}
#endif

static inline struct pgn_gate
pgn_gate_open(const struct pgn_lane *lane, unsigned int wire)
{
	struct pgn_gate gate = {
		.own = lane->own,
		.to = lane->own.key[wire],
		.what = htobe32(
			pgn_what(lane->node->id.marker, PGN_TYPE_DATA, PGN_SUBTYPE_UPSTREAM)),
	};

#ifdef PGN_GATE_VECTOR
	pgn_gate_open_vector(&gate);
#endif
	return gate;
}

/** Does a frame pass, as a data message with an inner frame? Counts nothing. */
static inline bool
pgn_gate_pass(const struct pgn_gate *gate, const struct rte_mbuf *frame, const uint8_t *header)
{
	if (unlikely(!pgn_mbuf_is_plain(frame) || frame->data_len < PGN_GATE_MIN))
		return false;
#ifdef PGN_GATE_VECTOR
	if (likely(pgn_gate_vector(gate, header)))
		return true;
#endif
	return pgn_gate_plain(gate, header);
}

/** Of a frame that passed. */
static inline bool
pgn_gate_is_upstream(const uint8_t *header)
{
	return (header[offsetof(struct pgn_wire_common, subtype)] & PGN_GATE_KIND_BIT) ==
	       PGN_SUBTYPE_UPSTREAM;
}

/** Fetch what the first look at a burst will read. */
static inline void
pgn_prefetch_frames(struct rte_mbuf **frames, unsigned int n)
{
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
