/* SPDX-License-Identifier: BSD-3-Clause */
/** What is asked for, and which frames that means: the ways through a node. */
#ifndef GEN_WAYS_H
#define GEN_WAYS_H

#include <stdbool.h>
#include <stdint.h>

#define GEN_FCS 4
#define GEN_SIZE_MIN 64
#define GEN_SIZE_MAX 1518

/** Of an inner frame: MACs and EtherType, the client, the frame's number, the time. */
#define GEN_INNER_MIN 30
/** What a TAP with the node's default MTU of 1,436 takes. */
#define GEN_TAP_INNER_MAX 1450

enum gen_role {
	GEN_RSU,
	GEN_OBU,
	GEN_PLAIN,
	GEN_ROLES
};

enum gen_kind {
	GEN_UPSTREAM,
	GEN_DOWNSTREAM,
	GEN_HOST,
	GEN_HEARTBEAT,
	GEN_MIX,
	GEN_IMIX,
	GEN_KINDS
};

enum gen_order {
	GEN_RANDOM,
	GEN_SEQUENTIAL,
	GEN_SINGLE_FLOW,
	GEN_WORST_CASE,
	GEN_ORDERS
};

extern const char *const gen_role_name[GEN_ROLES];
extern const char *const gen_kind_name[GEN_KINDS];
extern const char *const gen_order_name[GEN_ORDERS];

/** A way through the node that is measured. */
enum gen_way_name {
	WAY_NONE,       /**< control messages only */
	WAY_UP,         /**< RSU: from an OBU, out by the TAP */
	WAY_HAIRPIN,    /**< RSU: from an OBU, to a client behind another */
	WAY_HOST_DOWN,  /**< RSU: in by the TAP, to the OBU of the client */
	WAY_RELAY_UP,   /**< OBU: from another OBU, to the RSU */
	WAY_RELAY_DOWN, /**< OBU: from the RSU, to another OBU */
	WAY_DOWN,       /**< OBU: from the RSU, out by the TAP */
	WAY_HOST_UP,    /**< OBU: in by the TAP, to the RSU */
	WAY_LOOP,       /**< no node: back by the port they went in by */
	WAY_THROUGH,    /**< no node: out by the other port */
	WAYS
};

enum gen_end {
	END_WIRE,
	END_TAP,
	ENDS
};

struct gen_way {
	enum gen_end in, out;
	uint8_t header_in, header_out; /**< bytes before the inner frame */
	bool to_client;                /**< from the host to a client; else from one to the host */
	bool clients_known;            /**< the node must know where clients are */
	bool nodes_known;              /**< an OBU must know where further OBUs are */
};

extern const struct gen_way gen_way[WAYS];

/** The frames of one size, or of several by turns. */
#define GEN_TURNS 12
struct gen_sizes {
	unsigned int turns;           /**< 1 or GEN_TURNS */
	uint16_t inner[GEN_TURNS];    /**< by a frame's number modulo `turns` */
	double size_mean, inner_mean; /**< of frames with FCS as they are sent, and inner ones */
};

struct gen_rate {
	enum {
		RATE_MAX,
		RATE_PPS,
		RATE_PERCENT
	} by;
	double value;
};

struct gen_options {
	enum gen_role role;
	enum gen_kind kind;
	enum gen_order order;
	const char *tx, *rx;
	unsigned int size, nodes;
	unsigned int clients; /**< the one behind the node's TAP is one of them */
	struct gen_rate rate;
	double seconds;
	const char *seal; /**< a file of keys */
	bool latency, step, json;
};

/** What the options come to. */
struct gen_plan {
	enum gen_way_name way[2];
	unsigned int ways;
	const char *port[ENDS]; /**< NULL: none */
	struct gen_sizes sizes;
};

/** 0; 1: help was printed; 2: one line on stderr says what is wrong. */
int gen_options_parse(struct gen_options *options, int argc, char **argv);
/** One line on stderr: option, found, allowed. Returns 2. */
int gen_refuse(const char *option, const char *found, const char *allowed);

/** "max", "N", "Nk", "NM" or "N%"; false: it is none of these. */
bool gen_rate_parse(struct gen_rate *rate, const char *text);
/** Seconds of a trial. */
bool gen_seconds_parse(double *seconds, const char *text);
#define GEN_RATE_ALLOWED "max, a number of frames a second (k and M may follow), or 0.01% to 100%"
#define GEN_SECONDS_ALLOWED "0.01 to 200"

/** 0; or 2 with a line that says which of the options do not go together. */
int gen_plan_make(struct gen_plan *plan, const struct gen_options *options);

#endif
