/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include <rte_dev.h>
#include <rte_errno.h>

#include "inside.h"

/** More than a lane has in flight: a driver that says it is full has done no half of a job. */
#define DESCRIPTORS (2 * PGN_AEAD_IN_FLIGHT)
/** A keyset has a session that seals and one for each key that opens. */
#define SESSIONS (PGN_AEAD_KEYSETS * (1 + PGN_AEAD_KEYS_MAX))
/** Of the largest session of DPDK's drivers, with the pool's own. */
#define SESSION_MEMORY 8192
#define DEVICE_MEMORY (UINT64_C(1) << 20)

static const char *const automatic[] = {"crypto_aesni_gcm", "crypto_aesni_mb", "crypto_openssl"};

static struct rte_mempool *
create_ops(const struct pgn_aead_device *device)
{
	return rte_crypto_op_pool_create("pgn_aead_ops", RTE_CRYPTO_OP_TYPE_SYMMETRIC,
					 device->lanes * PGN_AEAD_IN_FLIGHT, 0,
					 sizeof(struct pgn_aead_ticket), device->socket);
}

/** Drivers of memory of their own, which nobody can tell the kernel to leave out of a dump. */
static int
keep_out_of_dumps(const struct pgn_aead_device *device, const struct rte_cryptodev_info *info)
{
	for (struct rte_mempool_memhdr *chunk = STAILQ_FIRST(&device->sessions->mem_list);
	     chunk != NULL; chunk = STAILQ_NEXT(chunk, next)) {
		int ret = pgn_secret_hide(chunk->addr, chunk->len);

		if (ret != 0)
			return ret;
	}
	if (strcmp(info->driver_name, "crypto_openssl") == 0 &&
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return -errno;
	return 0;
}

static int
create_pools(struct pgn_aead_device *device)
{
	unsigned int size = rte_cryptodev_sym_get_private_session_size(device->id);

	/* No cache: what is freed lies in the pool, where it is wiped. */
	device->sessions = rte_cryptodev_sym_session_pool_create("pgn_aead_sessions", SESSIONS,
								 size, 0, 0, device->socket);
	if (device->sessions == NULL)
		return -rte_errno;
	if (!device->async)
		return 0;
	device->ops = create_ops(device);
	return device->ops == NULL ? -rte_errno : 0;
}

static int
start(struct pgn_aead_device *device, const struct rte_cryptodev_info *info, char *why)
{
	struct rte_cryptodev_config config = {.socket_id = device->socket,
					      .nb_queue_pairs = (uint16_t)device->lanes,
					      .ff_disable = RTE_CRYPTODEV_FF_ASYMMETRIC_CRYPTO |
							    RTE_CRYPTODEV_FF_SECURITY};
	struct rte_cryptodev_qp_conf pair = {.nb_descriptors = DESCRIPTORS};
	const char *call = "buffers";
	int ret = create_pools(device);

	if (ret == 0) {
		call = "keeping keys out of core dumps";
		ret = keep_out_of_dumps(device, info);
	}
	if (ret == 0) {
		call = "rte_cryptodev_configure";
		ret = rte_cryptodev_configure(device->id, &config);
	}
	pair.mp_session = device->sessions;
	for (unsigned int i = 0; i < device->lanes && ret == 0; i++) {
		call = "rte_cryptodev_queue_pair_setup";
		ret = rte_cryptodev_queue_pair_setup(device->id, (uint16_t)i, &pair,
						     device->socket);
	}
	if (ret == 0) {
		call = "rte_cryptodev_start";
		ret = rte_cryptodev_start(device->id);
	}
	if (ret != 0)
		snprintf(why, PGN_AEAD_WHY, "%s: %s: %s", rte_cryptodev_name_get(device->id), call,
			 rte_strerror(-ret));
	return ret;
}

/** Does it seal as the wire wants it? */
static bool
is_able(uint8_t id)
{
	const struct rte_cryptodev_sym_capability_idx index = {
		.type = RTE_CRYPTO_SYM_XFORM_AEAD, .algo.aead = RTE_CRYPTO_AEAD_AES_GCM};
	const struct rte_cryptodev_symmetric_capability *able =
		rte_cryptodev_sym_capability_get(id, &index);

	return able != NULL && rte_cryptodev_sym_capability_check_aead(
				       able, PGN_AEAD_KEY, PGN_AEAD_TAG, 0, PGN_AEAD_NONCE) == 0;
}

static void
remove_device(uint8_t id)
{
	struct rte_cryptodev_info info;

	rte_cryptodev_info_get(id, &info);
	rte_dev_remove(info.device);
}

/** 0: device->id is it. */
static int
find(struct pgn_aead_device *device, const char *name, char *why)
{
	int id = rte_cryptodev_get_dev_id(name);

	device->probed = false;
	if (id < 0) {
		int ret = rte_dev_probe(name);

		if (ret != 0) {
			snprintf(why, PGN_AEAD_WHY,
				 "%s cannot be had: %s; is its driver installed?", name,
				 rte_strerror(-ret));
			return ret;
		}
		device->probed = true;
		id = rte_cryptodev_get_dev_id(name);
	}
	if (id < 0 || !is_able((uint8_t)id)) {
		snprintf(why, PGN_AEAD_WHY,
			 id < 0 ? "%s: found no crypto device"
				: "%s: found a device without AES-256-GCM, allowed one with it",
			 name);
		if (id >= 0 && device->probed)
			remove_device((uint8_t)id);
		return -ENODEV;
	}
	device->id = (uint8_t)id;
	return 0;
}

static int
find_any(struct pgn_aead_device *device, const char *name, char *why)
{
	int ret = -ENODEV;

	if (strcmp(name, "auto") != 0)
		return find(device, name, why);
	for (unsigned int i = 0; i < RTE_DIM(automatic) && ret != 0; i++)
		ret = find(device, automatic[i], why);
	return ret;
}

struct pgn_aead_device *
pgn_aead_device_open(const char *name, unsigned int lanes, int socket, char *why)
{
	struct pgn_aead_device *device = calloc(1, sizeof(*device));
	struct rte_cryptodev_info info;

	if (device == NULL) {
		snprintf(why, PGN_AEAD_WHY, "%s: out of memory", name);
		return NULL;
	}
	device->lanes = lanes;
	device->socket = socket;
	if (find_any(device, name, why) != 0)
		goto free_device;
	rte_cryptodev_info_get(device->id, &info);
	device->async = (info.feature_flags & RTE_CRYPTODEV_FF_SYM_CPU_CRYPTO) == 0;
	if (info.max_nb_queue_pairs < lanes) {
		snprintf(why, PGN_AEAD_WHY, "%s: found %u queue pairs, %u needed", name,
			 info.max_nb_queue_pairs, lanes);
		goto close_device;
	}
	if (start(device, &info, why) != 0)
		goto close_device;
	return device;

close_device:
	pgn_aead_device_close(device);
	return NULL;
free_device:
	free(device);
	return NULL;
}

void
pgn_aead_device_close(struct pgn_aead_device *device)
{
	if (device == NULL)
		return;
	rte_cryptodev_stop(device->id);
	if (device->probed)
		remove_device(device->id);
	else
		rte_cryptodev_close(device->id);
	rte_mempool_free(device->ops);
	rte_mempool_free(device->sessions);
	free(device);
}

const char *
pgn_aead_device_name(const struct pgn_aead_device *device)
{
	return rte_cryptodev_name_get(device->id);
}

bool
pgn_aead_device_is_async(const struct pgn_aead_device *device)
{
	return device->async;
}

uint64_t
pgn_aead_memory(unsigned int lanes)
{
	uint64_t op = sizeof(struct rte_crypto_op) + sizeof(struct rte_crypto_sym_op) +
		      sizeof(struct pgn_aead_ticket) + 2 * RTE_CACHE_LINE_SIZE;

	return (uint64_t)SESSIONS * SESSION_MEMORY +
	       lanes * (sizeof(struct pgn_aead_lane) + PGN_AEAD_IN_FLIGHT * op +
			DESCRIPTORS * sizeof(void *)) +
	       DEVICE_MEMORY;
}
