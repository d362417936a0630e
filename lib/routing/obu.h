/* SPDX-License-Identifier: BSD-3-Clause */
/** What an OBU's context consists of. */
#ifndef PGN_ROUTING_OBU_H
#define PGN_ROUTING_OBU_H

#include "nodes.h"
#include "relayed.h"
#include "upstream.h"

struct pgn_obu {
	struct pgn_routing_conf conf;
	struct pgn_relayed relayed;
	uint64_t sweep_us; /* next pass over the tables */
	struct pgn_upstream_hops upstream;
	struct pgn_table rsus;
	struct pgn_nodes nodes;
};

#endif
