/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Where the fields of a message lie: bytes only, so any address is aligned. Included by pgn_wire.h.
 */
#ifndef PGN_WIRE_FORMAT_H
#define PGN_WIRE_FORMAT_H

#include <assert.h>
#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PGN_MARKER 0x3030 /**< the EtherType peers use; not assigned by IEEE */

#define PGN_TYPE_CONTROL 0
#define PGN_SUBTYPE_HEARTBEAT 0
#define PGN_SUBTYPE_REPLY 1

#define PGN_TYPE_DATA 1
#define PGN_SUBTYPE_UPSTREAM 0
#define PGN_SUBTYPE_DOWNSTREAM 1

#define PGN_COMMON_LEN 16
#define PGN_HEARTBEAT_LEN 46
#define PGN_REPLY_LEN 52
#define PGN_UPSTREAM_LEN 22   /**< header; the payload follows */
#define PGN_DOWNSTREAM_LEN 28 /**< header; the payload follows */
#define PGN_HEADER_MAX PGN_REPLY_LEN

struct pgn_mac {
	uint8_t b[6];
};

struct pgn_wire_common {
	struct pgn_mac to;
	struct pgn_mac from;
	uint8_t marker[2];
	uint8_t type;
	uint8_t subtype;
};

struct pgn_wire_heartbeat {
	struct pgn_wire_common common;
	uint8_t duration[16];
	uint8_t id[4];
	uint8_t hops[4];
	struct pgn_mac source;
};

struct pgn_wire_reply {
	struct pgn_wire_common common;
	uint8_t duration[16];
	uint8_t id[4];
	uint8_t hops[4];
	struct pgn_mac source;
	struct pgn_mac sender;
};

struct pgn_wire_upstream {
	struct pgn_wire_common common;
	struct pgn_mac origin;
};

struct pgn_wire_downstream {
	struct pgn_wire_common common;
	struct pgn_mac origin;
	struct pgn_mac destination;
};

static_assert(sizeof(struct pgn_wire_common) == PGN_COMMON_LEN, "wire.common");
static_assert(offsetof(struct pgn_wire_common, from) == 6, "wire.common.from");
static_assert(offsetof(struct pgn_wire_common, marker) == 12, "wire.common.marker");
static_assert(offsetof(struct pgn_wire_common, type) == 14, "wire.common.type");
static_assert(offsetof(struct pgn_wire_common, subtype) == 15, "wire.common.subtype");
static_assert(sizeof(struct pgn_wire_heartbeat) == PGN_HEARTBEAT_LEN, "wire.heartbeat");
static_assert(offsetof(struct pgn_wire_heartbeat, duration) == 16, "wire.heartbeat.duration");
static_assert(offsetof(struct pgn_wire_heartbeat, id) == 32, "wire.heartbeat.id");
static_assert(offsetof(struct pgn_wire_heartbeat, hops) == 36, "wire.heartbeat.hops");
static_assert(offsetof(struct pgn_wire_heartbeat, source) == 40, "wire.heartbeat.source");
static_assert(sizeof(struct pgn_wire_reply) == PGN_REPLY_LEN, "wire.reply");
static_assert(offsetof(struct pgn_wire_reply, source) == 40, "wire.reply.source");
static_assert(offsetof(struct pgn_wire_reply, sender) == 46, "wire.reply.sender");
static_assert(sizeof(struct pgn_wire_upstream) == PGN_UPSTREAM_LEN, "wire.upstream");
static_assert(offsetof(struct pgn_wire_upstream, origin) == 16, "wire.upstream.origin");
static_assert(sizeof(struct pgn_wire_downstream) == PGN_DOWNSTREAM_LEN, "wire.downstream");
static_assert(offsetof(struct pgn_wire_downstream, origin) == 16, "wire.downstream.origin");
static_assert(offsetof(struct pgn_wire_downstream, destination) == 22, "wire.downstream.dest");

/* Integers on the wire are big-endian, and at any address. */

static inline uint16_t
pgn_load16(const uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return be16toh(value);
}

static inline uint32_t
pgn_load32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return be32toh(value);
}

static inline uint64_t
pgn_load64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return be64toh(value);
}

static inline void
pgn_store32(uint8_t *at, uint32_t value)
{
	value = htobe32(value);
	memcpy(at, &value, sizeof(value));
}

static inline void
pgn_store64(uint8_t *at, uint64_t value)
{
	value = htobe64(value);
	memcpy(at, &value, sizeof(value));
}

/** Marker, type and subtype, the four bytes after the MACs, as one number. */
static inline uint32_t
pgn_what(uint16_t marker, uint8_t type, uint8_t subtype)
{
	return (uint32_t)marker << 16 | (uint32_t)type << 8 | subtype;
}

#endif
