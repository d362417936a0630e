/* SPDX-License-Identifier: BSD-3-Clause */
/** An RSU that seals, its two OBUs with a client each, and its host. */
#ifndef TEST_SEALED_RSU_H
#define TEST_SEALED_RSU_H

#include "sealed.h"
#include "two_obus.h"

/** A sealed payload, as the air has it. */
struct payload {
	uint8_t bytes[2048];
	size_t length;
};

static inline struct payload
seal(struct pgn_aead_keyset *keyset, struct pgn_mac destination, struct pgn_mac source,
     size_t length)
{
	struct payload payload;
	uint8_t inner[2048];

	rig_inner(inner, destination, source, length);
	payload.length = sealed_seal(keyset, payload.bytes, inner, length);
	return payload;
}

static inline void
from_air(struct rig *rig, unsigned int wire, struct pgn_mac obu, const struct payload *payload)
{
	uint8_t frame[2048];

	rig_wire_bytes(
		rig, wire, frame,
		rig_upstream(frame, rig_wire_mac[wire], obu, obu, payload->bytes, payload->length));
}

static inline void
seal_from_air(struct rig *rig, unsigned int wire, struct pgn_mac obu, struct pgn_mac destination,
	      struct pgn_mac source, size_t length)
{
	struct payload payload = seal(sealed_first, destination, source, length);

	from_air(rig, wire, obu, &payload);
}

/** Both OBUs answer, A on the first wire, B on the second, and their clients are known. */
static inline void
meet(struct rig *rig)
{
	meet_obus(rig);
	seal_from_air(rig, 0, obu_a, host, client_a, 100);
	seal_from_air(rig, 1, obu_b, host, client_b, 100);
	rig_pass(rig, 3000);
	rig_discard(rig);
}

/** A downstream frame to an OBU; its payload. */
static inline struct payload
take_downstream(struct rig *rig, unsigned int wire, struct pgn_mac obu, struct pgn_mac origin)
{
	uint8_t expected[PGN_DOWNSTREAM_LEN], got[2048];
	struct payload payload;
	int length = rig_take(rig, wire, got);

	assert_true(length >= PGN_DOWNSTREAM_LEN);
	rig_downstream(expected, obu, rig_wire_mac[wire], origin, obu, expected, 0);
	assert_memory_equal(got, expected, PGN_DOWNSTREAM_LEN);
	payload.length = (size_t)length - PGN_DOWNSTREAM_LEN;
	memcpy(payload.bytes, got + PGN_DOWNSTREAM_LEN, payload.length);
	return payload;
}

static inline void
expect_opens(struct pgn_aead_keyset *keyset, const struct payload *payload,
	     struct pgn_mac destination, struct pgn_mac source, size_t length)
{
	uint8_t expected[2048], got[2048];

	rig_inner(expected, destination, source, length);
	assert_int_equal(sealed_open(keyset, got, payload->bytes, payload->length), length);
	assert_memory_equal(got, expected, length);
}

static inline void
expect_same(const struct payload *got, const struct payload *expected)
{
	assert_int_equal(got->length, expected->length);
	assert_memory_equal(got->bytes, expected->bytes, expected->length);
}

static inline void
from_host(struct rig *rig, struct pgn_mac destination, size_t length)
{
	uint8_t inner[2048];

	rig_tap_bytes(rig, inner, rig_inner(inner, destination, host, length));
}

#endif
