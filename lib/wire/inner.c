/* SPDX-License-Identifier: BSD-3-Clause */
#include <net/ethernet.h>
#include <netinet/in.h>

#include "pgn_wire.h"

#define LENGTH_FIELD_MAX 1500 /* a type field up to here is an 802.3 length */
#define VLAN_TAG_LEN 4
#define ARP_FIXED_LEN 8
#define IPV4_HEADER_MIN 20
#define IPV6_HEADER_LEN 40

/* Each says how long the packet at `packet` is by its own account, 0 when it does not say. */

static size_t
ipv4_length(const uint8_t *packet, size_t room)
{
	size_t header, total;

	if (room < IPV4_HEADER_MIN || packet[0] >> 4 != 4)
		return 0;
	header = (packet[0] & 0xfU) * 4;
	total = pgn_load16(packet + 2);
	return header >= IPV4_HEADER_MIN && total >= header ? total : 0;
}

static size_t
ipv6_length(const uint8_t *packet, size_t room)
{
	size_t payload;

	if (room < IPV6_HEADER_LEN || packet[0] >> 4 != 6)
		return 0;
	payload = pgn_load16(packet + 4);
	/* A jumbogram has a zero here and its length in a hop-by-hop option. */
	if (payload == 0 && packet[6] == IPPROTO_HOPOPTS)
		return 0;
	return IPV6_HEADER_LEN + payload;
}

static size_t
arp_length(const uint8_t *packet, size_t room)
{
	if (room < ARP_FIXED_LEN)
		return 0;
	return ARP_FIXED_LEN + 2 * ((size_t)packet[4] + packet[5]);
}

static bool
all_zero(const uint8_t *from, const uint8_t *end)
{
	for (; from < end; from++) {
		if (*from != 0)
			return false;
	}
	return true;
}

size_t
pgn_inner_length(const uint8_t *inner, size_t length)
{
	size_t start = PGN_INNER_MIN, said;
	uint16_t type;

	if (length < PGN_INNER_MIN)
		return length;
	type = pgn_load16(inner + start - 2);
	if (type == ETHERTYPE_VLAN) {
		start += VLAN_TAG_LEN;
		if (length < start)
			return length;
		type = pgn_load16(inner + start - 2);
	}

	if (type <= LENGTH_FIELD_MAX) {
		said = type;
	} else {
		switch (type) {
		case ETHERTYPE_IP:
			said = ipv4_length(inner + start, length - start);
			break;
		case ETHERTYPE_IPV6:
			said = ipv6_length(inner + start, length - start);
			break;
		case ETHERTYPE_ARP:
			said = arp_length(inner + start, length - start);
			break;
		default:
			return length;
		}
		if (said == 0)
			return length;
	}
	if (said >= length - start || !all_zero(inner + start + said, inner + length))
		return length;
	return start + said;
}
