/* SPDX-License-Identifier: BSD-3-Clause */
/** What the name of a vector in messages.txt says about its fields. */
#ifndef DESCRIBED_H
#define DESCRIBED_H

#include "pgn_wire.h"

#define DESCRIBED_VECTORS 71 /* lines of messages.txt */
#define DESCRIBED_PAYLOAD_MAX 1450

extern const struct pgn_mac mac_rsu, mac_obu, mac_obu2, mac_client;

struct described {
	enum pgn_kind kind;
	union {
		struct pgn_heartbeat heartbeat;
		struct pgn_reply reply;
		struct pgn_upstream upstream;
		struct pgn_downstream downstream;
	};
	uint8_t payload[DESCRIBED_PAYLOAD_MAX];
	size_t payload_length;
};

/** 0, or -EINVAL when the name is of no known form. */
int describe(const char *name, struct described *out);

/** The message's header, written flat at `at`: its length, or what the flat writer returns. */
int described_write_header(const struct described *d, uint8_t *at, size_t room, uint16_t marker);

/** The fields of a message that a walk found, with its payload. */
void described_read(const struct pgn_message *message, const uint8_t *payload,
		    struct described *out);

/** Equal kind, fields and payload. */
bool described_equal(const struct described *a, const struct described *b);

#endif
