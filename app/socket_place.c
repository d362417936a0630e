/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_eal.h>

#include "log.h"
#include "socket.h"
#include "socket_place.h"

#define MODE 0660
#define BACKLOG 64

/**
 * DPDK makes its directories for their owner only. Where a group is named it may enter ours, and
 * ask telemetry, which only reads; the directory above, which nodes share, is opened for passing.
 */
static void
open_way(const char *directory, gid_t group)
{
	char above[PATH_MAX], telemetry[PATH_MAX];
	struct stat is;

	snprintf(telemetry, sizeof(telemetry), "%s/dpdk_telemetry.v2", directory);
	snprintf(above, sizeof(above), "%s", directory);
	dirname(above);
	if (stat(above, &is) != 0 || chmod(above, (is.st_mode & 07777) | S_IXOTH) != 0 ||
	    chown(directory, (uid_t)-1, group) != 0 || chmod(directory, 0710) != 0 ||
	    chown(telemetry, (uid_t)-1, group) != 0 || chmod(telemetry, MODE) != 0)
		pgn_log(LOG_WARNING,
			"control.group: %s: %s: the group does not get at sockets there", directory,
			strerror(errno));
}

/** What a node left that was killed; -EADDRINUSE: somebody listens there. */
static int
remove_left_over(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int ret;

	if (fd < 0)
		return -errno;
	ret = connect(fd, (const struct sockaddr *)address, sizeof(*address));
	ret = ret == 0 || errno == EAGAIN ? -EADDRINUSE : 0;
	close(fd);
	if (ret == 0 && unlink(address->sun_path) != 0 && errno != ENOENT)
		ret = -errno;
	return ret;
}

int
pgn_socket_place(const struct pgn_config *config, struct sockaddr_un *address)
{
	const char *directory = rte_eal_get_runtime_dir();
	gid_t group;
	int fd, ret;

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if ((size_t)snprintf(address->sun_path, sizeof(address->sun_path), "%s/peregrine.ctl",
			     directory) >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	ret = pgn_socket_group(config, &group, NULL);
	if (ret == 0)
		ret = remove_left_over(address);
	if (ret != 0)
		return ret;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	/* Nobody else's from the first moment: before it has its group and its mode. */
	if (fchmod(fd, 0600) != 0 ||
	    bind(fd, (const struct sockaddr *)address, sizeof(*address)) != 0) {
		ret = -errno;
		close(fd);
		return ret;
	}
	if (chown(address->sun_path, (uid_t)-1, group) != 0 ||
	    chmod(address->sun_path, MODE) != 0 || listen(fd, BACKLOG) != 0) {
		ret = -errno;
		unlink(address->sun_path);
		close(fd);
		return ret;
	}
	if (config->control.group[0] != '\0')
		open_way(directory, group);
	return fd;
}
