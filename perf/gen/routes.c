/* SPDX-License-Identifier: BSD-3-Clause */
/** The neighbours' part of routing: OBUs that answer an RSU, an RSU that an OBU can hear. */
#include <rte_cycles.h>

#include "gen.h"

#define HEARTBEATS_A_SECOND 20

static void
send_message(struct gen *gen, const uint8_t *message, uint16_t length)
{
	struct rte_mbuf *frame = rte_pktmbuf_alloc(gen->rx_pool);

	if (frame == NULL)
		return;
	memcpy(rte_pktmbuf_append(frame, length), message, length);
	gen_send_control(gen, frame);
}

/** Each OBU answers by the neighbour it is reached by. */
static void
answer(struct gen *gen, const struct pgn_heartbeat *heard)
{
	for (uint32_t n = 0; n < gen->options->frames.nodes; n++) {
		struct pgn_reply reply = {.to = heard->from,
					  .from = scene_neighbour(n),
					  .duration = heard->duration,
					  .id = heard->id,
					  .hops = heard->hops,
					  .source = heard->source,
					  .sender = scene_node(n)};
		uint8_t message[PGN_REPLY_LEN];

		pgn_write_reply(message, sizeof(message), SCENE_MARKER, &reply);
		send_message(gen, message, sizeof(message));
	}
}

void
gen_control(struct gen *gen, const struct rte_mbuf *frame)
{
	struct iovec segment = {.iov_base = rte_pktmbuf_mtod(frame, void *),
				.iov_len = frame->data_len};
	struct pgn_heartbeat heard;
	struct pgn_message message;
	struct pgn_walk walk;

	pgn_walk_start(&walk, &segment, 1, SCENE_MARKER);
	if (!pgn_walk_next(&walk, &message) || message.kind != PGN_KIND_HEARTBEAT)
		return;
	pgn_read_heartbeat(message.header, &heard);
	gen->node = heard.from;
	gen->heard = true;
	if (gen->options->frames.path != PATH_RELAY)
		answer(gen, &heard);
}

/** Our RSU is the neighbour by which the node's upstream frames must leave. */
static void
send_heartbeat(struct gen *gen, uint64_t now_ms)
{
	struct pgn_heartbeat heartbeat = {.to = pgn_mac_broadcast,
					  .from = scene_neighbour(0),
					  .duration.low = now_ms,
					  .id = gen->heartbeat_id++,
					  .hops = 1,
					  .source = scene_neighbour(0)};
	uint8_t message[PGN_HEARTBEAT_LEN];

	pgn_write_heartbeat(message, sizeof(message), SCENE_MARKER, &heartbeat);
	send_message(gen, message, sizeof(message));
}

void
gen_tick(struct gen *gen, uint64_t now_tsc)
{
	const uint64_t hz = rte_get_tsc_hz();

	if (gen->options->frames.path != PATH_RELAY || now_tsc < gen->heartbeat_tsc)
		return;
	gen->heartbeat_tsc = now_tsc + hz / HEARTBEATS_A_SECOND;
	send_heartbeat(gen, now_tsc / (hz / 1000));
}
