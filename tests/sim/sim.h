/* SPDX-License-Identifier: BSD-3-Clause */
/** A world: nodes, the air between them, a script, and what is measured. */
#ifndef SIM_H
#define SIM_H

#include "events.h"
#include "forger.h"
#include "frames.h"
#include "peer.h"
#include "pgn_routing.h"
#include "radio.h"
#include "watch.h"

#define SIM_MAX_NODES 4096
#define SIM_NAME 16
#define SIM_NOBODY UINT16_MAX

enum sim_kind {
	SIM_RSU,
	SIM_OBU,
	SIM_PEER_RSU, /**< the network's other implementation, its known faults included */
	SIM_PEER_OBU,
	SIM_FORGER /**< says what is not so */
};

struct sim_node {
	enum sim_kind kind;
	bool on;
	bool late; /**< is not switched on at the beginning */
	union {
		struct pgn_rsu *rsu;
		struct pgn_obu *obu;
		struct sim_peer *peer;
		struct sim_forger *forger;
	};
	uint64_t tick_us;     /**< its next tick; others in the wheel are old */
	uint64_t version;     /**< of its routing, when it was looked at last */
	struct pgn_hop first; /**< its upstream then */
	uint32_t id_offset;   /**< RSU: what is added to its ids in the air */
	char name[SIM_NAME];
};

/** What a line of the script does. */
enum sim_deed {
	SIM_DO_LINK,
	SIM_DO_CUT,
	SIM_DO_OFF,
	SIM_DO_ON,
	SIM_DO_MEASURE /**< what was counted so far does not count */
};

struct sim_line {
	uint64_t at_us;
	enum sim_deed deed;
	uint16_t node;
	struct sim_link link;
};

/** What is asked of a metric (metrics.h) at the end. */
struct sim_expectation {
	const char *metric;
	enum {
		SIM_AT_MOST,
		SIM_AT_LEAST
	} relation;
	double bound;
};

#define SIM_EXPECTATIONS 32

struct sim_options {
	uint64_t seed;
	uint64_t periods; /**< 0: what the case says */
	bool trace;
};

struct sim {
	struct sim_options options;
	struct pgn_routing_conf conf; /**< of every node of ours, but for its MAC and seed */
	uint64_t periods;
	uint64_t period_us; /**< the mean one: hello_periodicity and half the jitter */
	uint64_t now_us;
	uint64_t random;
	uint64_t move_us, probe_us, look_us, tidy_us; /**< when it is done next */
	struct sim_events events;
	struct sim_frames frames;
	struct sim_radio radio;
	unsigned int nodes;
	struct sim_node *node;
	struct sim_line *line;
	unsigned int lines, next_line;
	unsigned int probes_per_period; /**< how often each OBU and RSU sends data */
	unsigned int looks_per_period;  /**< how often routes are looked at */
	bool groups;                    /**< RSUs send to all as well */
	uint64_t receptions;            /**< since the beginning */
	struct sim_watch watch;
	unsigned int expectations;
	struct sim_expectation expectation[SIM_EXPECTATIONS];
};

void sim_init(struct sim *sim, const struct sim_options *options);
void sim_fini(struct sim *sim);

/** Returns the node's index; its name is said or made. */
unsigned int sim_add(struct sim *sim, enum sim_kind kind, const char *name);

/** Both ways. */
void sim_link(struct sim *sim, unsigned int a, unsigned int b, uint32_t delay_us,
	      uint32_t jitter_us, unsigned int loss_permille);

/** Lines of the script may be said in any order. */
void sim_at(struct sim *sim, uint64_t at_us, const struct sim_line *line);
void sim_cut_at(struct sim *sim, uint64_t at_us, unsigned int a, unsigned int b);
void sim_link_at(struct sim *sim, uint64_t at_us, unsigned int a, unsigned int b,
		 uint32_t delay_us);
void sim_off_at(struct sim *sim, uint64_t at_us, unsigned int node);
void sim_on_at(struct sim *sim, uint64_t at_us, unsigned int node);
void sim_measure_from(struct sim *sim, uint64_t at_us);

void sim_expect_at_most(struct sim *sim, const char *metric, double bound);
void sim_expect_at_least(struct sim *sim, const char *metric, double bound);

/** Let it happen: sim->periods of it. */
void sim_run(struct sim *sim);

/* ---- for what lives in it ---- */

struct pgn_mac sim_mac(unsigned int node);

/** The node a MAC is of, SIM_NOBODY: of none. */
unsigned int sim_node_of(const struct sim *sim, const struct pgn_mac *mac);

void sim_switch_on(struct sim *sim, unsigned int node);
void sim_switch_off(struct sim *sim, unsigned int node);

static inline bool
sim_is_rsu(const struct sim_node *node)
{
	return node->kind == SIM_RSU || node->kind == SIM_PEER_RSU;
}

static inline bool
sim_is_obu(const struct sim_node *node)
{
	return node->kind == SIM_OBU || node->kind == SIM_PEER_OBU;
}

/** A frame to fill in, then to be sent by one of the two below. Others may move. */
uint32_t sim_frame(struct sim *sim, unsigned int from);

/** To whoever has the MAC and is in reach, or to all in reach. */
void sim_send(struct sim *sim, uint32_t frame, const struct pgn_mac *to);

/** By a link; false: it was lost there. */
bool sim_send_by(struct sim *sim, uint32_t frame, const struct sim_link *link);

/** The node wants to be ticked at that time, or before. */
void sim_tick_at(struct sim *sim, unsigned int node, uint64_t at_us);

/** Next hops towards an RSU, or towards a node; the best first. */
unsigned int sim_upstream(const struct sim *sim, unsigned int node, struct pgn_hop *hop,
			  unsigned int max);
unsigned int sim_route(const struct sim *sim, unsigned int node, unsigned int to,
		       struct pgn_hop *hop);

/** For --trace. */
void sim_trace(const struct sim *sim, unsigned int node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
