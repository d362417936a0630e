/* SPDX-License-Identifier: BSD-3-Clause */
/** What routing knows, as a table for people. By the control loop, which routing belongs to. */
#ifndef PGN_ROUTES_H
#define PGN_ROUTES_H

#include <stdio.h>

#include "config.h"
#include "pgn_routing_dump.h"

/** own: the node's identity. A line a next hop; nothing is flushed. */
void pgn_routes_print_rsu(FILE *out, const struct pgn_config *config, const struct pgn_mac *own,
			  const struct pgn_rsu *rsu, uint64_t now_us);
void pgn_routes_print_obu(FILE *out, const struct pgn_config *config, const struct pgn_mac *own,
			  const struct pgn_obu *obu, uint64_t now_us);

/** In words. Any thread. */
const char *pgn_routes_why(enum pgn_why why);

#endif
