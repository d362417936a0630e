/* SPDX-License-Identifier: BSD-3-Clause */
/** The neighbours' part of routing: OBUs that answer heartbeats, an RSU that an OBU can hear. */
#include <rte_cycles.h>
#include <rte_ethdev.h>

#include "gen.h"

#define HEARTBEAT_MS 50
/** So that answers stay well below what a node lets through, 10,000 a second. */
#define ANSWERS_A_MS 5
#define PATIENCE_US 2000
#define FRAME_MIN 60

/** NULL: no buffer. */
static struct rte_mbuf *
make(struct gen *gen, const uint8_t *message, uint16_t length)
{
	struct rte_mbuf *frame = rte_pktmbuf_alloc(gen->rx_pool);
	uint8_t *at;

	if (frame == NULL)
		return NULL;
	at = (uint8_t *)rte_pktmbuf_append(frame, FRAME_MIN);
	memcpy(at, message, length);
	memset(at + length, 0, FRAME_MIN - length);
	return frame;
}

/** Whatever it takes. */
static void
send_message(struct gen *gen, const uint8_t *message, uint16_t length)
{
	uint64_t end = rte_rdtsc() + rte_get_tsc_hz() / 1000000 * PATIENCE_US;
	struct rte_mbuf *frame = make(gen, message, length);

	if (frame == NULL)
		return;
	while (rte_eth_tx_burst(gen->port[END_WIRE], 0, &frame, 1) == 0) {
		if (rte_rdtsc() > end) {
			rte_pktmbuf_free(frame);
			return;
		}
	}
}

/** An OBU answers by the neighbour it is reached by. */
static void
write_answer(const struct gen *gen, uint32_t node, uint8_t *message)
{
	const struct pgn_heartbeat *heard = &gen->heard;
	struct pgn_reply reply = {.to = heard->from,
				  .from = gen_neighbour_mac(node),
				  .duration = heard->duration,
				  .id = heard->id,
				  .hops = heard->hops,
				  .source = heard->source,
				  .sender = gen_node_mac(node)};

	pgn_write_reply(message, PGN_REPLY_LEN, PGN_MARKER, &reply);
}

static void
answer(struct gen *gen)
{
	uint8_t message[PGN_REPLY_LEN];

	for (uint32_t node = 0; node < gen->network.nodes; node++) {
		write_answer(gen, node, message);
		send_message(gen, message, sizeof(message));
	}
}

/** A heartbeat that is counted came. */
static void
count(struct gen *gen, const struct pgn_heartbeat *heard, uint64_t now)
{
	bool is_obu = gen->options->role == GEN_OBU;
	uint64_t beats = is_obu ? gen->beats : UINT64_MAX;

	gen->arrived++;
	/* An RSU's ids are what they are when the count begins. */
	if (!is_obu && gen->beat_track.received == 0)
		gen_track_start(&gen->beat_track, heard->id);
	if (gen_track_see(&gen->beat_track, heard->id, beats) == GEN_TRACK_NEW && is_obu &&
	    gen->latency && heard->id % GEN_TIMED == 0)
		gen_sink_time(gen, gen->beat_tsc[heard->id / GEN_TIMED % GEN_BEATS], now);
}

static void
hear(struct gen *gen, const struct pgn_heartbeat *heard)
{
	const struct pgn_mac rsu = gen_rsu_mac();
	bool is_obu = gen->options->role == GEN_OBU;

	if (is_obu != pgn_mac_equal(&heard->source, &rsu))
		return;
	gen->heard = *heard;
	gen->heard_tsc = rte_rdtsc();
	if (gen->options->kind == GEN_HEARTBEAT)
		count(gen, heard, gen->heard_tsc);
	if (!is_obu || gen_way[gen->plan.way[0]].nodes_known)
		answer(gen);
}

void
gen_control(struct gen *gen, const struct rte_mbuf *frame)
{
	struct iovec segment = {.iov_base = rte_pktmbuf_mtod(frame, void *),
				.iov_len = frame->data_len};
	struct pgn_heartbeat heard;
	struct pgn_message message;
	struct pgn_walk walk;

	pgn_walk_start(&walk, &segment, 1, PGN_MARKER);
	while (pgn_walk_next(&walk, &message)) {
		if (message.kind != PGN_KIND_HEARTBEAT)
			continue;
		pgn_read_heartbeat(message.header, &heard);
		hear(gen, &heard);
	}
}

/** Our RSU is the neighbour by which the node's upstream frames must leave. */
static void
write_heartbeat(struct gen *gen, uint64_t now_tsc, uint8_t *message)
{
	struct pgn_heartbeat heartbeat = {.to = pgn_mac_broadcast,
					  .from = gen_rsu_mac(),
					  .duration.low = now_tsc / (rte_get_tsc_hz() / 1000),
					  .id = (uint32_t)gen->beats,
					  .hops = 1,
					  .source = gen_rsu_mac()};

	if (gen->beats % GEN_TIMED == 0)
		gen->beat_tsc[gen->beats / GEN_TIMED % GEN_BEATS] = now_tsc;
	gen->beats++;
	pgn_write_heartbeat(message, PGN_HEARTBEAT_LEN, PGN_MARKER, &heartbeat);
}

void
gen_tick(struct gen *gen, uint64_t now_tsc)
{
	uint64_t ms = RTE_MAX(HEARTBEAT_MS, gen->network.nodes / ANSWERS_A_MS);
	uint8_t message[PGN_HEARTBEAT_LEN];

	if (gen->options->role != GEN_OBU || now_tsc < gen->heartbeat_tsc || gen->silent)
		return;
	gen->heartbeat_tsc = now_tsc + rte_get_tsc_hz() / 1000 * ms;
	write_heartbeat(gen, now_tsc, message);
	send_message(gen, message, sizeof(message));
}

unsigned int
gen_offer_control(struct gen *gen, unsigned int n)
{
	struct rte_mbuf *frames[GEN_BURST];
	uint64_t now = rte_rdtsc(), beats = gen->beats, replies = gen->replies;
	unsigned int made = 0, sent;

	for (; made < n; made++) {
		uint8_t message[PGN_HEADER_MAX];

		if (gen->options->role == GEN_OBU)
			write_heartbeat(gen, now, message);
		else
			write_answer(gen, (uint32_t)(gen->replies++ % gen->network.nodes), message);
		frames[made] =
			make(gen, message,
			     gen->options->role == GEN_OBU ? PGN_HEARTBEAT_LEN : PGN_REPLY_LEN);
		if (frames[made] == NULL)
			break;
	}
	sent = rte_eth_tx_burst(gen->port[END_WIRE], 0, frames, (uint16_t)made);
	rte_pktmbuf_free_bulk(frames + sent, made - sent);
	/* What did not go is made again. */
	gen->beats = gen->options->role == GEN_OBU ? beats + sent : beats;
	gen->replies = gen->options->role == GEN_OBU ? replies : replies + sent;
	return sent;
}
