/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * How heartbeats and replies become routes: the RSU's and the OBU's rules.
 *
 * No clock, no I/O, no thread: time comes in, verdicts and messages to send go out, so that a
 * simulator runs the very code the node runs. Time is in µs from any fixed start and does not
 * fall, but that a message may carry the time its frame was received, some ms before the last tick.
 * One context belongs to one thread at a time. Nothing is allocated after create; every table is
 * bounded by the configuration and gives up its least recently used entry.
 */
#ifndef PGN_ROUTING_H
#define PGN_ROUTING_H

#include "pgn_wire.h"

#define PGN_NODE_HOPS 4      /**< next hops kept for a node */
#define PGN_CANDIDATES_MAX 8 /**< upper bound of cached_candidates */
#define PGN_HISTORY_MAX 64   /**< upper bound of hello_history: one bit an id */
#define PGN_NODES_MAX 32768  /**< upper bound of max_nodes */
#define PGN_RSU_ALLOW_MAX 64 /**< RSUs an OBU can be told to trust */
#define PGN_OUTBOX_MAX 16    /**< messages one call can ask to be sent */

/** Slots a context has: beyond max_nodes some for nodes that went and wait for release. */
static inline unsigned int
pgn_routing_slots(uint32_t max_nodes)
{
	return max_nodes + max_nodes / 8 + 8;
}

/** A next hop: the wire to leave by and the neighbour's MAC. */
struct pgn_hop {
	struct pgn_mac mac;
	uint8_t wire;
};

/** The caller has checked the ranges; the defaults are those of the node file. */
struct pgn_routing_conf {
	unsigned int wire_count;                /**< 1 to PGN_MAX_WIRES */
	struct pgn_mac wire_mac[PGN_MAX_WIRES]; /**< [0] is the node's identity */
	uint32_t hello_periodicity_ms;          /**< RSU: its own; OBU: believed until measured */
	uint32_t hello_history;                 /**< ids kept, 1 to PGN_HISTORY_MAX */
	uint32_t cached_candidates;             /**< OBU: next hops kept beside the current one */
	uint32_t dead_after;                    /**< heartbeats without a sign: next hop is dead */
	uint32_t max_hops;
	uint32_t max_nodes;           /**< bound of the table of nodes, 1 to PGN_NODES_MAX */
	uint32_t max_rsus;            /**< OBU: bound of the table of RSUs */
	unsigned int rsu_allow_count; /**< OBU: RSUs it trusts; 0: all */
	struct pgn_mac rsu_allow[PGN_RSU_ALLOW_MAX];
	uint64_t seed; /**< of the jitter; same seed, same decisions */
};

/** What became of a control message that came in. */
enum pgn_verdict {
	PGN_KEPT,    /**< consumed; what the outbox holds is generated or copied */
	PGN_RELAYED, /**< the outbox holds it, to be sent on */
	PGN_DROPPED  /**< reason says why; the outbox is as it was */
};

struct pgn_outcome {
	enum pgn_verdict verdict;
	enum pgn_drop reason;
};

/** Why a message is sent: its term in the identity of counters (pgn_stats.h). */
enum pgn_origin_term {
	PGN_TERM_GENERATED, /**< first made here */
	PGN_TERM_COPIED,    /**< further frame of a message that is counted: a relayed heartbeat,
				 the same heartbeat on a second wire */
	PGN_TERM_RELAYED    /**< the received message itself goes on */
};

/** A control message to send by `wire`; to and from are filled in. */
struct pgn_send {
	uint8_t wire;
	enum pgn_origin_term term;
	enum pgn_kind kind; /**< PGN_KIND_HEARTBEAT or PGN_KIND_REPLY */
	union {
		struct pgn_heartbeat heartbeat;
		struct pgn_reply reply;
	};
};

/**
 * Filled by calls below, which append; the caller sends and empties it (count = 0). What finds no
 * room is not made; a reply to relay is then dropped as PGN_DROP_CONTROL_FULL. An empty outbox has
 * room for whatever one call makes.
 */
struct pgn_outbox {
	struct pgn_send send[PGN_OUTBOX_MAX];
	unsigned int count;
};

/**
 * What workers need to know of a node (an OBU), by slot. A node keeps its slot for life; a slot is
 * given to another node only after pgn_*_release_slot() said that nothing names it any more.
 */
struct pgn_node_route {
	struct pgn_mac mac;
	uint8_t hop_count; /**< live next hops in hop[], best first; 0: no route */
	struct pgn_hop hop[PGN_NODE_HOPS];
};

/** Entries in tables. */
struct pgn_routing_use {
	uint32_t nodes;
	uint32_t rsus; /**< OBU */
};

/* ---- RSU: rules 1 to 5 ---- */

struct pgn_rsu;

/** NULL with errno ENOMEM; conf is copied. */
struct pgn_rsu *pgn_rsu_create(const struct pgn_routing_conf *conf, uint64_t now_us);
void pgn_rsu_destroy(struct pgn_rsu *rsu);

/**
 * Let time pass: appends a heartbeat for each wire when one is due, ages next hops and nodes.
 * Returns the time of the next call that is needed, at the latest; earlier calls do no harm.
 */
uint64_t pgn_rsu_tick(struct pgn_rsu *rsu, uint64_t now_us, struct pgn_outbox *outbox);

/** A heartbeat heard by an RSU: checked, and dropped as PGN_DROP_NOT_OUR_ROLE. */
struct pgn_outcome pgn_rsu_heartbeat(struct pgn_rsu *rsu, uint64_t now_us, unsigned int wire,
				     const struct pgn_heartbeat *m);

/** A reply that came in by `wire` at now_us (the time its frame was received). */
struct pgn_outcome pgn_rsu_reply(struct pgn_rsu *rsu, uint64_t now_us, unsigned int wire,
				 const struct pgn_reply *m);

/** The link of a wire is down: all next hops by it are dead until they are heard again. */
void pgn_rsu_wire_down(struct pgn_rsu *rsu, unsigned int wire);

/** Grows whenever what pgn_rsu_node() tells has changed. */
uint64_t pgn_rsu_version(const struct pgn_rsu *rsu);

/** Slots are 0 to pgn_rsu_slots() - 1; false where the slot holds no node. */
unsigned int pgn_rsu_slots(const struct pgn_rsu *rsu);
bool pgn_rsu_node(const struct pgn_rsu *rsu, unsigned int slot, struct pgn_node_route *route);

/** The same by MAC; false: the node is not known. */
bool pgn_rsu_find(const struct pgn_rsu *rsu, const struct pgn_mac *mac,
		  struct pgn_node_route *route);

struct pgn_routing_use pgn_rsu_use(const struct pgn_rsu *rsu);

/** A slot whose node has gone and that waits for release; false when there is none. */
bool pgn_rsu_retired_slot(const struct pgn_rsu *rsu, unsigned int *slot);
void pgn_rsu_release_slot(struct pgn_rsu *rsu, unsigned int slot);

/* ---- OBU: rules 6 to 9, 11 ---- */

struct pgn_obu;

struct pgn_obu *pgn_obu_create(const struct pgn_routing_conf *conf, uint64_t now_us);
void pgn_obu_destroy(struct pgn_obu *obu);

/**
 * Let time pass: deaths, failover, ageing. Returns the time of the next call that is needed, at the
 * latest; a message that comes in may bring it forward, so call after those as well: a call that
 * has nothing to do is cheap.
 */
uint64_t pgn_obu_tick(struct pgn_obu *obu, uint64_t now_us, struct pgn_outbox *outbox);

/** Appends the relays (one a wire, PGN_TERM_COPIED) and the reply (PGN_TERM_GENERATED). */
struct pgn_outcome pgn_obu_heartbeat(struct pgn_obu *obu, uint64_t now_us, unsigned int wire,
				     const struct pgn_heartbeat *m, struct pgn_outbox *outbox);

/** Appends the relayed reply (PGN_TERM_RELAYED) when it goes on. */
struct pgn_outcome pgn_obu_reply(struct pgn_obu *obu, uint64_t now_us, unsigned int wire,
				 const struct pgn_reply *m, struct pgn_outbox *outbox);

#define PGN_FETCH_STEPS 3

/**
 * A heartbeat of the RSU `source`, or a reply of `sender` to one, will come in soon: bring into the
 * cache what it takes. sender is NULL for a heartbeat. To be called with step 0 to
 * PGN_FETCH_STEPS - 1, some messages between them: each goes by what the one before has brought.
 * Decides nothing, changes nothing.
 */
void pgn_obu_fetch(const struct pgn_obu *obu, unsigned int step, const struct pgn_mac *source,
		   uint32_t id, const struct pgn_mac *sender);

/** The link of a wire is down: failover, at once, from all next hops by it. */
void pgn_obu_wire_down(struct pgn_obu *obu, uint64_t now_us, unsigned int wire);

/** Grows whenever what pgn_obu_upstream() or pgn_obu_node() tells has changed. */
uint64_t pgn_obu_version(const struct pgn_obu *obu);

/**
 * The live next hops for upstream data, the current one first, distinct, at most
 * 1 + cached_candidates (and max); returns how many.
 */
unsigned int pgn_obu_upstream(const struct pgn_obu *obu, struct pgn_hop *hop, unsigned int max);

unsigned int pgn_obu_slots(const struct pgn_obu *obu);
bool pgn_obu_node(const struct pgn_obu *obu, unsigned int slot, struct pgn_node_route *route);
bool pgn_obu_find(const struct pgn_obu *obu, const struct pgn_mac *mac,
		  struct pgn_node_route *route);
struct pgn_routing_use pgn_obu_use(const struct pgn_obu *obu);
bool pgn_obu_retired_slot(const struct pgn_obu *obu, unsigned int *slot);
void pgn_obu_release_slot(struct pgn_obu *obu, unsigned int slot);

#endif
