/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <rte_lcore.h>

#include "config_error.h"
#include "log.h"
#include "sealing.h"
#include "worker.h"

static struct pgn_sealing sealing;

int
pgn_sealing_check(const struct pgn_config *config, char line[PGN_SEALING_LINE], FILE *errors)
{
	char why[PGN_AEAD_WHY];
	struct pgn_aead_keys *keys;

	if (!pgn_config_seals(config)) {
		snprintf(line, PGN_SEALING_LINE, "payloads: clear");
		return 0;
	}
	keys = pgn_aead_keys_read(config->aead.key_file, why);
	if (keys == NULL) {
		pgn_config_error(errors, config->file, config->aead.key_file_line,
				 "aead.key_file: %s", why);
		return -EINVAL;
	}
	snprintf(line, PGN_SEALING_LINE,
		 "payloads: sealed with AES-256-GCM, keys in %s: %u, device: %s",
		 config->aead.key_file, pgn_aead_keys_count(keys), config->aead.device.port);
	pgn_aead_keys_free(keys);
	return 0;
}

static struct pgn_aead_device *
open_device(const struct pgn_config *config, unsigned int workers)
{
	const struct pgn_port_config *wanted = &config->aead.device;
	const char *name = wanted->is_pci ? wanted->device : wanted->port;
	char why[PGN_AEAD_WHY];
	struct pgn_aead_device *device =
		pgn_aead_device_open(name, workers, (int)rte_socket_id(), why);

	if (device == NULL)
		pgn_log(LOG_ERR, "%s: aead.device: found \"%s\": %s (%s)",
			pgn_config_place(config, wanted->line).text, wanted->port, why,
			pgn_log_dpdk_reason());
	return device;
}

int
pgn_sealing_start(struct pgn_node *node, const struct pgn_config *config, unsigned int workers)
{
	char why[PGN_AEAD_WHY];
	struct pgn_aead_device *device;
	struct pgn_aead_keys *keys;
	int ret = -EINVAL;

	if (!pgn_config_seals(config))
		return 0;
	keys = pgn_aead_keys_read(config->aead.key_file, why);
	if (keys == NULL) {
		pgn_log(LOG_ERR, "%s: aead.key_file: %s",
			pgn_config_place(config, config->aead.key_file_line).text, why);
		return -EINVAL;
	}
	device = open_device(config, workers);
	if (device != NULL)
		ret = pgn_sealing_open(&sealing, device, keys);
	pgn_aead_keys_free(keys);
	if (ret == 0) {
		node->sealing = &sealing;
		return 0;
	}
	if (device != NULL)
		pgn_log(LOG_ERR, "%s: aead.device: found \"%s\": it takes no keys: %s",
			pgn_config_place(config, config->aead.device.line).text,
			config->aead.device.port, strerror(-ret));
	pgn_aead_device_close(device);
	return -EINVAL;
}

void
pgn_sealing_stop(struct pgn_node *node)
{
	if (node->sealing == NULL)
		return;
	pgn_sealing_close(node->sealing);
	pgn_aead_device_close(node->sealing->device);
	node->sealing = NULL;
}

int
pgn_sealing_reread(struct pgn_node *node, const struct pgn_config *config,
		   char said[PGN_SEALING_LINE])
{
	const char *file = config->aead.key_file;
	char why[PGN_AEAD_WHY];
	struct pgn_aead_keys *keys;
	int ret;

	if (node->sealing == NULL) {
		snprintf(said, PGN_SEALING_LINE, "there is no aead.key_file to read again");
		return -ENOENT;
	}
	keys = pgn_aead_keys_read(file, why);
	if (keys == NULL) {
		snprintf(said, PGN_SEALING_LINE, "%s; the old keys stay", why);
		return -EINVAL;
	}
	ret = pgn_sealing_rekey(node->sealing, node->fib, keys);
	if (ret != 0)
		snprintf(said, PGN_SEALING_LINE, "%s: cannot be taken yet: %s; the old keys stay",
			 file, strerror(-ret));
	else
		snprintf(said, PGN_SEALING_LINE, "keys read again from %s: %u, the first one seals",
			 file, pgn_aead_keys_count(keys));
	pgn_aead_keys_free(keys);
	return ret;
}

/** Bytes behind an inner frame's Ethernet header that fit any wire, sealed. */
static unsigned int
longest(const struct pgn_node *node, const struct pgn_config *config)
{
	unsigned int header = config->role == PGN_ROLE_RSU ? PGN_DOWNSTREAM_LEN : PGN_UPSTREAM_LEN;
	uint32_t frame = UINT32_MAX;

	for (unsigned int w = 0; w < node->id.wire_count; w++) {
		uint32_t max = atomic_load_explicit(&node->max_frame[w], memory_order_relaxed);

		frame = RTE_MIN(frame, max);
	}
	return frame - header - PGN_AEAD_OVERHEAD - PGN_INNER_MIN;
}

void
pgn_sealing_log(const struct pgn_node *node, const struct pgn_config *config)
{
	const struct pgn_sealing *s = node->sealing;

	if (s == NULL)
		return;
	pgn_log(LOG_INFO, "payloads are sealed with AES-256-GCM, keys in %s: %u, device: %s%s",
		config->aead.key_file,
		pgn_aead_keyset_count(atomic_load_explicit(&s->current, memory_order_relaxed)),
		pgn_aead_device_name(s->device),
		pgn_aead_device_is_async(s->device) ? ", asynchronous" : "");
	if (config->tap.mtu > longest(node, config))
		pgn_log(LOG_WARNING,
			"tap.mtu is %u: more than %u bytes do not fit the wire when sealed, and "
			"are "
			"dropped",
			config->tap.mtu, longest(node, config));
}

uint64_t
pgn_sealing_key_age_s(const struct pgn_config *config)
{
	time_t now = time(NULL);
	struct stat file;

	if (!pgn_config_seals(config) || stat(config->aead.key_file, &file) != 0 ||
	    now < file.st_mtime)
		return 0;
	return (uint64_t)(now - file.st_mtime);
}
