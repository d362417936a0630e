/* SPDX-License-Identifier: BSD-3-Clause */
/** A node without ports: frames are put in by hand, replies are taken out by hand. */
#ifndef TEST_RIG_H
#define TEST_RIG_H

#include "pgn_node.h"

#define RIG_WIRES 2
#define RIG_CONTROL_RATE 20000 /**< control messages a second */
#define RIG_NEIGHBOUR_RATE 4000

extern const struct pgn_mac rig_wire_mac[RIG_WIRES]; /**< [0] is the node's identity */

struct rig {
	struct pgn_node node;
	struct pgn_lane lane;
	struct pgn_lane *lanes[1];
	struct pgn_desk desk;
	struct pgn_sealing sealing;
	struct pgn_counters counters[2]; /**< the lane's, the desk's */
	struct pgn_counters sum;         /**< set by rig_count() */
	uint64_t now_us;
};

/** What nodes seal with from the next setup on; NULL: they do not. */
void rig_seal_with(struct pgn_aead_device *device, const struct pgn_aead_keys *keys);

/** cmocka setups: *state becomes a struct rig. */
int rig_open_rsu(void **state);
int rig_open_obu(void **state);
/** Fails when a message or a buffer is not accounted for. */
int rig_close(void **state);

/** A frame of these bytes, in one segment, or cut into segments of `piece` bytes. */
struct rte_mbuf *rig_frame(struct rig *rig, const void *bytes, size_t length);
struct rte_mbuf *rig_chain(struct rig *rig, const void *bytes, size_t length, size_t piece);

/** Give one frame to the role as a worker does, and wait until a crypto device is done with it. */
void rig_wire_in(struct rig *rig, unsigned int wire, struct rte_mbuf *frame);
void rig_tap_in(struct rig *rig, struct rte_mbuf *frame);
void rig_wire_bytes(struct rig *rig, unsigned int wire, const void *bytes, size_t length);
void rig_tap_bytes(struct rig *rig, const void *bytes, size_t length);

/** Wait until a crypto device is done with what it was given. */
void rig_await_crypto(struct rig *rig);

/** Let time pass: desk turns and a worker's turn, each millisecond. */
void rig_pass(struct rig *rig, uint64_t us);

/**
 * Take the oldest reply of a port: its bytes to `bytes` (2,048 of room), its length; -1: none.
 * The reply counts as sent.
 */
int rig_take(struct rig *rig, unsigned int port, uint8_t *bytes);
/** Take and forget all replies; returns how many. */
unsigned int rig_discard(struct rig *rig);

void rig_count(struct rig *rig);
uint64_t rig_drops(struct rig *rig, enum pgn_drop reason);

/* Messages as neighbours write them: marker and addresses right, to `to`. */
void rig_heartbeat(struct rig *rig, unsigned int wire, struct pgn_mac from, struct pgn_mac source,
		   uint32_t id, uint32_t hops);
/** Answers the heartbeat `heartbeat_bytes` our RSU sent: `sender` becomes reachable by `from`. */
void rig_answer(struct rig *rig, unsigned int wire, const uint8_t *heartbeat_bytes,
		struct pgn_mac from, struct pgn_mac sender, uint32_t hops);

/** An inner frame: destination, source, IPv4's EtherType, `length` bytes in all. */
size_t rig_inner(uint8_t *at, struct pgn_mac destination, struct pgn_mac source, size_t length);
size_t rig_upstream(uint8_t *at, struct pgn_mac to, struct pgn_mac from, struct pgn_mac origin,
		    const uint8_t *inner, size_t length);
size_t rig_downstream(uint8_t *at, struct pgn_mac to, struct pgn_mac from, struct pgn_mac origin,
		      struct pgn_mac destination, const uint8_t *inner, size_t length);

#endif
