/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "offsets.h"
#include "rates.h"
#include "snapshot.h"

#define INSTANCE_DIGITS 16
#define PATH_ROOM 512

/* The instance is of the node's making: nothing but digits gets into a path. */
static bool
instance_is_good(const char *instance)
{
	return strlen(instance) == INSTANCE_DIGITS &&
	       strspn(instance, "0123456789abcdef") == INSTANCE_DIGITS;
}

static void
folder_path(char path[PATH_ROOM])
{
	const char *base = getenv("XDG_RUNTIME_DIR");

	if (base == NULL || *base == '\0')
		base = "/run";
	snprintf(path, PATH_ROOM, "%.400s/peregrinectl", base);
}

static bool
file_path(char path[PATH_ROOM], const json_t *snapshot)
{
	const char *instance = ctl_text(json_object_get(snapshot, "info"), "instance");
	size_t length;

	if (!instance_is_good(instance))
		return false;
	folder_path(path);
	length = strlen(path);
	snprintf(path + length, PATH_ROOM - length, "/%s.json", instance);
	return true;
}

static json_t *
load(const json_t *snapshot, struct ctl_error *error)
{
	char path[PATH_ROOM];
	json_t *offset;

	if (!file_path(path, snapshot))
		return NULL;
	offset = json_load_file(path, 0, NULL);
	if (offset == NULL && access(path, F_OK) == 0)
		ctl_fail(error, 0, "%s: not readable, counted since the start", path);
	return offset;
}

void
ctl_offsets_follow(json_t **offset, const json_t *snapshot, const json_t *last,
		   struct ctl_error *error)
{
	error->text[0] = '\0';
	if (ctl_snapshot_same_instance(snapshot, last))
		return;
	json_decref(*offset);
	*offset = load(snapshot, error);
}

/* Whole or not at all, whoever else reads or writes. */
static int
write_file(const char *path, const json_t *snapshot)
{
	char draft[PATH_ROOM + 8];
	int fd, error = 0;

	snprintf(draft, sizeof(draft), "%s.XXXXXX", path);
	fd = mkstemp(draft);
	if (fd < 0)
		return -errno;
	if (json_dumpfd(snapshot, fd, JSON_COMPACT) != 0)
		error = errno != 0 ? -errno : -EIO;
	if (close(fd) != 0 && error == 0)
		error = -errno;
	if (error == 0 && rename(draft, path) != 0)
		error = -errno;
	if (error != 0)
		unlink(draft);
	return error;
}

int
ctl_offsets_save(const json_t *snapshot, struct ctl_error *error)
{
	char folder[PATH_ROOM], path[PATH_ROOM];
	int result;

	if (!file_path(path, snapshot))
		return ctl_fail(error, -EPROTO, "the node's instance is not 16 hex digits");
	folder_path(folder);
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return ctl_fail(error, -errno, "%s: %s", folder, strerror(errno));
	result = write_file(path, snapshot);
	if (result != 0)
		ctl_fail(error, result, "%s: %s", path, strerror(-result));
	return result;
}
