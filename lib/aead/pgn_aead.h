/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Sealing and opening bursts of frames: AES-256-GCM over DPDK's crypto devices.
 *
 * A sealed payload is nonce (12) || ciphertext || tag (16) of a whole inner frame, without
 * additional data: PGN_AEAD_OVERHEAD bytes more than the inner frame. Frames are worked on in
 * place: whoever asks leaves room for the nonce in front of an inner frame and for the tag behind.
 *
 * A device is used by its synchronous CPU call where it has one (crypto_aesni_gcm,
 * crypto_aesni_mb): pgn_aead_process(). Any other is asynchronous: pgn_aead_submit() and
 * pgn_aead_collect(), which gives jobs back in the order in which they were submitted.
 *
 * Keys. A file holds one to four, and becomes a keyset: the first key seals, all open. The bytes of
 * keys are in pages that core dumps leave out, and are wiped when they leave. crypto_openssl keeps
 * key schedules in memory of its own: with it the process makes no core dumps at all.
 *
 * Nonces. GCM is broken for a key by two frames with one nonce. A nonce is 8 random bytes, drawn
 * for each lcore and key when a keyset is made, and a 32-bit counter of the lcore's frames; before
 * the counter wraps the 8 bytes are drawn anew. So no nonce comes twice as long as no draw of 8
 * bytes comes twice, within a run, across restarts (which draw anew), lcores and nodes, without
 * anything to be stored or agreed on. How likely two draws are alike: a draw lasts for 2^32 frames.
 * 1,000 nodes that each seal 10 million frames a second for a year draw 1,000 * 3.16e7 s * 1e7 /
 * 2^32 = 7.3e7 times; two of n draws out of 2^64 are alike with a chance of n^2 / 2^65 = 1.5e-4,
 * one in 6,800. Each new key starts afresh: with a new one each month it is one in a million a
 * month. Nonces of peers, 12 random bytes, are among ours as among each other's.
 */
#ifndef PGN_AEAD_H
#define PGN_AEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_mbuf.h>

#define PGN_AEAD_NONCE 12
#define PGN_AEAD_TAG 16
#define PGN_AEAD_OVERHEAD (PGN_AEAD_NONCE + PGN_AEAD_TAG)
#define PGN_AEAD_KEY 32
#define PGN_AEAD_KEYS_MAX 4
#define PGN_AEAD_BURST 64       /**< jobs that are processed, submitted or collected at once */
#define PGN_AEAD_IN_FLIGHT 1024 /**< jobs a lane has with an asynchronous device at most */
#define PGN_AEAD_WHY 512        /**< bytes of room for an error in words */

/* ---- keys: by the control loop; nothing here prints or logs a byte of a key ---- */

struct pgn_aead_keys;

/**
 * Read a file of keys: 64 hexadecimal digits a line, one to four lines, no key twice; a file of the
 * process's user or root's that nobody else may read (mode 0600 or 0400). NULL: `why` says
 * "FILE:LINE: what was found, what is allowed" in PGN_AEAD_WHY bytes.
 */
struct pgn_aead_keys *pgn_aead_keys_read(const char *file, char *why);

unsigned int pgn_aead_keys_count(const struct pgn_aead_keys *keys);

/** Wipes them. NULL is allowed. */
void pgn_aead_keys_free(struct pgn_aead_keys *keys);

/* ---- the device: by the control loop ---- */

struct pgn_aead_device;

/**
 * Open a crypto device for so many lanes: `name` is one that DPDK knows ("crypto_openssl", a PCI
 * address), or "auto": the first that can be had of crypto_aesni_gcm, crypto_aesni_mb,
 * crypto_openssl. One device a process. NULL: `why` says so in words (PGN_AEAD_WHY bytes).
 */
struct pgn_aead_device *pgn_aead_device_open(const char *name, unsigned int lanes, int socket,
					     char *why);

/** No keyset and no lane may be left. NULL is allowed. */
void pgn_aead_device_close(struct pgn_aead_device *device);

const char *pgn_aead_device_name(const struct pgn_aead_device *device);

/** Whether it has no synchronous call: pgn_aead_submit() is to be used. */
bool pgn_aead_device_is_async(const struct pgn_aead_device *device);

/** Bytes of memory of the EAL's that a device with its keysets and lanes takes at most. */
uint64_t pgn_aead_memory(unsigned int lanes);

/* ---- keysets: made and destroyed by the control loop, used by workers ---- */

/** What frames are sealed and opened with; the layout is for this room only. */
struct pgn_aead_keyset;

/** `keys` may be freed afterwards. NULL with errno: ENOMEM (four may exist), EIO (the device). */
struct pgn_aead_keyset *pgn_aead_keyset_create(struct pgn_aead_device *device,
					       const struct pgn_aead_keys *keys);

/** Wipes what it held. No worker may use it or come to use it, and it is idle. NULL is allowed. */
void pgn_aead_keyset_destroy(struct pgn_aead_keyset *keyset);

unsigned int pgn_aead_keyset_count(const struct pgn_aead_keyset *keyset);

/** No job that is in flight uses it. */
bool pgn_aead_keyset_is_idle(const struct pgn_aead_keyset *keyset);

/* ---- jobs: by the worker that owns the lane ---- */

enum pgn_aead_task {
	PGN_AEAD_SEAL,       /**< with a new nonce, and the first key */
	PGN_AEAD_SEAL_AGAIN, /**< with the nonce that is there: what was opened, unchanged */
	PGN_AEAD_OPEN,
	PGN_AEAD_PASS, /**< nothing: to keep its place among others */
};

enum pgn_aead_verdict {
	PGN_AEAD_GOOD,
	PGN_AEAD_FORGED, /**< under no key that was tried: forged, tampered with, clear, or of a key
			      that we do not have; nobody can tell which */
	PGN_AEAD_TOO_SHORT, /**< to be a sealed payload */
	PGN_AEAD_REFUSED, /**< not plain (one segment, nobody else's): the caller can make it so */
	PGN_AEAD_FAILED,  /**< the device said that it could not */
};

/**
 * One frame. Its data is `at` bytes that stay as they are, the nonce, the inner frame (clear or
 * sealed), the tag. After a verdict other than GOOD the bytes are worth nothing.
 */
struct pgn_aead_job {
	struct rte_mbuf *frame;
	/**
	 * OPEN: a copy of it, byte for byte, or NULL. Without one only the key in `key` is tried,
	 * for what a device leaves of a frame that did not open is nobody's business.
	 */
	struct rte_mbuf *kept;
	uint16_t at;
	uint8_t task;    /**< enum pgn_aead_task */
	uint8_t verdict; /**< enum pgn_aead_verdict */
	uint8_t key;     /**< OPEN: the one to try first; then: the one that opened it */
	uint8_t purpose; /**< the caller's, as are the next two */
	uint16_t note;
	uint64_t origin;
};

static_assert(sizeof(struct pgn_aead_job) == 32, "two jobs a cache line");

struct pgn_aead_lane;

/** index: below the device's lanes, no other's. NULL with errno ENOMEM. By the control loop. */
struct pgn_aead_lane *pgn_aead_lane_open(struct pgn_aead_device *device, unsigned int index,
					 int socket);

/**
 * Waits, for a second at most, until the device has given back what it has, and frees the frames of
 * all jobs in flight, with their copies. By the control loop when the worker has ended. NULL is
 * allowed.
 */
void pgn_aead_lane_close(struct pgn_aead_lane *lane);

/** Do n jobs (at most PGN_AEAD_BURST) at once, with a device that is not asynchronous. */
void pgn_aead_process(struct pgn_aead_lane *lane, struct pgn_aead_keyset *keyset,
		      struct pgn_aead_job *job, unsigned int n);

/**
 * Give n jobs to an asynchronous device. Returns how many the lane took, from the first on: frames
 * and copies of these are the lane's until they are collected; the others stay the caller's.
 */
unsigned int pgn_aead_submit(struct pgn_aead_lane *lane, struct pgn_aead_keyset *keyset,
			     const struct pgn_aead_job *job, unsigned int n);

/**
 * The jobs that are done and have none before them that is not, oldest first, at most max of them;
 * returns how many. Never blocks.
 */
unsigned int pgn_aead_collect(struct pgn_aead_lane *lane, struct pgn_aead_job *job,
			      unsigned int max);

/** Jobs that were submitted and not collected; any thread, as of a moment ago. */
unsigned int pgn_aead_in_flight(const struct pgn_aead_lane *lane);

#endif
