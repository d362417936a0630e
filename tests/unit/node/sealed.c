/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "sealed.h"
#include "test_eal.h"

#define SKIP 77

static const uint8_t first_key[PGN_AEAD_KEY] = {1, 2, 3}, second_key[PGN_AEAD_KEY] = {4, 5, 6};

struct pgn_aead_keyset *sealed_first, *sealed_second;

static struct pgn_aead_keys *
keys_of(unsigned int keys)
{
	const uint8_t *const key[] = {keys == 21 ? second_key : first_key,
				      keys == 21 ? first_key : second_key};

	return keys < 10 ? kit_keys(1, &key[keys - 1]) : kit_keys(2, key);
}

void
sealed_rekey(struct rig *rig, unsigned int keys)
{
	struct pgn_aead_keys *read = keys_of(keys);

	assert_int_equal(pgn_sealing_rekey(&rig->sealing, rig->node.fib, read), 0);
	pgn_aead_keys_free(read);
	rig_pass(rig, 3000);
	assert_true(pgn_sealing_reclaim(&rig->sealing, rig->node.fib));
}

int
sealed_run(const char *device, const struct CMUnitTest *tests, size_t count)
{
	struct pgn_aead_keys *read;
	int failed;

	if (test_eal_start(NULL) != 0)
		return 1;
	/* The first lane is the rig's. */
	if (!kit_open(device, 2))
		return SKIP;
	sealed_first = kit_keyset_of(first_key);
	sealed_second = kit_keyset_of(second_key);
	read = keys_of(1);
	rig_seal_with(kit.device, read);
	failed = _cmocka_run_group_tests("sealed", tests, count, NULL, NULL);
	pgn_aead_keys_free(read);
	pgn_aead_keyset_destroy(sealed_first);
	pgn_aead_keyset_destroy(sealed_second);
	return kit_end(failed);
}

size_t
sealed_seal(struct pgn_aead_keyset *keyset, uint8_t *to, const uint8_t *inner, size_t length)
{
	struct pgn_aead_job job = kit_job(PGN_AEAD_SEAL, kit_clear(inner, (uint32_t)length));

	kit_do(keyset, &job, 1);
	assert_int_equal(job.verdict, PGN_AEAD_GOOD);
	memcpy(to, kit_payload(job.frame), length + PGN_AEAD_OVERHEAD);
	rte_pktmbuf_free(job.frame);
	return length + PGN_AEAD_OVERHEAD;
}

int
sealed_open(struct pgn_aead_keyset *keyset, uint8_t *to, const uint8_t *sealed, size_t length)
{
	struct pgn_aead_job job = kit_job(PGN_AEAD_OPEN, kit_sealed(sealed, (uint32_t)length));
	int inner = -1;

	kit_do(keyset, &job, 1);
	if (job.verdict == PGN_AEAD_GOOD) {
		inner = (int)(length - PGN_AEAD_OVERHEAD);
		memcpy(to, kit_payload(job.frame) + PGN_AEAD_NONCE, (size_t)inner);
	}
	rte_pktmbuf_free(job.frame);
	return inner;
}
