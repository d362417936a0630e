/* SPDX-License-Identifier: BSD-3-Clause */
/** What the files of requests share. */
#ifndef PGN_REQUESTS_INSIDE_H
#define PGN_REQUESTS_INSIDE_H

#include <jansson.h>

#include "requests.h"

/** Adds to the reply what it has beside schema, done and error. 0 or a negative errno. */
typedef int (*pgn_request_handler)(const struct pgn_acts *acts, const json_t *request,
				   json_t *reply, char why[PGN_REQUEST_WHY]);

/** A value as JSON, for an error; "nothing" for NULL. */
struct pgn_found {
	char text[128];
};

struct pgn_found pgn_request_found(const json_t *value);

/** Always -EINVAL. */
int pgn_request_refuse(char why[PGN_REQUEST_WHY], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** The place of a key's text among the choices, or -EINVAL. */
int pgn_request_choice(const json_t *request, const char *key, const char *const *choices,
		       char why[PGN_REQUEST_WHY]);

/** The same of a value, which belongs to the key. */
int pgn_request_among(const json_t *value, const char *key, const char *const *choices,
		      char why[PGN_REQUEST_WHY]);

int pgn_request_capture_start(const struct pgn_acts *acts, const json_t *request, json_t *reply,
			      char why[PGN_REQUEST_WHY]);
int pgn_request_capture_stop(const struct pgn_acts *acts, const json_t *request, json_t *reply,
			     char why[PGN_REQUEST_WHY]);
int pgn_request_capture_status(const struct pgn_acts *acts, const json_t *request, json_t *reply,
			       char why[PGN_REQUEST_WHY]);

#endif
