/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * One node of a name: who runs holds a lock in the name's runtime directory. The kernel takes it
 * from a process however that ends, so that one which was killed is in nobody's way.
 */
#ifndef PGN_NAME_LOCK_H
#define PGN_NAME_LOCK_H

#include "config.h"

/** The file in the directory; it holds the process's id. */
#define PGN_NAME_LOCK "peregrine.pid"

/**
 * Take the name, before the EAL starts; prefix: its --file-prefix. 0, or -EEXIST after one line
 * that says who has it. Where no lock can be made that is logged, and the node runs without.
 */
int pgn_name_lock(const struct pgn_config *config, const char *prefix);

/** What was taken is given back, and the directory removed once it is empty. */
void pgn_name_unlock(void);

#endif
