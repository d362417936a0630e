/* SPDX-License-Identifier: BSD-3-Clause */
/** What a port is connected with: its link, the kernel's netdev where there is one, its MTU. */
#ifndef PGN_PORT_LINK_H
#define PGN_PORT_LINK_H

#include "port.h"

/** Look at the link now: true when it is not what port->link_up said, which it sets. */
bool pgn_port_link_changed(struct pgn_port *port);

/** Index of the netdev below a port; 0: there is none now, or never is one. */
unsigned int pgn_port_netdev_index(const struct pgn_port *port);

/** Whether the netdev that it was opened on, or made, is gone. */
bool pgn_port_netdev_is_gone(const struct pgn_port *port);

/** Bytes a wire sends at most now, without FCS: MTUs change. */
uint32_t pgn_port_frame_limit(const struct pgn_port *port);

#endif
