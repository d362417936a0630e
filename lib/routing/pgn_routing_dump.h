/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What routing knows and why it chose, for people to look at: copies, by index. Reading changes
 * nothing. All calls belong to the thread the context belongs to.
 */
#ifndef PGN_ROUTING_DUMP_H
#define PGN_ROUTING_DUMP_H

#include "pgn_routing.h"

#define PGN_DELIVERED_OF 64 /**< delivery is counted over so many messages */
#define PGN_HEARD_PATHS 12  /**< ways that are kept to an RSU */

/** Why the current next hop is that one. */
enum pgn_why {
	PGN_WHY_NONE,        /**< there is none */
	PGN_WHY_ONLY,        /**< no other one lives */
	PGN_WHY_SETTLED,     /**< others have not yet delivered two heartbeats in a row */
	PGN_WHY_HOPS,        /**< fewest hops */
	PGN_WHY_DELIVERY,    /**< best delivery */
	PGN_WHY_LATENCY,     /**< lowest latency */
	PGN_WHY_MAC,         /**< all else is equal: lowest wire, lowest MAC */
	PGN_WHY_KEPT,        /**< another one is better, but not by as much as a change takes */
	PGN_WHY_FAILED_OVER, /**< a better one is dead */
	PGN_WHY_FAILING_BACK /**< a better one that died is heard again, not yet twice in a row */
};

/** A next hop of a node. */
struct pgn_node_hop_view {
	struct pgn_hop hop;
	bool live;
	uint32_t hops;
	uint32_t delivered;  /**< of the node's last PGN_DELIVERED_OF replies */
	uint64_t missed;     /**< RSU: heartbeats, OBU: replies of the node, since its last reply */
	uint64_t dead_in_us; /**< OBU: unless it is heard again; 0 when it is dead */
	uint64_t latency_min_us, latency_mean_us; /**< RSU only */
};

/** A node, its next hops in order of preference, live ones first. */
struct pgn_node_view {
	struct pgn_mac mac;
	enum pgn_why why; /**< hop[0] is the current one */
	unsigned int hop_count;
	struct pgn_node_hop_view hop[PGN_NODE_HOPS];
};

/** The RSU's own heartbeats. */
struct pgn_beat_view {
	bool any;        /**< one was sent; else the rest is 0 */
	uint32_t id;     /**< of the last */
	uint64_t ago_us; /**< it was sent */
};

enum pgn_path_view_state {
	PGN_VIEW_FRESH,   /**< heard, never twice in a row */
	PGN_VIEW_SETTLED, /**< heard twice in a row */
	PGN_VIEW_DEAD     /**< to live again it must be heard twice in a row */
};

#define PGN_RANK_NONE UINT32_MAX

/** A way to an RSU. Its cost is hops * PGN_DELIVERED_OF / delivered. */
struct pgn_path_view {
	struct pgn_hop hop;
	enum pgn_path_view_state state;
	uint32_t rank; /**< 0: the current upstream; 1, 2, ...: candidates; else PGN_RANK_NONE */
	uint32_t hops;
	uint32_t delivered;  /**< of the RSU's last PGN_DELIVERED_OF heartbeats */
	bool heard;          /**< since it was dead last; else missed is 0 */
	uint64_t missed;     /**< heartbeats since the last that came by it */
	uint64_t dead_in_us; /**< unless it is heard again; 0 when it is dead */
};

/** An RSU that an OBU has heard. */
struct pgn_heard_view {
	struct pgn_mac mac;
	uint32_t newest_id;
	uint32_t ids_kept;  /**< up to the newest */
	uint32_t ids_heard; /**< of those kept */
	uint64_t period_us;
	bool period_measured; /**< else it is what the configuration says */
	uint64_t silent_us;   /**< since its last new id came */
	unsigned int path_count;
	struct pgn_path_view path[PGN_HEARD_PATHS];
};

struct pgn_upstream_view {
	enum pgn_why why; /**< PGN_WHY_NONE: there is none, the rest is 0 */
	struct pgn_hop hop;
	struct pgn_mac rsu; /**< it leads there */
};

void pgn_rsu_view_beat(const struct pgn_rsu *rsu, uint64_t now_us, struct pgn_beat_view *view);

/** Slots are 0 to pgn_rsu_slots() - 1; false where the slot holds no node. */
bool pgn_rsu_view_node(const struct pgn_rsu *rsu, unsigned int slot, struct pgn_node_view *view);

void pgn_obu_view_upstream(const struct pgn_obu *obu, uint64_t now_us,
			   struct pgn_upstream_view *view);

/** Places are 0 to pgn_obu_places() - 1; false where the place holds no RSU. */
unsigned int pgn_obu_places(const struct pgn_obu *obu);
bool pgn_obu_view_heard(const struct pgn_obu *obu, uint64_t now_us, unsigned int place,
			struct pgn_heard_view *view);

/** Slots are 0 to pgn_obu_slots() - 1; false where the slot holds no node. */
bool pgn_obu_view_node(const struct pgn_obu *obu, uint64_t now_us, unsigned int slot,
		       struct pgn_node_view *view);

#endif
