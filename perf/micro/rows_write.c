/* SPDX-License-Identifier: BSD-3-Clause */
/** Messages written flat into mbufs, written as parts, and relayed in place. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "pgn_bufpool.h"
#include "pgn_wire_mbuf.h"

#define BURST 32
#define PAYLOAD 64   /* what a data header is put in front of */
#define SLOWER 25    /* how much slower nested, flattened, a malloc for each part, must be */
#define BAR_CYCLES 6 /* beside a ready template's memcpy */

struct write_context {
	struct rte_mbuf *mbuf[BURST];
	uint8_t template[64];
	uint16_t marker;
	uint16_t payload; /* bytes in each mbuf before and after a round */
	struct pgn_heartbeat heartbeat;
	struct pgn_reply reply;
	struct pgn_upstream upstream;
	struct pgn_downstream downstream;
};

/** Undo: the same three stores in every work and yardstick. */
static inline void
restore(struct rte_mbuf *m, uint16_t length)
{
	m->data_off = RTE_PKTMBUF_HEADROOM;
	m->data_len = length;
	m->pkt_len = length;
}

/* Nested, then flattened, the way the peers did: each part and the whole on the heap. */

static void *
flatten_on_the_heap(const struct pgn_nested *n)
{
	uint8_t *part[PGN_NESTED_PARTS], *flat, *at;
	size_t length = 0;

	for (unsigned int i = 0; i < n->count; i++) {
		part[i] = malloc(n->part[i].iov_len);
		if (part[i] == NULL)
			abort();
		memcpy(part[i], n->part[i].iov_base, n->part[i].iov_len);
		length += n->part[i].iov_len;
	}
	bench_opaque(part);
	flat = at = malloc(length);
	if (flat == NULL)
		abort();
	for (unsigned int i = 0; i < n->count; i++) {
		memcpy(at, part[i], n->part[i].iov_len);
		at += n->part[i].iov_len;
		free(part[i]);
	}
	return flat;
}

#define nest_heartbeat(n, c) pgn_nest_heartbeat(n, (c)->marker, &(c)->heartbeat)
#define nest_reply(n, c) pgn_nest_reply(n, (c)->marker, &(c)->reply)
#define nest_upstream(n, c) pgn_nest_upstream(n, (c)->marker, &(c)->upstream, NULL, 0)
#define nest_downstream(n, c) pgn_nest_downstream(n, (c)->marker, &(c)->downstream, NULL, 0)

#define flat_heartbeat pgn_mbuf_write_heartbeat
#define flat_reply pgn_mbuf_write_reply
#define flat_upstream pgn_mbuf_push_upstream
#define flat_downstream pgn_mbuf_push_downstream

/* As a caller does that fills the message in just before: fields are still on their way to memory.
 */
#define fill_heartbeat(c) ((c)->heartbeat.duration.low++, (c)->heartbeat.id++)
#define fill_reply(c) ((c)->reply.duration.low++, (c)->reply.id++)
#define fill_upstream(c) ((c)->upstream.origin = (c)->upstream.from)
#define fill_downstream(c) ((c)->downstream.destination = (c)->downstream.to)

#define DEFINE_MESSAGE(message)                                                                 \
	static void message##_flat(void *context, uint64_t rounds)                              \
	{                                                                                       \
		struct write_context *c = context;                                              \
		while (rounds-- > 0) {                                                          \
			for (unsigned int i = 0; i < BURST; i++) {                              \
				flat_##message(c->mbuf[i], c->marker, &c->message);             \
				bench_opaque(c);                                                \
				restore(c->mbuf[i], c->payload);                                \
			}                                                                       \
		}                                                                               \
	}                                                                                       \
	static void message##_fresh(void *context, uint64_t rounds)                             \
	{                                                                                       \
		struct write_context *c = context;                                              \
		while (rounds-- > 0) {                                                          \
			for (unsigned int i = 0; i < BURST; i++) {                              \
				fill_##message(c);                                              \
				bench_opaque(c);                                                \
				flat_##message(c->mbuf[i], c->marker, &c->message);             \
				bench_opaque(c);                                                \
				restore(c->mbuf[i], c->payload);                                \
			}                                                                       \
		}                                                                               \
	}                                                                                       \
	static void message##_nested(void *context, uint64_t rounds)                            \
	{                                                                                       \
		struct write_context *c = context;                                              \
		struct pgn_nested n;                                                            \
		while (rounds-- > 0) {                                                          \
			for (unsigned int i = 0; i < BURST; i++) {                              \
				nest_##message(&n, c);                                          \
				bench_opaque(&n);                                               \
			}                                                                       \
		}                                                                               \
	}                                                                                       \
	static void message##_flattened(void *context, uint64_t rounds)                         \
	{                                                                                       \
		struct write_context *c = context;                                              \
		struct pgn_nested n;                                                            \
		while (rounds-- > 0) {                                                          \
			for (unsigned int i = 0; i < BURST; i++) {                              \
				nest_##message(&n, c);                                          \
				pgn_nested_flatten(&n, rte_pktmbuf_mtod(c->mbuf[i], uint8_t *), \
						   PGN_HEADER_MAX);                             \
				bench_opaque(&n);                                               \
			}                                                                       \
		}                                                                               \
	}                                                                                       \
	static void message##_malloc(void *context, uint64_t rounds)                            \
	{                                                                                       \
		struct write_context *c = context;                                              \
		struct pgn_nested n;                                                            \
		while (rounds-- > 0) {                                                          \
			void *flat;                                                             \
			nest_##message(&n, c);                                                  \
			flat = flatten_on_the_heap(&n);                                         \
			bench_opaque(flat);                                                     \
			free(flat);                                                             \
		}                                                                               \
	}

DEFINE_MESSAGE(heartbeat)
DEFINE_MESSAGE(reply)
DEFINE_MESSAGE(upstream)
DEFINE_MESSAGE(downstream)

static void
copy_64(void *context, uint64_t rounds)
{
	struct write_context *c = context;

	while (rounds-- > 0) {
		for (unsigned int i = 0; i < BURST; i++) {
			memcpy(rte_pktmbuf_mtod(c->mbuf[i], void *), c->template, 64);
			bench_opaque(c);
			restore(c->mbuf[i], c->payload);
		}
	}
}

static void
copy_32(void *context, uint64_t rounds)
{
	struct write_context *c = context;

	while (rounds-- > 0) {
		for (unsigned int i = 0; i < BURST; i++) {
			memcpy(rte_pktmbuf_mtod_offset(c->mbuf[i], void *, -32), c->template, 32);
			bench_opaque(c);
			restore(c->mbuf[i], c->payload);
		}
	}
}

static void
relay(void *context, uint64_t rounds)
{
	struct write_context *c = context;

	while (rounds-- > 0) {
		for (unsigned int i = 0; i < BURST; i++) {
			pgn_mbuf_relay(c->mbuf[i], &c->upstream.to, &c->upstream.from);
			bench_opaque(c);
		}
	}
}

static void
relay_heartbeat(void *context, uint64_t rounds)
{
	struct write_context *c = context;

	while (rounds-- > 0) {
		for (unsigned int i = 0; i < BURST; i++) {
			pgn_relay_heartbeat_in_place(rte_pktmbuf_mtod(c->mbuf[i], uint8_t *),
						     &c->upstream.from);
			bench_opaque(c);
		}
	}
}

static void
copy_12(void *context, uint64_t rounds)
{
	struct write_context *c = context;

	while (rounds-- > 0) {
		for (unsigned int i = 0; i < BURST; i++) {
			memcpy(rte_pktmbuf_mtod(c->mbuf[i], void *), c->template, 12);
			bench_opaque(c);
		}
	}
}

struct write_message {
	const char *name;
	void (*flat)(void *context, uint64_t rounds);
	void (*fresh)(void *context, uint64_t rounds);
	void (*nested)(void *context, uint64_t rounds);
	void (*flattened)(void *context, uint64_t rounds);
	void (*on_heap)(void *context, uint64_t rounds);
	bool data; /* a header in front of a payload, and a template of 32 bytes */
};

static const struct write_message messages[] = {
	{"heartbeat", heartbeat_flat, heartbeat_fresh, heartbeat_nested, heartbeat_flattened,
	 heartbeat_malloc, false},
	{"reply", reply_flat, reply_fresh, reply_nested, reply_flattened, reply_malloc, false},
	{"upstream", upstream_flat, upstream_fresh, upstream_nested, upstream_flattened,
	 upstream_malloc, true},
	{"downstream", downstream_flat, downstream_fresh, downstream_nested, downstream_flattened,
	 downstream_malloc, true},
};

static int
add(struct bench_rows *rows, const char *message, const char *way, struct bench_work work,
    const struct bench_work *yardstick, struct bench_bar bar)
{
	struct bench_row *row = bench_add(rows, "cycles/message", "wire/%s/%s", message, way);

	if (row == NULL)
		return -ENOSPC;
	snprintf(work.name, sizeof(work.name), "%s", row->work.name);
	row->work = work;
	row->yardstick = *yardstick;
	row->bar = bar;
	return 0;
}

static int
add_message(struct bench_rows *rows, const struct write_message *m, struct write_context *c)
{
	const struct bench_bar none = {0}, template = {1, BAR_CYCLES, true},
			       heap = {1.0 / SLOWER, 0, true};
	const struct bench_work flat = {m->flat, c, BURST, "flat"};
	const struct bench_work nested = {m->nested, c, BURST, ""};
	const struct bench_work flattened = {m->flattened, c, BURST, ""};
	const struct bench_work on_heap = {m->on_heap, c, 1, "nested+flatten, malloc per part"};
	const struct bench_work copy =
		m->data ? (struct bench_work){copy_32, c, BURST, "memcpy of 32 bytes"}
			: (struct bench_work){copy_64, c, BURST, "memcpy of 64 bytes"};
	const struct bench_work fresh = {m->fresh, c, BURST, ""};
	int rc = add(rows, m->name, "flat", flat, &copy, template);

	if (rc == 0)
		rc = add(rows, m->name, "flat-fresh", fresh, &copy, none);
	if (rc == 0)
		rc = add(rows, m->name, "flat-vs-heap", flat, &on_heap, heap);
	if (rc == 0)
		rc = add(rows, m->name, "nested", nested, &flat, none);
	if (rc == 0)
		rc = add(rows, m->name, "nested-flatten", flattened, &flat, none);
	if (rc == 0)
		rc = add(rows, m->name, "nested-flatten-heap", on_heap, &flat, none);
	return rc;
}

static int
add_relay(struct bench_rows *rows, struct write_context *c)
{
	const struct bench_work copy = {copy_12, c, BURST, "memcpy of 12 bytes"};
	const struct bench_work any = {relay, c, BURST, ""};
	const struct bench_work heartbeat = {relay_heartbeat, c, BURST, ""};
	const struct bench_bar none = {0};
	int rc = add(rows, "data", "relay-in-place", any, &copy, none);

	return rc == 0 ? add(rows, "heartbeat", "relay-in-place", heartbeat, &copy, none) : rc;
}

static void
fill(struct write_context *c, struct rte_mbuf **mbufs, uint16_t payload)
{
	const struct pgn_mac self = {{2, 0, 0, 0, 0, 1}}, next = {{2, 0, 0, 0, 0, 2}};
	const struct pgn_mac far = {{2, 0, 0, 0, 0, 3}}, client = {{2, 0, 0, 0, 0, 4}};

	*c = (struct write_context){
		.marker = PGN_MARKER,
		.payload = payload,
		.heartbeat = {pgn_mac_broadcast, self, {0, 123456}, 7, 1, self},
		.reply = {next, self, {0, 123456}, 7, 1, far, self},
		.upstream = {next, self, self},
		.downstream = {next, self, self, client},
	};
	memcpy(c->mbuf, mbufs, sizeof(c->mbuf));
	for (unsigned int i = 0; i < BURST; i++)
		restore(c->mbuf[i], payload);
}

int
rows_write(struct bench_rows *rows, struct pgn_bufpool *pool)
{
	static struct write_context control, data;
	struct rte_mbuf *mbufs[2 * BURST];
	int rc = pgn_bufpool_get_bulk(pool, PAYLOAD + PGN_HEADER_MAX, mbufs, RTE_DIM(mbufs));

	if (rc != 0)
		return rc;
	fill(&control, mbufs, 0);
	fill(&data, mbufs + BURST, PAYLOAD);
	for (unsigned int m = 0; m < RTE_DIM(messages) && rc == 0; m++)
		rc = add_message(rows, &messages[m], messages[m].data ? &data : &control);
	return rc == 0 ? add_relay(rows, &data) : rc;
}
