/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * The protocol's bytes: walk a frame, read its messages in place, write them flat or nested.
 *
 * Needs no EAL and keeps no state; every function may be called by any thread. The functions on
 * mbufs are in pgn_wire_mbuf.h. Integers in structs are in host order, lengths are in bytes and
 * never count an FCS. `marker` is the EtherType in host order (0x3030 unless a site chose another).
 */
#ifndef PGN_WIRE_H
#define PGN_WIRE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>

#include "pgn_wire_format.h"
#include "pgn_wire_walk.h"

#define PGN_INNER_MIN 14 /**< an inner frame is at least an Ethernet header */

/** The 128-bit uptime of the source RSU in ms. */
struct pgn_duration {
	uint64_t high, low;
};

/** A heartbeat as it is, or shall be, on the wire: hops is the number that is written. */
struct pgn_heartbeat {
	struct pgn_mac to, from;
	struct pgn_duration duration;
	uint32_t id;
	uint32_t hops;
	struct pgn_mac source;
};

struct pgn_reply {
	struct pgn_mac to, from;
	struct pgn_duration duration;
	uint32_t id;
	uint32_t hops;
	struct pgn_mac source;
	struct pgn_mac sender;
};

struct pgn_upstream {
	struct pgn_mac to, from;
	struct pgn_mac origin;
};

struct pgn_downstream {
	struct pgn_mac to, from;
	struct pgn_mac origin;
	struct pgn_mac destination;
};

static const struct pgn_mac pgn_mac_broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

/** The MAC as a number, first byte highest: orders and hashes MACs. */
static inline uint64_t
pgn_mac_number(const struct pgn_mac *mac)
{
	return (uint64_t)pgn_load32(mac->b) << 16 | pgn_load16(mac->b + 4);
}

static inline bool
pgn_mac_equal(const struct pgn_mac *a, const struct pgn_mac *b)
{
	return ((pgn_load32(a->b) ^ pgn_load32(b->b)) |
		(uint32_t)(pgn_load16(a->b + 4) ^ pgn_load16(b->b + 4))) == 0;
}

static inline bool
pgn_duration_equal(const struct pgn_duration *a, const struct pgn_duration *b)
{
	return a->high == b->high && a->low == b->low;
}

static inline bool
pgn_mac_is_group(const struct pgn_mac *mac)
{
	return mac->b[0] & 1;
}

/** Neither zero nor a group: what a station's address must be. */
static inline bool
pgn_mac_is_station(const struct pgn_mac *mac)
{
	return !pgn_mac_is_group(mac) && pgn_mac_number(mac) != 0;
}

/* ---- read: fields of a message whose header bytes are contiguous ---- */

/* Each reads exactly its header's length; the walk has proved that so many bytes are there. */

static inline void
pgn_read_heartbeat(const uint8_t *header, struct pgn_heartbeat *out)
{
	const struct pgn_wire_heartbeat *wire = (const struct pgn_wire_heartbeat *)header;

	out->to = wire->common.to;
	out->from = wire->common.from;
	out->duration.high = pgn_load64(wire->duration);
	out->duration.low = pgn_load64(wire->duration + 8);
	out->id = pgn_load32(wire->id);
	out->hops = pgn_load32(wire->hops);
	out->source = wire->source;
}

static inline void
pgn_read_reply(const uint8_t *header, struct pgn_reply *out)
{
	const struct pgn_wire_reply *wire = (const struct pgn_wire_reply *)header;

	out->to = wire->common.to;
	out->from = wire->common.from;
	out->duration.high = pgn_load64(wire->duration);
	out->duration.low = pgn_load64(wire->duration + 8);
	out->id = pgn_load32(wire->id);
	out->hops = pgn_load32(wire->hops);
	out->source = wire->source;
	out->sender = wire->sender;
}

static inline void
pgn_read_upstream(const uint8_t *header, struct pgn_upstream *out)
{
	const struct pgn_wire_upstream *wire = (const struct pgn_wire_upstream *)header;

	out->to = wire->common.to;
	out->from = wire->common.from;
	out->origin = wire->origin;
}

static inline void
pgn_read_downstream(const uint8_t *header, struct pgn_downstream *out)
{
	const struct pgn_wire_downstream *wire = (const struct pgn_wire_downstream *)header;

	out->to = wire->common.to;
	out->from = wire->common.from;
	out->origin = wire->origin;
	out->destination = wire->destination;
}

/**
 * The length of an inner Ethernet frame without the zeros a padding link put behind it: what the
 * 802.3 length, or the IPv4, IPv6 or ARP length says (behind at most one 802.1Q tag), when it is
 * less than `length` and the bytes after it are all zero; else `length`. Reads at most `length`
 * bytes, and `length` may be anything.
 */
size_t pgn_inner_length(const uint8_t *inner, size_t length);

/* ---- write flat ---- */

/*
 * Each writes exactly its header's length at `at` and returns it, or -ENOBUFS when room is less
 * (nothing is written then). `at` is any memory of the caller's, at any alignment: an array on the
 * stack where there is no pool, an mbuf's data (pgn_wire_mbuf.h), a ready-made header that is
 * copied later. Data headers are written in front of a payload that is the caller's.
 */

/*
 * Two MACs that are neighbours in a message struct and on the wire go over together: 8 and 4 bytes
 * in place of 4, 2, 4 and 2.
 */
#define PGN_MAC_PAIR (2 * sizeof(struct pgn_mac))

static_assert(offsetof(struct pgn_heartbeat, from) == 6, "heartbeat's to and from");
static_assert(offsetof(struct pgn_reply, from) == 6, "reply's to and from");
static_assert(offsetof(struct pgn_upstream, from) == 6, "upstream's to and from");
static_assert(offsetof(struct pgn_downstream, from) == 6, "downstream's to and from");
static_assert(offsetof(struct pgn_reply, sender) == offsetof(struct pgn_reply, source) + 6,
	      "reply's source and sender");
static_assert(offsetof(struct pgn_downstream, destination) ==
		      offsetof(struct pgn_downstream, origin) + 6,
	      "downstream's origin and destination");

/* to, from and what, in two stores. message: any of the structs, which begin with to and from. */
static inline void
pgn_write_common(uint8_t *at, const void *message, uint32_t what)
{
	const uint8_t *macs = message;

	memcpy(at, macs, 8);
	pgn_store64(at + 8, (uint64_t)pgn_load32(macs + 8) << 32 | what);
}

static inline int
pgn_write_heartbeat(uint8_t *at, size_t room, uint16_t marker, const struct pgn_heartbeat *m)
{
	struct pgn_wire_heartbeat *wire = (struct pgn_wire_heartbeat *)at;

	if (room < PGN_HEARTBEAT_LEN)
		return -ENOBUFS;
	pgn_write_common(at, m, pgn_what(marker, PGN_TYPE_CONTROL, PGN_SUBTYPE_HEARTBEAT));
	pgn_store64(wire->duration, m->duration.high);
	pgn_store64(wire->duration + 8, m->duration.low);
	pgn_store32(wire->id, m->id);
	pgn_store32(wire->hops, m->hops);
	wire->source = m->source;
	return PGN_HEARTBEAT_LEN;
}

static inline int
pgn_write_reply(uint8_t *at, size_t room, uint16_t marker, const struct pgn_reply *m)
{
	struct pgn_wire_reply *wire = (struct pgn_wire_reply *)at;

	if (room < PGN_REPLY_LEN)
		return -ENOBUFS;
	pgn_write_common(at, m, pgn_what(marker, PGN_TYPE_CONTROL, PGN_SUBTYPE_REPLY));
	pgn_store64(wire->duration, m->duration.high);
	pgn_store64(wire->duration + 8, m->duration.low);
	pgn_store32(wire->id, m->id);
	pgn_store32(wire->hops, m->hops);
	memcpy(at + offsetof(struct pgn_wire_reply, source),
	       (const uint8_t *)m + offsetof(struct pgn_reply, source), PGN_MAC_PAIR);
	return PGN_REPLY_LEN;
}

static inline int
pgn_write_upstream(uint8_t *at, size_t room, uint16_t marker, const struct pgn_upstream *m)
{
	struct pgn_wire_upstream *wire = (struct pgn_wire_upstream *)at;

	if (room < PGN_UPSTREAM_LEN)
		return -ENOBUFS;
	pgn_write_common(at, m, pgn_what(marker, PGN_TYPE_DATA, PGN_SUBTYPE_UPSTREAM));
	wire->origin = m->origin;
	return PGN_UPSTREAM_LEN;
}

static inline int
pgn_write_downstream(uint8_t *at, size_t room, uint16_t marker, const struct pgn_downstream *m)
{
	if (room < PGN_DOWNSTREAM_LEN)
		return -ENOBUFS;
	pgn_write_common(at, m, pgn_what(marker, PGN_TYPE_DATA, PGN_SUBTYPE_DOWNSTREAM));
	memcpy(at + offsetof(struct pgn_wire_downstream, origin),
	       (const uint8_t *)m + offsetof(struct pgn_downstream, origin), PGN_MAC_PAIR);
	return PGN_DOWNSTREAM_LEN;
}

/** Relay in place: a message's first 12 bytes become the next hop's. to and from may lie in it. */
static inline void
pgn_relay_in_place(uint8_t *message, const struct pgn_mac *to, const struct pgn_mac *from)
{
	struct pgn_wire_common *wire = (struct pgn_wire_common *)message;
	const struct pgn_mac next = *to, self = *from;

	wire->to = next;
	wire->from = self;
}

/**
 * Relay a heartbeat in place: broadcast from `from`, hops grows by one. Hops are checked before
 * (PGN_DROP_BAD_HOPS): 2^32 - 1 would become 0.
 */
static inline void
pgn_relay_heartbeat_in_place(uint8_t *message, const struct pgn_mac *from)
{
	struct pgn_wire_heartbeat *wire = (struct pgn_wire_heartbeat *)message;

	pgn_relay_in_place(message, &pgn_mac_broadcast, from);
	pgn_store32(wire->hops, pgn_load32(wire->hops) + 1);
}

/* ---- write nested ---- */

#define PGN_NESTED_PARTS 10

/**
 * A message as parts that writev, sendmsg or a chain of segments take. Parts point into `fixed`
 * (what had to be written in network order), into the message struct and to the payload: all
 * three must outlive the use, and a pgn_nested must not be copied.
 */
struct pgn_nested {
	struct iovec part[PGN_NESTED_PARTS];
	unsigned int count;
	uint8_t fixed[28];
};

/* The same bytes as the flat writers, as one part a field; payload may be NULL with length 0. */
void pgn_nest_heartbeat(struct pgn_nested *n, uint16_t marker, const struct pgn_heartbeat *m);
void pgn_nest_reply(struct pgn_nested *n, uint16_t marker, const struct pgn_reply *m);
void pgn_nest_upstream(struct pgn_nested *n, uint16_t marker, const struct pgn_upstream *m,
		       const void *payload, size_t length);
void pgn_nest_downstream(struct pgn_nested *n, uint16_t marker, const struct pgn_downstream *m,
			 const void *payload, size_t length);

/** Bytes in all parts. */
size_t pgn_nested_length(const struct pgn_nested *n);

/** Copy all parts to `at`; returns the length, or -ENOBUFS when room is less. */
int pgn_nested_flatten(const struct pgn_nested *n, uint8_t *at, size_t room);

#endif
