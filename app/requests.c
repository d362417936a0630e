/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_keys.h"
#include "requests_inside.h"

static const char *const mode_names[] = {"operate", "standby", NULL};

int
pgn_request_refuse(char why[PGN_REQUEST_WHY], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, PGN_REQUEST_WHY, format, args);
	va_end(args);
	return -EINVAL;
}

struct pgn_found
pgn_request_found(const json_t *value)
{
	struct pgn_found found = {"nothing"};
	char *text = NULL;

	if (value != NULL)
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII);
	if (text != NULL)
		snprintf(found.text, sizeof(found.text), "%s", text);
	free(text);
	return found;
}

int
pgn_request_choice(const json_t *request, const char *key, const char *const *choices,
		   char why[PGN_REQUEST_WHY])
{
	return pgn_request_among(json_object_get(request, key), key, choices, why);
}

int
pgn_request_among(const json_t *value, const char *key, const char *const *choices,
		  char why[PGN_REQUEST_WHY])
{
	const char *text = json_string_value(value);

	for (int i = 0; text != NULL && choices[i] != NULL; i++) {
		if (strcmp(choices[i], text) == 0)
			return i;
	}
	return pgn_request_refuse(why, "%s: found %s, allowed %s", key,
				  pgn_request_found(value).text, pgn_choices(choices).text);
}

static int
reload_keys(const struct pgn_acts *acts, const json_t *request, json_t *reply,
	    char why[PGN_REQUEST_WHY])
{
	(void)request;
	(void)reply;
	return acts->reload_keys(acts->context, why);
}

static int
log_level(const struct pgn_acts *acts, const json_t *request, json_t *reply,
	  char why[PGN_REQUEST_WHY])
{
	int severity = pgn_request_choice(request, "level", pgn_level_names, why);

	(void)reply;
	return severity < 0 ? severity
			    : acts->log_level(acts->context, (unsigned int)severity, why);
}

static int
mode(const struct pgn_acts *acts, const json_t *request, json_t *reply, char why[PGN_REQUEST_WHY])
{
	int standby = pgn_request_choice(request, "mode", mode_names, why);

	(void)reply;
	return standby < 0 ? standby : acts->mode(acts->context, standby == 1, why);
}

#define KEYS_MAX 12

static const struct {
	const char *name;
	pgn_request_handler handle;
	const char *keys[KEYS_MAX]; /**< allowed beside schema and do, ended by NULL */
} requests[] = {
	{"reload_keys", reload_keys, {NULL}},
	{"log_level", log_level, {"level", NULL}},
	{"mode", mode, {"mode", NULL}},
	{"capture_start",
	 pgn_request_capture_start,
	 {"port", "direction", "kinds", "mac", "size_mb", "time_h", "files", "directory",
	  "when_full", NULL}},
	{"capture_stop", pgn_request_capture_stop, {NULL}},
	{"capture_status", pgn_request_capture_status, {NULL}},
};

#define REQUESTS (sizeof(requests) / sizeof(requests[0]))

static int
find(const json_t *request, size_t *which, char why[PGN_REQUEST_WHY])
{
	const char *names[REQUESTS + 1] = {NULL};
	int found;

	for (size_t i = 0; i < REQUESTS; i++)
		names[i] = requests[i].name;
	found = pgn_request_choice(request, "do", names, why);
	*which = found < 0 ? REQUESTS : (size_t)found;
	return found < 0 ? found : 0;
}

static bool
is_one_of(const char *key, const char *const *keys)
{
	for (; *keys != NULL; keys++) {
		if (strcmp(key, *keys) == 0)
			return true;
	}
	return false;
}

static int
check_keys(json_t *request, size_t which, char why[PGN_REQUEST_WHY])
{
	static const char *const common[] = {"schema", "do", NULL};
	const char *const *keys = requests[which].keys;
	const char *key;
	json_t *value;

	json_object_foreach (request, key, value) {
		if (!is_one_of(key, common) && !is_one_of(key, keys))
			return pgn_request_refuse(
				why, "%s: found key \"%.64s\", allowed schema, do%s%s",
				requests[which].name, key, keys[0] != NULL ? ", " : "",
				pgn_choices(keys).text);
	}
	value = json_object_get(request, "schema");
	if (value != NULL && json_integer_value(value) != 1)
		return pgn_request_refuse(why, "schema: found %s, allowed 1",
					  pgn_request_found(value).text);
	return 0;
}

static int
answer(const struct pgn_acts *acts, json_t *request, size_t *which, json_t *reply,
       char why[PGN_REQUEST_WHY])
{
	int ret;

	*which = REQUESTS;
	if (!json_is_object(request))
		return pgn_request_refuse(why, "found %s, allowed one JSON object",
					  pgn_request_found(request).text);
	ret = find(request, which, why);
	if (ret == 0)
		ret = check_keys(request, *which, why);
	return ret == 0 ? requests[*which].handle(acts, request, reply, why) : ret;
}

/** NULL: there is no JSON, and `why` says why. */
static json_t *
load(const char *text, size_t length, char why[PGN_REQUEST_WHY])
{
	json_error_t error;
	json_t *request;

	if (length > PGN_REQUEST_MAX) {
		pgn_request_refuse(why, "found %zu bytes, allowed %d", length, PGN_REQUEST_MAX);
		return NULL;
	}
	request = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (request == NULL)
		pgn_request_refuse(why, "found no JSON at byte %d: %s; allowed one object",
				   error.position, error.text);
	return request;
}

const char *
pgn_request_answer(const struct pgn_acts *acts, const char *text, size_t length,
		   char reply[PGN_REPLY_MAX])
{
	char why[PGN_REQUEST_WHY] = "";
	json_t *request = load(text, length, why);
	json_t *object = json_pack("{s:i}", "schema", 1);
	size_t which = REQUESTS, written;
	int ret = -EINVAL;

	if (request != NULL)
		ret = answer(acts, request, &which, object, why);
	json_object_set_new(object, "done", json_integer(ret == 0));
	if (ret != 0)
		json_object_set_new(object, "error", json_string(why));
	written = json_dumpb(object, reply, PGN_REPLY_MAX - 1, JSON_COMPACT | JSON_ENSURE_ASCII);
	reply[written < PGN_REPLY_MAX ? written : 0] = '\0';
	json_decref(object);
	json_decref(request);
	return which < REQUESTS ? requests[which].name : NULL;
}
