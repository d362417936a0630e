/* SPDX-License-Identifier: BSD-3-Clause */
/* What a capture's file begins with: whole blocks, one for each port, with its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture_head.h"

#define SECTION 0x0a0d0d0a
#define INTERFACE 1
#define LONG 255 /* characters, the most of a port string */
#define PORTS 5

static uint8_t head[PGN_CAPTURE_HEAD];

static uint32_t
word(size_t at)
{
	uint32_t value;

	memcpy(&value, head + at, sizeof(value));
	return value;
}

static uint16_t
half(size_t at)
{
	uint16_t value;

	memcpy(&value, head + at, sizeof(value));
	return value;
}

/** Where an option's data is, of a block whose options begin at `at`. */
static size_t
find_option(size_t at, uint16_t code, uint16_t length)
{
	while (half(at) != code) {
		assert_int_not_equal(half(at), 0);
		at += 4 + (half(at + 2) + 3U) / 4 * 4;
	}
	assert_int_equal(half(at + 2), length);
	return at + 4;
}

static void
each_port_has_a_block(void **state)
{
	static char device[LONG + 1];
	const struct pgn_capture_interface interfaces[PORTS] = {
		{"air0", "net_af_packet0,iface=eth1", {{2, 0, 0, 0, 0, 1}}},
		{"radio-1", "", {{2, 0, 0, 0, 0, 2}}},
		{"x", device, {{2, 0, 0, 0, 0, 3}}},
		{"y", device, {{2, 0, 0, 0, 0, 4}}},
		{"tap", device, {{2, 0, 0, 0, 0, 5}}},
	};
	unsigned int count = 0;
	size_t length, at;

	(void)state;
	memset(device, 'd', LONG);
	length = pgn_capture_head(head, interfaces, PORTS);
	assert_true(length <= sizeof(head));
	assert_int_equal(word(0), SECTION);
	assert_int_equal(word(8), 0x1a2b3c4d);
	assert_int_equal(half(12), 1);
	for (at = word(4); at < length; at += word(at + 4), count++) {
		const struct pgn_capture_interface *i = &interfaces[count];
		uint16_t name = (uint16_t)strlen(i->name);

		assert_int_equal(word(at), INTERFACE);
		assert_int_equal(word(at + 4) % 4, 0);
		assert_int_equal(word(at + word(at + 4) - 4), word(at + 4));
		assert_int_equal(half(at + 8), 1);
		assert_memory_equal(head + find_option(at + 16, 2, name), i->name, name);
		find_option(at + 16, 3, (uint16_t)strlen(i->device));
		assert_memory_equal(head + find_option(at + 16, 6, 6), i->mac.b, 6);
		assert_int_equal(head[find_option(at + 16, 9, 1)], 9);
	}
	assert_int_equal(at, length);
	assert_int_equal(count, PORTS);
	assert_int_equal(word(word(4) - 4), word(4));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_port_has_a_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
