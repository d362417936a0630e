/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "scene.h"

/** Where an inner frame carries its client's number. */
#define NUMBER_AT PGN_INNER_MIN

static struct pgn_mac own = {{2, 1}};

static struct pgn_mac
mac_of(uint8_t family, uint32_t number)
{
	return (struct pgn_mac){{2, family, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
				 (uint8_t)(number >> 8), (uint8_t)number}};
}

struct pgn_mac
scene_own(void)
{
	return own;
}

void
scene_set_own(const struct pgn_mac *mac)
{
	own = *mac;
}

struct pgn_mac
scene_client(uint32_t client)
{
	return mac_of(2, client);
}

struct pgn_mac
scene_node(uint32_t node)
{
	return mac_of(3, node);
}

struct pgn_mac
scene_neighbour(uint32_t node)
{
	return mac_of(4, node % 8);
}

uint32_t
scene_node_of(const struct bench_options *options, uint32_t client)
{
	return client % options->nodes;
}

/** Hairpin: another client, behind another OBU. */
static uint32_t
partner(const struct bench_options *options, uint32_t client)
{
	uint32_t other = client;

	do {
		other = other + 1 == options->clients ? 1 : other + 1;
	} while (scene_node_of(options, other) == scene_node_of(options, client));
	return other;
}

unsigned int
scene_header_in(enum bench_path path)
{
	return path == PATH_RELAY || path == PATH_AIR_TO_HOST || path == PATH_HAIRPIN
		       ? PGN_UPSTREAM_LEN
		       : 0;
}

unsigned int
scene_header_out(enum bench_path path)
{
	switch (path) {
	case PATH_RELAY:
		return PGN_UPSTREAM_LEN;
	case PATH_HOST_TO_AIR:
	case PATH_HAIRPIN:
	case PATH_GROUP:
		return PGN_DOWNSTREAM_LEN;
	default:
		return 0;
	}
}

static struct pgn_wire_common
inner_macs(const struct bench_options *options, uint32_t client)
{
	struct pgn_wire_common macs = {.marker = {0x08, 0x00}};

	switch (options->path) {
	case PATH_HOST_TO_AIR:
		macs.to = scene_client(client);
		macs.from = scene_client(0);
		break;
	case PATH_GROUP:
		macs.to = pgn_mac_broadcast;
		macs.from = scene_client(0);
		break;
	case PATH_HAIRPIN:
		macs.to = scene_client(partner(options, client));
		macs.from = scene_client(client);
		break;
	default:
		macs.to = scene_client(0);
		macs.from = scene_client(client);
	}
	return macs;
}

static void
write_inner(const struct bench_options *options, uint8_t *at, uint32_t client)
{
	struct pgn_wire_common macs = inner_macs(options, client);

	memcpy(at, &macs, PGN_INNER_MIN);
	pgn_store32(at + NUMBER_AT, client);
}

static void
write_rest(uint8_t *inner, unsigned int length)
{
	for (unsigned int i = NUMBER_AT + sizeof(uint32_t); i < length; i++)
		inner[i] = (uint8_t)(i * 7 | 1);
}

void
scene_write_in(const struct bench_options *options, uint8_t *at, uint32_t client)
{
	unsigned int header = scene_header_in(options->path);

	if (header != 0) {
		struct pgn_upstream m = {.to = scene_own(),
					 .from = scene_neighbour(1),
					 .origin = scene_node(scene_node_of(options, client))};

		pgn_write_upstream(at, header, SCENE_MARKER, &m);
	}
	write_inner(options, at + header, client);
}

unsigned int
scene_write_frame(const struct bench_options *options, uint8_t *at, uint32_t client)
{
	unsigned int header = scene_header_in(options->path);

	scene_write_in(options, at, client);
	write_rest(at + header, options->size);
	return header + options->size;
}

unsigned int
scene_write_out(const struct bench_options *options, uint8_t *at, uint32_t client, uint32_t copy)
{
	unsigned int header = scene_header_out(options->path);
	struct pgn_mac origin = scene_node(scene_node_of(options, client));
	uint32_t node = copy;

	if (options->path == PATH_RELAY) {
		struct pgn_upstream m = {
			.to = scene_neighbour(0), .from = scene_own(), .origin = origin};

		pgn_write_upstream(at, header, SCENE_MARKER, &m);
	} else if (header != 0) {
		if (options->path == PATH_HAIRPIN)
			node = scene_node_of(options, partner(options, client));
		else if (options->path == PATH_HOST_TO_AIR)
			node = scene_node_of(options, client);
		struct pgn_downstream m = {.to = scene_neighbour(node),
					   .from = scene_own(),
					   .origin = options->path == PATH_HAIRPIN ? origin
										   : scene_own(),
					   .destination = scene_node(node)};

		pgn_write_downstream(at, header, SCENE_MARKER, &m);
	}
	write_inner(options, at + header, client);
	write_rest(at + header, options->size);
	if (options->path == PATH_MACSWAP) {
		memcpy(at,
		       (const uint8_t[6]){2, 2, (uint8_t)(client >> 24), (uint8_t)(client >> 16),
					  (uint8_t)(client >> 8), (uint8_t)client},
		       6);
		memcpy(at + 6, (const uint8_t[6]){2, 2}, 6);
	}
	return header + options->size;
}

void
scene_fill(const struct bench_options *options, struct rte_mbuf *frame)
{
	scene_restore(options, frame, 1);
	if (!options->seal || scene_header_in(options->path) == 0)
		scene_write_frame(options, rte_pktmbuf_mtod(frame, uint8_t *), 1);
}

void
scene_restore(const struct bench_options *options, struct rte_mbuf *frame, uint32_t client)
{
	if (options->seal && scene_header_in(options->path) != 0) {
		sealed_restore(options, frame, client);
		return;
	}
	frame->data_off = SCENE_HEADROOM;
	frame->data_len = (uint16_t)(scene_header_in(options->path) + options->size);
	frame->pkt_len = frame->data_len;
	scene_write_in(options, rte_pktmbuf_mtod(frame, uint8_t *), client);
}

uint32_t
scene_client_in(const struct bench_options *options, const struct rte_mbuf *frame)
{
	return pgn_load32(rte_pktmbuf_mtod(frame, const uint8_t *) +
			  scene_header_out(options->path) + NUMBER_AT);
}

bool
scene_right(const struct bench_options *options, struct rte_mbuf *frame, uint32_t client,
	    uint32_t copy)
{
	uint8_t right[SCENE_FRAME_MAX];
	unsigned int length;

	if (options->seal && scene_header_out(options->path) != 0)
		return sealed_right(options, frame, client, copy);
	length = scene_write_out(options, right, client, copy);
	return frame->nb_segs == 1 && frame->pkt_len == length && frame->data_len == length &&
	       memcmp(rte_pktmbuf_mtod(frame, const void *), right, length) == 0;
}
