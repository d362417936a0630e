/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What was counted at the last `reset`, kept by the reader in a file of its own: below
 * XDG_RUNTIME_DIR or /run, named by the instance of the node. The node knows nothing of it.
 */
#ifndef CTL_OFFSETS_H
#define CTL_OFFSETS_H

#include <jansson.h>

#include "socket.h"

/**
 * Make *offset the snapshot at the last reset of the instance that `snapshot` is of, unless `last`
 * is of the same. NULL: there was none, or its file is of no use, and `error` has a text (else "").
 */
void ctl_offsets_follow(json_t **offset, const json_t *snapshot, const json_t *last,
			struct ctl_error *error);

/** 0, or a negative errno and a text. */
int ctl_offsets_save(const json_t *snapshot, struct ctl_error *error);

#endif
