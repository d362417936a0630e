/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Ports that come and go while the node runs: links down and up, netdevs that are made anew below a
 * port, MTUs that change. By the control loop.
 */
#ifndef PGN_LINKS_H
#define PGN_LINKS_H

#include <stdio.h>

#include "config.h"
#include "pgn_node.h"
#include "port.h"

struct pgn_links {
	const struct pgn_config *config;
	struct pgn_node *node;
	struct pgn_desk *desk;
	struct pgn_port *port; /**< PGN_MAX_PORTS of them */
	unsigned int workers;
};

/** A look at all wires and the TAP; never waits for a worker. */
void pgn_links_look(struct pgn_links *links, uint64_t now_us);

/** How often links went down and ports were opened again, as lines of "name value". */
void pgn_links_report(FILE *out, const struct pgn_port *ports);

#endif
