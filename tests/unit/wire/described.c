/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "described.h"

const struct pgn_mac mac_rsu = {{0x02, 0, 0, 0, 0, 0x01}};
const struct pgn_mac mac_obu = {{0x02, 0, 0, 0, 0, 0x02}};
const struct pgn_mac mac_obu2 = {{0x02, 0, 0, 0, 0, 0x03}};
const struct pgn_mac mac_client = {{0x0a, 0xbb, 0xcc, 0xdd, 0xee, 0xf1}};

static int
describe_heartbeat(const char *form, struct described *out)
{
	struct pgn_heartbeat *m = &out->heartbeat;
	uint32_t written_again;

	out->kind = PGN_KIND_HEARTBEAT;
	*m = (struct pgn_heartbeat){.to = pgn_mac_broadcast, .source = mac_rsu};
	if (strncmp(form, "forward_by_obu_", 15) == 0) {
		m->from = mac_obu;
		m->hops = 2;
	} else if (strncmp(form, "forward_by_obu2_", 16) == 0) {
		m->from = mac_obu2;
		m->hops = 3;
	} else if (sscanf(form, "reser%" SCNu32 "_", &written_again) == 1) {
		m->from = mac_rsu;
		m->hops = 1 + written_again;
	} else {
		m->from = mac_rsu;
		m->hops = 1;
	}
	return 0;
}

static int
describe_reply(const char *form, struct described *out)
{
	struct pgn_reply *m = &out->reply;

	out->kind = PGN_KIND_REPLY;
	*m = (struct pgn_reply){.to = mac_rsu, .from = mac_obu, .hops = 1, .source = mac_rsu};
	m->sender = mac_obu;
	if (strncmp(form, "hops2_from_obu2_", 16) == 0) {
		m->to = mac_obu;
		m->from = mac_obu2;
		m->hops = 2;
		m->sender = mac_obu2;
	} else if (strncmp(form, "forward_by_obu_", 15) == 0) {
		m->hops = 2;
		m->sender = mac_obu2;
	}
	return 0;
}

static int
describe_control(const char *name, const char *form, struct described *out)
{
	bool heartbeat = strncmp(name, "heartbeat_", 10) == 0;
	const char *account = strstr(name, "_d");
	struct pgn_duration duration = {0};
	uint32_t id;
	int rc;

	if (account == NULL || sscanf(account, "_d%" SCNu64 "_id%" SCNu32, &duration.low, &id) != 2)
		return -EINVAL;
	rc = heartbeat ? describe_heartbeat(form, out) : describe_reply(form, out);
	if (heartbeat) {
		out->heartbeat.duration = duration;
		out->heartbeat.id = id;
	} else {
		out->reply.duration = duration;
		out->reply.id = id;
	}
	out->payload_length = 0;
	return rc;
}

static int
describe_data(const char *name, const char *form, struct described *out)
{
	bool forward, broadcast;
	char variant[16] = "";

	if (sscanf(form, "%zu_%15s", &out->payload_length, variant) < 1 ||
	    out->payload_length > sizeof(out->payload))
		return -EINVAL;
	for (size_t i = 0; i < out->payload_length; i++)
		out->payload[i] = (uint8_t)i;

	forward = strcmp(variant, "forward") == 0;
	broadcast = strcmp(variant, "bcast") == 0;
	if (!forward && !broadcast && strcmp(variant, "reser") != 0 && variant[0] != '\0')
		return -EINVAL;
	if (strncmp(name, "upstream_", 9) == 0) {
		out->kind = PGN_KIND_UPSTREAM;
		out->upstream = (struct pgn_upstream){
			.to = forward ? mac_obu : mac_rsu,
			.from = forward ? mac_obu2 : mac_obu,
			.origin = mac_obu,
		};
	} else {
		out->kind = PGN_KIND_DOWNSTREAM;
		out->downstream = (struct pgn_downstream){
			.to = forward ? mac_obu2 : mac_obu,
			.from = forward ? mac_obu : mac_rsu,
			.origin = mac_client,
			.destination = broadcast ? pgn_mac_broadcast : mac_obu2,
		};
	}
	return 0;
}

int
describe(const char *name, struct described *out)
{
	const char *form = strchr(name, '_');

	if (form == NULL)
		return -EINVAL;
	form++;
	if (strncmp(name, "heartbeat_", 10) == 0 || strncmp(name, "reply_", 6) == 0)
		return describe_control(name, form, out);
	if (strncmp(name, "upstream_", 9) == 0 || strncmp(name, "downstream_", 11) == 0)
		return describe_data(name, form, out);
	return -EINVAL;
}

int
described_write_header(const struct described *d, uint8_t *at, size_t room, uint16_t marker)
{
	switch (d->kind) {
	case PGN_KIND_HEARTBEAT:
		return pgn_write_heartbeat(at, room, marker, &d->heartbeat);
	case PGN_KIND_REPLY:
		return pgn_write_reply(at, room, marker, &d->reply);
	case PGN_KIND_UPSTREAM:
		return pgn_write_upstream(at, room, marker, &d->upstream);
	case PGN_KIND_DOWNSTREAM:
		return pgn_write_downstream(at, room, marker, &d->downstream);
	default:
		return -EINVAL;
	}
}

void
described_read(const struct pgn_message *message, const uint8_t *payload, struct described *out)
{
	size_t header = message->length;

	out->kind = message->kind;
	switch (message->kind) {
	case PGN_KIND_HEARTBEAT:
		pgn_read_heartbeat(message->header, &out->heartbeat);
		break;
	case PGN_KIND_REPLY:
		pgn_read_reply(message->header, &out->reply);
		break;
	case PGN_KIND_UPSTREAM:
		pgn_read_upstream(message->header, &out->upstream);
		header = PGN_UPSTREAM_LEN;
		break;
	default:
		pgn_read_downstream(message->header, &out->downstream);
		header = PGN_DOWNSTREAM_LEN;
		break;
	}
	out->payload_length = message->length - header;
	memcpy(out->payload, payload, out->payload_length);
}

/* Apart from pgn_mac_equal(), so that a fault there does not hide itself. */
static bool
mac_same(const struct pgn_mac *a, const struct pgn_mac *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool
account_equal(struct pgn_duration a, struct pgn_duration b)
{
	return a.high == b.high && a.low == b.low;
}

static bool
heartbeat_equal(const struct pgn_heartbeat *a, const struct pgn_heartbeat *b)
{
	return mac_same(&a->to, &b->to) && mac_same(&a->from, &b->from) &&
	       account_equal(a->duration, b->duration) && a->id == b->id && a->hops == b->hops &&
	       mac_same(&a->source, &b->source);
}

static bool
reply_equal(const struct pgn_reply *a, const struct pgn_reply *b)
{
	return mac_same(&a->to, &b->to) && mac_same(&a->from, &b->from) &&
	       account_equal(a->duration, b->duration) && a->id == b->id && a->hops == b->hops &&
	       mac_same(&a->source, &b->source) && mac_same(&a->sender, &b->sender);
}

bool
described_equal(const struct described *a, const struct described *b)
{
	if (a->kind != b->kind || a->payload_length != b->payload_length ||
	    memcmp(a->payload, b->payload, a->payload_length) != 0)
		return false;
	switch (a->kind) {
	case PGN_KIND_HEARTBEAT:
		return heartbeat_equal(&a->heartbeat, &b->heartbeat);
	case PGN_KIND_REPLY:
		return reply_equal(&a->reply, &b->reply);
	case PGN_KIND_UPSTREAM:
		return memcmp(&a->upstream, &b->upstream, sizeof(a->upstream)) == 0;
	case PGN_KIND_DOWNSTREAM:
		return memcmp(&a->downstream, &b->downstream, sizeof(a->downstream)) == 0;
	default:
		return false;
	}
}
