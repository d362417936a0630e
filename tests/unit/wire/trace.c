/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace.h"

size_t
trace_header_length(enum pgn_kind kind)
{
	switch (kind) {
	case PGN_KIND_HEARTBEAT:
		return PGN_HEARTBEAT_LEN;
	case PGN_KIND_REPLY:
		return PGN_REPLY_LEN;
	case PGN_KIND_UPSTREAM:
		return PGN_UPSTREAM_LEN;
	default:
		return PGN_DOWNSTREAM_LEN;
	}
}

bool
trace_walk(struct trace *trace, const struct iovec *segments, size_t count, uint16_t marker)
{
	struct pgn_message message;
	struct pgn_walk walk;

	trace->count = 0;
	pgn_walk_start(&walk, segments, count, marker);
	while (pgn_walk_next(&walk, &message)) {
		struct trace_step *step = &trace->step[trace->count];

		if (trace->count == PGN_WALK_MAX)
			return false;
		step->kind = message.kind;
		step->offset = message.offset;
		step->length = message.length;
		step->header_length = trace_header_length(message.kind);
		memcpy(step->header, message.header, step->header_length);
		trace->count++;
	}
	trace->end = walk.offset;
	trace->stopped_early = walk.stopped_early;
	trace->stop = walk.stop;
	return walk.taken == trace->count;
}

/* The number of a message's kind by type and subtype, and its length up to a payload. */
static const struct {
	uint8_t type, subtype;
	enum pgn_kind kind;
	size_t header_length;
	bool takes_the_rest;
} book[] = {
	{0, 0, PGN_KIND_HEARTBEAT, 46, false},
	{0, 1, PGN_KIND_REPLY, 52, false},
	{1, 0, PGN_KIND_UPSTREAM, 22, true},
	{1, 1, PGN_KIND_DOWNSTREAM, 28, true},
};

/* True and one step more, or false and why the walk stops here. */
static bool
step_by_the_book(struct trace *trace, const uint8_t *at, size_t left, uint16_t marker)
{
	struct trace_step *step = &trace->step[trace->count];
	unsigned int b = 0;

	trace->stop = PGN_DROP_RUNT;
	if (left < 16)
		return false;
	trace->stop = PGN_DROP_FOREIGN;
	if (at[12] != marker >> 8 || at[13] != (marker & 0xff))
		return false;
	trace->stop = PGN_DROP_UNKNOWN_TYPE;
	while (b < 4 && (at[14] != book[b].type || at[15] != book[b].subtype))
		b++;
	if (b == 4)
		return false;
	trace->stop = PGN_DROP_TRUNCATED;
	if (left < book[b].header_length)
		return false;
	trace->stop = PGN_DROP_WALK_BOUND;
	if (trace->count == 8)
		return false;
	step->kind = book[b].kind;
	step->offset = trace->end;
	step->header_length = book[b].header_length;
	step->length = book[b].takes_the_rest ? left : book[b].header_length;
	for (size_t i = 0; i < step->header_length; i++)
		step->header[i] = at[i];
	trace->end += step->length;
	trace->count++;
	return true;
}

void
trace_by_the_book(struct trace *trace, const uint8_t *frame, size_t length, uint16_t marker)
{
	trace->count = 0;
	trace->end = 0;
	trace->stop = PGN_DROP_RUNT;
	trace->stopped_early = false;
	while (trace->end < length) {
		if (!step_by_the_book(trace, frame + trace->end, length - trace->end, marker)) {
			trace->stopped_early = true;
			return;
		}
	}
	trace->stop = PGN_DROP_RUNT;
}

enum pgn_kind
trace_only(const struct trace *trace, size_t length)
{
	return trace->count == 1 && length - trace->end < 16 ? trace->step[0].kind
							     : PGN_KIND_UNKNOWN;
}

static bool
step_equal(const struct trace_step *a, const struct trace_step *b)
{
	return a->kind == b->kind && a->offset == b->offset && a->length == b->length &&
	       memcmp(a->header, b->header, a->header_length) == 0;
}

bool
trace_equal(const struct trace *a, const struct trace *b)
{
	if (a->count != b->count || a->end != b->end || a->stopped_early != b->stopped_early ||
	    a->stop != b->stop)
		return false;
	for (unsigned int i = 0; i < a->count; i++) {
		if (!step_equal(&a->step[i], &b->step[i]))
			return false;
	}
	return true;
}
