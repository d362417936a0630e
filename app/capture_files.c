/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture_files.h"

#define SUFFIX ".pcapng"
#define A_SECOND 1000 /**< files at most */

void
pgn_capture_prefix(char prefix[PGN_CAPTURE_NAME], const char *node, const char *port, bool in,
		   bool out)
{
	snprintf(prefix, PGN_CAPTURE_NAME, "%s_%s_%s_", node, port,
		 in && out ? "Both"
		 : in      ? "In"
			   : "Out");
}

/** So many digits make a number; -1: others stand there. */
static long long
digits(const char *text, int count)
{
	long long number = 0;

	for (int i = 0; i < count; i++) {
		if (!isdigit((unsigned char)text[i]))
			return -1;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

long long
pgn_capture_when(const char *prefix, const char *name)
{
	size_t length = strlen(prefix);
	long long day, second, further = 0;

	if (strncmp(name, prefix, length) != 0)
		return 0;
	name += length;
	day = digits(name, 8);
	if (day <= 0 || name[8] != '_')
		return 0;
	second = digits(name + 9, 6);
	if (second < 0)
		return 0;
	name += 15;
	if (*name == '_') {
		int count = (int)strspn(name + 1, "0123456789");

		further = digits(name + 1, count);
		if (count < 1 || count > 3 || further == 0)
			return 0;
		name += 1 + count;
	}
	return strcmp(name, SUFFIX) == 0 ? (day * 1000000 + second) * A_SECOND + further : 0;
}

int
pgn_capture_survey(const struct pgn_capture_series *series, const char *except,
		   char oldest[PGN_CAPTURE_NAME])
{
	int own = openat(series->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = own < 0 ? NULL : fdopendir(own);
	long long first = 0;
	const struct dirent *entry;
	int count = 0;

	if (directory == NULL) {
		int error = errno;

		if (own >= 0)
			close(own);
		return -error;
	}
	while ((entry = readdir(directory)) != NULL) {
		long long when = pgn_capture_when(series->prefix, entry->d_name);

		if (when == 0 || (except != NULL && strcmp(entry->d_name, except) == 0))
			continue;
		count++;
		if (first == 0 || when < first) {
			first = when;
			snprintf(oldest, PGN_CAPTURE_NAME, "%s", entry->d_name);
		}
	}
	closedir(directory);
	return count;
}

int
pgn_capture_prune(const struct pgn_capture_series *series, int most)
{
	char oldest[PGN_CAPTURE_NAME];
	int count;

	while ((count = pgn_capture_survey(series, NULL, oldest)) > most) {
		if (unlinkat(series->directory, oldest, 0) != 0)
			return -errno;
	}
	return count < 0 ? count : 0;
}

int
pgn_capture_create(const struct pgn_capture_series *series, time_t now, char name[PGN_CAPTURE_NAME])
{
	char when[sizeof("YYYYMMDD_hhmmss")];
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(when, sizeof(when), "%Y%m%d_%H%M%S", &utc);
	for (int further = 0; further < A_SECOND; further++) {
		char number[8] = "";
		int fd;

		if (further > 0)
			snprintf(number, sizeof(number), "_%d", further);
		if (snprintf(name, PGN_CAPTURE_NAME, "%s%s%s%s", series->prefix, when, number,
			     SUFFIX) >= PGN_CAPTURE_NAME)
			return -ENAMETOOLONG;
		fd = openat(series->directory, name,
			    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
		if (fd >= 0) {
			/* Where it fails the file is its owner's alone. */
			if (fchown(fd, (uid_t)-1, series->group) != 0)
				fchmod(fd, 0600);
			return fd;
		}
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}
