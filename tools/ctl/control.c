/* SPDX-License-Identifier: BSD-3-Clause */
/* What changes a node's state goes over its control socket. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "format.h"
#include "snapshot.h"

#define REPLY_MAX 65536

static json_t *
exchange(int fd, json_t *request, struct ctl_error *error)
{
	char *text = json_dumps(request, JSON_COMPACT);
	char *buffer = malloc(REPLY_MAX);
	json_t *reply = NULL;

	if (text == NULL || buffer == NULL)
		ctl_fail(error, 0, "out of memory");
	else
		reply = ctl_socket_ask(fd, text, buffer, REPLY_MAX, error);
	free(buffer);
	free(text);
	return reply;
}

static bool
is_done(const json_t *reply, struct ctl_error *error)
{
	const json_t *done = json_object_get(reply, "done");

	if (ctl_integer(reply, "schema") != CTL_SCHEMA || !json_is_integer(done)) {
		ctl_fail(error, 0, "reply without schema %d and done", CTL_SCHEMA);
		return false;
	}
	if (json_integer_value(done) == 1)
		return true;
	ctl_fail(error, 0, "the node says: %.400s", ctl_text(reply, "error"));
	ctl_make_printable(error->text);
	return false;
}

/* Releases the request; the reply when it was done, else a line went to stderr. */
static json_t *
request(const struct ctl_options *options, json_t *request)
{
	struct ctl_error error;
	json_t *reply = NULL;
	int fd = ctl_socket_connect(options->control, &error);

	json_object_set_new(request, "schema", json_integer(CTL_SCHEMA));
	if (fd >= 0) {
		reply = exchange(fd, request, &error);
		close(fd);
	}
	json_decref(request);
	if (reply != NULL && is_done(reply, &error))
		return reply;
	ctl_complain("%s", error.text);
	json_decref(reply);
	return NULL;
}

/* Releases the reply. */
static int
finish(const struct ctl_options *options, json_t *reply, const char *text)
{
	if (reply == NULL)
		return CTL_FAILED;
	if (options->form == CTL_JSON)
		json_dumpf(reply, stdout, JSON_COMPACT);
	else
		fputs(text, stdout);
	fputc('\n', stdout);
	json_decref(reply);
	return CTL_OKAY;
}

int
ctl_run_mode(const struct ctl_options *options)
{
	json_t *reply =
		request(options, json_pack("{s:s, s:s}", "do", "mode", "mode", options->word));
	char text[64];

	snprintf(text, sizeof(text), "mode is %s", options->word);
	return finish(options, reply, text);
}

int
ctl_run_log(const struct ctl_options *options)
{
	json_t *reply = request(options,
				json_pack("{s:s, s:s}", "do", "log_level", "level", options->word));
	char text[64];

	snprintf(text, sizeof(text), "logging %s and what is more severe", options->word);
	return finish(options, reply, text);
}

int
ctl_run_keys(const struct ctl_options *options)
{
	return finish(options, request(options, json_pack("{s:s}", "do", "reload_keys")),
		      "keys were read");
}

static json_t *
capture_start(const struct ctl_capture_options *capture)
{
	json_t *start = json_pack(
		"{s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:s*, s:s*}", "do", "capture_start", "port",
		capture->port, "direction", capture->direction, "size_mb", (int)capture->size_mb,
		"time_h", (int)capture->time_h, "files", (int)capture->files, "when_full",
		capture->when_full, "directory", capture->directory, "mac", capture->mac);
	json_t *kinds;

	if (start == NULL) /* a name that is not UTF-8 */
		return json_object();
	if (capture->kind_count > 0) {
		kinds = json_array();
		for (unsigned int i = 0; i < capture->kind_count; i++)
			json_array_append_new(kinds, json_string(capture->kinds[i]));
		json_object_set_new(start, "kinds", kinds);
	}
	return start;
}

/* A capture that runs, or the last one: why it ended, unless it was stopped. */
static int
capture_status(const struct ctl_options *options)
{
	json_t *reply = request(options, json_pack("{s:s}", "do", "capture_status"));
	const char *file = ctl_text(reply, "file"), *ended = ctl_text(reply, "ended");
	char what[304] = "capturing to", text[1024];

	if (ctl_integer(reply, "running") == 0)
		snprintf(what, sizeof(what), "not capturing%s%.256s%s",
			 ended[0] != '\0' ? ": " : "", ended,
			 file[0] != '\0' ? "; the last file is" : "");
	if (file[0] == '\0')
		snprintf(text, sizeof(text), "%s", what);
	else
		snprintf(text, sizeof(text), "%s %.600s: %s frames, %sB, lost %s", what, file,
			 ctl_format_count(ctl_integer(reply, "frames")).text,
			 ctl_format_count(ctl_integer(reply, "bytes")).text,
			 ctl_format_count(ctl_integer(reply, "lost")).text);
	ctl_make_printable(text);
	return finish(options, reply, text);
}

int
ctl_run_capture(const struct ctl_options *options)
{
	if (strcmp(options->word, "status") == 0)
		return capture_status(options);
	if (strcmp(options->word, "stop") == 0)
		return finish(options, request(options, json_pack("{s:s}", "do", "capture_stop")),
			      "capture stopped");
	return finish(options, request(options, capture_start(&options->capture)),
		      "capture started");
}
