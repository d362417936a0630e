/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What a running node can be asked to do: one JSON object in, one out.
 *
 *	{"schema":1,"do":"mode","mode":"standby"}	-> {"schema":1,"done":1}
 *	{"schema":1,"do":"mode","mode":"sleep"}		-> {"schema":1,"done":0,"error":"..."}
 */
#ifndef PGN_REQUESTS_H
#define PGN_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "capture_request.h"

#define PGN_REQUEST_MAX 4096 /**< bytes of a request */
#define PGN_REPLY_MAX 2048   /**< bytes of a reply, with its NUL */
#define PGN_REQUEST_WHY 640

/** How it is done. Each returns 0, or a negative errno with what was wrong in `why`. */
struct pgn_acts {
	int (*reload_keys)(void *context, char why[PGN_REQUEST_WHY]);
	int (*log_level)(void *context, unsigned int severity, char why[PGN_REQUEST_WHY]);
	int (*mode)(void *context, bool standby, char why[PGN_REQUEST_WHY]);
	int (*capture_start)(void *context, const struct pgn_capture_request *request,
			     char why[PGN_REQUEST_WHY]);
	int (*capture_stop)(void *context, char why[PGN_REQUEST_WHY]);
	void (*capture_status)(void *context, struct pgn_capture_status *status);
	void *context;
};

/**
 * Do what `length` bytes at `text` ask for, and make the reply. Returns the name of what was asked
 * for, a constant, or NULL: nothing that there is. Never blocks, as long as the acts do not. Of
 * more than PGN_REQUEST_MAX bytes none is read: there need not be so many.
 */
const char *pgn_request_answer(const struct pgn_acts *acts, const char *text, size_t length,
			       char reply[PGN_REPLY_MAX]);

#endif
