/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>

#include "gen.h"

#define CHECK_EVERY 1021
#define HEARD_WITHIN_S 15
#define CONTROL_PATIENCE_US 2000
#define PAUSE_US 500
#define LESSONS 5
#define LESSON_S 30   /* at most */
#define SETTLE_MS 400 /* two of the node's heartbeats, eight of ours */

void
gen_send_control(struct gen *gen, struct rte_mbuf *frame)
{
	uint64_t end = rte_rdtsc() + rte_get_tsc_hz() / 1000000 * CONTROL_PATIENCE_US;

	while (rte_eth_tx_burst(gen->wire, 0, &frame, 1) == 0) {
		if (rte_rdtsc() > end) {
			rte_pktmbuf_free(frame);
			return;
		}
	}
}

/** Is it right to the byte? */
static void
check(struct gen *gen, struct rte_mbuf *frame)
{
	const struct bench_options *options = &gen->options->frames;

	gen->checked++;
	gen->wrong += !scene_right(options, frame, scene_client_in(options, frame), 0);
}

static bool
is_data(const struct gen *gen, uint16_t port, const struct rte_mbuf *frame)
{
	return port == gen->tap || gen->options->frames.path == PATH_MACSWAP ||
	       pgn_peek_data(rte_pktmbuf_mtod(frame, const uint8_t *), frame->data_len,
			     SCENE_MARKER) != PGN_KIND_UNKNOWN;
}

static unsigned int
receive(struct gen *gen, uint16_t port)
{
	struct rte_mbuf *frames[GEN_BURST];
	unsigned int n = rte_eth_rx_burst(port, 0, frames, GEN_BURST), data = 0;

	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frames[i], void *));
	for (unsigned int i = 0; i < n; i++) {
		if (is_data(gen, port, frames[i]))
			data++;
		else
			gen_control(gen, frames[i]);
	}
	if (data > 0 && gen->fronts.front != NULL && port == gen->out) {
		if ((gen->checked == 0 || gen->lesson ||
		     gen->received / CHECK_EVERY != (gen->received + data) / CHECK_EVERY) &&
		    is_data(gen, port, frames[0]))
			check(gen, frames[0]);
		gen->received += data;
	}
	rte_pktmbuf_free_bulk(frames, n);
	return n;
}

static unsigned int
offer(struct gen *gen, unsigned int n)
{
	struct rte_mbuf *frames[GEN_BURST];
	unsigned int sent;

	if (rte_pktmbuf_alloc_bulk(gen->tx_pool, frames, n) != 0)
		return 0;
	for (unsigned int i = 0; i < n; i++) {
		frames[i]->data_len = gen->length;
		frames[i]->pkt_len = gen->length;
		fronts_write_next(&gen->fronts, rte_pktmbuf_mtod(frames[i], uint8_t *));
	}
	sent = rte_eth_tx_burst(gen->in, 0, frames, (uint16_t)n);
	if (sent < n) {
		gen->refused++;
		rte_pktmbuf_free_bulk(frames + sent, n - sent);
	}
	gen->offers++;
	gen->sent += sent;
	return sent;
}

unsigned int
gen_turn(struct gen *gen, unsigned int frames)
{
	uint64_t start = rte_rdtsc();
	unsigned int received = receive(gen, gen->wire), sent = 0;

	if (gen->tap != RTE_MAX_ETHPORTS)
		received += receive(gen, gen->tap);
	gen_tick(gen, start);
	if (frames > 0)
		sent = offer(gen, RTE_MIN(frames, (unsigned int)GEN_BURST));
	if (received + sent > 0)
		gen->busy_tsc += rte_rdtsc() - start;
	return sent;
}

static void
wait_ms(struct gen *gen, unsigned int ms)
{
	uint64_t end = rte_rdtsc() + rte_get_tsc_hz() / 1000 * ms;

	while (rte_rdtsc() < end)
		gen_turn(gen, 0);
}

void
gen_settle(struct gen *gen)
{
	wait_ms(gen, SETTLE_MS);
}

/**
 * All clients once; true when each frame came out once and right. The node's control loop, which
 * learns, has no core but this one: we sleep now and then.
 */
static bool
send_all(struct gen *gen)
{
	const uint64_t sent = gen->sent, received = gen->received, wrong = gen->wrong;
	const uint64_t end = rte_rdtsc() + rte_get_tsc_hz() * LESSON_S;

	while (gen->sent - sent < gen->fronts.count) {
		if (rte_rdtsc() > end)
			return false;
		gen_turn(gen, GEN_BURST);
		rte_delay_us_sleep(PAUSE_US);
	}
	gen_settle(gen);
	return gen->received - received <= gen->sent - sent && gen->wrong == wrong;
}

/** Every client sends by the air, so that the RSU knows behind which OBU it is. */
static int
teach(struct gen *gen)
{
	struct bench_options air = gen->options->frames;
	uint16_t in = gen->in, length = gen->length;

	air.path = PATH_AIR_TO_HOST;
	if (fronts_make(&gen->fronts, &air) != 0)
		return -1;
	gen->in = gen->wire;
	gen->length = (uint16_t)(scene_header_in(air.path) + air.size);
	send_all(gen);
	fronts_free(&gen->fronts);
	gen->fronts.front = NULL;
	gen->in = in;
	gen->length = length;
	return 0;
}

/** A frame to a client that the RSU does not know comes out once for every OBU. */
static int
teach_until_known(struct gen *gen)
{
	for (unsigned int i = 0; i < LESSONS; i++) {
		if (teach(gen) != 0 || fronts_make(&gen->fronts, &gen->options->frames) != 0)
			return -1;
		if (send_all(gen))
			return 0;
		fronts_free(&gen->fronts);
	}
	fprintf(stderr, "pgn-gen: the node does not learn all clients\n");
	gen->fronts.front = NULL;
	return -1;
}

int
gen_prepare(struct gen *gen)
{
	enum bench_path path = gen->options->frames.path;
	uint64_t end = rte_rdtsc() + rte_get_tsc_hz() * HEARD_WITHIN_S;
	int ret;

	while (path != PATH_MACSWAP && !gen->heard) {
		gen_turn(gen, 0);
		if (rte_rdtsc() > end) {
			fprintf(stderr, "pgn-gen: heard no heartbeat for %d s\n", HEARD_WITHIN_S);
			return -1;
		}
	}
	gen_settle(gen);
	if (gen->heard)
		scene_set_own(&gen->node);
	gen->lesson = true;
	if (path == PATH_HOST_TO_AIR || path == PATH_HAIRPIN)
		ret = teach_until_known(gen);
	else
		ret = fronts_make(&gen->fronts, &gen->options->frames);
	gen->lesson = false;
	/* What an RSU floods while it learns is no error of its. */
	gen->checked = 0;
	gen->wrong = 0;
	return ret;
}
