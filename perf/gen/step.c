/* SPDX-License-Identifier: BSD-3-Clause */
/** Trials as they are asked for, by the command line or by lines on stdin. */
#include <bsd/stdlib.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gen.h"

#define LINE_MAX_BYTES 256
#define BURST_MAX UINT32_MAX
/** Between turns while nothing is asked: routes want answers, others want the core. */
#define PAUSE_MS 20

struct gen_trial
gen_trial_of(const struct gen_options *options)
{
	return (struct gen_trial){
		.rate = options->rate, .seconds = options->seconds, .latency = options->latency};
}

int
gen_run(struct gen *gen, const struct gen_trial *trial)
{
	struct gen_result result;

	if (gen_refresh(gen) != 0)
		return 1;
	gen_try(gen, trial, &result);
	gen_report(gen, &result);
	if (result.wrong == 0)
		return 0;
	fprintf(stderr, "pgn-gen: %llu of %llu frames that were compared are wrong\n",
		(unsigned long long)result.wrong, (unsigned long long)result.checked);
	return 1;
}

/** One word, KEY=VALUE; NULL: it is right, else what is allowed. */
static const char *
take_word(struct gen_trial *trial, const char *key, const char *value)
{
	const char *error = NULL;

	if (strcmp(key, "rate") == 0)
		return gen_rate_parse(&trial->rate, value) ? NULL : GEN_RATE_ALLOWED;
	if (strcmp(key, "duration") == 0)
		return gen_seconds_parse(&trial->seconds, value) ? NULL : GEN_SECONDS_ALLOWED;
	if (strcmp(key, "burst") == 0) {
		trial->burst = (uint64_t)strtonum(value, 1, BURST_MAX, &error);
		return error == NULL ? NULL : "1 to 4294967295";
	}
	if (strcmp(key, "latency") == 0) {
		trial->latency = strtonum(value, 0, 1, &error) != 0;
		return error == NULL ? NULL : "0 or 1";
	}
	return "rate=, duration=, burst= and latency=";
}

static int
parse(struct gen_trial *trial, char *line)
{
	char *rest = NULL;

	for (char *word = strtok_r(line, " \t\r\n", &rest); word != NULL;
	     word = strtok_r(NULL, " \t\r\n", &rest)) {
		char *value = strchr(word, '=');
		const char *allowed;

		if (value != NULL)
			*value++ = '\0';
		allowed = take_word(trial, value == NULL ? "" : word, value);
		if (allowed != NULL) {
			fprintf(stderr, "pgn-gen: --step: found \"%s%s%s\", allowed %s\n", word,
				value == NULL ? "" : "=", value == NULL ? "" : value, allowed);
			return 2;
		}
	}
	return 0;
}

/** The next line; false: there is none. Meanwhile the node is kept company. */
static bool
next_line(struct gen *gen, char *line)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	size_t length = 0;

	while (length < LINE_MAX_BYTES - 1) {
		if (poll(&in, 1, PAUSE_MS) <= 0) {
			gen_turn(gen, 0);
			continue;
		}
		if (read(STDIN_FILENO, line + length, 1) != 1) {
			line[length] = '\0';
			return length > 0;
		}
		if (line[length] == '\n')
			break;
		length++;
	}
	line[length] = '\0';
	return true;
}

int
gen_steps(struct gen *gen)
{
	char line[LINE_MAX_BYTES];
	int ret = 0;

	while (next_line(gen, line)) {
		struct gen_trial trial = gen_trial_of(gen->options);

		if (parse(&trial, line) != 0)
			return 2;
		ret |= gen_run(gen, &trial);
	}
	return ret;
}
