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
 * The snapshot at the last reset of the instance that `snapshot` is of. NULL: there was none, or
 * its file is of no use, and `error` has a text (else "").
 */
json_t *ctl_offsets_load(const json_t *snapshot, struct ctl_error *error);

/** 0, or a negative errno and a text. */
int ctl_offsets_save(const json_t *snapshot, struct ctl_error *error);

#endif
