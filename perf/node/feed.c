/* SPDX-License-Identifier: BSD-3-Clause */
#include "feed.h"

#define CHECK_EVERY 1021

int
feed_open(struct feed *feed, const struct bench_options *options)
{
	*feed = (struct feed){
		.options = options,
		.length = (uint16_t)(scene_header_in(options->path) + options->size),
		.moves = scene_header_in(options->path) != scene_header_out(options->path),
	};
	return fronts_make(&feed->fronts, options);
}

void
feed_close(struct feed *feed)
{
	fronts_free(&feed->fronts);
}

/** Where a frame that goes in begins: our buffers have no private area, so nothing is read. */
static inline uint8_t *
front_of(struct rte_mbuf *frame)
{
	return (uint8_t *)rte_mbuf_to_priv(frame) + SCENE_HEADROOM;
}

/** The same for the node's role and for the yardstick, whether they changed as much or not. */
void
feed_in(struct feed *feed, struct rte_mbuf **frames, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];

		if (feed->moves) {
			frame->data_off = SCENE_HEADROOM;
			frame->data_len = feed->length;
			frame->pkt_len = feed->length;
		}
		fronts_write_next(&feed->fronts, front_of(frame));
	}
	rte_ring_sp_enqueue_bulk(feed->to, (void *const *)frames, n, NULL);
}

static bool
swapped_right(const struct feed *feed, const struct rte_mbuf *frame)
{
	unsigned int front = scene_header_in(feed->options->path) + PGN_INNER_MIN;
	const uint8_t *found = rte_pktmbuf_mtod(frame, const uint8_t *);
	uint8_t right[SCENE_FRAME_MAX], held[6];

	scene_write_in(feed->options, right, pgn_load32(found + front));
	memcpy(held, right, 6);
	memcpy(right, right + 6, 6);
	memcpy(right + 6, held, 6);
	return frame->pkt_len == feed->length && memcmp(found, right, front) == 0;
}

static void
check(struct feed *feed, struct rte_mbuf *frame)
{
	feed->since_check = 0;
	feed->checked++;
	if (feed->swapped)
		feed->wrong += !swapped_right(feed, frame);
	else
		feed->wrong += !scene_right(feed->options, frame,
					    scene_client_in(feed->options, frame), 0);
}

unsigned int
feed_turn(struct feed *feed)
{
	struct rte_mbuf *frames[BENCH_BURST];
	unsigned int n = rte_ring_sc_dequeue_burst(feed->from, (void **)frames, BENCH_BURST, NULL);

	if (n == 0) {
		rte_pause();
		return 0;
	}
	/* All that will be written is asked for at once: it comes from the worker's cache. */
	for (unsigned int i = 0; i < n; i++) {
		if (feed->moves)
			__builtin_prefetch(&frames[i]->data_off, 1);
		__builtin_prefetch(front_of(frames[i]), 1);
	}
	feed->since_check += n;
	if (feed->since_check >= CHECK_EVERY)
		check(feed, frames[0]);
	feed_in(feed, frames, n);
	return n;
}
