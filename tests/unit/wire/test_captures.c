/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames that two peers sent each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture.h"
#include "described.h"
#include "trace.h"

struct frames {
	unsigned int heartbeat, aggregated, upstream, downstream, foreign, other;
};

static void
count(struct frames *frames, const struct trace *trace)
{
	enum pgn_kind first = trace->count > 0 ? trace->step[0].kind : PGN_KIND_UNKNOWN;

	if (trace->count == 0 && trace->stop == PGN_DROP_FOREIGN)
		frames->foreign++;
	else if (trace->stopped_early)
		frames->other++;
	else if (trace->count == 1 && first == PGN_KIND_HEARTBEAT)
		frames->heartbeat++;
	else if (trace->count == 2 && first == PGN_KIND_HEARTBEAT &&
		 trace->step[1].kind == PGN_KIND_REPLY)
		frames->aggregated++;
	else if (trace->count == 1 && first == PGN_KIND_UPSTREAM)
		frames->upstream++;
	else if (trace->count == 1 && first == PGN_KIND_DOWNSTREAM)
		frames->downstream++;
	else
		frames->other++;
}

/* What is read, written again, is what the peer wrote. */
static void
check_rewritten(const struct trace_step *step, const uint8_t *frame)
{
	const struct pgn_message message = {step->kind, step->offset, step->length, step->header};
	uint8_t again[PGN_HEADER_MAX];
	struct described d;
	int length;

	described_read(&message, frame + step->offset + step->header_length, &d);
	length = described_write_header(&d, again, sizeof(again), PGN_MARKER);
	assert_int_equal(length, step->header_length);
	assert_memory_equal(again, frame + step->offset, (size_t)length);
}

static unsigned int
count_capture(const char *path, struct frames *frames)
{
	struct capture capture;
	const uint8_t *frame;
	unsigned int total = 0;
	size_t length;
	int rc;

	memset(frames, 0, sizeof(*frames));
	assert_int_equal(capture_open(&capture, path), 0);
	while ((rc = capture_next(&capture, &frame, &length)) == 1) {
		const struct iovec segment = {(void *)(uintptr_t)frame, length};
		struct trace trace;

		assert_true(trace_walk(&trace, &segment, 1, PGN_MARKER));
		for (unsigned int i = 0; i < trace.count; i++)
			check_rewritten(&trace.step[i], frame);
		count(frames, &trace);
		total++;
	}
	assert_int_equal(rc, 0);
	capture_close(&capture);
	return total;
}

static void
plain_capture(void **state)
{
	struct frames frames;

	(void)state;
	assert_int_equal(count_capture(TEST_DATA "/captures/plain.pcap", &frames), 31);
	assert_int_equal(frames.heartbeat, 8);
	assert_int_equal(frames.aggregated, 8);
	assert_int_equal(frames.upstream, 7);
	assert_int_equal(frames.downstream, 8);
	assert_int_equal(frames.foreign, 0);
	assert_int_equal(frames.other, 0);
}

static void
encrypted_capture(void **state)
{
	struct frames frames;

	(void)state;
	assert_int_equal(count_capture(TEST_DATA "/captures/encrypted.pcap", &frames), 60);
	assert_int_equal(frames.heartbeat, 12);
	assert_int_equal(frames.aggregated, 12);
	assert_int_equal(frames.upstream, 17);
	assert_int_equal(frames.downstream, 17);
	assert_int_equal(frames.foreign, 2);
	assert_int_equal(frames.other, 0);
}

static void
inner_frames_of_peers_are_not_cut(void **state)
{
	struct capture capture;
	const uint8_t *frame;
	unsigned int inner = 0;
	size_t length;

	(void)state;
	assert_int_equal(capture_open(&capture, TEST_DATA "/captures/plain.pcap"), 0);
	while (capture_next(&capture, &frame, &length) == 1) {
		enum pgn_kind kind = pgn_peek_data(frame, length, PGN_MARKER);
		size_t header = trace_header_length(kind);

		if (kind == PGN_KIND_UNKNOWN)
			continue;
		assert_int_equal(pgn_inner_length(frame + header, length - header),
				 length - header);
		inner++;
	}
	assert_int_equal(inner, 15);
	capture_close(&capture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_capture),
		cmocka_unit_test(encrypted_capture),
		cmocka_unit_test(inner_frames_of_peers_are_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
