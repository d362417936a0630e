/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes, on the device that the first argument names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "inside.h"
#include "kit.h"
#include "pgn_wire.h"
#include "test_eal.h"
#include "vectors.h"

#define SIZES 1501
#define TAMPERED 70

static const uint8_t key_a[PGN_AEAD_KEY] = {0xaa, 1};

/** What is sealed is opened to this, and this, with the nonce of what is sealed, is sealed to it.
 */
static void
expect_both_ways(struct pgn_aead_keyset *keyset, const uint8_t *sealed, uint32_t length,
		 const uint8_t *inner)
{
	uint32_t inner_length = length - PGN_AEAD_OVERHEAD;
	struct pgn_aead_job job = kit_job(PGN_AEAD_OPEN, kit_sealed(sealed, length));

	kit_do(keyset, &job, 1);
	assert_int_equal(job.verdict, PGN_AEAD_GOOD);
	assert_int_equal(job.key, 0);
	assert_memory_equal(kit_payload(job.frame) + PGN_AEAD_NONCE, inner, inner_length);
	assert_memory_equal(kit_payload(job.frame), sealed, PGN_AEAD_NONCE);
	job.task = PGN_AEAD_SEAL_AGAIN;
	kit_do(keyset, &job, 1);
	assert_int_equal(job.verdict, PGN_AEAD_GOOD);
	assert_memory_equal(kit_payload(job.frame), sealed, length);
	rte_pktmbuf_free(job.frame);
}

static void
what_peers_sealed(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of((const uint8_t *)KIT_PEER_KEY);
	struct vectors vectors;
	uint8_t inner[SIZES];

	(void)state;
	kit_count_up(inner, sizeof(inner));
	assert_int_equal(vectors_load(&vectors, TEST_DATA "/vectors/aes-256-gcm.txt"), 0);
	assert_int_equal(vectors.count, 18);
	for (size_t i = 0; i < vectors.count; i++) {
		const struct vector *v = &vectors.list[i];
		unsigned long length = strtoul(strrchr(v->name, '_') + 1, NULL, 10);

		assert_int_equal(v->length, length + PGN_AEAD_OVERHEAD);
		expect_both_ways(keyset, v->bytes, (uint32_t)v->length, inner);
	}
	vectors_free(&vectors);
	pgn_aead_keyset_destroy(keyset);
}

static void
from_hex(const char *hex, uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		assert_int_equal(sscanf(hex + 2 * i, "%2hhx", &bytes[i]), 1);
}

/*
 * NIST's test vectors for AES-256 with 96-bit IVs, 128-bit tags and no additional data: cavp-*, of
 * the Cryptographic Algorithm Validation Program's gcmEncryptExtIV256.rsp and gcmDecrypt256.rsp (by
 * length in bits and count), and gcm-spec-*, of the algorithm's specification as submitted to NIST
 * (appendix B, by test case).
 */
static void
what_nist_sealed(void **state)
{
	struct vectors vectors;

	(void)state;
	assert_int_equal(vectors_load(&vectors, TEST_DATA "/vectors/nist-aes-256-gcm.txt"), 0);
	assert_int_equal(vectors.count, 12);
	for (size_t i = 0; i < vectors.count; i++) {
		const struct vector *v = &vectors.list[i];
		uint8_t key[PGN_AEAD_KEY], inner[128];
		struct pgn_aead_keyset *keyset;

		from_hex(v->expected, key, sizeof(key));
		from_hex(v->expected + 2 * sizeof(key) + 1, inner, v->length - PGN_AEAD_OVERHEAD);
		keyset = kit_keyset_of(key);
		expect_both_ways(keyset, v->bytes, (uint32_t)v->length, inner);
		pgn_aead_keyset_destroy(keyset);
	}
	vectors_free(&vectors);
}

/** Of gcmDecrypt256.rsp as well, where it says FAIL. */
static void
what_nist_did_not_seal(void **state)
{
	struct vectors vectors;

	(void)state;
	assert_int_equal(vectors_load(&vectors, TEST_DATA "/vectors/nist-aes-256-gcm-fail.txt"), 0);
	assert_int_equal(vectors.count, 4);
	for (size_t i = 0; i < vectors.count; i++) {
		const struct vector *v = &vectors.list[i];
		uint8_t key[PGN_AEAD_KEY];
		struct pgn_aead_keyset *keyset;
		struct rte_mbuf *frame = kit_sealed(v->bytes, (uint32_t)v->length);

		from_hex(v->expected, key, sizeof(key));
		keyset = kit_keyset_of(key);
		assert_int_equal(kit_do_one(keyset, kit_job(PGN_AEAD_OPEN, frame)),
				 PGN_AEAD_FORGED);
		pgn_aead_keyset_destroy(keyset);
	}
	vectors_free(&vectors);
}

static void
every_size_in_bursts(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);
	uint8_t inner[SIZES], before[PGN_AEAD_NONCE] = {0};

	(void)state;
	kit_count_up(inner, sizeof(inner));
	for (uint32_t size = 0; size < SIZES; size += PGN_AEAD_BURST) {
		unsigned int n = RTE_MIN(SIZES - size, (uint32_t)PGN_AEAD_BURST);
		struct pgn_aead_job job[PGN_AEAD_BURST];

		for (unsigned int i = 0; i < n; i++) {
			job[i] = kit_job(PGN_AEAD_SEAL, kit_clear(inner, size + i));
			job[i].origin = size + i;
		}
		kit_do(keyset, job, n);
		for (unsigned int i = 0; i < n; i++) {
			const uint8_t *payload = kit_payload(job[i].frame);

			assert_int_equal(job[i].verdict, PGN_AEAD_GOOD);
			assert_int_equal(job[i].origin, size + i);
			assert_memory_not_equal(payload, before, PGN_AEAD_NONCE);
			memcpy(before, payload, PGN_AEAD_NONCE);
			if (size + i >= 8)
				assert_memory_not_equal(payload + PGN_AEAD_NONCE, inner, size + i);
			job[i].task = PGN_AEAD_OPEN;
		}
		kit_do(keyset, job, n);
		for (unsigned int i = 0; i < n; i++) {
			assert_int_equal(job[i].verdict, PGN_AEAD_GOOD);
			assert_int_equal(kit_payload_length(job[i].frame),
					 size + i + PGN_AEAD_OVERHEAD);
			assert_memory_equal(kit_payload(job[i].frame) + PGN_AEAD_NONCE, inner,
					    size + i);
			rte_pktmbuf_free(job[i].frame);
		}
	}
	pgn_aead_keyset_destroy(keyset);
}

static void
a_change_of_any_byte_is_found(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);
	struct rte_mbuf *frame = kit_seal(keyset, TAMPERED);

	(void)state;
	for (unsigned int bit = 0; bit < 8; bit++) {
		for (uint32_t i = 0; i < TAMPERED + PGN_AEAD_OVERHEAD; i++) {
			struct rte_mbuf *copy = kit_copy(frame);

			kit_payload(copy)[i] ^= (uint8_t)(1 << bit);
			assert_int_equal(kit_do_one(keyset, kit_job(PGN_AEAD_OPEN, copy)),
					 PGN_AEAD_FORGED);
		}
	}
	assert_int_equal(kit_do_one(keyset, kit_job(PGN_AEAD_OPEN, frame)), PGN_AEAD_GOOD);
	pgn_aead_keyset_destroy(keyset);
}

static void
a_frame_cut_short_or_too_short_is_found(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);
	struct rte_mbuf *frame = kit_seal(keyset, TAMPERED);

	(void)state;
	for (uint32_t cut = 1; cut <= TAMPERED + PGN_AEAD_OVERHEAD; cut++) {
		uint32_t length = TAMPERED + PGN_AEAD_OVERHEAD - cut;
		struct rte_mbuf *copy = kit_sealed(kit_payload(frame), length);

		assert_int_equal(kit_do_one(keyset, kit_job(PGN_AEAD_OPEN, copy)),
				 length < PGN_AEAD_OVERHEAD ? PGN_AEAD_TOO_SHORT : PGN_AEAD_FORGED);
	}
	rte_pktmbuf_free(frame);
	pgn_aead_keyset_destroy(keyset);
}

static void
one_forged_frame_spoils_no_other(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);
	struct pgn_aead_job job[PGN_AEAD_BURST];
	uint8_t inner[SIZES];

	(void)state;
	kit_count_up(inner, sizeof(inner));
	for (unsigned int i = 0; i < PGN_AEAD_BURST; i++)
		job[i] = kit_job(PGN_AEAD_OPEN, kit_seal(keyset, 100 + i));
	kit_payload(job[20].frame)[50] ^= 1;
	kit_do(keyset, job, PGN_AEAD_BURST);
	for (unsigned int i = 0; i < PGN_AEAD_BURST; i++) {
		assert_int_equal(job[i].verdict, i == 20 ? PGN_AEAD_FORGED : PGN_AEAD_GOOD);
		if (i != 20)
			assert_memory_equal(kit_payload(job[i].frame) + PGN_AEAD_NONCE, inner,
					    100 + i);
		rte_pktmbuf_free(job[i].frame);
	}
	pgn_aead_keyset_destroy(keyset);
}

static void
what_is_not_plain_is_refused(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a);
	struct rte_mbuf *shared = kit_seal(keyset, 100), *chain = kit_seal(keyset, 100);
	struct pgn_aead_job job[] = {kit_job(PGN_AEAD_OPEN, shared), kit_job(PGN_AEAD_SEAL, chain),
				     kit_job(PGN_AEAD_OPEN, kit_seal(keyset, 100)),
				     kit_job(PGN_AEAD_PASS, kit_seal(keyset, 100))};
	uint8_t before[100];

	(void)state;
	rte_mbuf_refcnt_update(shared, 1);
	rte_pktmbuf_chain(chain, kit_seal(keyset, 10));
	memcpy(before, kit_payload(shared), sizeof(before));
	kit_do(keyset, job, RTE_DIM(job));
	assert_int_equal(job[0].verdict, PGN_AEAD_REFUSED);
	assert_int_equal(job[1].verdict, PGN_AEAD_REFUSED);
	assert_int_equal(job[2].verdict, PGN_AEAD_GOOD);
	assert_int_equal(job[3].verdict, PGN_AEAD_GOOD);
	assert_memory_equal(kit_payload(shared), before, sizeof(before));
	rte_pktmbuf_free(shared);
	for (unsigned int i = 0; i < RTE_DIM(job); i++)
		rte_pktmbuf_free(job[i].frame);
	pgn_aead_keyset_destroy(keyset);
}

static void
nonces_begin_at_random_count_and_begin_anew(void **state)
{
	struct pgn_aead_keyset *keyset = kit_keyset_of(key_a), *again = kit_keyset_of(key_a);
	uint8_t first[8];
	struct rte_mbuf *frame;

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		frame = kit_seal(keyset, 20);
		if (i == 0)
			memcpy(first, kit_payload(frame), sizeof(first));
		assert_memory_equal(kit_payload(frame), first, sizeof(first));
		assert_memory_equal(kit_payload(frame) + 8, ((uint8_t[]){0, 0, 0, (uint8_t)i}), 4);
		rte_pktmbuf_free(frame);
	}
	frame = kit_seal(again, 20);
	assert_memory_not_equal(kit_payload(frame), first, sizeof(first));
	rte_pktmbuf_free(frame);

	keyset->lane[0].nonces.counter = UINT32_MAX;
	frame = kit_seal(keyset, 20);
	assert_memory_equal(kit_payload(frame), first, sizeof(first));
	assert_memory_equal(kit_payload(frame) + 8, "\xff\xff\xff\xff", 4);
	rte_pktmbuf_free(frame);
	frame = kit_seal(keyset, 20);
	assert_memory_not_equal(kit_payload(frame), first, sizeof(first));
	assert_memory_equal(kit_payload(frame) + 8, "\0\0\0\0", 4);
	rte_pktmbuf_free(frame);
	pgn_aead_keyset_destroy(keyset);
	pgn_aead_keyset_destroy(again);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_peers_sealed),
		cmocka_unit_test(what_nist_sealed),
		cmocka_unit_test(what_nist_did_not_seal),
		cmocka_unit_test(every_size_in_bursts),
		cmocka_unit_test(a_change_of_any_byte_is_found),
		cmocka_unit_test(a_frame_cut_short_or_too_short_is_found),
		cmocka_unit_test(one_forged_frame_spoils_no_other),
		cmocka_unit_test(what_is_not_plain_is_refused),
		cmocka_unit_test(nonces_begin_at_random_count_and_begin_anew),
	};
	int result = kit_begin(argc, argv);

	return result != 0 ? result : kit_end(cmocka_run_group_tests(tests, NULL, NULL));
}
