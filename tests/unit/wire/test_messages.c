/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages written and read: every line of messages.txt, built from the fields in its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

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

static const struct vector *
named(const char *name)
{
	const struct vector *vector = vectors_find(&vectors, name);

	assert_non_null(vector);
	return vector;
}

static void
described_by_name(const struct vector *vector, struct described *out)
{
	if (describe(vector->name, out) < 0)
		fail_msg("%s: name not understood", vector->name);
}

static void
nest(const struct described *d, struct pgn_nested *nested, uint16_t marker)
{
	const void *payload = d->payload_length == 0 ? NULL : d->payload;

	switch (d->kind) {
	case PGN_KIND_HEARTBEAT:
		pgn_nest_heartbeat(nested, marker, &d->heartbeat);
		break;
	case PGN_KIND_REPLY:
		pgn_nest_reply(nested, marker, &d->reply);
		break;
	case PGN_KIND_UPSTREAM:
		pgn_nest_upstream(nested, marker, &d->upstream, payload, d->payload_length);
		break;
	default:
		pgn_nest_downstream(nested, marker, &d->downstream, payload, d->payload_length);
		break;
	}
}

static void
all_vectors_are_here(void **state)
{
	(void)state;
	assert_int_equal(vectors.count, DESCRIBED_VECTORS);
}

static void
flat_writer_makes_the_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < vectors.count; i++) {
		const struct vector *vector = &vectors.list[i];
		uint8_t *frame = malloc(vector->length);
		struct described d;
		int header;

		assert_non_null(frame);
		described_by_name(vector, &d);
		header = described_write_header(&d, frame, vector->length, PGN_MARKER);
		assert_int_equal(header, trace_header_length(d.kind));
		assert_int_equal(header + d.payload_length, vector->length);
		memcpy(frame + header, d.payload, d.payload_length);
		assert_memory_equal(frame, vector->bytes, vector->length);
		free(frame);
	}
}

static void
nested_writer_makes_the_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < vectors.count; i++) {
		const struct vector *vector = &vectors.list[i];
		uint8_t *frame = malloc(vector->length);
		struct pgn_nested nested;
		struct described d;

		assert_non_null(frame);
		described_by_name(vector, &d);
		nest(&d, &nested, PGN_MARKER);
		assert_int_equal(pgn_nested_length(&nested), vector->length);
		assert_int_equal(pgn_nested_flatten(&nested, frame, vector->length),
				 vector->length);
		assert_memory_equal(frame, vector->bytes, vector->length);
		free(frame);
	}
}

static void
nested_parts_are_the_fields(void **state)
{
	static const size_t control[] = {6, 6, 2, 1, 1, 16, 4, 4, 6, 6};
	static const size_t data[] = {6, 6, 2, 1, 1, 6, 6, 42};
	struct pgn_nested nested;
	struct described d;

	(void)state;
	described_by_name(named("reply_d1000_id42"), &d);
	nest(&d, &nested, PGN_MARKER);
	assert_int_equal(nested.count, PGN_NESTED_PARTS);
	for (unsigned int i = 0; i < nested.count; i++)
		assert_int_equal(nested.part[i].iov_len, control[i]);

	described_by_name(named("downstream_42"), &d);
	nest(&d, &nested, PGN_MARKER);
	assert_int_equal(nested.count, 8);
	for (unsigned int i = 0; i < nested.count; i++)
		assert_int_equal(nested.part[i].iov_len, data[i]);
	assert_ptr_equal(nested.part[7].iov_base, d.payload);

	described_by_name(named("downstream_0"), &d);
	nest(&d, &nested, PGN_MARKER);
	assert_int_equal(nested.count, 7);
}

static void
vectors_walk_and_read_back_to_their_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < vectors.count; i++) {
		const struct vector *vector = &vectors.list[i];
		const struct iovec segment = {vector->bytes, vector->length};
		struct described expected, found;
		struct pgn_message message;
		struct pgn_walk walk;

		described_by_name(vector, &expected);
		pgn_walk_start(&walk, &segment, 1, PGN_MARKER);
		assert_true(pgn_walk_next(&walk, &message));
		assert_int_equal(message.offset, 0);
		assert_int_equal(message.length, vector->length);
		assert_ptr_equal(message.header, vector->bytes);
		described_read(&message, vector->bytes + trace_header_length(message.kind), &found);
		assert_true(described_equal(&expected, &found));
		assert_false(pgn_walk_next(&walk, &message));
		assert_false(walk.stopped_early);
	}
}

static void
relays_to(const char *before, const char *after, const struct pgn_mac *to,
	  const struct pgn_mac *from)
{
	const struct vector *received = named(before), *relayed = named(after);
	uint8_t *frame = malloc(received->length);

	assert_non_null(frame);
	assert_int_equal(received->length, relayed->length);
	memcpy(frame, received->bytes, received->length);
	if (to == NULL)
		pgn_relay_heartbeat_in_place(frame, from);
	else
		pgn_relay_in_place(frame, to, from);
	assert_memory_equal(frame, relayed->bytes, relayed->length);
	free(frame);
}

static void
relay_in_place_makes_the_forward_vectors(void **state)
{
	(void)state;
	relays_to("heartbeat_d1000_id42", "heartbeat_forward_by_obu_d1000_id42", NULL, &mac_obu);
	relays_to("heartbeat_forward_by_obu_d1000_id42", "heartbeat_forward_by_obu2_d1000_id42",
		  NULL, &mac_obu2);
	relays_to("reply_hops2_from_obu2_d1000_id42", "reply_forward_by_obu_d1000_id42", &mac_rsu,
		  &mac_obu);
	relays_to("upstream_0", "upstream_0_forward", &mac_obu, &mac_obu2);
	relays_to("upstream_1", "upstream_1_forward", &mac_obu, &mac_obu2);
	relays_to("upstream_42", "upstream_42_forward", &mac_obu, &mac_obu2);
	relays_to("upstream_1400", "upstream_1400_forward", &mac_obu, &mac_obu2);
	relays_to("upstream_1450", "upstream_1450_forward", &mac_obu, &mac_obu2);
	relays_to("downstream_0", "downstream_0_forward", &mac_obu2, &mac_obu);
	relays_to("downstream_1", "downstream_1_forward", &mac_obu2, &mac_obu);
	relays_to("downstream_42", "downstream_42_forward", &mac_obu2, &mac_obu);
	relays_to("downstream_1400", "downstream_1400_forward", &mac_obu2, &mac_obu);
	relays_to("downstream_1450", "downstream_1450_forward", &mac_obu2, &mac_obu);
}

static void
relay_takes_macs_from_the_message_itself(void **state)
{
	uint8_t frame[PGN_UPSTREAM_LEN];
	struct pgn_wire_common *common = (struct pgn_wire_common *)frame;

	(void)state;
	memcpy(frame, named("upstream_0")->bytes, sizeof(frame));
	pgn_relay_in_place(frame, &common->from, &common->to);
	assert_memory_equal(&common->to, &mac_obu, sizeof(mac_obu));
	assert_memory_equal(&common->from, &mac_rsu, sizeof(mac_rsu));
}

static void
heartbeat_written_again_has_one_hop_more(void **state)
{
	static const char *const again[] = {
		"heartbeat_d1000_id42",
		"heartbeat_reser1_d1000_id42",
		"heartbeat_reser2_d1000_id42",
		"heartbeat_reser3_d1000_id42",
	};

	(void)state;
	for (size_t i = 1; i < 4; i++) {
		const struct vector *expected = named(again[i]);
		uint8_t frame[PGN_HEARTBEAT_LEN];
		struct pgn_heartbeat m;

		pgn_read_heartbeat(named(again[i - 1])->bytes, &m);
		m.hops++;
		pgn_write_heartbeat(frame, sizeof(frame), PGN_MARKER, &m);
		assert_int_equal(expected->length, sizeof(frame));
		assert_memory_equal(frame, expected->bytes, sizeof(frame));
	}
}

static void
all_128_bits_of_a_duration_pass(void **state)
{
	const struct pgn_duration duration = {0x0102030405060708, 0x090a0b0c0d0e0f10};
	const struct pgn_heartbeat heartbeat = {.duration = duration};
	const struct pgn_reply reply = {.duration = duration};
	struct pgn_heartbeat heartbeat_back;
	struct pgn_reply reply_back;
	uint8_t frame[PGN_HEADER_MAX];
	struct pgn_nested nested;

	(void)state;
	pgn_write_heartbeat(frame, sizeof(frame), PGN_MARKER, &heartbeat);
	for (unsigned int i = 0; i < 16; i++)
		assert_int_equal(frame[16 + i], i + 1);
	pgn_read_heartbeat(frame, &heartbeat_back);
	assert_memory_equal(&heartbeat_back.duration, &duration, sizeof(duration));

	memset(frame, 0, sizeof(frame));
	pgn_nest_heartbeat(&nested, PGN_MARKER, &heartbeat);
	pgn_nested_flatten(&nested, frame, sizeof(frame));
	for (unsigned int i = 0; i < 16; i++)
		assert_int_equal(frame[16 + i], i + 1);

	pgn_write_reply(frame, sizeof(frame), PGN_MARKER, &reply);
	for (unsigned int i = 0; i < 16; i++)
		assert_int_equal(frame[16 + i], i + 1);
	pgn_read_reply(frame, &reply_back);
	assert_memory_equal(&reply_back.duration, &duration, sizeof(duration));
}

static void
short_room_is_refused_and_untouched(void **state)
{
	(void)state;
	for (size_t i = 0; i < vectors.count; i++) {
		const struct vector *vector = &vectors.list[i];
		struct described d;
		struct pgn_nested nested;
		uint8_t *frame = malloc(vector->length), *blank = malloc(vector->length);

		assert_non_null(frame);
		assert_non_null(blank);
		memset(frame, 0x5a, vector->length);
		memset(blank, 0x5a, vector->length);
		described_by_name(vector, &d);
		assert_int_equal(described_write_header(&d, frame, trace_header_length(d.kind) - 1,
							PGN_MARKER),
				 -ENOBUFS);
		nest(&d, &nested, PGN_MARKER);
		assert_int_equal(pgn_nested_flatten(&nested, frame, vector->length - 1), -ENOBUFS);
		assert_memory_equal(frame, blank, vector->length);
		free(blank);
		free(frame);
	}
}

static void
another_marker_is_written_and_found(void **state)
{
	const uint16_t marker = 0x88b5;

	(void)state;
	for (size_t i = 0; i < vectors.count; i++) {
		uint8_t flat[PGN_DOWNSTREAM_LEN + DESCRIBED_PAYLOAD_MAX];
		struct iovec segment = {flat, vectors.list[i].length};
		struct described d;
		struct pgn_nested nested;
		struct trace trace;
		uint8_t header[PGN_HEADER_MAX];
		int length;

		described_by_name(&vectors.list[i], &d);
		nest(&d, &nested, marker);
		assert_int_equal(pgn_nested_flatten(&nested, flat, sizeof(flat)), segment.iov_len);
		assert_int_equal(flat[12], 0x88);
		assert_int_equal(flat[13], 0xb5);
		length = described_write_header(&d, header, sizeof(header), marker);
		assert_memory_equal(header, flat, (size_t)length);
		assert_true(trace_walk(&trace, &segment, 1, marker));
		assert_int_equal(trace.count, 1);
		assert_true(trace_walk(&trace, &segment, 1, PGN_MARKER));
		assert_int_equal(trace.count, 0);
		assert_int_equal(trace.stop, PGN_DROP_FOREIGN);
	}
}

static void
macs_compare_by_every_byte(void **state)
{
	const struct pgn_mac mac = {{0x02, 0x11, 0x22, 0x33, 0x44, 0x55}}, zero = {{0}};

	(void)state;
	assert_true(pgn_mac_equal(&mac, &mac));
	for (unsigned int i = 0; i < 6; i++) {
		struct pgn_mac other = mac;

		other.b[i] ^= 0x80;
		assert_false(pgn_mac_equal(&mac, &other));
		assert_true(pgn_mac_number(&mac) != pgn_mac_number(&other));
	}
	assert_true(pgn_mac_number(&mac) == 0x021122334455);
	assert_true(pgn_mac_is_station(&mac));
	assert_false(pgn_mac_is_group(&mac));
	assert_false(pgn_mac_is_station(&zero));
	assert_false(pgn_mac_is_station(&pgn_mac_broadcast));
	assert_true(pgn_mac_is_group(&pgn_mac_broadcast));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_vectors_are_here),
		cmocka_unit_test(flat_writer_makes_the_vectors),
		cmocka_unit_test(nested_writer_makes_the_vectors),
		cmocka_unit_test(nested_parts_are_the_fields),
		cmocka_unit_test(vectors_walk_and_read_back_to_their_fields),
		cmocka_unit_test(relay_in_place_makes_the_forward_vectors),
		cmocka_unit_test(relay_takes_macs_from_the_message_itself),
		cmocka_unit_test(heartbeat_written_again_has_one_hop_more),
		cmocka_unit_test(all_128_bits_of_a_duration_pass),
		cmocka_unit_test(short_room_is_refused_and_untouched),
		cmocka_unit_test(another_marker_is_written_and_found),
		cmocka_unit_test(macs_compare_by_every_byte),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
