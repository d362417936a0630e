/* SPDX-License-Identifier: BSD-3-Clause */
/** A node with its tables full, a worker's lane, and the frames that go through. */
#ifndef SCENE_H
#define SCENE_H

#include "bench.h"
#include "worker.h"

#define SCENE_MARKER PGN_MARKER
#define SCENE_FRAME_MAX 1600
#define SCENE_HEADROOM RTE_PKTMBUF_HEADROOM

struct scene {
	const struct bench_options *options;
	unsigned int in, out; /**< ports of the frames that come and go */
	struct pgn_node node;
	struct pgn_worker worker;
	struct pgn_counters counters;
	uint32_t *order; /**< clients behind OBUs, in the order their frames come */
	uint32_t order_count;
	uint32_t next; /**< in order */
};

/** One at a time (it is static). NULL, with a line on stderr. */
struct scene *scene_open(const struct bench_options *options);
void scene_close(struct scene *scene);

/** The worker alone polls a port's first queue, and sends by it. */
void scene_add_port(struct scene *scene, unsigned int index, struct pgn_port *port);

/** The client whose frame is next. */
static inline uint32_t
scene_next_client(struct scene *scene)
{
	uint32_t client = scene->order[scene->next];

	scene->next = scene->next + 1 == scene->order_count ? 0 : scene->next + 1;
	return client;
}

/** Frames as they come in by the scene's port. */
static inline void
scene_give(const struct scene *scene, const struct pgn_role *role, struct pgn_lane *lane,
	   struct rte_mbuf **frames, unsigned int n)
{
	if (scene->in == PGN_PORT_TAP)
		role->tap_burst(lane, frames, n);
	else
		role->wire_burst(lane, 0, frames, n);
}

/** What a port does: take the frames, count what it took. Returns how many. */
static inline unsigned int
scene_take(struct pgn_lane *lane, struct rte_mbuf **out)
{
	unsigned int taken = 0;

	for (unsigned int port = 0; port < PGN_MAX_PORTS; port++) {
		struct pgn_replies *replies = &lane->replies[port];

		if (replies->count == 0)
			continue;
		memcpy(out + taken, replies->frame, replies->count * sizeof(replies->frame[0]));
		taken += replies->count;
		pgn_lane_sent(lane, port, replies->count);
		pgn_replies_clear(replies);
	}
	return taken;
}

/* ---- who is who ---- */

struct pgn_mac scene_own(void);
/** The node has another MAC than the one it has by default: before frames are made. */
void scene_set_own(const struct pgn_mac *mac);
struct pgn_mac scene_client(uint32_t client); /**< 0: the host behind our TAP */
struct pgn_mac scene_node(uint32_t node);
/** The neighbour by which a node is reached; relays' upstream is neighbour 0's. */
struct pgn_mac scene_neighbour(uint32_t node);
uint32_t scene_node_of(const struct bench_options *options, uint32_t client);

/** The clients behind OBUs in the order their frames come; the caller's to free. NULL: no memory.
 */
uint32_t *scene_make_order(const struct bench_options *options);

/* ---- frames.c: bytes that go in, and bytes that must come out ---- */

/** Bytes before the inner frame. */
unsigned int scene_header_in(enum bench_path path);
unsigned int scene_header_out(enum bench_path path);

/** Write the header and the MACs of a client's frame, its number behind them. */
void scene_write_in(const struct bench_options *options, uint8_t *at, uint32_t client);

/** The whole of it; returns its length. */
unsigned int scene_write_frame(const struct bench_options *options, uint8_t *at, uint32_t client);

/** The whole frame that must come out; `copy` is the OBU's number on the group path. */
unsigned int scene_write_out(const struct bench_options *options, uint8_t *at, uint32_t client,
			     uint32_t copy);

/** A whole frame as it comes in. */
void scene_fill(const struct bench_options *options, struct rte_mbuf *frame);
/** Make it a client's frame again, whatever a role did to its front. */
void scene_restore(const struct bench_options *options, struct rte_mbuf *frame, uint32_t client);

/** The client number that an output frame carries. */
uint32_t scene_client_in(const struct bench_options *options, const struct rte_mbuf *frame);

/** Whether an output frame is right to the byte; a sealed one is opened in place. */
bool scene_right(const struct bench_options *options, struct rte_mbuf *frame, uint32_t client,
		 uint32_t copy);

/* ---- sealed.c: the same with sealed payloads ---- */

/** 0, or -1 with a line on stderr. Before the lane is opened; then the lane; after it is closed. */
int sealed_open(struct pgn_node *node, unsigned int lanes);
void sealed_use(struct pgn_lane *nodes_lane);
void sealed_close(void);

void sealed_restore(const struct bench_options *options, struct rte_mbuf *frame, uint32_t client);
/** What the frame holds is opened in place. */
bool sealed_right(const struct bench_options *options, struct rte_mbuf *frame, uint32_t client,
		  uint32_t copy);

/* ---- ways to measure: 0, or -1 with a line on stderr ---- */

int array_measure(struct scene *scene, struct bench_result *result);
int copies_measure(struct scene *scene, struct bench_result *result);
int workers_measure(struct scene *scene, struct bench_result *result);
int ring_measure(struct scene *scene, struct bench_result *result);

/** Run the path's role on a port until SIGINT or SIGTERM. */
int serve(struct scene *scene, const char *device);

/** Needs no scene. */
int cycle_measure(const struct bench_options *options, struct bench_result *result);

#endif
