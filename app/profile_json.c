/* SPDX-License-Identifier: BSD-3-Clause */
#include "profile_keys.h"
#include "profile_show.h"

#ifdef PGN_HAVE_JANSSON
#include <jansson.h>

static json_t *
json_of_value(const struct pgn_shown *value, enum pgn_profile_id id)
{
	enum pgn_profile_kind kind = pgn_profile_keys[id].kind;
	bool is_number = (kind == PGN_VALUE_NUMBER || kind == PGN_VALUE_NUMBER_OR_AUTO) &&
			 value->text[0] >= '0' && value->text[0] <= '9';
	json_t *plain = is_number ? json_integer((json_int_t)strtoul(value->text, NULL, 0))
				  : json_string(value->text);

	if (value->remark == NULL)
		return json_pack("{s:o, s:s}", "value", plain, "origin", value->origin.text);
	return json_pack("{s:o, s:s, s:s}", "value", plain, "origin", value->origin.text, "remark",
			 value->remark);
}

bool
pgn_profile_print_json(FILE *out, const struct pgn_shown_profile *shown)
{
	const struct pgn_port_config *port = shown->port;
	json_t *sections = json_object();
	json_t *all;
	bool done;

	for (enum pgn_profile_id id = 0; id < PGN_PROFILE_VALUES; id++) {
		const struct pgn_profile_key *key = &pgn_profile_keys[id];
		json_t *section = json_object_get(sections, key->section);

		if (section == NULL) {
			section = json_object();
			json_object_set_new(sections, key->section, section);
		}
		json_object_set_new(section, key->name, json_of_value(&shown->value[id], id));
	}
	all = json_pack("{s:s, s:s, s:s, s:b, s:o}", "port", port->probe, "driver", port->driver,
			"profile", port->profile.file, "effective", shown->effective, "values",
			sections);
	done = all != NULL && json_dumpf(all, out, JSON_INDENT(2)) == 0;
	fputc('\n', out);
	json_decref(all);
	return done;
}
#else
bool
pgn_profile_print_json(FILE *out, const struct pgn_shown_profile *shown)
{
	(void)out;
	(void)shown;
	return false;
}
#endif
