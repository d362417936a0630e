/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config_values.h"
#include "requests_inside.h"

static const char *const direction_names[] = {"in", "out", "both", NULL};
static const char *const full_names[] = {"oldest", "stop", NULL};
static const char *const kind_names[] = {
#define X(name, text) [PGN_KIND_##name] = text,
	PGN_KINDS(X)
#undef X
		[PGN_KIND_COUNT] = NULL};

/** A key that may be missing: then *number stays. */
static int
take_number(const json_t *request, const char *key, uint32_t most, uint32_t *number,
	    char why[PGN_REQUEST_WHY])
{
	const json_t *value = json_object_get(request, key);

	if (value == NULL)
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < 1 ||
	    json_integer_value(value) > most)
		return pgn_request_refuse(why, "%s: found %s, allowed 1 to %u", key,
					  pgn_request_found(value).text, most);
	*number = (uint32_t)json_integer_value(value);
	return 0;
}

static int
take_port(const json_t *request, char port[PGN_NAME_MAX], char why[PGN_REQUEST_WHY])
{
	const json_t *value = json_object_get(request, "port");
	const char *text = json_string_value(value);

	if (text == NULL || !pgn_is_name(text))
		return pgn_request_refuse(why, "port: found %s, allowed the name of a port, or all",
					  pgn_request_found(value).text);
	snprintf(port, PGN_NAME_MAX, "%s", text);
	return 0;
}

static int
take_direction(const json_t *request, struct pgn_capture_request *capture,
	       char why[PGN_REQUEST_WHY])
{
	int direction = pgn_request_choice(request, "direction", direction_names, why);

	capture->in = direction != 1;
	capture->out = direction != 0;
	return direction < 0 ? direction : 0;
}

static int
take_kinds(const json_t *request, uint32_t *kinds, char why[PGN_REQUEST_WHY])
{
	const json_t *list = json_object_get(request, "kinds"), *value;
	size_t i;

	*kinds = (UINT32_C(1) << PGN_KIND_COUNT) - 1;
	if (list == NULL)
		return 0;
	if (json_array_size(list) == 0)
		return pgn_request_refuse(why, "kinds: found %s, allowed a list of %s",
					  pgn_request_found(list).text,
					  pgn_choices(kind_names).text);
	*kinds = 0;
	json_array_foreach (list, i, value) {
		int kind = pgn_request_among(value, "kinds", kind_names, why);

		if (kind < 0)
			return kind;
		*kinds |= UINT32_C(1) << kind;
	}
	return 0;
}

static int
take_mac(const json_t *request, struct pgn_capture_request *capture, char why[PGN_REQUEST_WHY])
{
	const json_t *value = json_object_get(request, "mac");
	const char *text = json_string_value(value);

	if (value == NULL)
		return 0;
	if (text == NULL || !pgn_mac_parse(text, &capture->mac))
		return pgn_request_refuse(why, "mac: found %s, allowed such as 02:00:00:00:00:01",
					  pgn_request_found(value).text);
	capture->has_mac = true;
	return 0;
}

static int
take_directory(const json_t *request, char directory[PGN_PATH_MAX], char why[PGN_REQUEST_WHY])
{
	const json_t *value = json_object_get(request, "directory");
	const char *text = json_string_value(value);

	if (value == NULL)
		return 0;
	if (text == NULL || text[0] != '/' || strlen(text) >= PGN_PATH_MAX ||
	    !pgn_is_printable(text, PGN_PATH_MAX))
		return pgn_request_refuse(
			why, "directory: found %s, allowed a path from / on, at most %d bytes",
			pgn_request_found(value).text, PGN_PATH_MAX - 1);
	snprintf(directory, PGN_PATH_MAX, "%s", text);
	return 0;
}

static int
take_full(const json_t *request, bool *stop, char why[PGN_REQUEST_WHY])
{
	int full = 0;

	if (json_object_get(request, "when_full") != NULL)
		full = pgn_request_choice(request, "when_full", full_names, why);
	*stop = full == 1;
	return full < 0 ? full : 0;
}

int
pgn_request_capture_start(const struct pgn_acts *acts, const json_t *request, json_t *reply,
			  char why[PGN_REQUEST_WHY])
{
	struct pgn_capture_request c = {.size_mb = PGN_CAPTURE_SIZE_MB,
					.time_h = PGN_CAPTURE_TIME_H,
					.files = PGN_CAPTURE_FILES};
	int ret = take_port(request, c.port, why);

	(void)reply;
	if (ret == 0)
		ret = take_direction(request, &c, why);
	if (ret == 0)
		ret = take_kinds(request, &c.kinds, why);
	if (ret == 0)
		ret = take_mac(request, &c, why);
	if (ret == 0)
		ret = take_number(request, "size_mb", PGN_CAPTURE_SIZE_MB_MAX, &c.size_mb, why);
	if (ret == 0)
		ret = take_number(request, "time_h", PGN_CAPTURE_TIME_H_MAX, &c.time_h, why);
	if (ret == 0)
		ret = take_number(request, "files", PGN_CAPTURE_FILES_MAX, &c.files, why);
	if (ret == 0)
		ret = take_directory(request, c.directory, why);
	if (ret == 0)
		ret = take_full(request, &c.stop_when_full, why);
	return ret == 0 ? acts->capture_start(acts->context, &c, why) : ret;
}

int
pgn_request_capture_stop(const struct pgn_acts *acts, const json_t *request, json_t *reply,
			 char why[PGN_REQUEST_WHY])
{
	(void)request;
	(void)reply;
	return acts->capture_stop(acts->context, why);
}

int
pgn_request_capture_status(const struct pgn_acts *acts, const json_t *request, json_t *reply,
			   char why[PGN_REQUEST_WHY])
{
	struct pgn_capture_status status;

	(void)request;
	(void)why;
	acts->capture_status(acts->context, &status);
	json_object_set_new(reply, "running", json_integer(status.running));
	json_object_set_new(reply, "file", json_string(status.file));
	json_object_set_new(reply, "frames", json_integer((json_int_t)status.frames));
	json_object_set_new(reply, "bytes", json_integer((json_int_t)status.bytes));
	json_object_set_new(reply, "lost", json_integer((json_int_t)status.lost));
	json_object_set_new(reply, "ended", json_string(status.ended));
	return 0;
}
