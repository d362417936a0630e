/* SPDX-License-Identifier: BSD-3-Clause */
/** Buffers got and put, one at a time and 32 at a time, beside what others do for the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "pgn_bufpool.h"

#define BURST 32

struct pool_context {
	struct pgn_bufpool *pool;
	struct rte_mempool *mempool; /* the class's own: the same buffers in the same places */
	uint32_t size;
};

static void
bufpool_bulk(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;
	struct rte_mbuf *mbufs[BURST];

	while (rounds-- > 0) {
		pgn_bufpool_get_bulk(c->pool, c->size, mbufs, BURST);
		bench_opaque(mbufs);
		pgn_bufpool_put_fast_bulk(c->pool, mbufs, BURST);
	}
}

static void
bufpool_bulk_any(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;
	struct rte_mbuf *mbufs[BURST];

	while (rounds-- > 0) {
		pgn_bufpool_get_bulk(c->pool, c->size, mbufs, BURST);
		bench_opaque(mbufs);
		pgn_bufpool_put_bulk(mbufs, BURST);
	}
}

/** 32 buffers of the three classes in turn. */
static inline void
get_mixed(struct pgn_bufpool *pool, struct rte_mbuf **mbufs)
{
	static const uint32_t size[] = {1500, 100, 400};

	for (unsigned int i = 0; i < BURST; i++)
		mbufs[i] = pgn_bufpool_get(pool, size[i % RTE_DIM(size)]);
	bench_opaque(mbufs);
}

static void
bufpool_mixed(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;
	struct rte_mbuf *mbufs[BURST];

	while (rounds-- > 0) {
		get_mixed(c->pool, mbufs);
		pgn_bufpool_put_fast_bulk(c->pool, mbufs, BURST);
	}
}

static void
pktmbuf_mixed(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;
	struct rte_mbuf *mbufs[BURST];

	while (rounds-- > 0) {
		get_mixed(c->pool, mbufs);
		rte_pktmbuf_free_bulk(mbufs, BURST);
	}
}

static void
bufpool_single(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;

	while (rounds-- > 0) {
		struct rte_mbuf *mbuf = pgn_bufpool_get(c->pool, c->size);

		bench_opaque(mbuf);
		pgn_bufpool_put_fast(c->pool, mbuf);
	}
}

static void
bufpool_single_any(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;

	while (rounds-- > 0) {
		struct rte_mbuf *mbuf = pgn_bufpool_get(c->pool, c->size);

		bench_opaque(mbuf);
		pgn_bufpool_put(c->pool, mbuf);
	}
}

static void
pktmbuf_bulk(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;
	struct rte_mbuf *mbufs[BURST];

	while (rounds-- > 0) {
		if (rte_pktmbuf_alloc_bulk(c->mempool, mbufs, BURST) != 0)
			return;
		bench_opaque(mbufs);
		rte_pktmbuf_free_bulk(mbufs, BURST);
	}
}

static void
pktmbuf_single(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;

	while (rounds-- > 0) {
		struct rte_mbuf *mbuf = rte_pktmbuf_alloc(c->mempool);

		bench_opaque(mbuf);
		rte_pktmbuf_free(mbuf);
	}
}

static void
mempool_bulk(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;
	void *objects[BURST];

	while (rounds-- > 0) {
		if (rte_mempool_get_bulk(c->mempool, objects, BURST) != 0)
			return;
		bench_opaque(objects);
		rte_mempool_put_bulk(c->mempool, objects, BURST);
	}
}

static void
mempool_single(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;

	while (rounds-- > 0) {
		void *object;

		if (rte_mempool_get(c->mempool, &object) != 0)
			return;
		bench_opaque(object);
		rte_mempool_put(c->mempool, object);
	}
}

static void
malloc_bulk(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;
	void *memory[BURST];

	while (rounds-- > 0) {
		for (unsigned int i = 0; i < BURST; i++)
			memory[i] = malloc(c->size);
		bench_opaque(memory);
		for (unsigned int i = 0; i < BURST; i++)
			free(memory[i]);
	}
}

static void
malloc_single(void *context, uint64_t rounds)
{
	const struct pool_context *c = context;

	while (rounds-- > 0) {
		void *memory = malloc(c->size);

		bench_opaque(memory);
		free(memory);
	}
}

struct pool_way {
	const char *name;
	unsigned int operations;
	double bar; /**< against rte_pktmbuf; 0: none */
	void (*run)(void *context, uint64_t rounds);
	const char *yardstick;
	void (*yardstick_run)(void *context, uint64_t rounds);
};

static const struct pool_way ways[] = {
	{"bulk32", BURST, 0.4, bufpool_bulk, "rte_pktmbuf_alloc_bulk+free_bulk", pktmbuf_bulk},
	{"bulk32-any", BURST, 0.4, bufpool_bulk_any, "rte_pktmbuf_alloc_bulk+free_bulk",
	 pktmbuf_bulk},
	{"bulk32-vs-mempool", BURST, 0, bufpool_bulk, "rte_mempool_get_bulk+put_bulk",
	 mempool_bulk},
	{"bulk32-vs-malloc", BURST, 0, bufpool_bulk, "malloc+free", malloc_bulk},
	{"single", 1, 0.6, bufpool_single, "rte_pktmbuf_alloc+free", pktmbuf_single},
	{"single-any", 1, 0.6, bufpool_single_any, "rte_pktmbuf_alloc+free", pktmbuf_single},
	{"single-vs-mempool", 1, 0, bufpool_single, "rte_mempool_get+put", mempool_single},
	{"single-vs-malloc", 1, 0, bufpool_single, "malloc+free", malloc_single},
};

static int
add_way(struct bench_rows *rows, const char *class, struct pool_context *context,
	const struct pool_way *way)
{
	struct bench_row *row = bench_add(rows, "cycles/buffer", "bufpool/%s/%s", class, way->name);

	if (row == NULL)
		return -ENOSPC;
	row->work.run = way->run;
	row->work.context = context;
	row->work.operations = way->operations;
	row->yardstick = (struct bench_work){way->yardstick_run, context, way->operations, ""};
	snprintf(row->yardstick.name, sizeof(row->yardstick.name), "%s", way->yardstick);
	row->bar = (struct bench_bar){way->bar, 0, way->bar != 0};
	return 0;
}

int
rows_pool(struct bench_rows *rows, struct pgn_bufpool *pool)
{
	static const uint32_t size[PGN_CLASS_COUNT] = {256, 512, 1500};
	static struct pool_context contexts[PGN_CLASS_COUNT];
	static const struct pool_way mixed = {
		"put32",      BURST, 0, bufpool_mixed, "same gets, rte_pktmbuf_free_bulk",
		pktmbuf_mixed};

	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		struct pool_context *context = &contexts[c];

		context->pool = pool;
		context->size = size[c];
		context->mempool = pool->class[c];
		for (unsigned int w = 0; w < RTE_DIM(ways); w++) {
			if (add_way(rows, pgn_class_name(c), context, &ways[w]) != 0)
				return -ENOSPC;
		}
	}
	return add_way(rows, "mixed", &contexts[PGN_CLASS_1500], &mixed);
}
