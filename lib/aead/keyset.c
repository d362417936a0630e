/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <rte_malloc.h>

#include "inside.h"

/** Where drivers find an operation's nonce: it begins the ticket behind the operation. */
#define NONCE_OFFSET (sizeof(struct rte_crypto_op) + sizeof(struct rte_crypto_sym_op))

static_assert(offsetof(struct pgn_aead_ticket, nonce) == 0, "the nonce begins the ticket");
static_assert(sizeof(uint64_t) + sizeof(uint32_t) == PGN_AEAD_NONCE, "prefix and counter");

/** Cannot fail for so few bytes once the kernel's generator is seeded, which it waits for. */
void
pgn_aead_draw_prefix(struct pgn_aead_nonces *nonces)
{
	while (getrandom(&nonces->prefix, sizeof(nonces->prefix), 0) != sizeof(nonces->prefix))
		;
	nonces->counter = 0;
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
		pgn_aead_draw_prefix(&keyset->lane[i].nonces);
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
