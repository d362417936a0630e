/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "any_key.h"

const uint8_t any_key[PGN_AEAD_KEY] = "a key that measures, no secret";

struct pgn_aead_keys *
any_key_read(void)
{
	char name[] = "/tmp/pgn-perf-key-XXXXXX", why[PGN_AEAD_WHY];
	int fd = mkstemp(name);
	struct pgn_aead_keys *keys;

	if (fd < 0)
		return NULL;
	for (unsigned int i = 0; i < PGN_AEAD_KEY; i++)
		dprintf(fd, "%02x", any_key[i]);
	close(fd);
	keys = pgn_aead_keys_read(name, why);
	unlink(name);
	return keys;
}
