/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A generator around one node: the OBUs and RSUs beside it, the host behind its TAP. It keeps the
 * node's routes alive, sends the frames of one path and counts what comes back. One thread.
 */
#ifndef GEN_H
#define GEN_H

#include <rte_mempool.h>

#include "fronts.h"

#define GEN_BURST 32

struct gen_options {
	struct bench_options frames; /**< path, clients, nodes, size, runs, json */
	const char *wire, *tap;      /**< vdev strings; tap is NULL where the path has none */
	unsigned int rate;           /**< frames a second; 0: as many as go */
	unsigned int ms;             /**< of a run */
	bool search;                 /**< look for the highest rate without loss */
	bool step;                   /**< a line on stdin starts each measurement */
};

struct gen {
	const struct gen_options *options;
	uint16_t wire, tap;
	uint16_t in, out; /**< the port that frames go in by, the one they come out by */
	struct rte_mempool *rx_pool, *tx_pool;

	struct pgn_mac node; /**< the node's MAC, once it was heard */
	bool heard;
	uint64_t heartbeat_tsc; /**< when our RSU's next one is due */
	uint32_t heartbeat_id;

	struct fronts fronts;
	uint16_t length; /**< of a frame that goes in */

	/* since the start */
	uint64_t sent, received;
	uint64_t refused, offers; /**< bursts the port did not take in full, and all */
	uint64_t busy_tsc;        /**< spent on turns that sent or received */
	uint64_t checked, wrong;
	bool lesson; /**< a frame of each burst is checked, not one of many */
};

/** 0; 1: help was printed; 2: one line on stderr says what is wrong. */
int gen_options_parse(struct gen_options *options, int argc, char **argv);

/* ---- ports.c ---- */

int gen_eal_start(void);
/** Make the ports and their pools: 0, or -1 with a line on stderr. */
int gen_open(struct gen *gen, const struct gen_options *options);
void gen_close(struct gen *gen);

/* ---- routes.c ---- */

/** A frame from the node that is no data: it may want answers. */
void gen_control(struct gen *gen, const struct rte_mbuf *frame);
/** What is due by now. */
void gen_tick(struct gen *gen, uint64_t now_tsc);

/* ---- flow.c ---- */

/** Until the node is heard, has its routes and knows all clients: 0, or -1 with a line. */
int gen_prepare(struct gen *gen);
/** Let routing go on without data for a moment: a node that was stopped has its routes again. */
void gen_settle(struct gen *gen);
/** Send one control message, whatever it takes. */
void gen_send_control(struct gen *gen, struct rte_mbuf *frame);
/** Take what came, send up to `frames`; returns how many were sent. */
unsigned int gen_turn(struct gen *gen, unsigned int frames);

/* ---- measure.c ---- */

struct gen_run {
	double seconds;
	uint64_t sent, received; /**< received: stragglers too */
	double received_pps;     /**< without them */
	double refused;          /**< the share of bursts that the port did not take in full */
	double ceiling_pps;      /**< what goes through if the generator never waits */
};

/** rate in frames a second, 0: as many as go. */
struct gen_run gen_run(struct gen *gen, double rate, unsigned int ms);
/** Measure as the options say and print it; 0, or -1 when frames were wrong. */
int gen_measure(struct gen *gen);

#endif
