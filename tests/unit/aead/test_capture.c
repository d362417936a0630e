/* SPDX-License-Identifier: BSD-3-Clause */
/* What two peers sealed for each other: every data frame opens with their key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "capture.h"
#include "kit.h"
#include "pgn_wire.h"
#include "test_eal.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_ARP 0x0806
#define ETHERTYPE_IPV6 0x86dd
#define IPV6_LEN 40

struct opened {
	unsigned int ipv4, ipv6, arp, upstream, downstream;
};

static uint16_t
checksum(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += pgn_load16(bytes + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void
look_at_inner(const uint8_t *inner, uint32_t length, struct opened *opened)
{
	uint16_t ethertype = pgn_load16(inner + 12);

	assert_true(length >= PGN_INNER_MIN);
	assert_true(pgn_mac_is_station((const struct pgn_mac *)(inner + 6)));
	if (ethertype == ETHERTYPE_ARP) {
		assert_true(length >= PGN_INNER_MIN + 28);
		opened->arp++;
		return;
	}
	if (ethertype == ETHERTYPE_IPV6) {
		assert_int_equal(pgn_load16(inner + PGN_INNER_MIN + 4),
				 length - PGN_INNER_MIN - IPV6_LEN);
		opened->ipv6++;
		return;
	}
	assert_int_equal(ethertype, ETHERTYPE_IPV4);
	assert_int_equal(pgn_load16(inner + PGN_INNER_MIN + 2), length - PGN_INNER_MIN);
	assert_int_equal(checksum(inner + PGN_INNER_MIN, 20), 0xffff);
	opened->ipv4++;
}

static void
open_data(struct pgn_aead_keyset *keyset, const struct pgn_message *message, const uint8_t *frame,
	  size_t length, struct opened *opened)
{
	bool up = message->kind == PGN_KIND_UPSTREAM;
	size_t header = up ? PGN_UPSTREAM_LEN : PGN_DOWNSTREAM_LEN;
	struct pgn_aead_job job =
		kit_job(PGN_AEAD_OPEN, kit_sealed(frame + header, (uint32_t)(length - header)));

	kit_do(keyset, &job, 1);
	assert_int_equal(job.verdict, PGN_AEAD_GOOD);
	look_at_inner(kit_payload(job.frame) + PGN_AEAD_NONCE,
		      kit_payload_length(job.frame) - PGN_AEAD_OVERHEAD, opened);
	if (up)
		opened->upstream++;
	else
		opened->downstream++;
	rte_pktmbuf_free(job.frame);
}

static void
all_data_of_peers_opens(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of((const uint8_t *)KIT_PEER_KEY);
	struct opened opened = {0};
	struct capture capture;
	const uint8_t *frame;
	size_t length;

	(void)state;
	assert_int_equal(capture_open(&capture, TEST_DATA "/captures/encrypted.pcap"), 0);
	while (capture_next(&capture, &frame, &length) == 1) {
		const struct iovec segment = {(void *)(uintptr_t)frame, length};
		struct pgn_message message;
		struct pgn_walk walk;

		pgn_walk_start(&walk, &segment, 1, PGN_MARKER);
		while (pgn_walk_next(&walk, &message)) {
			if (message.kind == PGN_KIND_UPSTREAM ||
			    message.kind == PGN_KIND_DOWNSTREAM)
				open_data(keyset, &message, frame, length, &opened);
		}
	}
	capture_close(&capture);
	assert_int_equal(opened.upstream, 17);
	assert_int_equal(opened.downstream, 17);
	assert_int_equal(opened.ipv4, 26);
	assert_int_equal(opened.ipv6, 4);
	assert_int_equal(opened.arp, 4);
	pgn_aead_keyset_destroy(keyset);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(all_data_of_peers_opens)};

	if (test_eal_start(NULL) != 0 || !kit_open("auto", 1))
		return 1;
	return kit_end(cmocka_run_group_tests(tests, NULL, NULL));
}
