/* SPDX-License-Identifier: BSD-3-Clause */
/* Padding behind an inner frame: cut when the frame itself proves it, else kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pgn_wire.h"

#define FRAME_MAX 1600

/* An inner frame: two MACs, then `start`, then zeros up to `length`. */
struct inner {
	const char *name;
	uint8_t start[64];
	size_t started;
	size_t length;
	size_t expected;
};

#define BYTES(...) {__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__})
#define IPV4(total) 0x08, 0x00, 0x45, 0x00, (total) >> 8, (total)&0xff
#define IPV6(payload, next) 0x86, 0xdd, 0x60, 0, 0, 0, (payload) >> 8, (payload)&0xff, next
#define ARP 0x08, 0x06, 0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01
#define VLAN(id) 0x81, 0x00, 0x00, id

static const struct inner cases[] = {
	{"802.3 padded", BYTES(0x00, 0x03, 0x42, 0x42, 0x03), 38, 17},
	{"802.3 exact", BYTES(0x00, 0x18, 0x42, 0x42, 0x03), 38, 38},
	{"802.3 without data", BYTES(0x00, 0x00), 38, 14},
	{"802.3 that says more than is there", BYTES(0x00, 0x19, 0x42, 0x42, 0x03), 38, 38},
	{"802.3 longest", BYTES(0x05, 0xdc, 0x42), 1520, 1514},
	{"between length and type", BYTES(0x05, 0xdd, 0x42), 1520, 1520},
	{"802.3 behind a tag", BYTES(VLAN(7), 0x00, 0x03, 0x42, 0x42, 0x03), 38, 21},
	{"IPv4 padded", BYTES(IPV4(21)), 60, 35},
	{"IPv4 exact", BYTES(IPV4(46)), 60, 60},
	{"IPv4 longer than 255", BYTES(IPV4(0x0101)), 60, 60},
	{"IPv4 header only", BYTES(IPV4(20)), 38, 34},
	{"IPv4 that says more than is there", BYTES(IPV4(47)), 60, 60},
	{"IPv4 that says less than its header", BYTES(IPV4(19)), 60, 60},
	{"IPv4 that says nothing", BYTES(IPV4(0)), 60, 60},
	{"IPv4 with options", BYTES(0x08, 0x00, 0x46, 0x00, 0x00, 0x18), 60, 38},
	{"IPv4 that says less than its options", BYTES(0x08, 0x00, 0x46, 0, 0, 0x17), 60, 60},
	{"IPv4 with a header too short", BYTES(0x08, 0x00, 0x44, 0x00, 0x00, 0x14), 60, 60},
	{"IPv4 of another version", BYTES(0x08, 0x00, 0x55, 0x00, 0x00, 0x14), 60, 60},
	{"IPv4 cut short", BYTES(IPV4(1)), 33, 33},
	{"IPv4 behind a tag", BYTES(VLAN(7), IPV4(21)), 60, 39},
	{"IPv4 behind two tags", BYTES(VLAN(7), VLAN(8), IPV4(21)), 60, 60},
	{"IPv6 padded", BYTES(IPV6(1, 17)), 60, 55},
	{"IPv6 exact", BYTES(IPV6(6, 17)), 60, 60},
	{"IPv6 longer than 255", BYTES(IPV6(0x0101, 17)), 60, 60},
	{"IPv6 that says more than is there", BYTES(IPV6(7, 17)), 60, 60},
	{"IPv6 without payload", BYTES(IPV6(0, 59)), 60, 54},
	{"IPv6 jumbogram", BYTES(IPV6(0, 0)), 60, 60},
	{"IPv6 of another version", BYTES(0x86, 0xdd, 0x40, 0, 0, 0, 0, 1, 17), 60, 60},
	{"IPv6 cut short", BYTES(IPV6(0, 59)), 53, 53},
	{"IPv6 behind a tag", BYTES(VLAN(7), IPV6(1, 17)), 64, 59},
	{"ARP padded", BYTES(ARP), 60, 42},
	{"ARP exact", BYTES(ARP), 42, 42},
	{"ARP that says more than is there", BYTES(ARP), 41, 41},
	{"ARP cut short", BYTES(0x08, 0x06, 0, 0, 0, 0, 0, 0), 21, 21},
	{"ARP with long addresses", BYTES(0x08, 0x06, 0, 1, 8, 0, 0xff, 0xff, 0, 1), 200, 200},
	{"ARP behind a tag", BYTES(VLAN(7), ARP), 60, 46},
	{"unknown type", BYTES(0x88, 0xcc), 60, 60},
	{"tag cut short", BYTES(VLAN(7)), 17, 17},
	{"tag and type only", BYTES(VLAN(7), 0x00, 0x00), 18, 18},
	{"bare header", BYTES(0x00, 0x00), 14, 14},
};

static void
each_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct inner *c = &cases[i];
		uint8_t *exact = calloc(1, c->length);
		size_t found;

		assert_non_null(exact);
		memset(exact, 0x02, 12);
		memcpy(exact + 12, c->start, c->started);
		found = pgn_inner_length(exact, c->length);
		if (found != c->expected)
			fail_msg("%s: %zu, not %zu", c->name, found, c->expected);
		free(exact);
	}
}

/* One byte that is not zero, anywhere behind the packet, and nothing is cut. */
static void
only_zeros_are_padding(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct inner *c = &cases[i];

		for (size_t at = c->expected; at < c->length; at++) {
			uint8_t frame[FRAME_MAX] = {0};

			memset(frame, 0x02, 12);
			memcpy(frame + 12, c->start, c->started);
			frame[at] = 0x01;
			if (pgn_inner_length(frame, c->length) != c->length)
				fail_msg("%s: cut a byte that is not zero at %zu", c->name, at);
		}
	}
}

static void
frame_cut_anywhere_is_read_within_its_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct inner *c = &cases[i];

		for (size_t length = PGN_INNER_MIN; length < 12 + c->started; length++) {
			uint8_t *exact = malloc(length);
			size_t found;

			assert_non_null(exact);
			memset(exact, 0x02, 12);
			memcpy(exact + 12, c->start, length - 12);
			found = pgn_inner_length(exact, length);
			assert_true(found >= PGN_INNER_MIN && found <= length);
			free(exact);
		}
	}
}

static void
too_short_for_a_header_stays(void **state)
{
	(void)state;
	assert_int_equal(pgn_inner_length(NULL, 0), 0);
	for (size_t length = 1; length < PGN_INNER_MIN; length++) {
		uint8_t *exact = calloc(1, length);

		assert_non_null(exact);
		assert_int_equal(pgn_inner_length(exact, length), length);
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case),
		cmocka_unit_test(only_zeros_are_padding),
		cmocka_unit_test(frame_cut_anywhere_is_read_within_its_bounds),
		cmocka_unit_test(too_short_for_a_header_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
