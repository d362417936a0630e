/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Counters: one block a lane (a worker, or the control loop), written by its lane only.
 *
 * The unit is the message. A frame with several messages counts as its messages, a frame that
 * holds none as one of kind "unknown". Every message is in exactly one term of
 *
 *	received + generated + copied = sent + kept + dropped + in flight
 *
 * received   taken from a port
 * generated  first made here: an RSU's heartbeat, an OBU's reply
 * copied     a further frame made of a message that is counted already
 * sent       accepted by a port
 * kept       consumed by routing
 * dropped    one reason each
 * in flight  held in a queue of ours; zero after a stop
 */
#ifndef PGN_STATS_H
#define PGN_STATS_H

#include <stdint.h>

#include "pgn_histogram.h"

#define PGN_MAX_WIRES 4
#define PGN_PORT_TAP PGN_MAX_WIRES /**< index of the TAP behind the wires */
#define PGN_MAX_PORTS (PGN_MAX_WIRES + 1)
#define PGN_WORKERS_MAX 16

/** X(NAME, text): what a message is. */
#define PGN_KINDS(X)                \
	X(HEARTBEAT, "heartbeat")   \
	X(REPLY, "reply")           \
	X(UPSTREAM, "upstream")     \
	X(DOWNSTREAM, "downstream") \
	X(HOST, "host")             \
	X(UNKNOWN, "unknown")

enum pgn_kind {
#define X(name, text) PGN_KIND_##name,
	PGN_KINDS(X)
#undef X
	PGN_KIND_COUNT
};

/** X(NAME, text, help): why a message was dropped. The order is that of a frame's way through. */
#define PGN_DROPS(X)                                                                              \
	X(RUNT, "runt", "frame shorter than the 16 bytes every message starts with")              \
	X(FOREIGN, "foreign", "EtherType is not the protocol's")                                  \
	X(UNKNOWN_TYPE, "unknown_type", "type or subtype that no message has")                    \
	X(TRUNCATED, "truncated", "control message or data header cut short")                     \
	X(WALK_BOUND, "walk_bound", "more messages in one frame than a walk takes")               \
	X(NOT_FOR_US, "not_for_us", "to is neither this port's MAC nor broadcast")                \
	X(BAD_FROM, "bad_from", "from is zero or a group")                                        \
	X(OWN_FROM, "own_from", "from is a MAC of ours")                                          \
	X(BAD_SOURCE, "bad_source", "heartbeat or reply whose source is zero or a group")         \
	X(OWN_SOURCE, "own_source", "heartbeat whose source is a MAC of ours")                    \
	X(UNTRUSTED_SOURCE, "untrusted_source",                                                   \
	  "heartbeat or reply whose source is not in rsu_allow")                                  \
	X(UNTRUSTED_FROM, "untrusted_from",                                                       \
	  "heartbeat of 1 hop, an RSU's own, whose from is not in rsu_allow")                     \
	X(BAD_SENDER, "bad_sender", "reply whose sender is zero or a group")                      \
	X(OWN_SENDER, "own_sender", "reply whose sender is a MAC of ours")                        \
	X(BAD_ORIGIN, "bad_origin", "data whose origin is zero or a group")                       \
	X(OWN_ORIGIN, "own_origin", "data of our own that came back to us")                       \
	X(BAD_HOPS, "bad_hops", "hops is 0 or above max_hops")                                    \
	X(CONTROL_THROTTLED, "control_throttled", "more control messages than the buckets allow") \
	X(CONTROL_FULL, "control_full", "ring to or from the control loop full")                  \
	X(NOT_OUR_ROLE, "not_our_role", "message that this role does not take")                   \
	X(STALE_ID, "stale_id", "heartbeat id behind the window")                                 \
	X(UNKNOWN_ID, "unknown_id", "reply to an id that is not kept")                            \
	X(WRONG_DURATION, "wrong_duration", "reply whose duration is not the one sent")           \
	X(FOREIGN_REPLY, "foreign_reply", "reply to another RSU")                                 \
	X(DUPLICATE_REPLY, "duplicate_reply", "further copy of a reply that was relayed")         \
	X(NO_WAY_BACK, "no_way_back", "reply without a live hop towards its RSU")                 \
	X(RSUS_FULL, "rsus_full", "table of RSUs full")                                           \
	X(NODES_FULL, "nodes_full", "table of nodes full")                                        \
	X(SEALED_SHORT, "sealed_short", "payload shorter than a sealed inner frame")              \
	X(OPEN_FAILED, "open_failed",                                                             \
	  "opened under no key: forged, changed, clear, or of a key that we do not have")         \
	X(CRYPTO_ERROR, "crypto_error", "crypto device failed")                                   \
	X(CRYPTO_FULL, "crypto_full", "crypto device took no more frames")                        \
	X(SHORT_PAYLOAD, "short_payload", "inner frame shorter than an Ethernet header")          \
	X(BAD_INNER_SOURCE, "bad_inner_source", "inner source is zero or a group")                \
	X(OVERSIZE, "oversize", "frame longer than the port it should leave by takes")            \
	X(NO_UPSTREAM, "no_upstream", "no live next hop towards an RSU")                          \
	X(NO_ROUTE, "no_route", "no live next hop towards the node")                              \
	X(UNKNOWN_NODE, "unknown_node", "downstream to a node that is not known")                 \
	X(NO_NODES, "no_nodes", "group or unknown destination while no OBU is known")             \
	X(SPREAD_FULL, "spread_full", "ring to the worker that owns the frame full")              \
	X(LOOP, "loop", "would go back to the hop or node it came from")                          \
	X(REPLICATION_FULL, "replication_full", "queue of group frames full")                     \
	X(NO_BUFFER, "no_buffer", "buffer pool empty")                                            \
	X(TX_REFUSED, "tx_refused", "port took no more frames after the bounded retries")         \
	X(PORT_AWAY, "port_away", "port's interface was taken away")                              \
	X(STANDBY, "standby", "received while the node stands by")                                \
	X(STOPPING, "stopping", "left in a queue when the node stopped")

enum pgn_drop {
#define X(name, text, help) PGN_DROP_##name,
	PGN_DROPS(X)
#undef X
	PGN_DROP_COUNT
};

/** Messages and the bytes of their frames, without FCS. */
struct pgn_traffic {
	uint64_t messages;
	uint64_t bytes;
};

/** What a burst's time goes to. */
enum pgn_stage {
	PGN_STAGE_RX,
	PGN_STAGE_ROLE,
	PGN_STAGE_TX,
	PGN_STAGE_COUNT
};

/** Bursts by size: 1, 2 to 3, 4 to 7, 8 to 15, 16 to 31, 32 to 63, 64 frames. */
#define PGN_BURST_SIZES 7

/**
 * A lane's counters. Plain words: the lane is the only writer, and a 64-bit store is whole on every
 * machine this runs on; readers load them relaxed with pgn_stats_add().
 */
struct pgn_counters {
	struct pgn_traffic received[PGN_MAX_PORTS][PGN_KIND_COUNT];
	struct pgn_traffic sent[PGN_MAX_PORTS][PGN_KIND_COUNT];
	uint64_t generated[PGN_KIND_COUNT];
	uint64_t copied[PGN_KIND_COUNT];
	uint64_t kept[PGN_KIND_COUNT];
	uint64_t dropped[PGN_DROP_COUNT];
	uint64_t polls;
	uint64_t empty_polls;
	uint64_t cycles;      /**< of the TSC since the worker began, as of its last housekeeping */
	uint64_t cycles_busy; /**< with frames in hand */
	uint64_t stage_cycles[PGN_STAGE_COUNT]; /**< of bursts with frames; from one in 17 */
	uint64_t bursts[PGN_BURST_SIZES];
	/** Frames by the TSC cycles from Rx to Tx; to a crypto device where that is asynchronous.
	 */
	struct pgn_histogram residence;
	uint64_t residence_max;
	uint64_t clients_learned; /**< new, or moved to another OBU */
	uint64_t clients_refused; /**< not learned: the table had no place */
	uint64_t clients_late;    /**< not learned yet: the ring to the control loop was full */
	uint64_t capture_lost;    /**< frames that a capture wanted and had no room for */
} __attribute__((aligned(64)));

/** The terms of the identity, summed over kinds, ports and reasons. Units: messages. */
struct pgn_balance {
	uint64_t received, generated, copied;
	uint64_t sent, kept, dropped;
};

/** A lower-case name that never changes ("heartbeat", "not_for_us"); any thread. */
const char *pgn_kind_name(enum pgn_kind kind);
const char *pgn_drop_name(enum pgn_drop drop);
const char *pgn_drop_help(enum pgn_drop drop);

/** Add the counters of one lane to sum; any thread, while the lane runs. */
void pgn_stats_add(struct pgn_counters *sum, const struct pgn_counters *lane);

/** The identity's terms of a block. */
struct pgn_balance pgn_stats_balance(const struct pgn_counters *counters);

/**
 * received + generated + copied - sent - kept - dropped: what should be in flight. Negative when
 * something was counted twice.
 */
int64_t pgn_stats_unaccounted(const struct pgn_balance *balance);

static inline void
pgn_count_received(struct pgn_counters *c, unsigned int port, enum pgn_kind kind, uint64_t bytes)
{
	c->received[port][kind].messages++;
	c->received[port][kind].bytes += bytes;
}

static inline void
pgn_count_drop(struct pgn_counters *c, enum pgn_drop reason)
{
	c->dropped[reason]++;
}

#endif
