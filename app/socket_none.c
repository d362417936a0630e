/* SPDX-License-Identifier: BSD-3-Clause */
/* Built without jansson. */
#include <errno.h>

#include "socket.h"

int
pgn_socket_open(struct pgn_socket *s, const struct pgn_config *config, const struct pgn_acts *acts)
{
	(void)config;
	*s = (struct pgn_socket){.epoll = -1, .listener = -1, .acts = acts};
	return -ENOTSUP;
}

void
pgn_socket_close(struct pgn_socket *s)
{
	(void)s;
}

void
pgn_socket_serve(struct pgn_socket *s)
{
	(void)s;
}
