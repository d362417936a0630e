/* SPDX-License-Identifier: BSD-3-Clause */
/** Sealed frames: as they come in, and what is in those that come out. Nothing here is timed. */
#include <stdio.h>
#include <string.h>

#include "any_key.h"
#include "scene.h"

static struct pgn_sealing sealing;
static struct pgn_aead_device *device;
static struct pgn_aead_lane *lane; /**< the node's own */

int
sealed_open(struct pgn_node *node, unsigned int lanes)
{
	struct pgn_aead_keys *keys = any_key_read();
	char why[PGN_AEAD_WHY] = "no key";
	int ret = -1;

	if (keys != NULL)
		device = pgn_aead_device_open("auto", lanes, SOCKET_ID_ANY, why);
	/* An asynchronous one has no figure of cycles a frame. */
	if (device != NULL && !pgn_aead_device_is_async(device))
		ret = pgn_sealing_open(&sealing, device, keys);
	pgn_aead_keys_free(keys);
	if (ret == 0)
		node->sealing = &sealing;
	else
		fprintf(stderr, "pgn-node: --seal: %s\n",
			device == NULL ? why : "no crypto device works while one waits");
	return ret;
}

void
sealed_use(struct pgn_lane *nodes_lane)
{
	lane = nodes_lane->aead;
}

void
sealed_close(void)
{
	if (device == NULL)
		return;
	pgn_sealing_close(&sealing);
	pgn_aead_device_close(device);
}

static bool
process(struct rte_mbuf *frame, unsigned int header, enum pgn_aead_task task)
{
	struct pgn_aead_job job = {.frame = frame, .at = (uint16_t)header, .task = (uint8_t)task};

	pgn_aead_process(lane, atomic_load_explicit(&sealing.current, memory_order_relaxed), &job,
			 1);
	return job.verdict == PGN_AEAD_GOOD;
}

void
sealed_restore(const struct bench_options *options, struct rte_mbuf *frame, uint32_t client)
{
	unsigned int header = scene_header_in(options->path);
	uint8_t clear[SCENE_FRAME_MAX], *at;

	scene_write_frame(options, clear, client);
	frame->data_off = SCENE_HEADROOM;
	frame->data_len = (uint16_t)(header + options->size + PGN_AEAD_OVERHEAD);
	frame->pkt_len = frame->data_len;
	at = rte_pktmbuf_mtod(frame, uint8_t *);
	memcpy(at, clear, header);
	memcpy(at + header + PGN_AEAD_NONCE, clear + header, options->size);
	process(frame, header, PGN_AEAD_SEAL);
}

bool
sealed_right(const struct bench_options *options, struct rte_mbuf *frame, uint32_t client,
	     uint32_t copy)
{
	unsigned int header = scene_header_out(options->path), length;
	const uint8_t *at = rte_pktmbuf_mtod(frame, const uint8_t *);
	uint8_t right[SCENE_FRAME_MAX];

	length = scene_write_out(options, right, client, copy);
	return frame->nb_segs == 1 && frame->pkt_len == length + PGN_AEAD_OVERHEAD &&
	       frame->data_len == frame->pkt_len && process(frame, header, PGN_AEAD_OPEN) &&
	       memcmp(at, right, header) == 0 &&
	       memcmp(at + header + PGN_AEAD_NONCE, right + header, options->size) == 0;
}
