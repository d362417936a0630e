/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * The two roles: a burst of frames in, wire and TAP frames out.
 *
 * A node is shared and read-only for workers. Each worker has a lane: its counters, its replies,
 * its rings to the control loop. The control loop has the desk: routing's context, the rings'
 * other ends, and what is published. A role is a struct of functions over lane and desk; none of
 * them touches a port.
 */
#ifndef PGN_NODE_H
#define PGN_NODE_H

#include <stdatomic.h>

#include <rte_mbuf.h>
#include <rte_ring.h>

#include "pgn_aead.h"
#include "pgn_bufpool.h"
#include "pgn_fib.h"
#include "pgn_routing.h"
#include "pgn_stats.h"

#define PGN_BURST_MAX 64         /**< frames a role takes at once */
#define PGN_REPLIES_MAX 512      /**< frames a role may have made before they are taken */
#define PGN_REPLICATE_BUDGET 128 /**< copies of group frames made in one turn */
#define PGN_REPLICATE_QUEUE 64   /**< group frames waiting to be copied */
#define PGN_CONTROL_RING 1024    /**< control messages on their way to the control loop */
#define PGN_LEARN_RING 4096      /**< clients on their way to the control loop */
#define PGN_TOLD 256             /**< clients a lane remembers to have told of */
#define PGN_TOLD_US 500          /**< how long it tells the same about a client only once */
#define PGN_SEND_RING 1024       /**< control messages on their way to the wires */
#define PGN_NEIGHBOUR_GROUPS 256

/** Which way a reply goes. */
enum pgn_direction {
	PGN_TO_WIRE,
	PGN_TO_TAP
};

/** How a reply lies in memory: in one segment, or as a chain of them. Same bytes. */
enum pgn_form {
	PGN_FLAT,
	PGN_NESTED
};

static inline enum pgn_direction
pgn_direction_of(unsigned int port)
{
	return port == PGN_PORT_TAP ? PGN_TO_TAP : PGN_TO_WIRE;
}

/** Replies of one kind and form that follow each other: they are counted once, not one by one. */
struct pgn_run {
	uint32_t bytes; /**< all segments of all frames */
	uint16_t end;   /**< index behind the last frame */
	uint8_t kind;   /**< enum pgn_kind */
	uint8_t form;   /**< enum pgn_form */
};

static_assert(sizeof(struct pgn_run) == 8, "a run is stored at once");

/** Replies for one port, in order; the frames are the queue's until they are taken. */
struct pgn_replies {
	unsigned int count;
	unsigned int run_count;
	struct rte_mbuf *frame[PGN_REPLIES_MAX];
	struct pgn_run run[PGN_REPLIES_MAX];
};

/** The replies were taken: the queue is empty again. */
static inline void
pgn_replies_clear(struct pgn_replies *replies)
{
	replies->count = 0;
	replies->run_count = 0;
}

struct pgn_role;

#define PGN_SEALING_RETIRED 3

/** What a node seals with: written by the control loop, `current` read by workers. */
struct pgn_sealing {
	struct pgn_aead_device *device;
	_Atomic(struct pgn_aead_keyset *) current;
	unsigned int lane_count;
	/* Keysets that were replaced and wait for workers, and frames in flight, to leave them. */
	unsigned int retired_count;
	struct pgn_aead_keyset *retired[PGN_SEALING_RETIRED];
	uint64_t token[PGN_SEALING_RETIRED]; /**< of the fib */
};

/** Shared by all lanes; frozen while they run, but for max_frame and standby. */
struct pgn_node {
	const struct pgn_role *role;
	atomic_bool standby; /**< nothing is sent; what comes in or waits for copies is dropped */
	struct pgn_fib_identity id;
	_Atomic uint32_t max_frame[PGN_MAX_PORTS]; /**< bytes a port sends at most, without FCS */
	enum pgn_form form; /**< of encapsulated frames: flat, unless tested */
	uint64_t host_key;  /**< of the TAP's own MAC */
	bool lan_is_shared; /**< RSU: clients of others are heard at the TAP, and may come to us */
	struct pgn_fib *fib;
	struct pgn_clients *clients; /**< RSU; NULL for an OBU */
	struct pgn_bufpool *pool;
	struct pgn_sealing *sealing; /**< NULL: payloads are clear */
	uint32_t slots;              /**< of nodes: pgn_routing_slots() */
	uint32_t control_rate;       /**< control messages a second a lane lets through */
	uint32_t neighbour_rate;     /**< of the half for all, at most so many of one neighbour */
};

/** A control message on its way to the control loop. */
struct pgn_control_event {
	uint64_t time_us; /**< when its frame was received */
	uint8_t wire;
	uint8_t kind;
	uint8_t header[PGN_HEADER_MAX];
	uint8_t pad[2];
};

/** A client on its way to the control loop. */
struct pgn_learn_event {
	uint64_t key;
	uint16_t slot;
	uint8_t pad[6];
};

static_assert(sizeof(struct pgn_control_event) == 64, "ring elements are whole 4-byte words");
static_assert(sizeof(struct pgn_learn_event) == 16, "ring elements are whole 4-byte words");

/** A group frame that waits to be copied to every OBU. */
struct pgn_replica {
	struct rte_mbuf *frame; /**< the inner frame */
	uint64_t origin;        /**< key */
	uint16_t except;        /**< slot that gets none */
	uint16_t next_slot;
};

/** Room for control messages, in millionths of one; it fills as time passes. */
struct pgn_bucket {
	uint64_t filled_us;
	uint64_t level;
};

/** Whose control messages a lane lets through: throttle.h. */
struct pgn_throttle {
	uint64_t secret;
	uint32_t common_rate, neighbour_rate; /**< messages a second */
	unsigned int upstreams, nodes;        /**< that are known */
	uint32_t upstream_share, node_share;  /**< messages a second of each */
	uint32_t slots;
	struct pgn_bucket upstream[PGN_FIB_UPSTREAMS]; /**< by place among the hops */
	struct pgn_bucket *node;                       /**< by slot */
	struct pgn_bucket common;
	struct pgn_bucket group[PGN_NEIGHBOUR_GROUPS]; /**< by hash of `from` */
};

/** The MACs of our wires, as keys (pgn_mac_key). */
struct pgn_own {
	uint64_t key[PGN_MAX_WIRES];
	uint64_t alike; /**< bits that are the same in all of them */
	unsigned int count;
};

/** What the first 32 bytes of a data frame that comes in by a wire are compared with (gate.h). */
struct pgn_gate_bytes {
	uint8_t like[32];          /**< as they should be */
	uint8_t care[32];          /**< bits of them that matter */
	uint8_t care_upstream[32]; /**< the same where only upstream frames pass */
	uint8_t bits[32];          /**< of both addresses, as keys, that are looked at */
	uint8_t never[32];         /**< what those must not be */
	uint32_t what; /**< marker, type and subtype of upstream, in the order of the bytes */
} __attribute__((aligned(32)));

/** What a lane told the control loop about a client. */
struct pgn_told {
	uint64_t news; /**< the client's entry as it should be */
	uint64_t time_us;
	uint16_t known; /**< the slot in its entry at that time */
};

#define PGN_ORIGIN_NOTES 256

/** What the last frame of an origin was like: the next one probably is, too. */
struct pgn_origin_note {
	uint64_t origin; /**< key */
	uint8_t key;     /**< that opened it */
	bool goes_on;    /**< sealed as it came, to other OBUs */
	uint8_t pad[6];
};

/** What one worker owns. */
struct pgn_lane {
	const struct pgn_node *node;
	struct pgn_counters *counters;
	const struct pgn_fib_snapshot *snapshot; /**< set before each burst */
	uint64_t now_us;                         /**< set before each burst */
	struct rte_ring *control;                /**< pgn_control_event, to the control loop */
	struct rte_ring *learn;                  /**< pgn_learn_event, to the control loop */
	bool events;                             /**< something was put on a ring to control */
	struct pgn_throttle throttle;
	_Atomic uint64_t throttled_from; /**< key of the neighbour throttled last, 0: none */
	struct pgn_own own;
	struct pgn_gate_bytes gate[PGN_MAX_WIRES];
	struct pgn_told told[PGN_TOLD]; /**< by hash of the client */
	struct pgn_replica replica[PGN_REPLICATE_QUEUE];
	unsigned int replica_first, replica_count;
	struct pgn_replies replies[PGN_MAX_PORTS];
	struct pgn_aead_lane *aead;                    /**< NULL: payloads are clear */
	struct pgn_origin_note note[PGN_ORIGIN_NOTES]; /**< by hash of the origin */
} __rte_cache_aligned;

/** What the control loop owns. */
struct pgn_desk {
	const struct pgn_node *node;
	struct pgn_counters *counters;
	union {
		struct pgn_rsu *rsu;
		struct pgn_obu *obu;
	};
	struct pgn_outbox outbox;
	struct rte_ring *send; /**< mbufs for a worker to send; mbuf->port is the wire */
	uint64_t published;    /**< routing's version that workers see */
	uint64_t published_us; /**< when it was */
	uint64_t released_us;  /**< when slots were released last */
	uint64_t aged_us;      /**< when clients were aged last */
	uint64_t retire_token;
	bool retiring; /**< slots wait until workers have passed retire_token */
	uint64_t refused_from[PGN_DROP_COUNT]; /**< key of the neighbour, of the last control
						    message that routing dropped for the reason */
};

/**
 * A role. The burst functions belong to the worker that owns the lane, control and tick to the
 * control loop. Every frame given to a burst function becomes the role's: it ends in a reply, a
 * queue of the lane, or the pool, and is counted.
 */
struct pgn_role {
	const char *name;
	bool heeds_heartbeats; /**< of others */

	/** n (at most PGN_BURST_MAX) frames that came in by a wire. */
	void (*wire_burst)(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames,
			   unsigned int n);
	/** n (at most PGN_BURST_MAX) frames that came in by the TAP. */
	void (*tap_burst)(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n);
	/** n jobs, of frames that came in by a wire, are done; frames and copies are the role's. */
	void (*opened)(struct pgn_lane *lane, struct pgn_aead_job *job, unsigned int n);

	int (*open)(struct pgn_desk *desk, const struct pgn_routing_conf *conf, uint64_t now_us);
	void (*close)(struct pgn_desk *desk);
	/** One control message; what is to be sent goes to desk->outbox. */
	struct pgn_outcome (*control)(struct pgn_desk *desk, const struct pgn_control_event *event);
	/** Let time pass; returns the time of the next tick that is needed. */
	uint64_t (*tick)(struct pgn_desk *desk, uint64_t now_us);
	/** The link of a wire went down: what leads by it is left at once. */
	void (*wire_down)(struct pgn_desk *desk, uint64_t now_us, unsigned int wire);
	/** Routing's version, and a snapshot of it (NULL: no memory). */
	uint64_t (*version)(const struct pgn_desk *desk);
	struct pgn_fib_snapshot *(*snapshot)(const struct pgn_desk *desk);
	bool (*retired_slot)(const struct pgn_desk *desk, unsigned int *slot);
	void (*release_slot)(struct pgn_desk *desk, unsigned int slot);
};

extern const struct pgn_role pgn_role_rsu;
extern const struct pgn_role pgn_role_obu;

/** By its name; NULL when there is none. */
const struct pgn_role *pgn_role_find(const char *name);

/* ---- sealing, by the control loop ---- */

/** Before lanes are opened; the device stays the caller's. -errno of pgn_aead_keyset_create(). */
int pgn_sealing_open(struct pgn_sealing *sealing, struct pgn_aead_device *device,
		     const struct pgn_aead_keys *keys);

/** When lanes are closed. */
void pgn_sealing_close(struct pgn_sealing *sealing);

/**
 * Seal and open with these keys from now on, without a frame being lost. On an error nothing
 * changes: -EBUSY, earlier keys have not left yet; -errno of pgn_aead_keyset_create().
 */
int pgn_sealing_rekey(struct pgn_sealing *sealing, struct pgn_fib *fib,
		      const struct pgn_aead_keys *keys);

/** Wipe what nobody uses any more; false: something is still in use. Never blocks. */
bool pgn_sealing_reclaim(struct pgn_sealing *sealing, struct pgn_fib *fib);

/* ---- a lane's life, by the control loop while the worker does not run ---- */

/** The rings are created here. name is unique a lane. 0 or -ENOMEM. */
int pgn_lane_open(struct pgn_lane *lane, const struct pgn_node *node, struct pgn_counters *counters,
		  const char *name, int socket);

/** Empties what is queued: each message counts as dropped (stopping). Frees the rings. */
void pgn_lane_close(struct pgn_lane *lane);

/** Messages the lane holds in its queues. */
uint64_t pgn_lane_in_flight(const struct pgn_lane *lane);

/* ---- by the worker, each turn ---- */

/** Count and drop n frames that came in by a port: node->standby is set. */
void pgn_lane_stand_by(struct pgn_lane *lane, unsigned int port, struct rte_mbuf **frames,
		       unsigned int n);

/** Make up to PGN_REPLICATE_BUDGET copies of waiting group frames; none in standby. */
void pgn_lane_replicate(struct pgn_lane *lane);

/** Whether frames are with an asynchronous crypto device. */
static inline bool
pgn_lane_awaits_crypto(const struct pgn_lane *lane)
{
	return lane->aead != NULL && pgn_aead_in_flight(lane->aead) > 0;
}

/** Take up to PGN_AEAD_BURST frames that it has done; returns how many. */
unsigned int pgn_lane_collect(struct pgn_lane *lane);

/** Take the desk's control messages (desk->send) as replies. */
void pgn_lane_take_sends(struct pgn_lane *lane, struct rte_ring *send);

/** Count the first n replies of a port as sent; the others are still the lane's. */
void pgn_lane_sent(struct pgn_lane *lane, unsigned int port, unsigned int n);

/** Make the nested replies for a port flat, for one that sends no chains. */
void pgn_lane_linearise(struct pgn_lane *lane, unsigned int port);

/* ---- the desk ---- */

int pgn_desk_open(struct pgn_desk *desk, const struct pgn_node *node, struct pgn_counters *counters,
		  const struct pgn_routing_conf *conf, uint64_t now_us, int socket);
void pgn_desk_close(struct pgn_desk *desk);
uint64_t pgn_desk_in_flight(const struct pgn_desk *desk);

/**
 * One turn of the control loop: takes what the lanes' rings hold, lets time pass, sends, and
 * publishes what changed. Never blocks. Returns the time of the next turn that is needed though
 * nothing comes in.
 */
uint64_t pgn_desk_turn(struct pgn_desk *desk, struct pgn_lane **lanes, unsigned int lane_count,
		       uint64_t now_us);

#endif
