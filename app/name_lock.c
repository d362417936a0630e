/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/libutil.h>
#include <bsd/string.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "name_lock.h"

/** A node that stops may remove the directory between our making it and our using it. */
#define TRIES 10

static struct {
	char directory[PATH_MAX];
	struct pidfh *file; /**< NULL: not locked */
} here;

/** As the EAL makes it. */
static int
make_directory(const char *prefix)
{
	const char *base = getenv("RUNTIME_DIRECTORY");
	char above[PATH_MAX];

	if (base == NULL)
		base = getuid() == 0 ? "/var/run" : getenv("XDG_RUNTIME_DIR");
	if (base == NULL)
		base = "/tmp";
	if ((size_t)snprintf(here.directory, sizeof(here.directory), "%s/dpdk/%s", base, prefix) >=
	    sizeof(here.directory))
		return -ENAMETOOLONG;
	strlcpy(above, here.directory, sizeof(above));
	if (mkdir(dirname(above), 0700) != 0 && errno != EEXIST)
		return -errno;
	return mkdir(here.directory, 0700) != 0 && errno != EEXIST ? -errno : 0;
}

/** holder: who has it, when that is somebody else; -1: not known. */
static int
lock(const char *prefix, pid_t *holder)
{
	int ret = make_directory(prefix);
	char path[PATH_MAX];

	if (ret != 0)
		return ret;
	if ((size_t)snprintf(path, sizeof(path), "%s/" PGN_NAME_LOCK, here.directory) >=
	    sizeof(path))
		return -ENAMETOOLONG;
	here.file = pidfile_open(path, 0600, holder);
	if (here.file == NULL)
		return -errno;
	pidfile_write(here.file);
	return 0;
}

static void
tell_holder(const struct pgn_config *config, const char *prefix, pid_t holder)
{
	char who[32] = "another process";

	if (holder > 0)
		snprintf(who, sizeof(who), "process %d", (int)holder);
	pgn_log(LOG_ERR,
		"%s: node.name: found \"%s\", allowed a name that no running node has: %s has it",
		pgn_config_place(config, config->name_line).text, prefix, who);
}

int
pgn_name_lock(const struct pgn_config *config, const char *prefix)
{
	pid_t holder = -1;
	int ret = -ENOENT;

	for (unsigned int i = 0; i < TRIES && ret == -ENOENT; i++)
		ret = lock(prefix, &holder);
	if (ret == -EEXIST) {
		tell_holder(config, prefix, holder);
		return ret;
	}
	if (ret != 0)
		pgn_log(LOG_WARNING, "%s: %s: another node named %s would not be noticed",
			here.directory, strerror(-ret), prefix);
	return 0;
}

void
pgn_name_unlock(void)
{
	pidfile_remove(here.file);
	here.file = NULL;
	rmdir(here.directory);
}
