/* SPDX-License-Identifier: BSD-3-Clause */
/** All that a walk gave, to compare walks of the same bytes in other segments. */
#ifndef TRACE_H
#define TRACE_H

#include "pgn_wire.h"

struct trace_step {
	enum pgn_kind kind;
	size_t offset, length, header_length;
	uint8_t header[PGN_HEADER_MAX];
};

struct trace {
	struct trace_step step[PGN_WALK_MAX];
	unsigned int count;
	size_t end; /* where the walk ended */
	bool stopped_early;
	enum pgn_drop stop;
};

/** The header of a message, without its payload. */
size_t trace_header_length(enum pgn_kind kind);

/** Walk a frame to its end. False when the walk gave more than PGN_WALK_MAX messages. */
bool trace_walk(struct trace *trace, const struct iovec *segments, size_t count, uint16_t marker);

/**
 * What a walk should give, worked out byte by byte from the format's description, with nothing of
 * the library's: to compare walks and peeks with.
 */
void trace_by_the_book(struct trace *trace, const uint8_t *frame, size_t length, uint16_t marker);

/** What pgn_peek_only() should say of a frame of `length` bytes whose trace this is. */
enum pgn_kind trace_only(const struct trace *trace, size_t length);

bool trace_equal(const struct trace *a, const struct trace *b);

#endif
