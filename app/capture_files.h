/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A capture's files: NAME_PORT_In|Out|Both_YYYYMMDD_hhmmss.pcapng, in UTC, all in one directory. A
 * further one of the same second has _1, _2, ... behind the time. Any thread.
 */
#ifndef PGN_CAPTURE_FILES_H
#define PGN_CAPTURE_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define PGN_CAPTURE_NAME (NAME_MAX + 1)
#define PGN_CAPTURE_OWN 1000 /**< of its own files a capture knows so many, the last ones */

/** Files whose names begin alike, up to the time. One thread at a time. */
struct pgn_capture_series {
	int directory; /**< a descriptor */
	gid_t group;   /**< may read them */
	char prefix[PGN_CAPTURE_NAME];
	uint64_t own_count;             /**< files that this capture began */
	long long own[PGN_CAPTURE_OWN]; /**< pgn_capture_when() of the last ones, in turn */
};

void pgn_capture_prefix(char prefix[PGN_CAPTURE_NAME], const char *node, const char *port, bool in,
			bool out);

/**
 * When a file of the series began, by its name: a number that grows with it, and that no other file
 * has. 0: it is none of the series.
 */
long long pgn_capture_when(const char *prefix, const char *name);

/**
 * How many files of the series there are besides `except` (NULL: none), and the oldest one's name:
 * those of earlier captures come first, by the time of their last frame, then this capture's, in
 * the order in which they were begun, whatever the clock was then. -errno: the directory cannot be
 * read.
 */
int pgn_capture_survey(const struct pgn_capture_series *series, const char *except,
		       char oldest[PGN_CAPTURE_NAME]);

/** Delete oldest files until at most `most` are left. 0 or a negative errno. */
int pgn_capture_prune(const struct pgn_capture_series *series, int most);

/** A new empty file, open for writing, of mode 0640; or a negative errno. */
int pgn_capture_create(struct pgn_capture_series *series, time_t now, char name[PGN_CAPTURE_NAME]);

#endif
