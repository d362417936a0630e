/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "config_said.h"

#define COMMA ", "

void
pgn_said_make_key(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0'; from++) {
		if (isalnum((unsigned char)*from))
			*to++ = *from;
		else if (to > text && to[-1] != '_')
			*to++ = '_';
	}
	*to = '\0';
}

/* A key's entries: KEY, KEY_2, KEY_3, ... */
struct entries {
	struct pgn_config *config;
	char key[sizeof(((struct pgn_said *)NULL)->key)];
	unsigned int number;
};

static void
name_entry(const struct entries *entries, char *name, size_t size)
{
	if (entries->number == 1)
		snprintf(name, size, "%s", entries->key);
	else
		snprintf(name, size, "%.58s_%u", entries->key, entries->number);
}

/* The entry of this number; NULL: there is none. */
static struct pgn_said *
find(const struct entries *entries)
{
	struct pgn_config *config = entries->config;
	char name[sizeof(config->said[0].key)];

	name_entry(entries, name, sizeof(name));
	for (unsigned int i = 0; i < config->said_count; i++) {
		if (strcmp(config->said[i].key, name) == 0)
			return &config->said[i];
	}
	return NULL;
}

/* The same, made when it is not there; NULL: there is no room. */
static struct pgn_said *
take(const struct entries *entries)
{
	struct pgn_config *config = entries->config;
	struct pgn_said *said = find(entries);

	if (said != NULL || config->said_count == PGN_SAID_MAX)
		return said;
	said = &config->said[config->said_count++];
	name_entry(entries, said->key, sizeof(said->key));
	said->value[0] = '\0';
	return said;
}

static struct pgn_said *
take_last(struct entries *entries)
{
	do
		entries->number++;
	while (find(entries) != NULL);
	entries->number--;
	return take(entries);
}

static struct pgn_said *
take_next(struct entries *entries)
{
	entries->number++;
	return take(entries);
}

void
pgn_config_say(struct pgn_config *config, const char *place, const char *key, const char *value,
	       bool add)
{
	struct entries entries = {.config = config, .number = 1};
	struct pgn_said *said;

	snprintf(entries.key, sizeof(entries.key), "%s%s%s", place,
		 strchr(place, ':') == NULL ? "" : "_", key);
	pgn_said_make_key(entries.key);
	said = add ? take_last(&entries) : take(&entries);
	if (said == NULL)
		return;
	if (!add)
		said->value[0] = '\0';
	else if (strlen(said->value) + strlen(COMMA) + strlen(value) < sizeof(said->value))
		strlcat(said->value, COMMA, sizeof(said->value));
	else
		said = take_next(&entries);
	while (said != NULL) {
		size_t room = sizeof(said->value) - 1 - strlen(said->value);

		strlcat(said->value, value, sizeof(said->value));
		if (strlen(value) <= room)
			break;
		value += room;
		said = take_next(&entries);
	}
}
