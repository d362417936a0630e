/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which lcore polls which queue, and what goes between lcores: with many workers there are more
 * rings than a reply holds, so that it comes in pages.
 */
#include <errno.h>
#include <stdio.h>

#include "config_said.h"
#include "telemetry_inside.h"

/** Queues and rings of a page: a reply holds 16 KB. */
#define ROWS_A_PAGE 64

struct page {
	struct rte_tel_data *queues, *rings;
	uint32_t offset; /**< the first row */
	uint32_t at;     /**< rows that there are so far */
};

/** Counts a row; is it on the page? */
static bool
is_on(struct page *page)
{
	uint32_t row = page->at++;

	return row >= page->offset && row - page->offset < ROWS_A_PAGE;
}

static int
tell_queue(struct rte_tel_data *queues, const struct pgn_worker_rx *rx, unsigned int lcore)
{
	const char *port = rx->port->config->name;
	char name[PGN_NAME_MAX + 8];
	struct rte_tel_data *queue;

	snprintf(name, sizeof(name), "%s_%u", port, rx->queue);
	pgn_said_make_key(name);
	queue = pgn_tell_dict(queues, name);
	if (queue == NULL)
		return -ENOMEM;
	pgn_tell_text(queue, "port", port);
	rte_tel_data_add_dict_u64(queue, "queue", rx->queue);
	rte_tel_data_add_dict_u64(queue, "lcore", lcore);
	rte_tel_data_add_dict_u64(queue, "frames", rx->frames);
	return 0;
}

static int
tell_ring(struct rte_tel_data *rings, const struct pgn_workers *workers, unsigned int from,
	  unsigned int to)
{
	const struct pgn_worker *worker = &workers->worker[from];
	unsigned int to_lcore = workers->worker[to].lcore;
	struct rte_tel_data *ring;
	char name[32];

	snprintf(name, sizeof(name), "%u_%u", worker->lcore, to_lcore);
	ring = pgn_tell_dict(rings, name);
	if (ring == NULL)
		return -ENOMEM;
	rte_tel_data_add_dict_u64(ring, "from_lcore", worker->lcore);
	rte_tel_data_add_dict_u64(ring, "to_lcore", to_lcore);
	rte_tel_data_add_dict_u64(ring, "frames", worker->spread.handed[to]);
	rte_tel_data_add_dict_u64(ring, "overflowed", worker->spread.overflowed[to]);
	return 0;
}

static int
tell_worker(struct page *page, const struct pgn_workers *workers, unsigned int from)
{
	const struct pgn_worker *worker = &workers->worker[from];
	int ret = 0;

	for (unsigned int i = 0; i < worker->rx_count && ret == 0; i++) {
		if (is_on(page))
			ret = tell_queue(page->queues, &worker->rx[i], worker->lcore);
	}
	for (unsigned int to = 0; to < workers->count && ret == 0; to++) {
		if (to != from && is_on(page))
			ret = tell_ring(page->rings, workers, from, to);
	}
	return ret;
}

int
pgn_tell_spread(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	struct page page = {.at = 0};
	int ret = 0;

	if (!pgn_tell_number(params, 0, &page.offset))
		return -EINVAL;
	rte_tel_data_start_dict(d);
	rte_tel_data_add_dict_u64(d, "workers", t->workers->count);
	page.queues = pgn_tell_dict(d, "queues");
	page.rings = pgn_tell_dict(d, "rings");
	if (page.queues == NULL || page.rings == NULL)
		return -ENOMEM;
	for (unsigned int w = 0; w < t->workers->count && ret == 0; w++)
		ret = tell_worker(&page, t->workers, w);
	rte_tel_data_add_dict_u64(d, "total", page.at);
	rte_tel_data_add_dict_u64(d, "offset", page.offset);
	rte_tel_data_add_dict_u64(
		d, "next",
		page.at > (uint64_t)page.offset + ROWS_A_PAGE ? page.offset + ROWS_A_PAGE : 0);
	return ret;
}
