/* SPDX-License-Identifier: BSD-3-Clause */
/** What the harness is asked for, and what it found. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "allocations.h"
#include "pgn_node.h"

#define BENCH_BURST 32
#define BENCH_RUNS_MAX 999

enum bench_path {
	PATH_IO,
	PATH_MACSWAP,
	PATH_RELAY,
	PATH_AIR_TO_HOST,
	PATH_HOST_TO_AIR,
	PATH_HAIRPIN,
	PATH_GROUP,
	PATH_RX_TX, /**< no node: a port's driver alone */
	PATH_COUNT
};

extern const char *const bench_path_name[PATH_COUNT];

struct bench_options {
	enum bench_path path;
	unsigned int clients; /**< the host behind the TAP is one of them */
	unsigned int nodes;   /**< OBUs */
	unsigned int size;    /**< bytes of an inner frame, without FCS */
	unsigned int workers;
	bool software;      /**< the first worker hands over what is others' */
	unsigned int mbufs; /**< frames in flight, of each worker */
	unsigned int cache; /**< buffers cached per class and lcore */
	unsigned int runs;
	unsigned int frames; /**< a run */
	bool sequential;     /**< clients in order, not at random */
	bool seal;           /**< payloads, where a node opens or seals them */
	bool ring;
	const char *device; /**< a vdev to serve; NULL: measure without */
	bool json;
};

/** 0; 1: help was printed; 2: one line on stderr says what is wrong. */
int bench_options_parse(struct bench_options *options, int argc, char **argv);

struct bench_spread {
	double median, min, max;
};

/** Sorts `values`. */
struct bench_spread bench_spread_of(double *values, unsigned int n);

struct bench_result {
	struct bench_spread cycles; /**< a frame; on the group path, a copy */
	struct bench_spread yardstick;
	const char *yardstick_name; /**< NULL: none */
	struct bench_spread ratio; /**< how fast, as a share of the yardstick's speed; 0: unknown */
	/* With a generator. */
	struct bench_spread generator; /**< cycles a frame with nobody in between */
	double waited; /**< the share of its time in which a worker found nothing, the larger one */
	double burst;  /**< frames a worker took at once, the fewer ones */
	bool generator_limited;
	uint64_t frames;         /**< timed */
	struct allocations heap; /**< while they were */
	uint64_t checked;        /**< output frames compared byte for byte */
	uint64_t wrong;          /**< of them, wrong; missing ones too */
	uint64_t dropped[PGN_DROP_COUNT];
};

void bench_report(const struct bench_options *options, const struct bench_result *result);

/** An EAL with so many lcores, from 0 on. 0, or -1 with a line on stderr. */
int bench_eal_start(unsigned int lcores);
void bench_eal_stop(void);

extern const struct pgn_role bench_role_io;
extern const struct pgn_role bench_role_macswap;

#endif
