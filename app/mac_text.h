/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PGN_MAC_TEXT_H
#define PGN_MAC_TEXT_H

#include <stdio.h>

#include "pgn_wire.h"

struct pgn_mac_text {
	char text[sizeof("02:00:00:00:00:01")];
};

/** As people write it. Any thread. */
static inline struct pgn_mac_text
pgn_mac_text(const struct pgn_mac *mac)
{
	struct pgn_mac_text text;

	snprintf(text.text, sizeof(text.text), "%02x:%02x:%02x:%02x:%02x:%02x", mac->b[0],
		 mac->b[1], mac->b[2], mac->b[3], mac->b[4], mac->b[5]);
	return text;
}

#endif
