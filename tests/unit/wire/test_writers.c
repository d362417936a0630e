/* SPDX-License-Identifier: BSD-3-Clause */
/* The flat writers: into any memory, and the same as the nested ones whatever the fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "described.h"
#include "trace.h"
#include "vectors.h"

static struct vectors vectors;

static int
load(void **state)
{
	(void)state;
	return vectors_load(&vectors, TEST_DATA "/vectors/messages.txt");
}

static int
unload(void **state)
{
	(void)state;
	vectors_free(&vectors);
	return 0;
}

/* No pool, no heap, no alignment: an array between bytes that stay as they are. */
static void
flat_writer_writes_into_an_array_on_the_stack(void **state)
{
	(void)state;
	for (size_t i = 0; i < vectors.count; i++) {
		const struct vector *vector = &vectors.list[i];
		uint8_t array[1 + PGN_HEADER_MAX + 16];
		struct described d;
		size_t header;

		assert_int_equal(describe(vector->name, &d), 0);
		header = trace_header_length(d.kind);
		memset(array, 0x5a, sizeof(array));
		assert_int_equal(described_write_header(&d, array + 1, header, PGN_MARKER), header);
		assert_memory_equal(array + 1, vector->bytes, header);
		assert_int_equal(array[0], 0x5a);
		for (size_t after = 1 + header; after < sizeof(array); after++)
			assert_int_equal(array[after], 0x5a);
	}
}

/* Fields of any bytes: the same as the nested writer makes, part by part. */
static void
flat_and_nested_writers_agree(void **state)
{
	union {
		struct pgn_heartbeat heartbeat;
		struct pgn_reply reply;
		struct pgn_upstream upstream;
		struct pgn_downstream downstream;
		uint8_t bytes[64];
	} any;
	uint32_t random = 1;

	(void)state;
	for (unsigned int turn = 0; turn < 10000; turn++) {
		uint8_t flat[PGN_HEADER_MAX], nested[PGN_HEADER_MAX];
		struct pgn_nested n;
		uint16_t marker;

		for (size_t i = 0; i < sizeof(any); i++) {
			random = random * 1103515245 + 12345;
			any.bytes[i] = (uint8_t)(random >> 16);
		}
		marker = (uint16_t)(random >> 8);

		pgn_nest_heartbeat(&n, marker, &any.heartbeat);
		pgn_nested_flatten(&n, nested, sizeof(nested));
		pgn_write_heartbeat(flat, sizeof(flat), marker, &any.heartbeat);
		assert_memory_equal(flat, nested, PGN_HEARTBEAT_LEN);

		pgn_nest_reply(&n, marker, &any.reply);
		pgn_nested_flatten(&n, nested, sizeof(nested));
		pgn_write_reply(flat, sizeof(flat), marker, &any.reply);
		assert_memory_equal(flat, nested, PGN_REPLY_LEN);

		pgn_nest_upstream(&n, marker, &any.upstream, NULL, 0);
		pgn_nested_flatten(&n, nested, sizeof(nested));
		pgn_write_upstream(flat, sizeof(flat), marker, &any.upstream);
		assert_memory_equal(flat, nested, PGN_UPSTREAM_LEN);

		pgn_nest_downstream(&n, marker, &any.downstream, NULL, 0);
		pgn_nested_flatten(&n, nested, sizeof(nested));
		pgn_write_downstream(flat, sizeof(flat), marker, &any.downstream);
		assert_memory_equal(flat, nested, PGN_DOWNSTREAM_LEN);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flat_writer_writes_into_an_array_on_the_stack),
		cmocka_unit_test(flat_and_nested_writers_agree),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
