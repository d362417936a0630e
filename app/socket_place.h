/* SPDX-License-Identifier: BSD-3-Clause */
/** Where the control socket is, and who gets at it. */
#ifndef PGN_SOCKET_PLACE_H
#define PGN_SOCKET_PLACE_H

#include <sys/un.h>

#include "config.h"

/** A listening socket with its mode and group, the caller's; or a negative errno. */
int pgn_socket_place(const struct pgn_config *config, struct sockaddr_un *address);

#endif
