/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a frame: walks agree however it lies in segments, and messages write back. */
#include <stdlib.h>

#include "pgn_wire_burst.h"
#include "trace.h"

#define CUTS 8
#define BURST 33 /* one more than are looked at together */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Unlike assert() it stays with NDEBUG. */
static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_inner_length(const uint8_t *inner, size_t length)
{
	size_t cut = pgn_inner_length(inner, length);

	check(cut <= length);
	check(cut == length || cut >= PGN_INNER_MIN);
	for (size_t i = cut; i < length; i++)
		check(inner[i] == 0);
}

static void
check_rewritten(const struct pgn_nested *nested, const uint8_t *flat, int written,
		const struct trace_step *step, const uint8_t *message)
{
	uint8_t *copy = malloc(step->length);

	check(copy != NULL);
	check((size_t)written == step->header_length);
	check(memcmp(flat, message, step->header_length) == 0);
	check(pgn_nested_length(nested) == step->length);
	check(pgn_nested_flatten(nested, copy, step->length) == (int)step->length);
	check(memcmp(copy, message, step->length) == 0);
	free(copy);
}

static void
rewrite(const struct trace_step *step, const uint8_t *message)
{
	const uint8_t *payload = message + step->header_length;
	size_t payload_length = step->length - step->header_length;
	uint8_t flat[PGN_HEADER_MAX];
	struct pgn_nested nested;
	union {
		struct pgn_heartbeat heartbeat;
		struct pgn_reply reply;
		struct pgn_upstream upstream;
		struct pgn_downstream downstream;
	} m;
	int written;

	switch (step->kind) {
	case PGN_KIND_HEARTBEAT:
		pgn_read_heartbeat(step->header, &m.heartbeat);
		written = pgn_write_heartbeat(flat, sizeof(flat), PGN_MARKER, &m.heartbeat);
		pgn_nest_heartbeat(&nested, PGN_MARKER, &m.heartbeat);
		break;
	case PGN_KIND_REPLY:
		pgn_read_reply(step->header, &m.reply);
		written = pgn_write_reply(flat, sizeof(flat), PGN_MARKER, &m.reply);
		pgn_nest_reply(&nested, PGN_MARKER, &m.reply);
		break;
	case PGN_KIND_UPSTREAM:
		pgn_read_upstream(step->header, &m.upstream);
		written = pgn_write_upstream(flat, sizeof(flat), PGN_MARKER, &m.upstream);
		pgn_nest_upstream(&nested, PGN_MARKER, &m.upstream, payload, payload_length);
		check_inner_length(payload, payload_length);
		break;
	default:
		pgn_read_downstream(step->header, &m.downstream);
		written = pgn_write_downstream(flat, sizeof(flat), PGN_MARKER, &m.downstream);
		pgn_nest_downstream(&nested, PGN_MARKER, &m.downstream, payload, payload_length);
		check_inner_length(payload, payload_length);
		break;
	}
	check_rewritten(&nested, flat, written, step, message);
}

/* Each segment is an allocation of its own; the first bytes, MACs, say how long each is. */
static void
check_segments(const struct trace *whole, const uint8_t *data, size_t size)
{
	struct iovec segments[CUTS + 1];
	struct trace trace;
	size_t offset = 0;

	for (size_t i = 0; i <= CUTS; i++) {
		size_t length = size - offset;

		if (i < CUTS && length > data[i] % 64)
			length = data[i] % 64;
		segments[i].iov_base = length == 0 ? NULL : malloc(length);
		segments[i].iov_len = length;
		check(length == 0 || segments[i].iov_base != NULL);
		if (length > 0)
			memcpy(segments[i].iov_base, data + offset, length);
		offset += length;
	}
	check(trace_walk(&trace, segments, CUTS + 1, PGN_MARKER));
	check(trace_equal(&trace, whole));
	for (size_t i = 0; i <= CUTS; i++)
		free(segments[i].iov_base);
}

/* The messages lie end to end from the first byte, and the walk says why it left the rest. */
static void
check_extent(const struct trace *trace, size_t size)
{
	size_t offset = 0;

	for (unsigned int i = 0; i < trace->count; i++) {
		check(trace->step[i].offset == offset);
		check(trace->step[i].length >= trace->step[i].header_length);
		offset += trace->step[i].length;
	}
	check(offset == trace->end && offset <= size);
	check(trace->stopped_early == (offset < size));
	check(trace->stop <= PGN_DROP_WALK_BOUND);
}

/* Walk and peeks against a reading of the format that shares nothing with them. */
static void
check_book(const struct trace *trace, const uint8_t *data, size_t size)
{
	struct trace book;
	enum pgn_kind first;

	trace_by_the_book(&book, data, size, PGN_MARKER);
	check(trace_equal(trace, &book));
	for (unsigned int i = 0; i < book.count; i++) {
		size_t offset = book.step[i].offset;

		check(pgn_peek(data + offset, size - offset, PGN_MARKER) == book.step[i].kind);
	}
	if (book.stop != PGN_DROP_WALK_BOUND)
		check(pgn_peek(data + book.end, size - book.end, PGN_MARKER) == PGN_KIND_UNKNOWN);
	check(pgn_peek_only(data, size, PGN_MARKER) == trace_only(&book, size));
	check(pgn_peek_answer(data, size, PGN_MARKER) ==
	      (book.count == 2 && book.step[0].kind == PGN_KIND_HEARTBEAT &&
	       book.step[1].kind == PGN_KIND_REPLY && book.end == size));
	first = book.count > 0 ? book.step[0].kind : PGN_KIND_UNKNOWN;
	check(pgn_peek_data(data, size, PGN_MARKER) ==
	      (first == PGN_KIND_UPSTREAM || first == PGN_KIND_DOWNSTREAM ? first
									  : PGN_KIND_UNKNOWN));
}

/* The input as a whole burst: frames that end where it does, each some bytes shorter than the last.
 */
static void
check_burst(const uint8_t *data, size_t size)
{
	struct rte_mbuf mbuf[BURST], *frames[BURST];
	uint8_t kind[BURST], plain[BURST];
	uint64_t others;

	memset(mbuf, 0, sizeof(mbuf));
	for (unsigned int i = 0; i < BURST; i++) {
		size_t skip = i * (size > 0 ? data[0] % 64U : 0U);

		skip = skip < size ? skip : size;
		mbuf[i].buf_addr = (void *)(uintptr_t)data;
		mbuf[i].data_off = (uint16_t)skip;
		mbuf[i].data_len = (uint16_t)(size - skip);
		mbuf[i].pkt_len = mbuf[i].data_len;
		mbuf[i].nb_segs = 1;
		frames[i] = &mbuf[i];
	}
	others = pgn_peek_burst(frames, BURST, PGN_MARKER, kind);
	check(others == pgn_plain_peek_burst(frames, BURST, PGN_MARKER, plain));
	check(memcmp(kind, plain, sizeof(kind)) == 0);
	for (unsigned int i = 0; i < BURST; i++) {
		struct trace book;

		trace_by_the_book(&book, data + mbuf[i].data_off, mbuf[i].data_len, PGN_MARKER);
		check(kind[i] == trace_only(&book, mbuf[i].data_len));
		check((others >> i & 1) == (kind[i] == PGN_KIND_UNKNOWN));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct iovec segment = {(void *)(uintptr_t)data, size};
	struct trace trace;

	check(trace_walk(&trace, &segment, 1, PGN_MARKER));
	check_extent(&trace, size);
	check_book(&trace, data, size);
	if (size <= UINT16_MAX)
		check_burst(data, size);
	if (size >= CUTS)
		check_segments(&trace, data, size);
	for (unsigned int i = 0; i < trace.count; i++)
		rewrite(&trace.step[i], data + trace.step[i].offset);
	check_inner_length(data, size);
	return 0;
}
