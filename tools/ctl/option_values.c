/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "option_values.h"
#include "pgn_stats.h"

int
ctl_usage_error(FILE *errors, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(errors, "peregrinectl: %s\n", text);
	return -EINVAL;
}

const char *
ctl_option_name(unsigned int given)
{
	switch (given & -given) {
	case CTL_TAKES_JSON:
		return "--json";
	case CTL_TAKES_OPENMETRICS:
		return "--openmetrics";
	case CTL_TAKES_WATCH:
		return "--watch";
	case CTL_TAKES_PER_LCORE:
		return "--per-lcore";
	case CTL_TAKES_LISTEN:
		return "--listen";
	default:
		return "options of capture";
	}
}

bool
ctl_parse_number(unsigned int *number, unsigned int least, unsigned int most, const char *text)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end != '\0' || errno != 0 || value < least ||
	    value > most)
		return false;
	*number = (unsigned int)value;
	return true;
}

int
ctl_take_number(unsigned int *number, const char *option, unsigned int least, unsigned int most,
		const char *text, FILE *errors)
{
	if (!ctl_parse_number(number, least, most, text))
		return ctl_usage_error(errors, "%s: found \"%s\", allowed %u to %u", option, text,
				       least, most);
	return 0;
}

int
ctl_take_watch(unsigned int *ms, const char *text, FILE *errors)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end != '\0' || !(seconds >= 0.1 && seconds <= 3600))
		return ctl_usage_error(errors, "--watch: found \"%s\", allowed 0.1 to 3600 (s)",
				       text);
	*ms = (unsigned int)(seconds * 1000 + 0.5);
	return 0;
}

int
ctl_check_mac(const char *option, const char *text, FILE *errors)
{
	bool good = strlen(text) == 17;

	for (unsigned int i = 0; good && i < 17; i++)
		good = i % 3 == 2 ? text[i] == ':' : isxdigit((unsigned char)text[i]) != 0;
	if (!good)
		return ctl_usage_error(errors, "%s: found \"%s\", allowed a MAC", option, text);
	return 0;
}

int
ctl_check_choice(const char *option, const char *const *choices, const char *allowed,
		 const char *text, FILE *errors)
{
	for (; *choices != NULL; choices++) {
		if (strcmp(*choices, text) == 0)
			return 0;
	}
	return ctl_usage_error(errors, "%s: found \"%s\", allowed %s", option, text, allowed);
}

int
ctl_take_direction(struct ctl_capture_options *capture, const char *text, FILE *errors)
{
	static const char *const choices[] = {"in", "out", "both", NULL};

	capture->direction = text;
	return ctl_check_choice("--direction", choices, "in, out, both", text, errors);
}

int
ctl_take_when_full(struct ctl_capture_options *capture, const char *text, FILE *errors)
{
	static const char *const choices[] = {"oldest", "stop", NULL};

	capture->when_full = text;
	return ctl_check_choice("--when-full", choices, "oldest, stop", text, errors);
}

int
ctl_take_kind(struct ctl_capture_options *capture, const char *text, FILE *errors)
{
	_Static_assert(PGN_KIND_COUNT <= CTL_KINDS_MAX, "room for each");

	for (unsigned int i = 0; i < capture->kind_count; i++) {
		if (strcmp(capture->kinds[i], text) == 0)
			return 0;
	}
	for (unsigned int kind = 0; kind < PGN_KIND_COUNT; kind++) {
		if (strcmp(pgn_kind_name(kind), text) == 0) {
			capture->kinds[capture->kind_count++] = text;
			return 0;
		}
	}
	return ctl_usage_error(errors,
			       "--kind: found \"%s\", allowed a kind of message; see --help", text);
}

int
ctl_take_directory(struct ctl_capture_options *capture, const char *text, FILE *errors)
{
	/* the node's working directory is not ours */
	if (*text != '/')
		return ctl_usage_error(errors, "--directory: found \"%s\", allowed a path from /",
				       text);
	capture->directory = text;
	return 0;
}
