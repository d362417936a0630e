/* SPDX-License-Identifier: BSD-3-Clause */
/* Which frames a capture wants, by kind and MAC. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture_filter.h"

#define MARKER 0x3030
#define ALL ((1U << PGN_KIND_COUNT) - 1)

static const struct pgn_mac a = {{2, 0, 0, 0, 0, 1}}, b = {{2, 0, 0, 0, 0, 2}},
			    c = {{2, 0, 0, 0, 0, 3}}, d = {{2, 0, 0, 0, 0, 4}},
			    e = {{2, 0, 0, 0, 0, 5}}, f = {{2, 0, 0, 0, 0, 6}};

static bool
wants(uint32_t kinds, const struct pgn_mac *mac, unsigned int port, const uint8_t *frame,
      size_t length)
{
	struct pgn_capture_filter filter = {.kinds = kinds, .marker = MARKER};

	if (mac != NULL) {
		filter.has_mac = true;
		filter.mac = *mac;
	}
	return pgn_capture_wants(&filter, port, frame, length);
}

/** A heartbeat to a from b of c, and a reply to a from b of c by d. */
static size_t
write_answer(uint8_t frame[128])
{
	const struct pgn_heartbeat heartbeat = {.to = a, .from = b, .source = c};
	const struct pgn_reply reply = {.to = a, .from = b, .source = c, .sender = d};
	int first = pgn_write_heartbeat(frame, 128, MARKER, &heartbeat);

	return (size_t)(first + pgn_write_reply(frame + first, 64, MARKER, &reply));
}

/** To a from b, of c to d; inside to e from f. */
static size_t
write_downstream(uint8_t frame[128])
{
	const struct pgn_downstream header = {.to = a, .from = b, .origin = c, .destination = d};
	int length = pgn_write_downstream(frame, 128, MARKER, &header);

	memcpy(frame + length, &e, sizeof(e));
	memcpy(frame + length + sizeof(e), &f, sizeof(f));
	memset(frame + length + 12, 0, 50);
	return (size_t)length + 62;
}

static void
test_kinds(void **state)
{
	uint8_t frame[128];
	size_t length = write_answer(frame);

	(void)state;
	for (unsigned int kind = 0; kind < PGN_KIND_COUNT; kind++)
		assert_int_equal(wants(1U << kind, NULL, 0, frame, length),
				 kind == PGN_KIND_HEARTBEAT || kind == PGN_KIND_REPLY);
	length = write_downstream(frame);
	for (unsigned int kind = 0; kind < PGN_KIND_COUNT; kind++) {
		assert_int_equal(wants(1U << kind, NULL, 0, frame, length),
				 kind == PGN_KIND_DOWNSTREAM);
		assert_int_equal(wants(1U << kind, NULL, PGN_PORT_TAP, frame, length),
				 kind == PGN_KIND_HOST);
		/* Neither is a runt a message. */
		assert_int_equal(wants(1U << kind, NULL, 0, frame, 10), kind == PGN_KIND_UNKNOWN);
	}
}

static void
test_macs(void **state)
{
	const struct pgn_mac none = {{2, 0, 0, 0, 0, 9}};
	uint8_t frame[128];
	size_t length = write_answer(frame);

	(void)state;
	assert_true(wants(ALL, &a, 0, frame, length) && wants(ALL, &b, 0, frame, length));
	assert_true(wants(ALL, &c, 0, frame, length) && wants(ALL, &d, 0, frame, length));
	assert_false(wants(ALL, &none, 0, frame, length));
	/* The MAC and the kind must be of one message. */
	assert_false(wants(1U << PGN_KIND_HEARTBEAT, &d, 0, frame, length));
	assert_true(wants(1U << PGN_KIND_REPLY, &d, 0, frame, length));

	length = write_downstream(frame);
	assert_true(wants(ALL, &a, 0, frame, length) && wants(ALL, &b, 0, frame, length));
	assert_true(wants(ALL, &c, 0, frame, length) && wants(ALL, &d, 0, frame, length));
	assert_true(wants(ALL, &e, 0, frame, length) && wants(ALL, &f, 0, frame, length));
	assert_false(wants(ALL, &none, 0, frame, length));
	/* At the TAP only the frame's own two. */
	assert_true(wants(ALL, &b, PGN_PORT_TAP, frame, length));
	assert_false(wants(ALL, &c, PGN_PORT_TAP, frame, length));
}

/** Sealed bytes are no MACs; short frames have none. */
static void
test_no_macs(void **state)
{
	struct pgn_capture_filter filter = {
		.kinds = ALL, .marker = MARKER, .has_mac = true, .mac = e, .sealed = true};
	uint8_t frame[128];
	size_t length = write_downstream(frame);

	(void)state;
	assert_false(pgn_capture_wants(&filter, 0, frame, length));
	filter.mac = d;
	assert_true(pgn_capture_wants(&filter, 0, frame, length));
	assert_false(wants(ALL, &f, 0, frame, PGN_DOWNSTREAM_LEN + PGN_INNER_MIN - 1));
	assert_true(wants(ALL, &f, 0, frame, PGN_DOWNSTREAM_LEN + PGN_INNER_MIN));
	assert_false(wants(ALL, &b, PGN_PORT_TAP, frame, 11));
	assert_false(wants(ALL, &b, 0, frame, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_macs),
		cmocka_unit_test(test_no_macs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
