/* SPDX-License-Identifier: BSD-3-Clause */
#include "network.h"

#define NEIGHBOURS 7
#define CLIENT_AT PGN_INNER_MIN

uint8_t gen_rest[GEN_SIZE_MAX];

static struct pgn_mac
mac_of(uint8_t family, uint32_t number)
{
	return (struct pgn_mac){{2, family, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
				 (uint8_t)(number >> 8), (uint8_t)number}};
}

struct pgn_mac
gen_client_mac(const struct gen_network *network, uint32_t client)
{
	return mac_of(2, network->number == NULL ? client : network->number[client]);
}

struct pgn_mac
gen_node_mac(uint32_t node)
{
	return mac_of(3, node);
}

struct pgn_mac
gen_neighbour_mac(uint32_t node)
{
	return mac_of(4, 1 + node % NEIGHBOURS);
}

struct pgn_mac
gen_rsu_mac(void)
{
	return mac_of(4, 0);
}

static uint32_t
home_of(const struct gen_network *network, uint32_t client)
{
	return client % network->nodes;
}

/** Another client, behind another OBU. */
static uint32_t
partner(const struct gen_network *network, uint32_t client)
{
	uint32_t other = client;

	do {
		other = other + 1 >= network->clients ? 1 : other + 1;
	} while (home_of(network, other) == home_of(network, client));
	return other;
}

static void
write_inner(const struct gen_network *network, const struct gen_way *way, uint32_t client,
	    uint8_t *at)
{
	struct pgn_wire_common macs = {.to = gen_client_mac(network, 0),
				       .from = gen_client_mac(network, client),
				       .marker = {0x88, 0xb5}};

	if (way == &gen_way[WAY_HAIRPIN])
		macs.to = gen_client_mac(network, partner(network, client));
	if (way->to_client) {
		macs.from = macs.to;
		macs.to = gen_client_mac(network, client);
	}
	memcpy(at, &macs, PGN_INNER_MIN);
	pgn_store32(at + CLIENT_AT, client);
}

/** A data header with the MACs that upstream ones have as well. */
static void
write_header(uint8_t *at, unsigned int length, const struct pgn_downstream *m)
{
	struct pgn_upstream up = {.to = m->to, .from = m->from, .origin = m->origin};

	if (length == PGN_UPSTREAM_LEN)
		pgn_write_upstream(at, length, PGN_MARKER, &up);
	else if (length == PGN_DOWNSTREAM_LEN)
		pgn_write_downstream(at, length, PGN_MARKER, m);
}

void
gen_front_in(const struct gen_network *network, const struct gen_way *way, uint32_t client,
	     uint8_t *front)
{
	struct pgn_mac home = gen_node_mac(home_of(network, client));
	struct pgn_downstream m = {.to = network->node};

	if (way->header_in == PGN_UPSTREAM_LEN) {
		m.from = gen_neighbour_mac(0);
		m.origin = home;
	} else {
		m.from = gen_rsu_mac();
		m.origin = gen_rsu_mac();
		m.destination = way == &gen_way[WAY_DOWN] ? network->node : home;
	}
	memcpy(front + way->header_in, gen_rest, GEN_FRONT_BYTES - way->header_in);
	write_header(front, way->header_in, &m);
	write_inner(network, way, client, front + way->header_in);
}

static void
front_out(const struct gen_network *network, const struct gen_way *way, uint32_t client,
	  uint8_t *front)
{
	uint32_t home = home_of(network, client);
	struct pgn_downstream m = {.from = network->node, .origin = network->node};

	if (way->header_out == PGN_UPSTREAM_LEN) {
		m.to = gen_rsu_mac();
		if (way->header_in != 0)
			m.origin = gen_node_mac(home);
	} else {
		uint32_t to = way == &gen_way[WAY_HAIRPIN]
				      ? home_of(network, partner(network, client))
				      : home;

		m.to = gen_neighbour_mac(to);
		m.destination = gen_node_mac(to);
		if (way->header_in == PGN_UPSTREAM_LEN)
			m.origin = gen_node_mac(home);
		else if (way->header_in == PGN_DOWNSTREAM_LEN)
			m.origin = gen_rsu_mac();
	}
	memset(front, 0, GEN_FRONT_BYTES);
	write_header(front, way->header_out, &m);
	write_inner(network, way, client, front + way->header_out);
}

void
gen_rest_fill(void)
{
	/* No zero: what ends in zeros looks padded. */
	for (unsigned int i = 0; i < sizeof(gen_rest); i++)
		gen_rest[i] = (uint8_t)(i * 7 | 1);
}

/** MACs as they were sent, or the other way round. */
static bool
macs_alike(const struct gen_way *way, const uint8_t *found, const uint8_t *right)
{
	if (memcmp(found, right, PGN_MAC_PAIR) == 0)
		return true;
	return (way == &gen_way[WAY_LOOP] || way == &gen_way[WAY_THROUGH]) &&
	       memcmp(found, right + 6, 6) == 0 && memcmp(found + 6, right, 6) == 0;
}

bool
gen_is_right(const struct gen_network *network, const struct gen_way *way, const uint8_t *frame,
	     const uint8_t *inner, unsigned int length)
{
	uint32_t client = pgn_load32(inner + CLIENT_AT);
	uint8_t front[GEN_FRONT_BYTES];

	if (client == 0 || client >= network->clients)
		return false;
	front_out(network, way, client, front);
	return memcmp(frame, front, way->header_out) == 0 &&
	       macs_alike(way, inner, front + way->header_out) &&
	       memcmp(inner + PGN_MAC_PAIR, front + way->header_out + PGN_MAC_PAIR,
		      GEN_NUMBER_AT - PGN_MAC_PAIR) == 0 &&
	       memcmp(inner + GEN_INNER_MIN, gen_rest + GEN_INNER_MIN, length - GEN_INNER_MIN) == 0;
}
