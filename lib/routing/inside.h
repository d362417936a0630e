/* SPDX-License-Identifier: BSD-3-Clause */
/** What is inside the contexts, to look at. */
#ifndef PGN_ROUTING_INSIDE_H
#define PGN_ROUTING_INSIDE_H

#include "nodes.h"
#include "sent.h"
#include "upstream.h"

struct pgn_rsu_inside {
	const struct pgn_sent *sent;
	const struct pgn_nodes *nodes;
};

struct pgn_obu_inside {
	const struct pgn_table *rsus;
	const struct pgn_upstream_hops *upstream;
	const struct pgn_nodes *nodes;
};

struct pgn_rsu_inside pgn_rsu_inside(const struct pgn_rsu *rsu);
struct pgn_obu_inside pgn_obu_inside(const struct pgn_obu *obu);

#endif
