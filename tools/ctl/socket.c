/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "socket.h"

int
ctl_fail(struct ctl_error *error, int result, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	return result;
}

static const char *
why(int number)
{
	switch (number) {
	case ENOENT:
	case ECONNREFUSED:
		return "no node listens there";
	case EAGAIN:
		return "no answer within 2 s";
	case EPIPE:
	case ECONNRESET:
		return "the node closed the connection";
	default:
		return strerror(number);
	}
}

int
ctl_socket_connect(const char *path, struct ctl_error *error)
{
	const struct timeval patience = {.tv_sec = CTL_ANSWER_MS / 1000};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, number;

	if (strlen(path) >= sizeof(address.sun_path))
		return ctl_fail(error, -ENAMETOOLONG, "%s: longer than %zu bytes", path,
				sizeof(address.sun_path) - 1);
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return ctl_fail(error, -errno, "socket: %s", strerror(errno));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		number = errno;
		close(fd);
		return ctl_fail(error, -number, "%s: %s", path, why(number));
	}
	return fd;
}

json_t *
ctl_socket_receive(int fd, char *buffer, size_t size, struct ctl_error *error)
{
	struct iovec part = {.iov_base = buffer, .iov_len = size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	json_error_t fault;
	json_t *value;
	ssize_t length;

	do
		length = recvmsg(fd, &message, 0);
	while (length < 0 && errno == EINTR);
	if (length <= 0) {
		ctl_fail(error, 0, "%s", why(length < 0 ? errno : EPIPE));
		return NULL;
	}
	if (message.msg_flags & MSG_TRUNC) {
		ctl_fail(error, 0, "reply longer than %zu bytes", size);
		return NULL;
	}
	value = json_loadb(buffer, (size_t)length, JSON_REJECT_DUPLICATES, &fault);
	if (value == NULL)
		ctl_fail(error, 0, "reply is not JSON: %s at byte %d", fault.text, fault.position);
	return value;
}

json_t *
ctl_socket_ask(int fd, const char *text, char *buffer, size_t size, struct ctl_error *error)
{
	ssize_t sent;

	do
		sent = send(fd, text, strlen(text), MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0) {
		ctl_fail(error, 0, "%s", why(errno));
		return NULL;
	}
	return ctl_socket_receive(fd, buffer, size, error);
}
