/* SPDX-License-Identifier: BSD-3-Clause */
/** A connection to a node's telemetry socket. One thread at a time. */
#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H

#include "socket.h"

#define CTL_PATH_MAX 512

struct ctl_client {
	int fd; /**< -1: not connected */
	char *buffer;
	size_t size;
	struct ctl_error error; /**< of the last call that failed */
};

#define CTL_CLIENT_NONE ((struct ctl_client){.fd = -1})

/**
 * Where the node named by EAL's file prefix has its sockets: below RUNTIME_DIRECTORY, /var/run (for
 * root), XDG_RUNTIME_DIR or /tmp, as EAL does it.
 */
void ctl_runtime_path(char path[CTL_PATH_MAX], const char *prefix, const char *file);

/** Connect, unless connected. 0 or a negative errno. Close it in the end, whatever came out. */
int ctl_client_open(struct ctl_client *client, const char *path);

/** As often as wanted. */
void ctl_client_close(struct ctl_client *client);

/**
 * What the node says to a command ("/peregrine/lcore,1"), released by the caller; NULL: it says
 * nothing, or nothing of use.
 */
json_t *ctl_client_ask(struct ctl_client *client, const char *command);

#endif
