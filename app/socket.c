/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"
#include "socket.h"
#include "socket_place.h"

static int
watch(struct pgn_socket *s, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event);
}

int
pgn_socket_open(struct pgn_socket *s, const struct pgn_config *config, const struct pgn_acts *acts)
{
	int ret;

	memset(s, 0, sizeof(*s));
	s->acts = acts;
	s->epoll = -1;
	for (unsigned int i = 0; i < PGN_CONNECTIONS_MAX; i++)
		s->connection[i].fd = -1;
	s->listener = pgn_socket_place(config, &s->address);
	if (s->listener < 0)
		return s->listener;
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll >= 0 && watch(s, s->listener) == 0)
		return 0;
	ret = -errno;
	pgn_socket_close(s);
	return ret;
}

static void
hang_up(struct pgn_connection *connection)
{
	if (connection->fd >= 0)
		close(connection->fd);
	connection->fd = -1;
}

void
pgn_socket_close(struct pgn_socket *s)
{
	if (s->listener < 0)
		return;
	for (unsigned int i = 0; i < PGN_CONNECTIONS_MAX; i++)
		hang_up(&s->connection[i]);
	unlink(s->address.sun_path);
	close(s->listener);
	s->listener = -1;
	if (s->epoll >= 0)
		close(s->epoll);
	s->epoll = -1;
}

/** A free place, or that of who has been silent longest. */
static struct pgn_connection *
make_room(struct pgn_socket *s)
{
	struct pgn_connection *room = &s->connection[0];

	for (unsigned int i = 0; i < PGN_CONNECTIONS_MAX; i++) {
		struct pgn_connection *connection = &s->connection[i];

		if (connection->fd < 0)
			return connection;
		if (connection->spoke < room->spoke)
			room = connection;
	}
	hang_up(room);
	return room;
}

static void
admit(struct pgn_socket *s)
{
	int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct pgn_connection *connection;
	struct ucred peer = {.pid = 0};
	socklen_t length = sizeof(peer);

	if (fd < 0)
		return;
	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length);
	connection = make_room(s);
	*connection = (struct pgn_connection){
		.fd = fd, .spoke = ++s->turns, .pid = peer.pid, .uid = peer.uid};
	if (watch(s, fd) != 0)
		hang_up(connection);
}

static void
serve(struct pgn_socket *s, struct pgn_connection *connection)
{
	char request[PGN_REQUEST_MAX], reply[PGN_REPLY_MAX];
	ssize_t length = recv(connection->fd, request, sizeof(request), MSG_DONTWAIT | MSG_TRUNC);
	const char *what;

	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (length <= 0) {
		hang_up(connection);
		return;
	}
	connection->spoke = ++s->turns;
	what = pgn_request_answer(s->acts, request, (size_t)length, reply);
	pgn_log(LOG_DEBUG, "control socket: uid %u, pid %d: %s: %s", connection->uid,
		connection->pid, what != NULL ? what : "no request", reply);
	/* Who does not take replies is not waited for. */
	if (send(connection->fd, reply, strlen(reply), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		hang_up(connection);
}

void
pgn_socket_serve(struct pgn_socket *s)
{
	struct epoll_event event[PGN_CONNECTIONS_MAX + 1];
	int n = epoll_wait(s->epoll, event, PGN_CONNECTIONS_MAX + 1, 0);

	for (int e = 0; e < n; e++) {
		if (event[e].data.fd == s->listener) {
			admit(s);
			continue;
		}
		for (unsigned int i = 0; i < PGN_CONNECTIONS_MAX; i++) {
			if (s->connection[i].fd == event[e].data.fd)
				serve(s, &s->connection[i]);
		}
	}
}
