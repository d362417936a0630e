/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <limits.h>

#include "pgn_wire.h"

/* Where the fields that need network order lie in pgn_nested.fixed. */
enum {
	FIXED_MARKER = 0,
	FIXED_TYPE = 2,
	FIXED_SUBTYPE = 3,
	FIXED_DURATION = 4,
	FIXED_ID = 20,
	FIXED_HOPS = 24,
	FIXED_LEN = 28,
};

static_assert(sizeof(((struct pgn_nested *)0)->fixed) == FIXED_LEN, "nested.fixed");

static void
add_part(struct pgn_nested *n, const void *bytes, size_t length)
{
	/* writev takes the same struct as readv: its pointer cannot be const. */
	n->part[n->count].iov_base = (void *)(uintptr_t)bytes;
	n->part[n->count].iov_len = length;
	n->count++;
}

static void
start(struct pgn_nested *n, const struct pgn_mac *to, const struct pgn_mac *from, uint32_t what)
{
	n->count = 0;
	pgn_store32(n->fixed + FIXED_MARKER, what);
	add_part(n, to, sizeof(*to));
	add_part(n, from, sizeof(*from));
	add_part(n, n->fixed + FIXED_MARKER, FIXED_TYPE - FIXED_MARKER);
	add_part(n, n->fixed + FIXED_TYPE, FIXED_SUBTYPE - FIXED_TYPE);
	add_part(n, n->fixed + FIXED_SUBTYPE, FIXED_DURATION - FIXED_SUBTYPE);
}

static void
add_account(struct pgn_nested *n, const struct pgn_duration *duration, uint32_t id, uint32_t hops)
{
	pgn_store64(n->fixed + FIXED_DURATION, duration->high);
	pgn_store64(n->fixed + FIXED_DURATION + 8, duration->low);
	pgn_store32(n->fixed + FIXED_ID, id);
	pgn_store32(n->fixed + FIXED_HOPS, hops);
	add_part(n, n->fixed + FIXED_DURATION, FIXED_ID - FIXED_DURATION);
	add_part(n, n->fixed + FIXED_ID, FIXED_HOPS - FIXED_ID);
	add_part(n, n->fixed + FIXED_HOPS, FIXED_LEN - FIXED_HOPS);
}

void
pgn_nest_heartbeat(struct pgn_nested *n, uint16_t marker, const struct pgn_heartbeat *m)
{
	start(n, &m->to, &m->from, pgn_what(marker, PGN_TYPE_CONTROL, PGN_SUBTYPE_HEARTBEAT));
	add_account(n, &m->duration, m->id, m->hops);
	add_part(n, &m->source, sizeof(m->source));
}

void
pgn_nest_reply(struct pgn_nested *n, uint16_t marker, const struct pgn_reply *m)
{
	start(n, &m->to, &m->from, pgn_what(marker, PGN_TYPE_CONTROL, PGN_SUBTYPE_REPLY));
	add_account(n, &m->duration, m->id, m->hops);
	add_part(n, &m->source, sizeof(m->source));
	add_part(n, &m->sender, sizeof(m->sender));
}

void
pgn_nest_upstream(struct pgn_nested *n, uint16_t marker, const struct pgn_upstream *m,
		  const void *payload, size_t length)
{
	start(n, &m->to, &m->from, pgn_what(marker, PGN_TYPE_DATA, PGN_SUBTYPE_UPSTREAM));
	add_part(n, &m->origin, sizeof(m->origin));
	if (length > 0)
		add_part(n, payload, length);
}

void
pgn_nest_downstream(struct pgn_nested *n, uint16_t marker, const struct pgn_downstream *m,
		    const void *payload, size_t length)
{
	start(n, &m->to, &m->from, pgn_what(marker, PGN_TYPE_DATA, PGN_SUBTYPE_DOWNSTREAM));
	add_part(n, &m->origin, sizeof(m->origin));
	add_part(n, &m->destination, sizeof(m->destination));
	if (length > 0)
		add_part(n, payload, length);
}

size_t
pgn_nested_length(const struct pgn_nested *n)
{
	size_t length = 0;

	for (unsigned int i = 0; i < n->count; i++)
		length += n->part[i].iov_len;
	return length;
}

int
pgn_nested_flatten(const struct pgn_nested *n, uint8_t *at, size_t room)
{
	size_t length = pgn_nested_length(n);

	if (length > room || length > INT_MAX)
		return -ENOBUFS;
	for (unsigned int i = 0; i < n->count; i++) {
		memcpy(at, n->part[i].iov_base, n->part[i].iov_len);
		at += n->part[i].iov_len;
	}
	return (int)length;
}
