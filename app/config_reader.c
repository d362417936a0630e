/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include "config.h"
#include "config_keys.h"
#include "config_parse.h"
#include "config_port.h"
#include "config_reader.h"
#include "config_said.h"
#include "config_values.h"
#include "profile_keys.h"

#define TITLE_ALLOWED PGN_NAME_ALLOWED ", and not tap"

struct reader {
	struct pgn_config_parser parser;
	struct pgn_config *config;

	const struct pgn_section *section; /* that is read, or was last */
	char *fields;                      /* its struct */
	unsigned int section_line;
	unsigned int key_line[PGN_SECTION_KEYS_MAX]; /* 0: not given */
	char place[2 * PGN_NAME_MAX];                /* "node." or "wire air0: " */

	unsigned int count[PGN_SECTION_COUNT];
	bool has_role;
};

static bool
is_title(const char *title)
{
	return pgn_is_name(title) && strcmp(title, "tap") != 0;
}

/* A port whose name differs in - and _ only: telemetry would mix them up. NULL: there is none. */
static const char *
find_alike(const struct pgn_config *config, const char *title)
{
	char key[PGN_NAME_MAX], other[PGN_NAME_MAX];

	strlcpy(key, title, sizeof(key));
	pgn_said_make_key(key);
	for (unsigned int i = 0; i < config->wire_count; i++) {
		strlcpy(other, config->wire[i].name, sizeof(other));
		pgn_said_make_key(other);
		if (strcmp(key, other) == 0)
			return config->wire[i].name;
	}
	return strcmp(key, "tap") == 0 ? "tap" : NULL;
}

/* Make cfg the section that is read; it starts where the root, its parent, stopped reading. */
static int
enter(struct reader *r, cfg_t *cfg)
{
	const struct pgn_section *section = pgn_section_find(cfg->name);
	unsigned int line = (unsigned int)r->parser.root->line;
	const char *alike = NULL;
	unsigned int *count;

	if (r->parser.open == cfg)
		return 0;
	if (section->titled && !is_title(cfg->title))
		return pgn_config_fail(&r->parser.errors, line, "%s: found \"%s\", allowed %s",
				       section->name, pgn_found(cfg->title).text, TITLE_ALLOWED);
	if (section->titled)
		alike = find_alike(r->config, cfg->title);
	if (alike != NULL)
		return pgn_config_fail(&r->parser.errors, line,
				       "%s: found \"%s\", allowed a name that differs from %s in "
				       "more than - and _",
				       section->name, cfg->title, alike);
	count = &r->count[section - pgn_sections];
	if (*count == section->most)
		return pgn_config_fail(&r->parser.errors, line, "%s: found %u, allowed %s",
				       section->name, *count + 1, section->allowed);
	r->parser.open = cfg;
	r->section = section;
	r->fields = (char *)r->config + section->offset + section->size * *count;
	r->section_line = line;
	memset(r->key_line, 0, sizeof(r->key_line));
	if (section->titled)
		snprintf(r->place, sizeof(r->place), "%s %s: ", section->name, cfg->title);
	else
		snprintf(r->place, sizeof(r->place), "%s.", section->name);
	++*count;
	return 0;
}

static int
fail_unknown(cfg_t *cfg, const char *name)
{
	struct reader *r = pgn_config_reader();
	unsigned int line = (unsigned int)cfg->line;

	if (cfg == r->parser.root)
		return pgn_config_fail(&r->parser.errors, line, "%s: unknown section, allowed %s",
				       pgn_found(name).text, pgn_section_names().text);
	if (enter(r, cfg) != 0)
		return -1;
	return pgn_config_fail(&r->parser.errors, line, "%s%s: unknown key, allowed %s", r->place,
			       pgn_found(name).text, pgn_section_keys(r->section).text);
}

static int
on_value(cfg_t *cfg, cfg_opt_t *opt, const char *text, void *result)
{
	struct reader *r = pgn_config_reader();
	unsigned int line = (unsigned int)cfg->line;
	const struct pgn_key *key;
	unsigned int *key_line;

	if (cfg == r->parser.root)
		return fail_unknown(cfg, opt->name);
	if (enter(r, cfg) != 0)
		return -1;
	key = pgn_key_find(r->section, opt->name);
	key_line = &r->key_line[key - r->section->keys];
	/* A list comes value by value: its first one shows that it begins. */
	if (*key_line != 0 && cfg_opt_size(opt) == 1)
		return pgn_config_fail(&r->parser.errors, line,
				       "%s%s: found twice, first at line %u, allowed once",
				       r->place, key->name, *key_line);
	if (*key_line == 0) {
		*key_line = line;
		if (key->line_offset != 0)
			memcpy(r->fields + key->line_offset, &line, sizeof(line));
	}
	if (!key->parse(key, text, r->fields + key->offset))
		return pgn_config_fail(&r->parser.errors, line, "%s%s: found \"%s\", allowed %s",
				       r->place, key->name, pgn_found(text).text,
				       pgn_key_allowed(key).text);
	pgn_config_say(r->config, r->place, key->name, text, key->list && cfg_opt_size(opt) > 1);
	*(const char **)result = text;
	return 0;
}

static unsigned int
line_of(const struct reader *r, const char *name)
{
	return r->key_line[pgn_key_find(r->section, name) - r->section->keys];
}

/* Each of a profile's values remembers where it is from. */
static void
note_lines(const struct reader *r, struct pgn_profile *profile)
{
	for (unsigned int i = 0; i < r->section->key_count; i++) {
		const struct pgn_key *key = &r->section->keys[i];
		struct pgn_profile_value *value;

		if (!key->of_profile || r->key_line[i] == 0)
			continue;
		value = &profile->value[pgn_profile_find_key(NULL, key->name)];
		value->file = r->config->file;
		value->line = r->key_line[i];
	}
}

static int
check_port(struct reader *r, struct pgn_port_config *port, const char *name)
{
	const struct pgn_config *config = r->config;

	strlcpy(port->name, name, sizeof(port->name));
	note_lines(r, &port->profile);
	for (unsigned int i = 0; i <= config->wire_count; i++) {
		const struct pgn_port_config *other = pgn_config_port(config, i);

		if (other == port || !pgn_port_is_same(other, port))
			continue;
		return pgn_config_fail(
			&r->parser.errors, port->line,
			"%sport: found \"%s\", allowed a port that %s%s does not have (line %u)",
			r->place, pgn_found(port->port).text,
			other == &config->tap.port ? "" : "wire ", other->name, other->line);
	}
	return 0;
}

static int
check_tap(struct reader *r)
{
	struct pgn_tap_config *tap = &r->config->tap;

	if (tap->ip_family != AF_UNSPEC && !pgn_port_is(&tap->port, "net_tap"))
		return pgn_config_fail(
			&r->parser.errors, line_of(r, "ip"),
			"tap.ip: found with port \"%s\", allowed with a net_tap port only",
			pgn_found(tap->port.port).text);
	return check_port(r, &tap->port, "tap");
}

/* A list without a value: nothing of it came to on_value. */
static int
check_lists(struct reader *r, cfg_t *cfg)
{
	for (unsigned int i = 0; i < r->section->key_count; i++) {
		const struct pgn_key *key = &r->section->keys[i];
		const cfg_opt_t *opt = cfg_getopt(cfg, key->name);

		if (key->list && r->key_line[i] == 0 && (opt->flags & CFGF_MODIFIED) != 0)
			return pgn_config_fail(&r->parser.errors, r->section_line,
					       "%s%s: found none, allowed %s", r->place, key->name,
					       pgn_key_allowed(key).text);
	}
	return 0;
}

static int
on_section_end(cfg_t *root, cfg_opt_t *opt)
{
	struct reader *r = pgn_config_reader();
	cfg_t *cfg = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);

	(void)root;
	if (enter(r, cfg) != 0)
		return -1;
	for (unsigned int i = 0; i < r->section->key_count; i++) {
		const struct pgn_key *key = &r->section->keys[i];

		if (key->required && r->key_line[i] == 0)
			return pgn_config_fail(&r->parser.errors, r->section_line,
					       "%s%s: missing, allowed %s", r->place, key->name,
					       pgn_key_allowed(key).text);
	}
	if (check_lists(r, cfg) != 0)
		return -1;
	if (strcmp(r->section->name, "node") == 0)
		r->has_role = line_of(r, "role") != 0;
	if (strcmp(r->section->name, "wire") == 0)
		return check_port(r, &r->config->wire[r->config->wire_count++], cfg->title);
	if (strcmp(r->section->name, "tap") == 0)
		return check_tap(r);
	return 0;
}

/* What is missing from the file as a whole. */
static int
check_complete(struct reader *r, bool needs_role)
{
	for (unsigned int i = 0; i < PGN_SECTION_COUNT; i++) {
		const struct pgn_section *section = &pgn_sections[i];

		if (section->required && r->count[i] == 0)
			return pgn_config_fail(&r->parser.errors, 0, "%s: found none, allowed %s",
					       section->name, section->allowed);
	}
	if (needs_role && !r->has_role)
		return pgn_config_fail(&r->parser.errors, 0, "node.role: missing, allowed %s",
				       pgn_choices(pgn_role_names).text);
	return 0;
}

/* The sections and their keys as libconfuse wants them; every value comes to on_value as text. */
struct syntax {
	cfg_opt_t sections[PGN_SECTION_COUNT + 1];
	cfg_opt_t keys[PGN_SECTION_COUNT][PGN_SECTION_KEYS_MAX + 1];
};

static void
describe(struct syntax *syntax)
{
	const cfg_opt_t end = CFG_END();

	for (unsigned int i = 0; i < PGN_SECTION_COUNT; i++) {
		const struct pgn_section *section = &pgn_sections[i];
		cfg_flag_t flags = CFGF_MULTI;

		for (unsigned int k = 0; k < section->key_count; k++) {
			cfg_opt_t key =
				CFG_STR_CB(section->keys[k].name, NULL, CFGF_NODEFAULT, on_value);

			if (section->keys[k].list)
				key.flags |= CFGF_LIST;
			syntax->keys[i][k] = key;
		}
		syntax->keys[i][section->key_count] = end;
		if (section->titled)
			flags |= CFGF_TITLE | CFGF_NO_TITLE_DUPES;
		syntax->sections[i] = (cfg_opt_t)CFG_SEC(section->name, syntax->keys[i], flags);
		syntax->sections[i].validcb = on_section_end;
	}
	syntax->sections[PGN_SECTION_COUNT] = end;
}

int
pgn_config_read(struct pgn_config *config, const char *text, bool needs_role, FILE *errors)
{
	struct reader r = {.parser = {.errors = {.out = errors, .file = config->file},
				      .titled = "wire",
				      .on_unknown = fail_unknown},
			   .config = config};
	struct syntax syntax;
	int ret;

	describe(&syntax);
	ret = pgn_config_parse(&r.parser, syntax.sections, text);
	if (ret == 0 && check_complete(&r, needs_role) != 0)
		ret = -EINVAL;
	return ret;
}
