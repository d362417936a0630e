/* SPDX-License-Identifier: BSD-3-Clause */
#include <rte_pcapng.h>

#include "capture_tap.h"

static bool
wants(const struct pgn_capture_tap *tap, unsigned int index, const struct rte_mbuf *frame)
{
	return pgn_capture_wants(&tap->filter, index, rte_pktmbuf_mtod(frame, const uint8_t *),
				 frame->data_len);
}

static struct rte_mbuf *
copy(const struct pgn_capture_tap *tap, struct pgn_counters *counters,
     const struct pgn_capture_place *place, const struct rte_mbuf *frame,
     enum rte_pcapng_direction direction)
{
	struct pgn_capture_block *block;
	struct rte_mbuf *made;

	if (!wants(tap, place->index, frame))
		return NULL;
	made = rte_pcapng_copy(place->port, place->queue, frame, tap->pool, UINT32_MAX, place->tsc,
			       direction);
	if (made == NULL) {
		counters->capture_lost++;
		return NULL;
	}
	block = rte_pktmbuf_mtod(made, struct pgn_capture_block *);
	block->interface = tap->interface[place->index];
	block->time = pgn_capture_time(place->tsc);
	return made;
}

static void
hand_over(const struct pgn_capture_tap *tap, struct pgn_counters *counters,
	  struct rte_mbuf **copies, unsigned int n)
{
	unsigned int taken = rte_ring_mp_enqueue_burst(tap->ring, (void **)copies, n, NULL);

	counters->capture_lost += n - taken;
	rte_pktmbuf_free_bulk(&copies[taken], n - taken);
}

void
pgn_capture_in(const struct pgn_capture_tap *tap, struct pgn_counters *counters,
	       const struct pgn_capture_place *place, struct rte_mbuf **frames, unsigned int n)
{
	struct rte_mbuf *copies[PGN_BURST_MAX];
	unsigned int count = 0;

	if ((tap->in >> place->index & 1) == 0)
		return;
	for (unsigned int i = 0; i < n; i++) {
		copies[count] = copy(tap, counters, place, frames[i], RTE_PCAPNG_DIRECTION_IN);
		count += copies[count] != NULL;
	}
	hand_over(tap, counters, copies, count);
}

void
pgn_capture_copy(const struct pgn_capture_tap *tap, struct pgn_counters *counters,
		 const struct pgn_capture_place *place, struct rte_mbuf **frames, unsigned int n,
		 struct rte_mbuf **copies)
{
	bool on = tap->out >> place->index & 1;

	for (unsigned int i = 0; i < n; i++)
		copies[i] =
			on ? copy(tap, counters, place, frames[i], RTE_PCAPNG_DIRECTION_OUT) : NULL;
}

void
pgn_capture_out(const struct pgn_capture_tap *tap, struct pgn_counters *counters,
		struct rte_mbuf **copies, unsigned int n, unsigned int sent)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < sent; i++) {
		if (copies[i] != NULL)
			copies[count++] = copies[i];
	}
	for (unsigned int i = sent; i < n; i++)
		rte_pktmbuf_free(copies[i]);
	hand_over(tap, counters, copies, count);
}
