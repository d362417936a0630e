/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <rte_malloc.h>

#include "inside.h"

#define COUNTER_END (UINT64_C(1) << 32)

/** Where drivers find an operation's nonce: it begins the ticket behind the operation. */
#define NONCE_OFFSET (sizeof(struct rte_crypto_op) + sizeof(struct rte_crypto_sym_op))

static_assert(offsetof(struct pgn_aead_ticket, nonce) == 0, "the nonce begins the ticket");
static_assert(sizeof(uint64_t) + sizeof(uint32_t) == PGN_AEAD_NONCE, "prefix and counter");

/** Cannot fail for so few bytes once the kernel's generator is seeded, which it waits for. */
static void
draw_prefix(struct pgn_aead_keyset_lane *lane)
{
	while (getrandom(&lane->prefix, sizeof(lane->prefix), 0) != sizeof(lane->prefix))
		;
	lane->counter = 0;
}

void
pgn_aead_write_nonce(struct pgn_aead_keyset_lane *lane, uint8_t *nonce)
{
	uint32_t counter;

	if (unlikely(lane->counter == COUNTER_END))
		draw_prefix(lane);
	counter = rte_cpu_to_be_32((uint32_t)lane->counter++);
	memcpy(nonce, &lane->prefix, sizeof(lane->prefix));
	memcpy(nonce + sizeof(lane->prefix), &counter, sizeof(counter));
}

static void *
create_session(const struct pgn_aead_device *device, const uint8_t *key,
	       enum rte_crypto_aead_operation operation)
{
	struct rte_crypto_sym_xform transform = {
		.type = RTE_CRYPTO_SYM_XFORM_AEAD,
		.aead = {
			.op = operation,
			.algo = RTE_CRYPTO_AEAD_AES_GCM,
			.key = {.data = key, .length = PGN_AEAD_KEY},
			.iv = {.offset = NONCE_OFFSET, .length = PGN_AEAD_NONCE},
			.digest_length = PGN_AEAD_TAG,
		}};

	return rte_cryptodev_sym_session_create(device->id, &transform, device->sessions);
}

static void
destroy_session(const struct pgn_aead_device *device, void *session)
{
	if (session == NULL)
		return;
	rte_cryptodev_sym_session_free(device->id, session);
	/* Not every driver wipes what it made of the key. Nobody else gets sessions meanwhile. */
	explicit_bzero(session, device->sessions->elt_size);
}

struct pgn_aead_keyset *
pgn_aead_keyset_create(struct pgn_aead_device *device, const struct pgn_aead_keys *keys)
{
	size_t size = sizeof(struct pgn_aead_keyset) +
		      device->lanes * sizeof(struct pgn_aead_keyset_lane);
	struct pgn_aead_keyset *keyset;
	bool failed;

	if (rte_mempool_avail_count(device->sessions) < 1 + PGN_AEAD_KEYS_MAX) {
		errno = ENOMEM;
		return NULL;
	}
	keyset = rte_zmalloc_socket("pgn_aead_keyset", size, RTE_CACHE_LINE_SIZE, device->socket);
	if (keyset == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	keyset->device = device;
	keyset->count = keys->count;
	keyset->seal = create_session(device, keys->key[0], RTE_CRYPTO_AEAD_OP_ENCRYPT);
	failed = keyset->seal == NULL;
	for (unsigned int i = 0; i < keys->count; i++) {
		keyset->open[i] = create_session(device, keys->key[i], RTE_CRYPTO_AEAD_OP_DECRYPT);
		failed |= keyset->open[i] == NULL;
	}
	for (unsigned int i = 0; i < device->lanes; i++)
		draw_prefix(&keyset->lane[i]);
	if (!failed)
		return keyset;
	pgn_aead_keyset_destroy(keyset);
	errno = EIO;
	return NULL;
}

void
pgn_aead_keyset_destroy(struct pgn_aead_keyset *keyset)
{
	if (keyset == NULL)
		return;
	destroy_session(keyset->device, keyset->seal);
	for (unsigned int i = 0; i < keyset->count; i++)
		destroy_session(keyset->device, keyset->open[i]);
	rte_free(keyset);
}

unsigned int
pgn_aead_keyset_count(const struct pgn_aead_keyset *keyset)
{
	return keyset->count;
}

bool
pgn_aead_keyset_is_idle(const struct pgn_aead_keyset *keyset)
{
	for (unsigned int i = 0; i < keyset->device->lanes; i++) {
		const struct pgn_aead_keyset_lane *lane = &keyset->lane[i];
		uint64_t collected = atomic_load_explicit(&lane->collected, memory_order_acquire);

		if (atomic_load_explicit(&lane->submitted, memory_order_relaxed) != collected)
			return false;
	}
	return true;
}
