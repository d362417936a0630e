/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests as JSON: what is done, what is refused and in which words. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "requests.h"

static struct {
	unsigned int reloads, levels, modes, level;
	bool standby;
	struct pgn_capture_request capture;
} done;

static int
reload_keys(void *context, char why[PGN_REQUEST_WHY])
{
	assert_ptr_equal(context, &done);
	done.reloads++;
	snprintf(why, PGN_REQUEST_WHY, "keys: \"line\" 3");
	return done.reloads == 1 ? 0 : -EINVAL;
}

static int
log_level(void *context, unsigned int severity, char why[PGN_REQUEST_WHY])
{
	(void)context;
	(void)why;
	done.levels++;
	done.level = severity;
	return 0;
}

static int
mode(void *context, bool standby, char why[PGN_REQUEST_WHY])
{
	(void)context;
	(void)why;
	done.modes++;
	done.standby = standby;
	return 0;
}

static int
capture_start(void *context, const struct pgn_capture_request *request, char why[PGN_REQUEST_WHY])
{
	(void)context;
	(void)why;
	done.capture = *request;
	return 0;
}

static const struct pgn_acts acts = {.reload_keys = reload_keys,
				     .log_level = log_level,
				     .mode = mode,
				     .capture_start = capture_start,
				     .context = &done};

static const char *
ask(const char *text)
{
	static char reply[PGN_REPLY_MAX];

	pgn_request_answer(&acts, text, strlen(text), reply);
	return reply;
}

#define DONE "{\"schema\":1,\"done\":1}"

static void
test_done(void **state)
{
	char reply[PGN_REPLY_MAX];
	const char *text = "{\"do\":\"mode\",\"mode\":\"operate\"}";

	(void)state;
	assert_string_equal(ask("{\"schema\":1,\"do\":\"mode\",\"mode\":\"standby\"}"), DONE);
	assert_true(done.standby);
	assert_string_equal(pgn_request_answer(&acts, text, strlen(text), reply), "mode");
	assert_false(done.standby);
	assert_string_equal(ask("{\"do\":\"log_level\",\"level\":\"warning\"}"), DONE);
	assert_int_equal(done.level, 4);
	assert_string_equal(ask("{\"do\":\"reload_keys\"}"), DONE);
	assert_string_equal(ask("{\"do\":\"reload_keys\"}"),
			    "{\"schema\":1,\"done\":0,\"error\":\"keys: \\\"line\\\" 3\"}");
	assert_int_equal(done.modes, 2);
}

static void
test_capture(void **state)
{
	const struct pgn_capture_request *c = &done.capture;
	const struct pgn_mac mac = {{2, 0, 0, 0, 0, 0xab}};

	(void)state;
	assert_string_equal(ask("{\"do\":\"capture_start\",\"port\":\"all\",\"direction\":\"in\"}"),
			    DONE);
	assert_string_equal(c->port, "all");
	assert_true(c->in && !c->out && !c->has_mac && !c->stop_when_full);
	assert_int_equal(c->kinds, (1U << PGN_KIND_COUNT) - 1);
	assert_int_equal(c->size_mb, 5);
	assert_int_equal(c->time_h, 24);
	assert_int_equal(c->files, 8);
	assert_string_equal(c->directory, "");
	assert_string_equal(ask("{\"do\":\"capture_start\",\"port\":\"air0\",\"direction\":\"out\","
				"\"kinds\":[\"reply\","
				"\"host\"],\"mac\":\"02:00:00:00:00:AB\",\"size_mb\":40,\"time_h\":"
				"48,\"files\":1,"
				"\"directory\":\"/tmp\",\"when_full\":\"stop\"}"),
			    DONE);
	assert_true(!c->in && c->out && c->has_mac && c->stop_when_full);
	assert_memory_equal(&c->mac, &mac, sizeof(mac));
	assert_int_equal(c->kinds, 1U << PGN_KIND_REPLY | 1U << PGN_KIND_HOST);
	assert_int_equal(c->size_mb, 40);
	assert_int_equal(c->time_h, 48);
	assert_int_equal(c->files, 1);
	assert_string_equal(c->directory, "/tmp");
}

static void
test_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"null",
		"{",
		"\"mode\"",
		"{\"do\":null}",
		"{\"do\":\"mode\"}",
		"{\"do\":\"mode\",\"mode\":[]}",
		"{\"do\":\"mode\",\"mode\":\"standby \"}",
		"{\"do\":\"mode\",\"mode\":\"standby\",\"level\":\"info\"}",
		"{\"do\":\"mode\",\"mode\":\"standby\"} {}",
		"{\"schema\":\"1\",\"do\":\"mode\",\"mode\":\"standby\"}",
		"{\"do\":\"mode\",\"mode\":\"standby\\u0000\"}",
	};
	unsigned int modes = done.modes;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(strstr(ask(bad[i]), "\"done\":0,\"error\":\""));
	assert_int_equal(done.modes, modes);
	assert_string_equal(ask("{\"do\":\"mode\",\"mode\":\"off\"}"),
			    "{\"schema\":1,\"done\":0,\"error\":\"mode: found \\\"off\\\", allowed "
			    "operate, standby\"}");
}

/** The longest error still makes a whole reply. */
static void
test_long(void **state)
{
	char text[PGN_REQUEST_MAX];
	const char *reply;

	(void)state;
	memset(text, 0x7f, sizeof(text));
	memcpy(text, "{\"do\":\"", 7);
	memcpy(text + sizeof(text) - 3, "\"}", 3);
	reply = ask(text);
	assert_non_null(strstr(reply, "\"done\":0"));
	assert_int_equal(reply[strlen(reply) - 1], '}');
}

static void
test_too_long(void **state)
{
	const char *text = "{\"do\":\"mode\",\"mode\":\"standby\"}";
	char reply[PGN_REPLY_MAX];
	unsigned int modes = done.modes;

	(void)state;
	assert_null(pgn_request_answer(&acts, text, PGN_REQUEST_MAX + 1, reply));
	assert_string_equal(reply, "{\"schema\":1,\"done\":0,\"error\":\"found 4097 bytes, "
				   "allowed 4096\"}");
	assert_int_equal(done.modes, modes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_done),     cmocka_unit_test(test_capture),
		cmocka_unit_test(test_refused),  cmocka_unit_test(test_long),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
