/* SPDX-License-Identifier: BSD-3-Clause */
/** Two OBUs that answer a rig's RSU, with a client each, and the RSU's host. */
#ifndef TEST_TWO_OBUS_H
#define TEST_TWO_OBUS_H

#include "rig.h"

static const struct pgn_mac obu_a = {{2, 0, 0, 0, 0, 0xa}};
static const struct pgn_mac obu_b = {{2, 0, 0, 0, 0, 0xb}};
static const struct pgn_mac client_a = {{2, 0, 0, 0, 1, 0xa}};
static const struct pgn_mac client_b = {{2, 0, 0, 0, 1, 0xb}};
static const struct pgn_mac host = {{2, 0, 0, 0, 2, 1}};
static const struct pgn_mac stranger = {{2, 0, 0, 0, 9, 9}};

/** Both OBUs answer our heartbeat, A on the first wire, B on the second. */
static inline void
meet_obus(struct rig *rig)
{
	uint8_t heartbeat[2048];

	rig_pass(rig, 2000);
	assert_int_equal(rig_take(rig, 0, heartbeat), PGN_HEARTBEAT_LEN);
	rig_answer(rig, 0, heartbeat, obu_a, obu_a, 1);
	rig_answer(rig, 1, heartbeat, obu_b, obu_b, 1);
	rig_discard(rig);
	rig_pass(rig, 3000);
}

/** The next frame for the host is this one. */
static inline void
expect_inner(struct rig *rig, struct pgn_mac destination, struct pgn_mac source, size_t length)
{
	uint8_t expected[2048], got[2048];

	rig_inner(expected, destination, source, length);
	assert_int_equal(rig_take(rig, PGN_PORT_TAP, got), length);
	assert_memory_equal(got, expected, length);
}

#endif
