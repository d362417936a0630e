/* SPDX-License-Identifier: BSD-3-Clause */
/** Sealed frames for a rig, and the sealed frames that a rig sends. */
#ifndef TEST_SEALED_H
#define TEST_SEALED_H

#include "kit.h"
#include "rig.h"

/** The rig's key, and another one. */
extern struct pgn_aead_keyset *sealed_first, *sealed_second;

/** Run tests whose rigs seal with the first key; returns the exit status. */
int sealed_run(const char *device, const struct CMUnitTest *tests, size_t count);

/** From now on the rig has these keys: 1 the first, 2 the second, 12 and 21 both. */
void sealed_rekey(struct rig *rig, unsigned int keys);

/** Seal length bytes to `to`; returns length + PGN_AEAD_OVERHEAD. */
size_t sealed_seal(struct pgn_aead_keyset *keyset, uint8_t *to, const uint8_t *inner,
		   size_t length);

/** Open length bytes to `to`; returns the inner length, -1: it does not open. */
int sealed_open(struct pgn_aead_keyset *keyset, uint8_t *to, const uint8_t *sealed, size_t length);

#endif
