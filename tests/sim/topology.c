/* SPDX-License-Identifier: BSD-3-Clause */
#include "topology.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"

#define WORDS_MAX 8
#define LINE_MAX 256
#define DELAY_MAX_US 10000000
#define PERIODS_MAX 30000

struct reader {
	struct sim *sim;
	const char *file;
	unsigned int line;
	unsigned int words;
	char *word[WORDS_MAX];
};

static bool
refuse(const struct reader *reader, const char *what, const char *found, const char *allowed)
{
	fprintf(stderr, "%s:%u: %s: found \"%s\", allowed %s\n", reader->file, reader->line, what,
		found, allowed);
	return false;
}

static bool
read_number(const struct reader *reader, unsigned int word, const char *what, double most,
	    double *number)
{
	const char *text = word < reader->words ? reader->word[word] : "";
	char allowed[32], *end;

	*number = strtod(text, &end);
	if (end != text && *end == '\0' && *number >= 0 && *number <= most)
		return true;
	snprintf(allowed, sizeof(allowed), "0 to %.0f", most);
	return refuse(reader, what, text, allowed);
}

static bool
read_node(const struct reader *reader, unsigned int word, unsigned int *node)
{
	const char *name = word < reader->words ? reader->word[word] : "";

	for (*node = 0; *node < reader->sim->nodes; ++*node) {
		if (strcmp(reader->sim->node[*node].name, name) == 0)
			return true;
	}
	return refuse(reader, "node", name, "one that a line above made");
}

static bool
make_node(struct reader *reader, enum sim_kind kind)
{
	const char *name = reader->words == 2 ? reader->word[1] : "";

	if (name[0] == '\0' || strlen(name) >= SIM_NAME)
		return refuse(reader, "name", name, "1 to 15 characters");
	if (reader->sim->nodes == SIM_MAX_NODES)
		return refuse(reader, "node", name, "4096 at most");
	for (unsigned int i = 0; i < reader->sim->nodes; i++) {
		if (strcmp(reader->sim->node[i].name, name) == 0)
			return refuse(reader, "name", name, "one that is not taken");
	}
	sim_add(reader->sim, kind, name);
	return true;
}

/* link A B DELAY_US JITTER_US LOSS_PERMILLE */
static bool
make_link(struct reader *reader)
{
	double delay, jitter, loss;
	unsigned int a, b;

	if (!read_node(reader, 1, &a) || !read_node(reader, 2, &b) ||
	    !read_number(reader, 3, "delay in us", DELAY_MAX_US, &delay) ||
	    !read_number(reader, 4, "jitter in us", DELAY_MAX_US, &jitter) ||
	    !read_number(reader, 5, "loss in permille", 1000, &loss))
		return false;
	if (a == b)
		return refuse(reader, "link", reader->word[2], "another node");
	sim_link(reader->sim, a, b, (uint32_t)delay, (uint32_t)jitter, (unsigned int)loss);
	return true;
}

/* at PERIOD cut A B | link A B DELAY_US | off A | on A | measure */
static bool
make_event(struct reader *reader)
{
	const char *deed = reader->words > 2 ? reader->word[2] : "";
	unsigned int a = 0, b = 0;
	double period, delay = 0;
	uint64_t at_us;

	if (!read_number(reader, 1, "period", PERIODS_MAX, &period))
		return false;
	at_us = (uint64_t)(period * (double)reader->sim->period_us);
	if (strcmp(deed, "measure") == 0) {
		sim_measure_from(reader->sim, at_us);
		return true;
	}
	if (strcmp(deed, "off") == 0 || strcmp(deed, "on") == 0) {
		if (!read_node(reader, 3, &a))
			return false;
		(deed[1] == 'f' ? sim_off_at : sim_on_at)(reader->sim, at_us, a);
		return true;
	}
	if (strcmp(deed, "cut") != 0 && strcmp(deed, "link") != 0)
		return refuse(reader, "event", deed, "cut, link, off, on, measure");
	if (!read_node(reader, 3, &a) || !read_node(reader, 4, &b))
		return false;
	if (deed[0] == 'c') {
		sim_cut_at(reader->sim, at_us, a, b);
		return true;
	}
	if (!read_number(reader, 5, "delay in us", DELAY_MAX_US, &delay))
		return false;
	sim_link_at(reader->sim, at_us, a, b, (uint32_t)delay);
	return true;
}

/* expect METRIC most|least BOUND */
static bool
make_expectation(struct reader *reader)
{
	const char *metric = reader->words > 1 ? reader->word[1] : "";
	const char *relation = reader->words > 2 ? reader->word[2] : "";
	double bound;

	metric = sim_metric_name(metric);
	if (metric == NULL)
		return refuse(reader, "metric", reader->words > 1 ? reader->word[1] : "",
			      "one that a run prints");
	if (reader->sim->expectations == SIM_EXPECTATIONS)
		return refuse(reader, "expect", metric, "32 at most");
	if (!read_number(reader, 3, "bound", 1e18, &bound))
		return false;
	if (strcmp(relation, "most") == 0)
		sim_expect_at_most(reader->sim, metric, bound);
	else if (strcmp(relation, "least") == 0)
		sim_expect_at_least(reader->sim, metric, bound);
	else
		return refuse(reader, "relation", relation, "most, least");
	return true;
}

static bool
read_periods(struct reader *reader)
{
	double periods;

	if (!read_number(reader, 1, "periods", PERIODS_MAX, &periods))
		return false;
	reader->sim->periods = (uint64_t)periods;
	return true;
}

static bool
read_line(struct reader *reader)
{
	static const struct {
		const char *word;
		enum sim_kind kind;
	} kinds[] = {{"rsu", SIM_RSU},
		     {"obu", SIM_OBU},
		     {"peer-rsu", SIM_PEER_RSU},
		     {"peer-obu", SIM_PEER_OBU}};
	const char *first = reader->word[0];

	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(first, kinds[i].word) == 0)
			return make_node(reader, kinds[i].kind);
	}
	if (strcmp(first, "link") == 0)
		return make_link(reader);
	if (strcmp(first, "at") == 0)
		return make_event(reader);
	if (strcmp(first, "expect") == 0)
		return make_expectation(reader);
	if (strcmp(first, "periods") == 0)
		return read_periods(reader);
	return refuse(reader, "line", first,
		      "rsu, obu, peer-rsu, peer-obu, link, at, expect, periods");
}

static bool
read_all(struct reader *reader, FILE *input)
{
	char line[LINE_MAX];

	while (fgets(line, sizeof(line), input) != NULL) {
		char *rest = line, *word;

		reader->line++;
		if (strchr(line, '\n') == NULL && !feof(input))
			return refuse(reader, "line", "a long one", "254 characters");
		line[strcspn(line, "#\n")] = '\0';
		reader->words = 0;
		while ((word = strsep(&rest, " \t")) != NULL) {
			if (*word == '\0')
				continue;
			if (reader->words == WORDS_MAX)
				return refuse(reader, "line", word, "8 words at most");
			reader->word[reader->words++] = word;
		}
		if (reader->words > 0 && !read_line(reader))
			return false;
	}
	if (reader->sim->nodes == 0)
		return refuse(reader, "file", "no node", "one or more");
	return true;
}

bool
sim_topology_read(struct sim *sim, const char *file)
{
	struct reader reader = {.sim = sim, .file = file};
	FILE *input = fopen(file, "r");
	bool good;

	if (input == NULL) {
		fprintf(stderr, "%s: %s\n", file, strerror(errno));
		return false;
	}
	good = read_all(&reader, input);
	fclose(input);
	return good;
}
