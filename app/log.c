/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/string.h>
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_log.h>

#include "config_keys.h"
#include "log.h"

static enum pgn_log_to destination = PGN_LOG_STDERR;
static bool to_journal;
static atomic_uint threshold = LOG_INFO;
static FILE *dpdk_stream;
static bool dpdk_held;
static char dpdk_reason[256];

static unsigned int
level_now(void)
{
	return atomic_load_explicit(&threshold, memory_order_relaxed);
}

void
pgn_log_set_level(unsigned int level)
{
	atomic_store_explicit(&threshold, level, memory_order_relaxed);
}

void
pgn_log(int severity, const char *format, ...)
{
	va_list args;

	if ((unsigned int)severity > level_now())
		return;
	va_start(args, format);
	if (destination == PGN_LOG_SYSLOG) {
		vsyslog(severity, format, args);
	} else {
		char line[1024], priority[16] = "";

		if (to_journal)
			snprintf(priority, sizeof(priority), "<%d>", severity);
		/* One write a line: several threads may log. */
		vsnprintf(line, sizeof(line), format, args);
		fprintf(stderr, "%speregrine: %s: %s\n", priority, pgn_level_names[severity], line);
	}
	va_end(args);
}

static ssize_t
take_dpdk_line(void *cookie, const char *text, size_t length)
{
	/* DPDK counts its levels from 1 (emergency); 0 before its first line. */
	int level = rte_log_cur_msg_loglevel() - 1;
	size_t bytes = length;
	char line[256];

	(void)cookie;
	while (bytes > 0 && (text[bytes - 1] == '\n' || text[bytes - 1] == ' '))
		bytes--;
	if (bytes == 0)
		return (ssize_t)length;
	snprintf(line, sizeof(line), "%.*s", (int)bytes, text);
	if (dpdk_held && level <= LOG_ERR && dpdk_reason[0] == '\0')
		strlcpy(dpdk_reason, line, sizeof(dpdk_reason));
	if (!dpdk_held || level_now() == LOG_DEBUG)
		pgn_log(level < 0 ? LOG_DEBUG : level, "%s", line);
	return (ssize_t)length;
}

/** Does stderr lead to systemd's journal? That takes a line's severity from its beginning. */
static bool
is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat is;
	char own[64];

	if (stream == NULL || fstat(STDERR_FILENO, &is) != 0)
		return false;
	snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)is.st_dev, (uintmax_t)is.st_ino);
	return strcmp(stream, own) == 0;
}

int
pgn_log_open(enum pgn_log_to to, unsigned int level)
{
	static const cookie_io_functions_t functions = {.write = take_dpdk_line};

	destination = to;
	to_journal = is_journal();
	pgn_log_set_level(level);
	if (to == PGN_LOG_SYSLOG)
		openlog("peregrine", LOG_PID, LOG_DAEMON);
	dpdk_stream = fopencookie(NULL, "w", functions);
	if (dpdk_stream == NULL)
		return -errno;
	setvbuf(dpdk_stream, NULL, _IOLBF, 0);
	rte_openlog_stream(dpdk_stream);
	return 0;
}

void
pgn_log_close(void)
{
	rte_openlog_stream(NULL);
	if (dpdk_stream != NULL)
		fclose(dpdk_stream);
	dpdk_stream = NULL;
	if (destination == PGN_LOG_SYSLOG)
		closelog();
}

void
pgn_log_hold_dpdk(bool hold)
{
	dpdk_held = hold;
	dpdk_reason[0] = '\0';
}

const char *
pgn_log_dpdk_reason(void)
{
	return dpdk_reason;
}
