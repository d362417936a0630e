/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>

#include "gen.h"
#include "pgn_aead.h"

/** The clients behind OBUs, from 1 on, in the order their frames go. */
static void
put_in_order(uint32_t *client, uint32_t count, enum gen_order order)
{
	uint64_t random = 1;

	for (uint32_t i = 0; i < count; i++)
		client[i] = i + 1;
	if (order != GEN_RANDOM && order != GEN_WORST_CASE)
		return;
	for (uint32_t i = count - 1; i > 0; i--) {
		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		uint32_t other = (uint32_t)((random >> 33) % (i + 1));
		uint32_t held = client[i];

		client[i] = client[other];
		client[other] = held;
	}
}

int
gen_flow_turn_to(struct gen *gen, struct gen_flow *flow, enum gen_way_name way)
{
	const bool seals = gen->options->seal != NULL;
	/* All clients are taught, also where one alone sends. */
	const bool one = gen->options->order == GEN_SINGLE_FLOW &&
			 (way == gen->plan.way[0] || way == gen->plan.way[1]);
	uint32_t count = gen->network.clients - 1, *client = malloc(count * sizeof(*client));
	struct gen_front *front = malloc(count * sizeof(*front));

	if (client == NULL || front == NULL) {
		fprintf(stderr, "pgn-gen: no memory for %u clients\n", count);
		free(client);
		free(front);
		return -1;
	}
	flow->way = &gen_way[way];
	flow->in = gen->port[flow->way->in];
	flow->out = gen->port[flow->way->out];
	flow->sealed_in = seals && flow->way->header_in != 0;
	flow->sealed_out = seals && flow->way->header_out != 0;
	put_in_order(client, count, gen->options->order);
	for (uint32_t i = 0; i < count; i++)
		gen_front_in(&gen->network, flow->way, client[i], front[i].byte);
	free(client);
	free(flow->front);
	flow->front = front;
	flow->count = one ? 1 : count;
	flow->next = 0;
	return 0;
}

static void
write_clear(const struct gen_flow *flow, const struct gen_front *front, uint64_t number,
	    uint64_t time, uint8_t *at)
{
	const uint32_t low = (uint32_t)number;
	uint8_t *inner = at + flow->way->header_in;

	memcpy(at, front, sizeof(*front));
	memcpy(inner + GEN_NUMBER_AT, &low, sizeof(low));
	memcpy(inner + GEN_TIME_AT, &time, sizeof(time));
}

/** With room for the nonce, and all of it: sealing writes over it. */
static void
write_to_seal(const struct gen_flow *flow, const struct gen_front *front, uint64_t number,
	      uint64_t time, uint8_t *at, unsigned int length)
{
	const unsigned int header = flow->way->header_in;
	const uint32_t low = (uint32_t)number;
	uint8_t *inner = at + header + PGN_AEAD_NONCE;

	memcpy(at, front, header);
	memcpy(inner, front->byte + header, GEN_NUMBER_AT);
	memcpy(inner + GEN_NUMBER_AT, &low, sizeof(low));
	memcpy(inner + GEN_TIME_AT, &time, sizeof(time));
	memcpy(inner + GEN_INNER_MIN, gen_rest + GEN_INNER_MIN, length - GEN_INNER_MIN);
}

static void
write_burst(const struct gen *gen, struct gen_flow *flow, struct rte_mbuf **frames, unsigned int n)
{
	const struct gen_sizes *sizes = &gen->plan.sizes;
	unsigned int turn = (unsigned int)((uint32_t)flow->sent % sizes->turns);
	unsigned int around = flow->way->header_in + (flow->sealed_in ? PGN_AEAD_OVERHEAD : 0);
	uint64_t now = rte_rdtsc();
	uint32_t next = flow->next;

	for (unsigned int i = 0; i < n; i++) {
		const uint64_t number = flow->sent + i;
		const uint64_t time = (number & gen->timed_mask) == 0 ? now : 0;
		const uint16_t inner = sizes->inner[turn];
		uint8_t *at = rte_pktmbuf_mtod(frames[i], uint8_t *);

		frames[i]->data_len = (uint16_t)(around + inner);
		frames[i]->pkt_len = frames[i]->data_len;
		if (unlikely(flow->sealed_in))
			write_to_seal(flow, &flow->front[next], number, time, at, inner);
		else
			write_clear(flow, &flow->front[next], number, time, at);
		turn = turn + 1 == sizes->turns ? 0 : turn + 1;
		next = next + 1 == flow->count ? 0 : next + 1;
	}
	if (flow->sealed_in)
		gen_seal(frames, n, flow->way->header_in);
}

static unsigned int
offer_data(struct gen *gen, unsigned int n)
{
	struct gen_flow *flow = &gen->flow[gen->turn];
	struct rte_mbuf *frames[GEN_BURST];
	unsigned int sent;

	gen->turn = gen->turn + 1 == gen->plan.ways ? 0 : gen->turn + 1;
	if (rte_pktmbuf_alloc_bulk(flow->pool, frames, n) != 0)
		return 0;
	write_burst(gen, flow, frames, n);
	sent = rte_eth_tx_burst(flow->in, 0, frames, (uint16_t)n);
	if (sent < n)
		rte_pktmbuf_free_bulk(frames + sent, n - sent);
	flow->sent += sent;
	flow->next = (uint32_t)((flow->next + (uint64_t)sent) % flow->count);
	return sent;
}

static unsigned int
receive(struct gen *gen, unsigned int end)
{
	struct rte_mbuf *frames[GEN_BURST];
	unsigned int n = rte_eth_rx_burst(gen->port[end], 0, frames, GEN_BURST);

	if (n > 0) {
		gen_take(gen, end, frames, n);
		rte_pktmbuf_free_bulk(frames, n);
	}
	return n;
}

unsigned int
gen_turn(struct gen *gen, unsigned int frames)
{
	uint64_t start = rte_rdtsc();
	unsigned int received = receive(gen, END_WIRE), sent = 0;

	if (gen->port[END_TAP] != RTE_MAX_ETHPORTS)
		received += receive(gen, END_TAP);
	gen_tick(gen, start);
	if (frames > 0) {
		sent = gen->plan.ways == 0 ? gen_offer_control(gen, frames)
					   : offer_data(gen, frames);
		gen->offers++;
		gen->refused += sent < frames;
		gen->sent += sent;
	}
	if (received + sent > 0)
		gen->busy_tsc += rte_rdtsc() - start;
	return sent;
}
