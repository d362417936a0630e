/* SPDX-License-Identifier: BSD-3-Clause */
/** A node's keys and crypto device, as its config names them. */
#ifndef PGN_APP_SEALING_H
#define PGN_APP_SEALING_H

#include <stdio.h>

#include "config.h"
#include "pgn_node.h"

static inline bool
pgn_config_seals(const struct pgn_config *config)
{
	return config->aead.key_file[0] != '\0';
}

#define PGN_SEALING_LINE 640

/** For --check: how the node seals in one line, or -EINVAL and a line to errors. */
int pgn_sealing_check(const struct pgn_config *config, char line[PGN_SEALING_LINE], FILE *errors);

/**
 * Open the device for so many workers, with the keys that the file has. node->sealing becomes what
 * the node seals with, or stays NULL when it does not. -EINVAL: one line was logged. Before lanes
 * are opened.
 */
int pgn_sealing_start(struct pgn_node *node, const struct pgn_config *config, unsigned int workers);

/** When lanes are closed. */
void pgn_sealing_stop(struct pgn_node *node);

/**
 * Read the file of keys again. 0, or a negative errno: the old keys stay. said: a line for the log
 * either way.
 */
int pgn_sealing_reread(struct pgn_node *node, const struct pgn_config *config,
		       char said[PGN_SEALING_LINE]);

/** Seconds since the file of keys was written; 0: payloads are clear, or it is gone. Any thread. */
uint64_t pgn_sealing_key_age_s(const struct pgn_config *config);

/** Log the device, and a TAP's MTU that is more than fits a wire sealed; ports are open. */
void pgn_sealing_log(const struct pgn_node *node, const struct pgn_config *config);

#endif
