/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "config_said.h"

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

void
pgn_config_say(struct pgn_config *config, const char *place, const char *key, const char *value,
	       bool add)
{
	char made[sizeof(config->said[0].key)];
	struct pgn_said *said = NULL;

	snprintf(made, sizeof(made), "%s%s%s", place, strchr(place, ':') == NULL ? "" : "_", key);
	pgn_said_make_key(made);
	for (unsigned int i = 0; i < config->said_count && said == NULL; i++) {
		if (strcmp(config->said[i].key, made) == 0)
			said = &config->said[i];
	}
	if (said == NULL) {
		if (config->said_count == PGN_SAID_MAX)
			return;
		said = &config->said[config->said_count++];
		strlcpy(said->key, made, sizeof(said->key));
		add = false;
	}
	if (!add)
		said->value[0] = '\0';
	else
		strlcat(said->value, ", ", sizeof(said->value));
	strlcat(said->value, value, sizeof(said->value));
}
