/* SPDX-License-Identifier: BSD-3-Clause */
/* Walks: what they find, where and why they stop, whatever the segments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "described.h"
#include "trace.h"
#include "vectors.h"

#define FRAME_MAX 2048

static struct vectors messages, aggregated;

static int
load(void **state)
{
	int rc = vectors_load(&messages, TEST_DATA "/vectors/messages.txt");

	(void)state;
	if (rc < 0)
		return rc;
	return vectors_load(&aggregated, TEST_DATA "/vectors/aggregated.txt");
}

static int
unload(void **state)
{
	(void)state;
	vectors_free(&messages);
	vectors_free(&aggregated);
	return 0;
}

static void
walk_one(struct trace *trace, uint8_t *frame, size_t length)
{
	const struct iovec segment = {frame, length};

	assert_true(trace_walk(trace, &segment, 1, PGN_MARKER));
}

/* `expected` is "kind@offset+length ..." and at the end perhaps "stop@offset(why)". */
static void
check_walk(const struct vector *vector, const struct trace *trace)
{
	const char *next = vector->expected;
	unsigned int step = 0;
	size_t offset, length;
	bool stops = false;
	char kind[16];
	int taken;

	while (sscanf(next, " %15[a-z]@%zu+%zu%n", kind, &offset, &length, &taken) == 3) {
		assert_true(step < trace->count);
		assert_string_equal(pgn_kind_name(trace->step[step].kind), kind);
		assert_int_equal(trace->step[step].offset, offset);
		assert_int_equal(trace->step[step].length, length);
		next += taken;
		step++;
	}
	assert_int_equal(step, trace->count);
	if (sscanf(next, " stop@%zu(", &offset) == 1) {
		assert_int_equal(trace->end, offset);
		/* A peer looks for the marker before it asks for 16 bytes: ours is a runt. */
		assert_true(vector->length - offset < PGN_COMMON_LEN);
		assert_int_equal(trace->stop, PGN_DROP_RUNT);
		stops = true;
	}
	assert_int_equal(trace->stopped_early, stops);
	assert_true(stops || trace->end == vector->length);
}

static void
aggregated_frames_walk_as_listed(void **state)
{
	(void)state;
	assert_int_equal(aggregated.count, 22);
	for (size_t i = 0; i < aggregated.count; i++) {
		const struct vector *vector = &aggregated.list[i];
		struct trace trace;

		assert_true(vector->expected[0] != '\0');
		walk_one(&trace, vector->bytes, vector->length);
		check_walk(vector, &trace);
	}
}

/* A truncated message: refused, or data that took all there is. */
static void
check_truncated(const struct trace *trace, const struct trace *whole, size_t length)
{
	enum pgn_kind kind = whole->step[0].kind;
	bool data = kind == PGN_KIND_UPSTREAM || kind == PGN_KIND_DOWNSTREAM;

	if (data && length >= whole->step[0].header_length) {
		assert_int_equal(trace->count, 1);
		assert_int_equal(trace->step[0].kind, kind);
		assert_int_equal(trace->step[0].length, length);
		assert_false(trace->stopped_early);
		return;
	}
	assert_int_equal(trace->count, 0);
	assert_int_equal(trace->end, 0);
	assert_int_equal(trace->stopped_early, length > 0);
	assert_int_equal(trace->stop, length < PGN_COMMON_LEN ? PGN_DROP_RUNT : PGN_DROP_TRUNCATED);
}

static void
truncated_messages_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < messages.count; i++) {
		const struct vector *vector = &messages.list[i];
		struct trace whole, trace;

		walk_one(&whole, vector->bytes, vector->length);
		assert_int_equal(whole.count, 1);
		for (size_t length = 0; length < vector->length; length++) {
			uint8_t *exact = malloc(length);

			assert_true(exact != NULL || length == 0);
			if (length > 0)
				memcpy(exact, vector->bytes, length);
			walk_one(&trace, exact, length);
			check_truncated(&trace, &whole, length);
			free(exact);
		}
	}
}

static void
frame_without_segments_is_a_runt(void **state)
{
	struct trace trace;

	(void)state;
	assert_true(trace_walk(&trace, NULL, 0, PGN_MARKER));
	assert_int_equal(trace.count, 0);
	assert_int_equal(trace.stop, PGN_DROP_RUNT);
	assert_false(trace.stopped_early);
}

static void
split_in_two(const struct vector *vector)
{
	struct trace whole, trace;

	walk_one(&whole, vector->bytes, vector->length);
	for (size_t cut = 0; cut <= vector->length; cut++) {
		struct iovec segments[2] = {
			{malloc(cut), cut},
			{malloc(vector->length - cut), vector->length - cut},
		};

		assert_true(segments[0].iov_base != NULL || cut == 0);
		assert_true(segments[1].iov_base != NULL || cut == vector->length);
		if (cut > 0)
			memcpy(segments[0].iov_base, vector->bytes, cut);
		if (cut < vector->length)
			memcpy(segments[1].iov_base, vector->bytes + cut, vector->length - cut);
		assert_true(trace_walk(&trace, segments, 2, PGN_MARKER));
		if (!trace_equal(&trace, &whole))
			fail_msg("%s cut at %zu walks otherwise", vector->name, cut);
		free(segments[1].iov_base);
		free(segments[0].iov_base);
	}
}

/* Three copies of the frame, wrong in every byte that the segment does not have. */
static void
split_in_three(const struct vector *vector)
{
	const size_t length = vector->length;
	uint8_t first[FRAME_MAX], second[FRAME_MAX], third[FRAME_MAX];
	struct trace whole, trace;

	assert_true(length <= FRAME_MAX);
	walk_one(&whole, vector->bytes, length);
	for (size_t i = 0; i < length; i++)
		first[i] = (uint8_t)~vector->bytes[i];
	for (size_t cut = 0; cut <= length; cut++) {
		if (cut > 0)
			first[cut - 1] = vector->bytes[cut - 1];
		for (size_t i = 0; i < length; i++)
			second[i] = (uint8_t)~vector->bytes[i];
		memcpy(third, vector->bytes, length);
		for (size_t end = cut; end <= length; end++) {
			const struct iovec segments[3] = {
				{first, cut},
				{second + cut, end - cut},
				{third + end, length - end},
			};

			if (end > cut) {
				second[end - 1] = vector->bytes[end - 1];
				third[end - 1] = (uint8_t)~vector->bytes[end - 1];
			}
			assert_true(trace_walk(&trace, segments, 3, PGN_MARKER));
			if (!trace_equal(&trace, &whole))
				fail_msg("%s cut at %zu and %zu walks otherwise", vector->name, cut,
					 end);
		}
	}
}

static void
segments_do_not_change_a_walk(void **state)
{
	(void)state;
	for (size_t i = 0; i < messages.count; i++) {
		split_in_two(&messages.list[i]);
		split_in_three(&messages.list[i]);
	}
	for (size_t i = 0; i < aggregated.count; i++) {
		split_in_two(&aggregated.list[i]);
		split_in_three(&aggregated.list[i]);
	}
}

static void
header_in_one_segment_is_not_copied(void **state)
{
	const struct vector *vector = vectors_find(&aggregated, "concat_heartbeat+reply");
	struct iovec segments[2];
	struct pgn_message message;
	struct pgn_walk walk;

	(void)state;
	assert_non_null(vector);
	segments[0] = (struct iovec){vector->bytes, PGN_HEARTBEAT_LEN};
	segments[1] = (struct iovec){vector->bytes + PGN_HEARTBEAT_LEN, PGN_REPLY_LEN};
	pgn_walk_start(&walk, segments, 2, PGN_MARKER);
	assert_true(pgn_walk_next(&walk, &message));
	assert_ptr_equal(message.header, segments[0].iov_base);
	assert_true(pgn_walk_next(&walk, &message));
	assert_ptr_equal(message.header, segments[1].iov_base);
}

static void
walk_leaves_the_segments_alone(void **state)
{
	const struct vector *vector = vectors_find(&aggregated, "concat_heartbeat+reply");
	uint8_t frame[PGN_HEARTBEAT_LEN + PGN_REPLY_LEN];
	const struct iovec segments[2] = {{frame, 30}, {frame + 30, sizeof(frame) - 30}};
	struct trace trace;

	(void)state;
	assert_non_null(vector);
	assert_int_equal(vector->length, sizeof(frame));
	memcpy(frame, vector->bytes, sizeof(frame));
	assert_true(trace_walk(&trace, segments, 2, PGN_MARKER));
	assert_int_equal(trace.count, 2);
	assert_memory_equal(frame, vector->bytes, sizeof(frame));
}

static size_t
heartbeats(uint8_t *frame, unsigned int count)
{
	const struct pgn_heartbeat heartbeat = {.to = pgn_mac_broadcast, .from = mac_rsu};

	for (unsigned int i = 0; i < count; i++)
		pgn_write_heartbeat(frame + (size_t)i * PGN_HEARTBEAT_LEN, PGN_HEARTBEAT_LEN,
				    PGN_MARKER, &heartbeat);
	return (size_t)count * PGN_HEARTBEAT_LEN;
}

static void
walk_is_bounded(void **state)
{
	const size_t bound = (size_t)PGN_WALK_MAX * PGN_HEARTBEAT_LEN;
	uint8_t frame[FRAME_MAX];
	struct trace trace;

	(void)state;
	walk_one(&trace, frame, heartbeats(frame, PGN_WALK_MAX));
	assert_int_equal(trace.count, PGN_WALK_MAX);
	assert_false(trace.stopped_early);

	walk_one(&trace, frame, heartbeats(frame, PGN_WALK_MAX + 1));
	assert_int_equal(trace.count, PGN_WALK_MAX);
	assert_int_equal(trace.end, bound);
	assert_true(trace.stopped_early);
	assert_int_equal(trace.stop, PGN_DROP_WALK_BOUND);

	/* Padding behind the last message is no message too many. */
	memset(frame + bound, 0, PGN_HEARTBEAT_LEN);
	walk_one(&trace, frame, bound + PGN_HEARTBEAT_LEN);
	assert_int_equal(trace.count, PGN_WALK_MAX);
	assert_int_equal(trace.stop, PGN_DROP_FOREIGN);
}

static void
ended_walk_stays_ended(void **state)
{
	uint8_t frame[FRAME_MAX];
	const struct iovec segment = {frame, heartbeats(frame, 2) - 1};
	struct pgn_message message;
	struct pgn_walk walk;

	(void)state;
	pgn_walk_start(&walk, &segment, 1, PGN_MARKER);
	assert_true(pgn_walk_next(&walk, &message));
	for (int i = 0; i < 3; i++) {
		assert_false(pgn_walk_next(&walk, &message));
		assert_true(walk.stopped_early);
		assert_int_equal(walk.stop, PGN_DROP_TRUNCATED);
		assert_int_equal(walk.offset, PGN_HEARTBEAT_LEN);
	}
}

static void
only_the_four_messages_are_taken(void **state)
{
	uint8_t frame[64] = {0};
	struct trace trace;

	(void)state;
	frame[12] = 0x30;
	frame[13] = 0x30;
	for (unsigned int what = 0; what <= UINT16_MAX; what++) {
		bool known = what == 0x0000 || what == 0x0001 || what == 0x0100 || what == 0x0101;

		frame[14] = (uint8_t)(what >> 8);
		frame[15] = (uint8_t)what;
		walk_one(&trace, frame, sizeof(frame));
		assert_int_equal(trace.count, known);
		assert_int_equal(pgn_peek(frame, sizeof(frame), PGN_MARKER) != PGN_KIND_UNKNOWN,
				 known);
		if (!known)
			assert_int_equal(trace.stop, PGN_DROP_UNKNOWN_TYPE);
	}
	frame[14] = frame[15] = 0;
	for (unsigned int marker = 0; marker <= UINT16_MAX; marker++) {
		frame[12] = (uint8_t)(marker >> 8);
		frame[13] = (uint8_t)marker;
		walk_one(&trace, frame, sizeof(frame));
		assert_int_equal(trace.count, marker == PGN_MARKER);
		assert_int_equal(pgn_peek(frame, sizeof(frame), PGN_MARKER) != PGN_KIND_UNKNOWN,
				 marker == PGN_MARKER);
		if (marker != PGN_MARKER)
			assert_int_equal(trace.stop, PGN_DROP_FOREIGN);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aggregated_frames_walk_as_listed),
		cmocka_unit_test(truncated_messages_are_refused),
		cmocka_unit_test(frame_without_segments_is_a_runt),
		cmocka_unit_test(segments_do_not_change_a_walk),
		cmocka_unit_test(header_in_one_segment_is_not_copied),
		cmocka_unit_test(walk_leaves_the_segments_alone),
		cmocka_unit_test(walk_is_bounded),
		cmocka_unit_test(ended_walk_stays_ended),
		cmocka_unit_test(only_the_four_messages_are_taken),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
