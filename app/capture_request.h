/* SPDX-License-Identifier: BSD-3-Clause */
/** What a capture is asked to be, and what is told of it. */
#ifndef PGN_CAPTURE_REQUEST_H
#define PGN_CAPTURE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"

#define PGN_CAPTURE_SIZE_MB 5
#define PGN_CAPTURE_SIZE_MB_MAX 40
#define PGN_CAPTURE_TIME_H 24
#define PGN_CAPTURE_TIME_H_MAX 48
#define PGN_CAPTURE_FILES 8
#define PGN_CAPTURE_FILES_MAX 1000
#define PGN_CAPTURE_WHY 256

struct pgn_capture_request {
	char port[PGN_NAME_MAX]; /**< its name, or "all" */
	bool in, out;            /**< one of them, or both */
	uint32_t kinds;          /**< 1 << enum pgn_kind, of those that are wanted */
	bool has_mac;
	struct pgn_mac mac;           /**< of frames that name it */
	uint32_t size_mb;             /**< of a file, 1 to 40; then the next one begins */
	uint32_t time_h;              /**< 1 to 48: a file covers no more */
	uint32_t files;               /**< 1 to 1000 that are kept */
	bool stop_when_full;          /**< else the oldest file goes */
	char directory[PGN_PATH_MAX]; /**< "": the config's */
};

struct pgn_capture_status {
	bool running;
	char file[PGN_PATH_MAX + 256]; /**< the one written last, "": none */
	uint64_t frames, bytes;        /**< in the files of this capture; all of a file's bytes */
	uint64_t lost;                 /**< frames that did not get into one */
	char ended[PGN_CAPTURE_WHY];   /**< why it ended by itself, "": it did not */
};

#endif
