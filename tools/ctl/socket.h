/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * SOCK_SEQPACKET sockets in the file system, on which a message is a JSON text. One thread at a
 * time for each descriptor.
 */
#ifndef CTL_SOCKET_H
#define CTL_SOCKET_H

#include <jansson.h>
#include <stddef.h>

#define CTL_ANSWER_MS 2000 /**< what a node takes longer for is no answer */

/** What went wrong, for a person. */
struct ctl_error {
	char text[512];
};

/** Set the text, cut to what fits; returns `result`. */
__attribute__((format(printf, 3, 4))) int ctl_fail(struct ctl_error *error, int result,
						   const char *format, ...);

/** A connected descriptor, or a negative errno and a text. */
int ctl_socket_connect(const char *path, struct ctl_error *error);

/**
 * Receive one message into the buffer of `size` bytes and read it as JSON. NULL and a text: no
 * answer within CTL_ANSWER_MS, the node closed the connection, the message is longer than the
 * buffer or not JSON. The caller releases what is returned.
 */
json_t *ctl_socket_receive(int fd, char *buffer, size_t size, struct ctl_error *error);

/** Send the text, then receive as above; NULL and a text as well when it was not sent. */
json_t *ctl_socket_ask(int fd, const char *text, char *buffer, size_t size,
		       struct ctl_error *error);

#endif
