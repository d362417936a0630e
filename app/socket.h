/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * The control socket, RUNTIME_DIR/peregrine.ctl: what changes a running node's state comes by it,
 * from who the socket's group lets in. Served by the control loop, which never waits for a client.
 */
#ifndef PGN_SOCKET_H
#define PGN_SOCKET_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/un.h>

#include "config.h"
#include "requests.h"

/** When one more comes, the one that has been silent longest goes. */
#define PGN_CONNECTIONS_MAX 4

struct pgn_connection {
	int fd;         /**< -1: none */
	uint64_t spoke; /**< in the order of requests and connects */
	pid_t pid;
	uid_t uid;
};

struct pgn_socket {
	int epoll; /**< readable when pgn_socket_serve() has something to do; -1: not open */
	int listener;
	uint64_t turns;
	struct pgn_connection connection[PGN_CONNECTIONS_MAX];
	struct sockaddr_un address;
	const struct pgn_acts *acts;
};

/**
 * The group that config names; the process's own where it names none, or none there is. 0; or
 * -ENOENT in the latter case, and a line to errors (NULL: none).
 */
int pgn_socket_group(const struct pgn_config *config, gid_t *group, FILE *errors);

/**
 * Listen; the EAL runs. -EADDRINUSE: another node does at the same place. -ENOTSUP: built without
 * jansson. acts must outlive the socket.
 */
int pgn_socket_open(struct pgn_socket *s, const struct pgn_config *config,
		    const struct pgn_acts *acts);
void pgn_socket_close(struct pgn_socket *s);

/** Take what clients have sent, and answer. Never blocks. */
void pgn_socket_serve(struct pgn_socket *s);

#endif
