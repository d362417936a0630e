/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What kinds the frames of a burst are: a plain way, and one that looks at eight frames at once for
 * machines with AVX2. The build chooses; the tests hold them equal. Any thread may call.
 */
#ifndef PGN_WIRE_BURST_H
#define PGN_WIRE_BURST_H

#include <rte_mbuf.h>

#include "pgn_wire.h"

/* Whether the header that a frame begins with may lie in more than its first segment. */
static inline bool
pgn_mbuf_header_is_split(const struct rte_mbuf *m)
{
	return unlikely(m->data_len < PGN_HEADER_MAX) && m->nb_segs != 1;
}

static inline uint64_t
pgn_plain_peek_burst(struct rte_mbuf *const *frames, unsigned int n, uint16_t marker, uint8_t *kind)
{
	uint64_t others = 0;

	for (unsigned int i = 0; i < n; i++) {
		const struct rte_mbuf *m = frames[i];

		kind[i] = PGN_KIND_UNKNOWN;
		if (!pgn_mbuf_header_is_split(m))
			kind[i] = (uint8_t)pgn_peek_only(rte_pktmbuf_mtod(m, const uint8_t *),
							 m->pkt_len, marker);
		if (unlikely(kind[i] == PGN_KIND_UNKNOWN))
			others |= UINT64_C(1) << i;
	}
	return others;
}

#ifdef __AVX2__

#include <immintrin.h>

#define PGN_PEEK_LANES 8
#define PGN_PEEK_BURST 32 /* frames whose first bytes are collected before they are looked at */

/*
 * what: the four bytes behind the MACs of each frame, as memory has them; length: of each, 0 to
 * have it taken for no message. Eight kinds to `kind`; returns a bit for each that is unknown.
 */
static inline uint32_t
pgn_peek_lanes(const uint32_t *what, const uint32_t *length, uint16_t marker, uint8_t *kind)
{
	/* Four entries by kind; the other bytes of a lane ask for none and get 0. */
	const __m256i lengths =
		_mm256_set1_epi32(PGN_HEARTBEAT_LEN | PGN_REPLY_LEN << 8 | PGN_UPSTREAM_LEN << 16 |
				  PGN_DOWNSTREAM_LEN << 24);
	const __m256i none = _mm256_set1_epi32((int32_t)0x80808000);
	const __m256i bits =
		_mm256_xor_si256(_mm256_loadu_si256((const __m256i *)what),
				 _mm256_set1_epi32((int32_t)htobe32(pgn_what(marker, 0, 0))));
	const __m256i type = _mm256_set1_epi32((int32_t)htobe32(pgn_what(0, 1, 0)));
	const __m256i both = _mm256_set1_epi32((int32_t)htobe32(pgn_what(0, 1, 1)));
	__m256i kinds, rest, limit, fine;

	/* type is bit 16 and becomes bit 1, subtype is bit 24 and becomes bit 0. */
	kinds = _mm256_and_si256(
		_mm256_or_si256(_mm256_srli_epi32(bits, 15), _mm256_srli_epi32(bits, 24)),
		_mm256_set1_epi32(3));
	rest = _mm256_sub_epi32(_mm256_loadu_si256((const __m256i *)length),
				_mm256_shuffle_epi8(lengths, _mm256_or_si256(kinds, none)));
	/* Behind a control message less than another, behind data anything. */
	limit = _mm256_add_epi32(_mm256_slli_epi32(_mm256_and_si256(bits, type), 14),
				 _mm256_set1_epi32(PGN_COMMON_LEN));
	fine = _mm256_and_si256(_mm256_cmpgt_epi32(rest, _mm256_set1_epi32(-1)),
				_mm256_cmpgt_epi32(limit, rest));
	fine = _mm256_and_si256(fine, _mm256_cmpeq_epi32(_mm256_and_si256(bits, both), bits));
	kinds = _mm256_blendv_epi8(_mm256_set1_epi32(PGN_KIND_UNKNOWN), kinds, fine);

	/* The low byte of each lane, four from each half. */
	kinds = _mm256_packus_epi32(kinds, kinds);
	kinds = _mm256_packus_epi16(kinds, kinds);
	kinds = _mm256_permutevar8x32_epi32(kinds, _mm256_setr_epi32(0, 4, 0, 0, 0, 0, 0, 0));
	_mm_storel_epi64((__m128i *)kind, _mm256_castsi256_si128(kinds));
	return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(fine)) ^ 0xff;
}

/* One frame's part of what pgn_peek_lanes() takes. */
static inline void
pgn_peek_collect(const struct rte_mbuf *m, uint32_t *what, uint32_t *length)
{
	const size_t offset = offsetof(struct pgn_wire_common, marker);

	if (unlikely(m->data_len < PGN_HEADER_MAX) &&
	    unlikely(m->nb_segs != 1 || m->data_len < PGN_COMMON_LEN)) {
		*what = *length = 0;
		return;
	}
	memcpy(what, rte_pktmbuf_mtod_offset(m, const uint8_t *, offset), sizeof(*what));
	*length = m->pkt_len;
}

static inline uint32_t
pgn_vector_peek_burst(struct rte_mbuf *const *frames, uint16_t marker, uint8_t *kind)
{
	uint32_t what[PGN_PEEK_BURST], length[PGN_PEEK_BURST], others = 0;

	for (unsigned int i = 0; i < PGN_PEEK_BURST; i += PGN_PEEK_LANES) {
#pragma GCC unroll 8
		for (unsigned int j = 0; j < PGN_PEEK_LANES; j++)
			pgn_peek_collect(frames[i + j], &what[i + j], &length[i + j]);
	}
	for (unsigned int i = 0; i < PGN_PEEK_BURST; i += PGN_PEEK_LANES)
		others |= pgn_peek_lanes(what + i, length + i, marker, kind + i) << i;
	return others;
}

#endif

/**
 * kind[i] becomes what pgn_peek_only() says of frame i: the kind of its only message. It is
 * PGN_KIND_UNKNOWN, and bit i of what is returned is set, when the frame is to be walked: it holds
 * no message, or perhaps several, or its header may not be whole in the first segment (which it is
 * where that has PGN_HEADER_MAX bytes). n is at most 64, a frame is below 2^30 bytes.
 */
static inline uint64_t
pgn_peek_burst(struct rte_mbuf *const *frames, unsigned int n, uint16_t marker, uint8_t *kind)
{
	uint64_t others = 0;
	unsigned int i = 0;

#ifdef __AVX2__
	for (; i + PGN_PEEK_BURST <= n; i += PGN_PEEK_BURST)
		others |= (uint64_t)pgn_vector_peek_burst(frames + i, marker, kind + i) << i;
#endif
	if (i < n)
		others |= pgn_plain_peek_burst(frames + i, n - i, marker, kind + i) << i;
	return others;
}

#endif
