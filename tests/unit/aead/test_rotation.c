/* SPDX-License-Identifier: BSD-3-Clause */
/* Several keys, on the device that the first argument names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "inside.h"
#include "kit.h"
#include "test_eal.h"

#define LENGTH 70

static const uint8_t key_a[PGN_AEAD_KEY] = {0xaa, 1}, key_b[PGN_AEAD_KEY] = {0xbb, 2},
		     key_c[PGN_AEAD_KEY] = {0xcc, 3};

/** The key that opened it, or -1. */
static int
opened_by(struct pgn_aead_keyset *keyset, struct rte_mbuf *frame, unsigned int first, bool kept)
{
	struct pgn_aead_job job = kit_job(PGN_AEAD_OPEN, kit_copy(frame));
	uint8_t inner[LENGTH];
	int key = -1;

	job.key = (uint8_t)first;
	job.kept = kept ? kit_copy(frame) : NULL;
	kit_do(keyset, &job, 1);
	if (job.verdict == PGN_AEAD_GOOD) {
		kit_count_up(inner, sizeof(inner));
		assert_memory_equal(kit_payload(job.frame) + PGN_AEAD_NONCE, inner, LENGTH);
		key = job.key;
	} else {
		assert_int_equal(job.verdict, PGN_AEAD_FORGED);
	}
	rte_pktmbuf_free(job.frame);
	rte_pktmbuf_free(job.kept);
	return key;
}

/** Old; old and new; new and old; new: neighbours in this order open each other's frames. */
static void
keys_are_rotated(void **state)
{
	const uint8_t *const old_new[] = {key_a, key_b}, *const new_old[] = {key_b, key_a};
	struct pgn_aead_keyset *set[] = {kit_keyset_of(key_a), kit_keyset(2, old_new),
					 kit_keyset(2, new_old), kit_keyset_of(key_b)};
	/* By who opens and who sealed. */
	static const int expected[4][4] = {
		{0, 0, -1, -1}, {0, 0, 1, 1}, {1, 1, 0, 0}, {-1, -1, 0, 0}};

	(void)state;
	for (unsigned int sealer = 0; sealer < 4; sealer++) {
		struct rte_mbuf *frame = kit_seal(set[sealer], LENGTH);

		for (unsigned int opener = 0; opener < 4; opener++) {
			for (unsigned int first = 0; first < 2; first++)
				assert_int_equal(opened_by(set[opener], frame, first, true),
						 expected[opener][sealer]);
		}
		rte_pktmbuf_free(frame);
	}
	for (unsigned int i = 0; i < 4; i++)
		pgn_aead_keyset_destroy(set[i]);
}

static void
without_a_copy_one_key_is_tried(void **state)
{
	const uint8_t *const keys[] = {key_a, key_b, key_c};
	struct pgn_aead_keyset *three = kit_keyset(3, keys), *one = kit_keyset_of(key_c);
	struct rte_mbuf *frame = kit_seal(one, LENGTH);

	(void)state;
	assert_int_equal(pgn_aead_keyset_count(three), 3);
	assert_int_equal(opened_by(three, frame, 0, true), 2);
	assert_int_equal(opened_by(three, frame, 0, false), -1);
	assert_int_equal(opened_by(three, frame, 2, false), 2);
	/* A key that there no longer is. */
	assert_int_equal(opened_by(one, frame, 3, false), 0);
	rte_pktmbuf_free(frame);
	pgn_aead_keyset_destroy(three);
	pgn_aead_keyset_destroy(one);
}

/** Each of its own key first, a stranger's among them. */
static void
a_burst_of_many_keys(void **state)
{
	const uint8_t *const keys[] = {key_a, key_b};
	struct pgn_aead_keyset *both = kit_keyset(2, keys);
	struct pgn_aead_keyset *set[] = {kit_keyset_of(key_a), kit_keyset_of(key_b),
					 kit_keyset_of(key_c)};
	struct pgn_aead_job job[PGN_AEAD_BURST];

	(void)state;
	for (unsigned int i = 0; i < PGN_AEAD_BURST; i++) {
		struct rte_mbuf *frame = kit_seal(set[i % 3], LENGTH + i);

		job[i] = kit_job(PGN_AEAD_OPEN, frame);
		job[i].kept = kit_copy(frame);
		job[i].key = (uint8_t)(i / 3 % 2);
		job[i].origin = i;
	}
	kit_do(both, job, PGN_AEAD_BURST);
	for (unsigned int i = 0; i < PGN_AEAD_BURST; i++) {
		assert_int_equal(job[i].origin, i);
		assert_int_equal(job[i].verdict, i % 3 == 2 ? PGN_AEAD_FORGED : PGN_AEAD_GOOD);
		if (i % 3 != 2)
			assert_int_equal(job[i].key, i % 3);
		rte_pktmbuf_free(job[i].frame);
		rte_pktmbuf_free(job[i].kept);
	}
	for (unsigned int i = 0; i < 3; i++)
		pgn_aead_keyset_destroy(set[i]);
	pgn_aead_keyset_destroy(both);
}

static void
four_keysets_may_exist(void **state)
{
	struct pgn_aead_keyset *set[PGN_AEAD_KEYSETS];
	const uint8_t *const one[] = {key_a};
	struct pgn_aead_keys *keys = kit_keys(1, one);

	(void)state;
	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int i = 0; i < PGN_AEAD_KEYSETS; i++) {
			const uint8_t *const four[] = {key_a, key_b, key_c,
						       (const uint8_t *)KIT_PEER_KEY};

			set[i] = kit_keyset(4, four);
		}
		assert_null(pgn_aead_keyset_create(kit.device, keys));
		for (unsigned int i = 0; i < PGN_AEAD_KEYSETS; i++)
			pgn_aead_keyset_destroy(set[i]);
	}
	pgn_aead_keys_free(keys);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_rotated),
		cmocka_unit_test(without_a_copy_one_key_is_tried),
		cmocka_unit_test(a_burst_of_many_keys),
		cmocka_unit_test(four_keysets_may_exist),
	};
	int result = kit_begin(argc, argv);

	return result != 0 ? result : kit_end(cmocka_run_group_tests(tests, NULL, NULL));
}
