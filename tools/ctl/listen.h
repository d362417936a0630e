/* SPDX-License-Identifier: BSD-3-Clause */
/** Addresses to listen on. */
#ifndef CTL_LISTEN_H
#define CTL_LISTEN_H

#include <stdbool.h>
#include <sys/socket.h>

/** "127.0.0.1:9464", "[::1]:9464". False: neither. Port 0 is any that is free. */
bool ctl_listen_parse(struct sockaddr_storage *address, const char *text);

#endif
