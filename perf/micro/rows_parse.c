/* SPDX-License-Identifier: BSD-3-Clause */
/** Messages read and walked in place, and bursts of mbufs parsed and classified. */
#include <errno.h>
#include <stdio.h>

#include "bench.h"
#include "pgn_bufpool.h"
#include "pgn_wire_burst.h"
#include "pgn_wire_mbuf.h"

#define BURST 32
#define BURSTS 4 /* different ones, so that a predictor has something to do */
#define SEGMENTS_MAX 8
#define PAYLOAD 64
#define BAR_CYCLES 6

struct parse_context {
	uint8_t frame[PGN_HEARTBEAT_LEN + PGN_REPLY_LEN];
	struct iovec segment;
	uint16_t marker;
};

#define DEFINE_READ(message)                                       \
	static void message##_read(void *context, uint64_t rounds) \
	{                                                          \
		struct parse_context *c = context;                 \
		struct pgn_##message out;                          \
		while (rounds-- > 0) {                             \
			bench_opaque(c);                           \
			pgn_read_##message(c->frame, &out);        \
			bench_opaque(&out);                        \
		}                                                  \
	}

DEFINE_READ(heartbeat)
DEFINE_READ(reply)
DEFINE_READ(upstream)
DEFINE_READ(downstream)

static void
walk(void *context, uint64_t rounds)
{
	struct parse_context *c = context;
	struct pgn_message message;
	struct pgn_walk steps;

	while (rounds-- > 0) {
		bench_opaque(c);
		pgn_walk_start(&steps, &c->segment, 1, c->marker);
		while (pgn_walk_next(&steps, &message))
			bench_opaque(&message);
	}
}

/* ---- bursts ---- */

/** What a burst holds: the kind of each frame's first message, and all messages counted by kind. */
struct burst_context {
	struct rte_mbuf *mbuf[BURSTS][BURST];
	uint8_t kind[BURST];
	uint16_t marker;
	uint32_t further; /* messages behind the first of their frame */
};

static __rte_noinline enum pgn_kind
walk_frame(const struct rte_mbuf *m, uint16_t marker, uint32_t *further)
{
	struct iovec segments[SEGMENTS_MAX];
	struct pgn_message message;
	struct pgn_walk steps;
	enum pgn_kind first;
	int count = pgn_mbuf_segments(m, segments, SEGMENTS_MAX);

	if (count < 0)
		return PGN_KIND_UNKNOWN;
	pgn_walk_start(&steps, segments, (size_t)count, marker);
	if (!pgn_walk_next(&steps, &message))
		return PGN_KIND_UNKNOWN;
	first = message.kind;
	while (pgn_walk_next(&steps, &message))
		(*further)++;
	return first;
}

/** Anything but one message: the kind of the first, and how many are behind it. */
static inline enum pgn_kind
parse_frame(const struct rte_mbuf *m, uint16_t marker, uint32_t *further)
{
	if (likely(m->nb_segs == 1 &&
		   pgn_peek_answer(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len, marker))) {
		*further += 1;
		return PGN_KIND_HEARTBEAT;
	}
	return walk_frame(m, marker, further);
}

static void
classify(void *context, uint64_t rounds)
{
	struct burst_context *c = context;
	const uint16_t marker = c->marker;

	while (rounds-- > 0) {
		struct rte_mbuf **mbufs = c->mbuf[rounds % BURSTS];
		uint32_t further = 0;

		for (uint64_t others = pgn_peek_burst(mbufs, BURST, marker, c->kind); others != 0;
		     others &= others - 1) {
			unsigned int i = (unsigned int)__builtin_ctzll(others);

			c->kind[i] = (uint8_t)parse_frame(mbufs[i], marker, &further);
		}
		c->further = further;
		bench_opaque(c);
	}
}

static uint16_t
write_message(uint8_t *at, enum pgn_kind kind)
{
	const struct pgn_mac self = {{2, 0, 0, 0, 0, 1}}, next = {{2, 0, 0, 0, 0, 2}};
	const struct pgn_heartbeat heartbeat = {pgn_mac_broadcast, self, {0, 1}, 7, 1, self};
	const struct pgn_reply reply = {next, self, {0, 1}, 7, 1, next, self};
	const struct pgn_upstream upstream = {next, self, self};
	const struct pgn_downstream downstream = {next, self, self, next};

	switch (kind) {
	case PGN_KIND_HEARTBEAT:
		return (uint16_t)pgn_write_heartbeat(at, PGN_HEADER_MAX, PGN_MARKER, &heartbeat);
	case PGN_KIND_REPLY:
		return (uint16_t)pgn_write_reply(at, PGN_HEADER_MAX, PGN_MARKER, &reply);
	case PGN_KIND_UPSTREAM:
		return (uint16_t)(pgn_write_upstream(at, PGN_HEADER_MAX, PGN_MARKER, &upstream) +
				  PAYLOAD);
	default:
		return (uint16_t)(pgn_write_downstream(at, PGN_HEADER_MAX, PGN_MARKER,
						       &downstream) +
				  PAYLOAD);
	}
}

/** What a hundred frames are; the rest is data, the two kinds alike. */
struct mix {
	const char *name;
	unsigned int control;    /**< heartbeats and replies, one in a frame */
	unsigned int aggregated; /**< a peer OBU's answer: a heartbeat and its reply in one frame */
};

static uint16_t
write_aggregate(uint8_t *at)
{
	uint16_t length = write_message(at, PGN_KIND_HEARTBEAT);

	return (uint16_t)(length + write_message(at + length, PGN_KIND_REPLY));
}

/** The i-th frame of a mix, spread by a fixed rule. */
static uint16_t
write_frame(uint8_t *at, unsigned int i, const struct mix *mix)
{
	uint32_t spread = i * UINT32_C(2654435761), of_100 = (spread >> 16) % 100;
	bool other = spread >> 31;

	if (of_100 < mix->aggregated)
		return write_aggregate(at);
	if (of_100 < mix->aggregated + mix->control)
		return write_message(at, other ? PGN_KIND_HEARTBEAT : PGN_KIND_REPLY);
	return write_message(at, other ? PGN_KIND_UPSTREAM : PGN_KIND_DOWNSTREAM);
}

static int
add_burst(struct bench_rows *rows, const struct mix *mix, struct burst_context *c,
	  struct pgn_bufpool *pool)
{
	struct bench_row *row = bench_add(rows, "cycles/frame", "parse/burst32-%s", mix->name);

	if (row == NULL)
		return -ENOSPC;
	c->marker = PGN_MARKER;
	for (unsigned int i = 0; i < BURSTS * BURST; i++) {
		struct rte_mbuf *m = pgn_bufpool_get(pool, PAYLOAD + PGN_HEADER_MAX);

		if (m == NULL)
			return -ENOMEM;
		rte_pktmbuf_append(m, write_frame(rte_pktmbuf_mtod(m, uint8_t *), i, mix));
		c->mbuf[i / BURST][i % BURST] = m;
	}
	row->work.run = classify;
	row->work.context = c;
	row->work.operations = BURST;
	row->bar = (struct bench_bar){0, BAR_CYCLES, true};
	return 0;
}

static int
add(struct bench_rows *rows, const char *message, const char *way,
    void (*run)(void *context, uint64_t rounds), struct parse_context *c)
{
	struct bench_row *row = bench_add(rows, "cycles/frame", "wire/%s/%s", message, way);

	if (row == NULL)
		return -ENOSPC;
	row->work.run = run;
	row->work.context = c;
	row->work.operations = 1;
	return 0;
}

static int
add_reads(struct bench_rows *rows)
{
	static const struct {
		const char *name;
		enum pgn_kind kind;
		void (*read)(void *context, uint64_t rounds);
	} messages[] = {
		{"heartbeat", PGN_KIND_HEARTBEAT, heartbeat_read},
		{"reply", PGN_KIND_REPLY, reply_read},
		{"upstream", PGN_KIND_UPSTREAM, upstream_read},
		{"downstream", PGN_KIND_DOWNSTREAM, downstream_read},
	};
	static struct parse_context contexts[RTE_DIM(messages)];
	int rc = 0;

	for (unsigned int i = 0; i < RTE_DIM(messages) && rc == 0; i++) {
		struct parse_context *c = &contexts[i];

		c->marker = PGN_MARKER;
		c->segment.iov_base = c->frame;
		c->segment.iov_len = write_message(c->frame, messages[i].kind);
		rc = add(rows, messages[i].name, "read", messages[i].read, c);
		if (rc == 0)
			rc = add(rows, messages[i].name, "walk", walk, c);
	}
	return rc;
}

static int
add_aggregate(struct bench_rows *rows)
{
	static struct parse_context c = {.marker = PGN_MARKER};

	c.segment = (struct iovec){c.frame, write_aggregate(c.frame)};
	return add(rows, "aggregate98", "walk", walk, &c);
}

int
rows_parse(struct bench_rows *rows, struct pgn_bufpool *pool)
{
	static const struct mix mixes[] = {
		{"data", 0, 0},
		{"90-data-10-control", 10, 0},
		{"50-data-50-control", 50, 0},
		{"control", 100, 0},
		{"80-data-10-control-10-answer", 10, 10},
		{"answer", 0, 100},
	};
	static struct burst_context contexts[RTE_DIM(mixes)];
	int rc = add_reads(rows);

	if (rc == 0)
		rc = add_aggregate(rows);
	for (unsigned int i = 0; i < RTE_DIM(mixes) && rc == 0; i++)
		rc = add_burst(rows, &mixes[i], &contexts[i], pool);
	return rc;
}
