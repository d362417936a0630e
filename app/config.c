/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "config_error.h"
#include "config_keys.h"
#include "config_reader.h"
#include "config_said.h"
#include "config_text.h"

struct pgn_place
pgn_config_place(const struct pgn_config *config, unsigned int line)
{
	struct pgn_place place;

	if (line != 0)
		snprintf(place.text, sizeof(place.text), "%s:%u", config->file, line);
	else
		strlcpy(place.text, config->file, sizeof(place.text));
	return place;
}

const char *
pgn_role_id_name(enum pgn_role_id role)
{
	return pgn_role_names[role];
}

bool
pgn_role_id_parse(const char *name, enum pgn_role_id *role)
{
	for (unsigned int i = 0; pgn_role_names[i] != NULL; i++) {
		if (strcmp(pgn_role_names[i], name) == 0) {
			*role = (enum pgn_role_id)i;
			return true;
		}
	}
	return false;
}

static void
set_initial(struct pgn_config *config)
{
	memset(config, 0, sizeof(*config));
	for (unsigned int i = 0; i < PGN_SECTION_COUNT; i++) {
		const struct pgn_section *section = &pgn_sections[i];
		char *fields = (char *)config + section->offset;
		char place[PGN_NAME_MAX];

		for (unsigned int k = 0; k < section->key_count; k++) {
			const struct pgn_key *key = &section->keys[k];

			if (key->initial == NULL)
				continue;
			key->parse(key, key->initial, fields + key->offset);
			snprintf(place, sizeof(place), "%s.", section->name);
			if (!section->titled)
				pgn_config_say(config, place, key->name, key->initial, false);
		}
	}
	config->tap.ip_family = AF_UNSPEC;
	if (sysconf(_SC_NPROCESSORS_ONLN) == 1)
		strlcpy(config->lcores, "0", sizeof(config->lcores));
}

int
pgn_config_load(struct pgn_config *config, const char *file, const char *role_override,
		FILE *errors)
{
	enum pgn_role_id role = PGN_ROLE_RSU;
	char *text;
	int error;

	set_initial(config);
	if (role_override != NULL && !pgn_role_id_parse(role_override, &role)) {
		fprintf(errors, "--role: found \"%s\", allowed %s\n", pgn_found(role_override).text,
			pgn_choices(pgn_role_names).text);
		return -EINVAL;
	}
	if (strlcpy(config->file, file, sizeof(config->file)) >= sizeof(config->file)) {
		pgn_config_error(errors, pgn_found(file).text, 0, "cannot open: %s",
				 strerror(ENAMETOOLONG));
		return -ENAMETOOLONG;
	}
	pgn_config_say(config, "", "file", file, false);
	error = pgn_config_text_read(&text, file, errors);
	if (error != 0)
		return error;
	error = pgn_config_read(config, text, role_override == NULL, errors);
	free(text);
	if (error != 0)
		return error;
	if (role_override != NULL)
		config->role = role;
	if (config->role == PGN_ROLE_RSU && config->rsu_allow.count > 0) {
		pgn_config_error(errors, config->file, config->rsu_allow.line,
				 "node.rsu_allow: found with role rsu, allowed with role obu only");
		return -EINVAL;
	}
	return 0;
}
