/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside.h"

#define DIGITS (2 * PGN_AEAD_KEY)
/** A byte more than a good file has at most tells that it is too long. */
#define TEXT_MAX (PGN_AEAD_KEYS_MAX * (DIGITS + 1) + 1)

static_assert(PGN_AEAD_KEYS_MAX == 4 && DIGITS == 64, "errors name these");

/** A file while it is read: all of it is secret. */
struct reading {
	size_t length;
	char text[TEXT_MAX];
};

__attribute__((format(printf, 4, 5))) static int
fail(char *why, const char *file, unsigned int line, const char *format, ...)
{
	va_list arguments;
	int used;

	if (line != 0)
		used = snprintf(why, PGN_AEAD_WHY, "%s:%u: ", file, line);
	else
		used = snprintf(why, PGN_AEAD_WHY, "%s: ", file);
	if (used < 0 || used >= PGN_AEAD_WHY)
		return -EINVAL;
	va_start(arguments, format);
	vsnprintf(why + used, PGN_AEAD_WHY - (size_t)used, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

static int
check_file(int fd, const char *file, char *why)
{
	struct stat stat;

	if (fstat(fd, &stat) != 0)
		return fail(why, file, 0, "cannot look at it: %s", strerror(errno));
	if (!S_ISREG(stat.st_mode))
		return fail(why, file, 0, "found no regular file, allowed one");
	if ((stat.st_mode & 07177) != 0)
		return fail(why, file, 0, "found mode %04o, allowed 0600 or 0400",
			    (unsigned int)(stat.st_mode & 07777));
	if (stat.st_uid != 0 && stat.st_uid != geteuid())
		return fail(why, file, 0, "found the file of user %u, allowed root's or user %u's",
			    (unsigned int)stat.st_uid, (unsigned int)geteuid());
	return 0;
}

static int
read_text(int fd, struct reading *reading, const char *file, char *why)
{
	while (reading->length < TEXT_MAX) {
		ssize_t n = read(fd, reading->text + reading->length, TEXT_MAX - reading->length);

		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return fail(why, file, 0, "cannot read: %s", strerror(errno));
		if (n > 0)
			reading->length += (size_t)n;
	}
	return 0;
}

static uint8_t
digit(char c)
{
	return (uint8_t)(isdigit((unsigned char)c) ? c - '0'
						   : tolower((unsigned char)c) - 'a' + 10);
}

/** A line without its end. */
static int
take_line(struct pgn_aead_keys *keys, const char *text, size_t length, const char *file, char *why)
{
	unsigned int line = keys->count + 1;
	uint8_t *key;

	if (keys->count == PGN_AEAD_KEYS_MAX)
		return fail(why, file, line, "found more than 4 lines, allowed 1 to 4 keys");
	for (size_t i = 0; i < length && i < DIGITS; i++) {
		if (!isxdigit((unsigned char)text[i]))
			return fail(why, file, line,
				    "found something else in column %zu, allowed 64 hexadecimal "
				    "digits",
				    i + 1);
	}
	if (length > DIGITS)
		return fail(why, file, line,
			    "found more than 64 characters, allowed 64 hexadecimal digits");
	if (length < DIGITS)
		return fail(why, file, line, "found %zu characters, allowed 64 hexadecimal digits",
			    length);
	key = keys->key[keys->count];
	for (size_t i = 0; i < PGN_AEAD_KEY; i++)
		key[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
	for (unsigned int i = 0; i < keys->count; i++) {
		if (memcmp(keys->key[i], key, PGN_AEAD_KEY) == 0)
			return fail(why, file, line,
				    "found the key of line %u again, allowed each key once", i + 1);
	}
	keys->count++;
	return 0;
}

static int
take_text(const struct reading *reading, struct pgn_aead_keys *keys, const char *file, char *why)
{
	const char *at = reading->text, *end = reading->text + reading->length;
	int ret = 0;

	if (reading->length == 0)
		return fail(why, file, 0,
			    "found an empty file, allowed 1 to 4 lines of 64 "
			    "hexadecimal digits");
	while (at < end && ret == 0) {
		const char *next = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((next != NULL ? next : end) - at);

		ret = take_line(keys, at, length, file, why);
		at += length + 1;
	}
	return ret;
}

struct pgn_aead_keys *
pgn_aead_keys_read(const char *file, char *why)
{
	struct reading *reading = pgn_secret_alloc(sizeof(*reading));
	struct pgn_aead_keys *keys = pgn_secret_alloc(sizeof(*keys));
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int ret = -EINVAL;

	if (reading == NULL || keys == NULL)
		fail(why, file, 0, "no memory for keys");
	else if (fd < 0)
		fail(why, file, 0, "cannot open: %s", strerror(errno));
	else
		ret = check_file(fd, file, why);
	if (ret == 0)
		ret = read_text(fd, reading, file, why);
	if (ret == 0)
		ret = take_text(reading, keys, file, why);
	if (fd >= 0)
		close(fd);
	pgn_secret_free(reading, sizeof(*reading));
	if (ret == 0)
		return keys;
	pgn_aead_keys_free(keys);
	return NULL;
}

unsigned int
pgn_aead_keys_count(const struct pgn_aead_keys *keys)
{
	return keys->count;
}

void
pgn_aead_keys_free(struct pgn_aead_keys *keys)
{
	pgn_secret_free(keys, sizeof(*keys));
}
