/* SPDX-License-Identifier: BSD-3-Clause */
/* Peeks, of one frame and of a burst, and the walk, against a reading of the format of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pgn_wire_burst.h"
#include "trace.h"
#include "vectors.h"

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

/* The messages that peeks find, a header's length apart, as far as a walk would go. */
static void
check_peeks(const uint8_t *frame, size_t length, const struct trace *book)
{
	enum pgn_kind first = book->count > 0 ? book->step[0].kind : PGN_KIND_UNKNOWN;
	bool answer = book->count == 2 && book->step[0].kind == PGN_KIND_HEARTBEAT &&
		      book->step[1].kind == PGN_KIND_REPLY && book->end == length;

	for (unsigned int i = 0; i < book->count; i++)
		assert_int_equal(pgn_peek(frame + book->step[i].offset,
					  length - book->step[i].offset, PGN_MARKER),
				 book->step[i].kind);
	if (book->stop != PGN_DROP_WALK_BOUND)
		assert_int_equal(pgn_peek(frame + book->end, length - book->end, PGN_MARKER),
				 PGN_KIND_UNKNOWN);
	assert_int_equal(pgn_peek_only(frame, length, PGN_MARKER), trace_only(book, length));
	assert_int_equal(pgn_peek_answer(frame, length, PGN_MARKER), answer);
	assert_int_equal(pgn_peek_data(frame, length, PGN_MARKER),
			 first == PGN_KIND_UPSTREAM || first == PGN_KIND_DOWNSTREAM
				 ? first
				 : PGN_KIND_UNKNOWN);
	assert_int_equal(pgn_peek(frame, length, PGN_MARKER + 1), PGN_KIND_UNKNOWN);
	assert_int_equal(pgn_peek_data(frame, length, PGN_MARKER + 1), PGN_KIND_UNKNOWN);
}

/* Every length of every vector, in memory that ends where the frame does. */
static void
walk_and_peeks_go_by_the_book(void **state)
{
	const struct vectors *const sets[] = {&messages, &aggregated};
	unsigned int answers = 0;

	(void)state;
	for (size_t i = 0; i < messages.count + aggregated.count; i++) {
		const struct vectors *set = sets[i >= messages.count];
		const struct vector *vector =
			&set->list[i < messages.count ? i : i - messages.count];

		for (size_t length = 0; length <= vector->length; length++) {
			uint8_t *exact = malloc(length);
			struct trace trace, book;

			assert_true(exact != NULL || length == 0);
			if (length > 0)
				memcpy(exact, vector->bytes, length);
			trace_by_the_book(&book, exact, length, PGN_MARKER);
			walk_one(&trace, exact, length);
			assert_true(trace_equal(&trace, &book));
			check_peeks(exact, length, &book);
			answers += pgn_peek_answer(exact, length, PGN_MARKER);
			free(exact);
		}
	}
	assert_int_equal(answers, 1);
}

/* ---- bursts ---- */

#define BURST_MAX 64

/* A frame in memory of its own; cut in two segments, or whole with a second mbuf that is not used.
 */
struct frame {
	uint8_t *bytes[2];
	struct rte_mbuf mbuf[2];
};

static void
make_segment(struct frame *frame, unsigned int part, const uint8_t *bytes, size_t length)
{
	frame->bytes[part] = malloc(length);
	assert_true(frame->bytes[part] != NULL || length == 0);
	if (length > 0)
		memcpy(frame->bytes[part], bytes, length);
	memset(&frame->mbuf[part], 0, sizeof(frame->mbuf[part]));
	frame->mbuf[part].buf_addr = frame->bytes[part];
	frame->mbuf[part].data_len = (uint16_t)length;
}

static void
make_frame(struct frame *frame, const uint8_t *bytes, size_t length, size_t cut, bool split)
{
	make_segment(frame, 0, bytes, split ? cut : length);
	make_segment(frame, 1, bytes + cut, split ? length - cut : 0);
	frame->mbuf[0].pkt_len = (uint32_t)length;
	frame->mbuf[0].nb_segs = split ? 2 : 1;
	frame->mbuf[0].next = split ? &frame->mbuf[1] : NULL;
}

static void
free_frame(struct frame *frame)
{
	free(frame->bytes[0]);
	free(frame->bytes[1]);
}

/* Some length of some vector; one of four is cut in two. */
static void
pick_frame(struct frame *frame, uint32_t pick, enum pgn_kind *expected)
{
	size_t v = pick % (messages.count + aggregated.count);
	const struct vector *vector =
		v < messages.count ? &messages.list[v] : &aggregated.list[v - messages.count];
	size_t length = pick >> 31 ? vector->length : (pick >> 8) % (vector->length + 1);
	bool split = (pick >> 29 & 3) == 0;
	size_t cut = (pick >> 4) % 70 < length ? (pick >> 4) % 70 : length;
	struct trace book;

	make_frame(frame, vector->bytes, length, cut, split);
	trace_by_the_book(&book, vector->bytes, length, PGN_MARKER);
	*expected = split && cut < PGN_HEADER_MAX ? PGN_KIND_UNKNOWN : trace_only(&book, length);
}

static void
check_burst(struct rte_mbuf **frames, unsigned int n, const enum pgn_kind *expected)
{
	uint8_t kind[BURST_MAX + 1], plain[BURST_MAX + 1];
	uint64_t others;

	memset(kind, 0x5a, sizeof(kind));
	others = pgn_peek_burst(frames, n, PGN_MARKER, kind);
	for (unsigned int i = 0; i < n; i++) {
		assert_int_equal(kind[i], expected[i]);
		assert_int_equal(others >> i & 1, expected[i] == PGN_KIND_UNKNOWN);
	}
	assert_int_equal(kind[n], 0x5a);
	if (n < BURST_MAX)
		assert_int_equal(others >> n, 0);
	assert_true(pgn_plain_peek_burst(frames, n, PGN_MARKER, plain) == others);
	assert_memory_equal(plain, kind, n);
	pgn_peek_burst(frames, n, PGN_MARKER ^ 0x8000, kind);
	for (unsigned int i = 0; i < n; i++)
		assert_int_equal(kind[i], PGN_KIND_UNKNOWN);
}

/* Control messages with 0 to 63 bytes of padding behind them. */
static void
padding_is_no_message(void **state)
{
	const struct vector *const vector[] = {
		vectors_find(&messages, "heartbeat_d1000_id42"),
		vectors_find(&messages, "reply_d1000_id42"),
		vectors_find(&aggregated, "concat_heartbeat+reply"),
	};

	(void)state;
	for (unsigned int v = 0; v < 3; v++) {
		static struct frame frame[BURST_MAX];
		enum pgn_kind expected[BURST_MAX];
		struct rte_mbuf *frames[BURST_MAX];

		assert_non_null(vector[v]);
		for (unsigned int padding = 0; padding < BURST_MAX; padding++) {
			size_t length = vector[v]->length + padding;
			uint8_t bytes[256] = {0};
			struct trace book;

			memcpy(bytes, vector[v]->bytes, vector[v]->length);
			make_frame(&frame[padding], bytes, length, 0, false);
			frames[padding] = &frame[padding].mbuf[0];
			trace_by_the_book(&book, bytes, length, PGN_MARKER);
			assert_int_equal(book.count, v < 2 ? 1 : 2);
			check_peeks(frame[padding].bytes[0], length, &book);
			expected[padding] = trace_only(&book, length);
			assert_int_equal(expected[padding], v < 2 && padding < PGN_COMMON_LEN
								    ? book.step[0].kind
								    : PGN_KIND_UNKNOWN);
		}
		check_burst(frames, BURST_MAX, expected);
		for (unsigned int i = 0; i < BURST_MAX; i++)
			free_frame(&frame[i]);
	}
}

static void
peeked_bursts_go_by_the_book(void **state)
{
	static struct frame frame[BURST_MAX];
	unsigned int seen[PGN_KIND_COUNT] = {0};
	uint32_t random = 1;

	(void)state;
	for (unsigned int turn = 0; turn < 400; turn++) {
		enum pgn_kind expected[BURST_MAX];
		struct rte_mbuf *frames[BURST_MAX];
		unsigned int n = turn % (BURST_MAX + 1);

		for (unsigned int i = 0; i < n; i++) {
			random = random * 1103515245 + 12345;
			pick_frame(&frame[i], random ^ random >> 16, &expected[i]);
			frames[i] = &frame[i].mbuf[0];
			seen[expected[i]]++;
		}
		check_burst(frames, n, expected);
		for (unsigned int i = 0; i < n; i++)
			free_frame(&frame[i]);
	}
	for (unsigned int kind = PGN_KIND_HEARTBEAT; kind <= PGN_KIND_DOWNSTREAM; kind++)
		assert_true(seen[kind] > 100);
	assert_true(seen[PGN_KIND_UNKNOWN] > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walk_and_peeks_go_by_the_book),
		cmocka_unit_test(padding_is_no_message),
		cmocka_unit_test(peeked_bursts_go_by_the_book),
	};

#ifdef __AVX2__
	if (!__builtin_cpu_supports("avx2")) {
		puts("this CPU has no AVX2");
		return 77;
	}
#endif
	return cmocka_run_group_tests(tests, load, unload);
}
