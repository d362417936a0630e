/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <stdarg.h>

#include "config_error.h"

struct pgn_found
pgn_found(const char *value)
{
	struct pgn_found found;
	char *out = found.text;
	unsigned int i;

	for (i = 0; i < PGN_FOUND_MAX && value[i] != '\0'; i++) {
		unsigned char byte = (unsigned char)value[i];

		out += sprintf(out, isprint(byte) ? "%c" : "\\x%02x", byte);
	}
	sprintf(out, "%s", value[i] != '\0' ? "..." : "");
	return found;
}

__attribute__((format(printf, 4, 0))) static void
write_error(FILE *errors, const char *file, unsigned int line, const char *format,
	    va_list arguments)
{
	if (line != 0)
		fprintf(errors, "%s:%u: ", file, line);
	else
		fprintf(errors, "%s: ", file);
	vfprintf(errors, format, arguments);
	fputc('\n', errors);
}

void
pgn_config_error(FILE *errors, const char *file, unsigned int line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_error(errors, file, line, format, arguments);
	va_end(arguments);
}

int
pgn_config_fail(struct pgn_config_errors *errors, unsigned int line, const char *format, ...)
{
	va_list arguments;

	if (errors->told)
		return -1;
	errors->told = true;
	va_start(arguments, format);
	write_error(errors->out, errors->file, line, format, arguments);
	va_end(arguments);
	return -1;
}
