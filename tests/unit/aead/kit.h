/* SPDX-License-Identifier: BSD-3-Clause */
/** A device, keys from files, frames: what the tests of lib/aead are made of. */
#ifndef TEST_AEAD_KIT_H
#define TEST_AEAD_KIT_H

#include "pgn_aead.h"

#define KIT_FRAMES 4095
#define KIT_AT 22 /**< bytes in front of what is sealed */
#define KIT_PEER_KEY "vigilant_parakeet_fixed_key_256!"

struct kit {
	struct pgn_aead_device *device;
	struct pgn_aead_lane *lane;
	struct rte_mempool *pool;
};

extern struct kit kit;

/** False when there is no such device. The last of so many lanes is the kit's. */
bool kit_open(const char *device, unsigned int lanes);
/** Fails when a frame is not back. */
void kit_close(void);

/** An EAL and the device that the first argument names: 0, or what main() is to return.
 * crypto_openssl must be there, the others may be skipped. */
int kit_begin(int argc, char **argv);
/** Ends both; returns what failed. */
int kit_end(int failed);

/** A file with this text and mode; its name, until the next call. */
const char *kit_file(const char *text, unsigned int mode);

/** n keys of 32 bytes, read from a file; a keyset of them. */
struct pgn_aead_keys *kit_keys(unsigned int n, const uint8_t *const *keys);
struct pgn_aead_keyset *kit_keyset(unsigned int n, const uint8_t *const *keys);
struct pgn_aead_keyset *kit_keyset_of(const uint8_t *key);

/** KIT_AT bytes of a pattern, room for a nonce, the inner bytes, room for a tag. */
struct rte_mbuf *kit_clear(const uint8_t *inner, uint32_t length);
/** KIT_AT bytes of a pattern, and these bytes. */
struct rte_mbuf *kit_sealed(const uint8_t *sealed, uint32_t length);
struct rte_mbuf *kit_copy(const struct rte_mbuf *frame);

/** The bytes behind those KIT_AT, which are checked. */
uint8_t *kit_payload(const struct rte_mbuf *frame);
uint32_t kit_payload_length(const struct rte_mbuf *frame);

struct pgn_aead_job kit_job(enum pgn_aead_task task, struct rte_mbuf *frame);

/** Have n jobs done, whatever way the device has; they end in the order in which they began. */
void kit_do(struct pgn_aead_keyset *keyset, struct pgn_aead_job *jobs, unsigned int n);
/** One, which is freed with its copy; returns the verdict. */
enum pgn_aead_verdict kit_do_one(struct pgn_aead_keyset *keyset, struct pgn_aead_job job);

/** Byte i is i mod 256. */
void kit_count_up(uint8_t *bytes, uint32_t length);

/** An inner frame of so many bytes that count up, sealed. */
struct rte_mbuf *kit_seal(struct pgn_aead_keyset *keyset, uint32_t length);

#endif
