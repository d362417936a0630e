/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A generator around one node: the OBUs and RSUs beside it, the host behind its TAP. It keeps the
 * node's routes alive, sends the frames of one kind and counts what comes back. One thread.
 */
#ifndef GEN_H
#define GEN_H

#include <rte_mbuf.h>

#include "network.h"
#include "pace.h"
#include "pgn_histogram.h"
#include "track.h"

#define GEN_TIMED 64 /* one frame in so many carries the time */
#define GEN_BEATS 1024

struct gen_front {
	uint8_t byte[GEN_FRONT_BYTES];
};

/** Frames one way. */
struct gen_flow {
	const struct gen_way *way;
	uint16_t in, out; /**< ports; RTE_MAX_ETHPORTS: not ours to see */
	bool sealed_in, sealed_out;
	struct rte_mempool *pool; /**< of whole frames of which only the front is written again */
	struct gen_front *front;  /**< of each client's frame, in the order they go */
	uint32_t count, next;     /**< of fronts */
	uint64_t sent;            /**< since the start: the number of the next frame */
	struct gen_track track;
};

struct gen {
	const struct gen_options *options;
	struct gen_plan plan;
	struct gen_network network;
	uint16_t port[ENDS];
	struct rte_mempool *rx_pool;
	struct rte_mempool *lesson_pool; /**< so that lessons write into no flow's frames */
	struct gen_flow flow[2];
	unsigned int turn; /**< the flow that sends next */
	double hz;

	/* routes.c */
	struct pgn_heartbeat heard; /**< the node's last one, or ours as it passed it on */
	uint64_t heard_tsc;         /**< 0: never */
	uint64_t heartbeat_tsc;     /**< when our RSU's next one is due */
	uint64_t beats;             /**< heartbeats sent; the next one's id */
	uint64_t replies;           /**< of kind heartbeat */
	bool silent;                /**< no heartbeats but those that are counted */
	struct gen_track beat_track;
	uint64_t beat_tsc[GEN_BEATS]; /**< when timed ones were sent */

	/* since the start */
	uint64_t sent;
	uint64_t arrived;         /**< frames of the kind that came, all of them */
	uint64_t refused, offers; /**< bursts the port did not take in full, and all */
	uint64_t busy_tsc;        /**< spent on turns that sent or received */
	uint64_t checked, wrong;
	unsigned int check_every, until_check; /**< one of so many is compared in full */

	double ceiling_pps; /**< what it can send where the port takes all */
	double busy_share;  /**< of its time as that was measured */
	bool latency;       /**< times are looked at */
	struct pgn_histogram times;
	uint64_t time_max;
};

/* ---- ports.c ---- */

int gen_eal_start(const struct gen_plan *plan);
/** Make the ports and the pools of the plan: 0, or -1 with a line on stderr. */
int gen_open(struct gen *gen);
void gen_close(struct gen *gen);
/** Bits a second of the link that frames go in by, 0 where that is nothing real. */
double gen_link_bps(const struct gen *gen);

/* ---- crowd.c ---- */

/**
 * Give the clients numbers whose MACs begin in one bucket of an RSU's table under seed 0, and say
 * how many would under a seed that is drawn. 0, or -1 with a line on stderr.
 */
int gen_crowd_clients(struct gen_network *network);

/* ---- seal.c ---- */

/** 0; 2: a line on stderr says what is wrong with the file, 1: with the device. */
int gen_seal_open(const char *file);
void gen_seal_close(void);
/** Seal or open what is behind `header` bytes in n frames. Opening: good[i] tells whether it was.
 */
void gen_seal(struct rte_mbuf **frames, unsigned int n, unsigned int header);
void gen_unseal(struct rte_mbuf **frames, unsigned int n, unsigned int header, bool *good);

/* ---- routes.c ---- */

/** A frame from the node that is no data: it may want answers. */
void gen_control(struct gen *gen, const struct rte_mbuf *frame);
/** What is due by now. */
void gen_tick(struct gen *gen, uint64_t now_tsc);
/** Send n control messages of kind heartbeat; returns how many went. */
unsigned int gen_offer_control(struct gen *gen, unsigned int n);

/* ---- flow.c ---- */

/** The next frames of a flow are those of a way; 0 or -1. */
int gen_flow_turn_to(struct gen *gen, struct gen_flow *flow, enum gen_way_name way);
/** Take what came, send up to `frames`; returns how many were sent. */
unsigned int gen_turn(struct gen *gen, unsigned int frames);

/* ---- sink.c ---- */

/** Count a burst that came by a port; what is no data goes to gen_control(). */
void gen_take(struct gen *gen, unsigned int end, struct rte_mbuf **frames, unsigned int n);
/** From now on frames count. */
void gen_sink_start(struct gen *gen, bool latency);
void gen_sink_time(struct gen *gen, uint64_t sent_tsc, uint64_t now_tsc);

/* ---- teach.c ---- */

/** Until the node is heard, has its routes and knows all clients: 0, or -1 with a line. */
int gen_prepare(struct gen *gen);
/** As it was then, though time went by or the node was stopped: 0, or -1 with a line. */
int gen_refresh(struct gen *gen);

/* ---- trial.c ---- */

struct gen_trial {
	struct gen_rate rate;
	double seconds;
	uint64_t burst; /**< so many back to back, once; 0: by rate and time */
	bool latency;
};

struct gen_result {
	double asked_pps; /**< 0: as many as go */
	double seconds;
	uint64_t sent, received, lost, duplicated, reordered, wrong, checked;
	double sent_pps, received_pps; /**< while it sent: without what came behind */
	double refused;                /**< the share of bursts that the port did not take whole */
	double late_worst, late_mean;  /**< frames behind the schedule */
	double late_ns;                /**< the worst, as time */
	bool limited;                  /**< by the generator */
	bool latency;
};

/** Until no data has come for so long, or for at most so long. */
void gen_drain(struct gen *gen, unsigned int quiet_ms, unsigned int most_ms);
/** What the generator can do, into gen->ceiling_pps. */
void gen_measure_ceiling(struct gen *gen);
/** Frames a second that a rate comes to; 0: as many as go. */
double gen_asked_pps(const struct gen *gen, const struct gen_rate *rate);
void gen_try(struct gen *gen, const struct gen_trial *trial, struct gen_result *result);

/* ---- report.c ---- */

void gen_report_start(const struct gen *gen);
void gen_report(const struct gen *gen, const struct gen_result *result);

/* ---- step.c ---- */

/** Trials as stdin asks for them: 0; 1: something was wrong; 2: a line was. */
int gen_steps(struct gen *gen);
/** The trial that the command line asks for. */
struct gen_trial gen_trial_of(const struct gen_options *options);
/** One trial and its report; 0, or 1 when frames were wrong. */
int gen_run(struct gen *gen, const struct gen_trial *trial);

#endif
