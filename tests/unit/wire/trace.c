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
