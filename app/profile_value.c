/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <string.h>

#include "config_values.h"
#include "profile_keys.h"

/* Is there an entry in the joined list with the same text up to `end`, or up to its own end? */
static bool
is_there(const char *list, const char *text, char end)
{
	size_t length = strcspn(text, (const char[]){end, '\0'});

	while (*list != '\0') {
		size_t entry = strcspn(list, ",");

		if (entry >= length && strncmp(list, text, length) == 0 &&
		    (list[length] == end || list[length] == ',' || list[length] == '\0'))
			return true;
		list += entry + (list[entry] == ',');
	}
	return false;
}

static bool
join(struct pgn_profile_value *value, const char *text)
{
	size_t length = strlen(value->text);

	if (length + 1 + strlen(text) >= sizeof(value->text))
		return false;
	if (length > 0)
		strlcat(value->text, ",", sizeof(value->text));
	strlcat(value->text, text, sizeof(value->text));
	return true;
}

/* NAME=value; an environment's name has no other characters than C's. */
static bool
take_pair(struct pgn_profile_value *value, const char *text, const char *others)
{
	size_t name = 0;

	while (isalnum((unsigned char)text[name]) ||
	       (text[name] != '\0' && strchr(others, text[name]) != NULL))
		name++;
	if (name == 0 || text[name] != '=' || !pgn_is_printable(text, PGN_PROFILE_TEXT) ||
	    strpbrk(text, ", ") != NULL || is_there(value->text, text, '='))
		return false;
	return join(value, text);
}

static bool
take_number(struct pgn_profile_value *value, const struct pgn_profile_key *key, const char *text)
{
	struct pgn_key range = {.least = key->least, .most = key->most, .size = sizeof(uint32_t)};

	if (key->kind == PGN_VALUE_NUMBER_OR_AUTO && strcmp(text, "auto") == 0)
		value->number = PGN_PROFILE_AUTO;
	else if (!pgn_parse_number(&range, text, &value->number))
		return false;
	strlcpy(value->text, text, sizeof(value->text));
	return true;
}

static bool
take_choice(struct pgn_profile_value *value, const struct pgn_profile_key *key, const char *text)
{
	struct pgn_key names = {.choices = key->choices, .size = sizeof(uint32_t)};

	if (!pgn_parse_choice(&names, text, &value->number))
		return false;
	if (key->kind == PGN_VALUE_CHOICES)
		return !is_there(value->text, text, ',') && join(value, text);
	strlcpy(value->text, text, sizeof(value->text));
	return true;
}

bool
pgn_profile_take(struct pgn_profile_value *value, enum pgn_profile_id id, const char *text)
{
	const struct pgn_profile_key *key = &pgn_profile_keys[id];

	switch (key->kind) {
	case PGN_VALUE_NUMBER:
	case PGN_VALUE_NUMBER_OR_AUTO:
		return take_number(value, key, text);
	case PGN_VALUE_CHOICE:
	case PGN_VALUE_CHOICES:
		return take_choice(value, key, text);
	case PGN_VALUE_DEVARGS:
		return take_pair(value, text, "_-");
	case PGN_VALUE_ENV:
		return take_pair(value, text, "_");
	case PGN_VALUE_TEXT:
		break;
	}
	if (text[0] == '\0' || !pgn_is_printable(text, sizeof(value->text)))
		return false;
	strlcpy(value->text, text, sizeof(value->text));
	return true;
}

bool
pgn_parse_profile(const struct pgn_key *key, const char *text, void *field)
{
	struct pgn_profile *profile = field;
	enum pgn_profile_id id = pgn_profile_find_key(NULL, key->name);

	return pgn_profile_take(&profile->value[id], id, text);
}
