/* SPDX-License-Identifier: BSD-3-Clause */
/** A key that is no secret, for measuring. */
#ifndef ANY_KEY_H
#define ANY_KEY_H

#include "pgn_aead.h"

extern const uint8_t any_key[PGN_AEAD_KEY];

/** Read by way of a file, which is gone afterwards. NULL: no file could be made. */
struct pgn_aead_keys *any_key_read(void);

#endif
