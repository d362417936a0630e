/* SPDX-License-Identifier: BSD-3-Clause */
/** What comes back: told from the rest, counted by its number, timed, compared. */
#include <stdio.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>

#include "gen.h"
#include "pgn_aead.h"

#define CHECK_EVERY 1021
#define PADDED 60 /* ports that pad make short frames so long */

void
gen_sink_start(struct gen *gen, bool latency)
{
	for (unsigned int i = 0; i < gen->plan.ways; i++)
		gen_track_start(&gen->flow[i].track, gen->flow[i].sent);
	gen_track_start(&gen->beat_track, gen->beats);
	gen->check_every = CHECK_EVERY;
	gen->until_check = 1;
	gen->latency = latency;
	memset(&gen->times, 0, sizeof(gen->times));
	gen->time_max = 0;
}

void
gen_sink_time(struct gen *gen, uint64_t sent_tsc, uint64_t now_tsc)
{
	uint64_t ns = (uint64_t)((double)(now_tsc - sent_tsc) * 1e9 / gen->hz);

	pgn_histogram_add(&gen->times, ns, 1);
	gen->time_max = RTE_MAX(gen->time_max, ns);
}

/** The flow whose frames come out by a port. */
static struct gen_flow *
flow_by(struct gen *gen, uint16_t port)
{
	for (unsigned int i = 0; i < gen->plan.ways; i++) {
		if (gen->flow[i].out == port)
			return &gen->flow[i];
	}
	return NULL;
}

/** Looks like data by its outer bytes: the inner frame may be sealed yet. */
static inline bool
may_be_ours(const struct gen_flow *flow, const struct rte_mbuf *frame)
{
	unsigned int header = flow->way->header_out;
	const uint8_t *at = rte_pktmbuf_mtod(frame, const uint8_t *);
	enum pgn_kind kind = header == PGN_UPSTREAM_LEN ? PGN_KIND_UPSTREAM : PGN_KIND_DOWNSTREAM;

	if (frame->nb_segs != 1 ||
	    frame->data_len < header + GEN_INNER_MIN + (flow->sealed_out ? PGN_AEAD_OVERHEAD : 0))
		return false;
	return header == 0 || pgn_peek_data(at, frame->data_len, PGN_MARKER) == kind;
}

static bool
has_length(const struct gen_flow *flow, const struct rte_mbuf *frame, unsigned int inner)
{
	unsigned int around = flow->way->header_out + (flow->sealed_out ? PGN_AEAD_OVERHEAD : 0);

	return frame->pkt_len == around + inner ||
	       (frame->pkt_len == PADDED && around + inner < PADDED);
}

/** Is it right to the byte? */
static void
check(struct gen *gen, const struct gen_flow *flow, const struct rte_mbuf *frame,
      const uint8_t *inner, uint32_t number)
{
	const struct gen_sizes *sizes = &gen->plan.sizes;
	unsigned int length = sizes->inner[number % sizes->turns];

	gen->until_check = gen->check_every;
	gen->checked++;
	gen->wrong += !has_length(flow, frame, length) ||
		      !gen_is_right(&gen->network, flow->way,
				    rte_pktmbuf_mtod(frame, const uint8_t *), inner, length);
}

static inline void
count(struct gen *gen, struct gen_flow *flow, const struct rte_mbuf *frame, const uint8_t *inner,
      uint64_t now)
{
	enum gen_track_verdict verdict;
	uint32_t number;
	uint64_t time;

	memcpy(&number, inner + GEN_NUMBER_AT, sizeof(number));
	memcpy(&time, inner + GEN_TIME_AT, sizeof(time));
	verdict = gen_track_see(&flow->track, number, flow->sent);
	if (unlikely(verdict == GEN_TRACK_UNSENT)) {
		gen->checked++;
		gen->wrong++;
	} else if (unlikely(--gen->until_check == 0)) {
		check(gen, flow, frame, inner, number);
	}
	if (unlikely(time != 0) && gen->latency && verdict == GEN_TRACK_NEW)
		gen_sink_time(gen, time, now);
}

/** Frames of a flow among n; the others are control messages, or somebody's. */
static unsigned int
pick(struct gen *gen, const struct gen_flow *flow, struct rte_mbuf **frames, unsigned int n,
     struct rte_mbuf **data)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < n; i++) {
		if (flow != NULL && likely(may_be_ours(flow, frames[i])))
			data[found++] = frames[i];
		else if (gen->options->role != GEN_PLAIN)
			gen_control(gen, frames[i]);
	}
	return found;
}

void
gen_take(struct gen *gen, unsigned int end, struct rte_mbuf **frames, unsigned int n)
{
	struct gen_flow *flow = flow_by(gen, gen->port[end]);
	struct rte_mbuf *data[GEN_BURST];
	bool good[GEN_BURST];
	uint64_t now = rte_rdtsc();
	unsigned int found, header;

	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], void *));
	found = pick(gen, flow, frames, n, data);
	if (found == 0)
		return;
	header = flow->way->header_out;
	if (flow->sealed_out) {
		gen_unseal(data, found, header, good);
		header += PGN_AEAD_NONCE;
	}
	for (unsigned int i = 0; i < found; i++) {
		const uint8_t *inner = rte_pktmbuf_mtod_offset(data[i], const uint8_t *, header);

		if (flow->sealed_out && !good[i]) {
			gen->checked++;
			gen->wrong++;
		} else if (likely(gen_inner_is_ours(inner))) {
			gen->arrived++;
			count(gen, flow, data[i], inner, now);
		}
	}
}
