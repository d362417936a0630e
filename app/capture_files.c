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

/** What the age of a file is judged by. */
struct age {
	uint64_t turn; /**< which of this capture's files it is, from 1 on; 0: an earlier one's */
	struct timespec written; /**< last */
	long long when;
};

static uint64_t
turn_of(const struct pgn_capture_series *series, long long when)
{
	for (uint64_t i = 0; i < PGN_CAPTURE_OWN && i < series->own_count; i++) {
		uint64_t turn = series->own_count - i;

		if (series->own[turn % PGN_CAPTURE_OWN] == when)
			return turn;
	}
	return 0;
}

static bool
is_older(const struct age *a, const struct age *b)
{
	if (a->turn != b->turn)
		return a->turn < b->turn;
	if (a->written.tv_sec != b->written.tv_sec)
		return a->written.tv_sec < b->written.tv_sec;
	if (a->written.tv_nsec != b->written.tv_nsec)
		return a->written.tv_nsec < b->written.tv_nsec;
	return a->when < b->when;
}

int
pgn_capture_survey(const struct pgn_capture_series *series, const char *except,
		   char oldest[PGN_CAPTURE_NAME])
{
	int own = openat(series->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = own < 0 ? NULL : fdopendir(own);
	const struct dirent *entry;
	struct age first = {0};
	int count = 0;

	if (directory == NULL) {
		int error = errno;

		if (own >= 0)
			close(own);
		return -error;
	}
	while ((entry = readdir(directory)) != NULL) {
		struct age age = {.when = pgn_capture_when(series->prefix, entry->d_name)};
		struct stat is;

		if (age.when == 0 || (except != NULL && strcmp(entry->d_name, except) == 0) ||
		    fstatat(series->directory, entry->d_name, &is, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		age.turn = turn_of(series, age.when);
		age.written = is.st_mtim;
		if (count++ == 0 || is_older(&age, &first)) {
			first = age;
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

static void
keep_order(struct pgn_capture_series *series, const char *name)
{
	series->own_count++;
	series->own[series->own_count % PGN_CAPTURE_OWN] = pgn_capture_when(series->prefix, name);
}

int
pgn_capture_create(struct pgn_capture_series *series, time_t now, char name[PGN_CAPTURE_NAME])
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
			keep_order(series, name);
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
