/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config_parse.h"
#include "config_text.h"
#include "profile_keys.h"
#include "profile_reader.h"

#define MATCH_KEYS 3
#define KEYS_MAX 16
#define PCI_ALLOWED "VENDOR:DEVICE in hexadecimal, four digits each, such as \"8086:15c4\""
#define NAME_ALLOWED "letters, digits, _, - and ., at most "

struct reader {
	struct pgn_config_parser parser;
	unsigned int layer;
	struct pgn_profiles *set;
	struct pgn_profile *profile; /* the one that is read; NULL: none is */
};

static bool
is_name(const char *text, size_t size)
{
	return text[0] != '\0' && strlen(text) < size &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789_-.")] == '\0';
}

/* Something of a profile is read, in cfg: the first of it makes the profile. */
static int
open_profile(struct reader *r, cfg_t *cfg)
{
	r->parser.open = cfg;
	if (r->profile != NULL)
		return 0;
	r->profile = pgn_profiles_add(r->set);
	if (r->profile == NULL)
		return pgn_config_fail(&r->parser.errors, 0, "out of memory");
	strlcpy(r->profile->file, r->parser.errors.file, sizeof(r->profile->file));
	r->profile->layer = r->layer;
	return 0;
}

static int
on_name(cfg_t *cfg, cfg_opt_t *opt, const char *text, void *result)
{
	struct reader *r = pgn_config_reader();
	bool is_driver = strcmp(opt->name, "driver") == 0;
	unsigned int *count;

	if (open_profile(r, cfg) != 0)
		return -1;
	count = is_driver ? &r->profile->driver_count : &r->profile->device_count;
	if (*count == PGN_PROFILE_DRIVERS)
		return pgn_config_fail(&r->parser.errors, (unsigned int)cfg->line,
				       "%s: found %u, allowed at most %u", opt->name, *count + 1,
				       PGN_PROFILE_DRIVERS);
	if (!is_name(text, sizeof(r->profile->driver[0])))
		return pgn_config_fail(&r->parser.errors, (unsigned int)cfg->line,
				       "%s: found \"%s\", allowed %s", opt->name,
				       pgn_found(text).text, NAME_ALLOWED "31");
	strlcpy(is_driver ? r->profile->driver[*count] : r->profile->device[*count], text,
		sizeof(r->profile->driver[0]));
	++*count;
	*(const char **)result = text;
	return 0;
}

static bool
parse_pci_id(const char *text, uint32_t *id)
{
	if (strlen(text) != strlen("8086:15c4") || text[4] != ':')
		return false;
	for (unsigned int i = 0; i < 9; i++) {
		if (i != 4 && !isxdigit((unsigned char)text[i]))
			return false;
	}
	*id = (uint32_t)(strtoul(text, NULL, 16) << 16 | strtoul(text + 5, NULL, 16));
	return true;
}

static int
on_pci(cfg_t *cfg, cfg_opt_t *opt, const char *text, void *result)
{
	struct reader *r = pgn_config_reader();

	(void)opt;
	if (open_profile(r, cfg) != 0)
		return -1;
	if (r->profile->pci_count == PGN_PROFILE_PCI_IDS)
		return pgn_config_fail(&r->parser.errors, (unsigned int)cfg->line,
				       "pci: found %u, allowed at most %u",
				       r->profile->pci_count + 1, PGN_PROFILE_PCI_IDS);
	if (!parse_pci_id(text, &r->profile->pci[r->profile->pci_count]))
		return pgn_config_fail(&r->parser.errors, (unsigned int)cfg->line,
				       "pci: found \"%s\", allowed %s", pgn_found(text).text,
				       PCI_ALLOWED);
	r->profile->pci_count++;
	*(const char **)result = text;
	return 0;
}

static int
on_value(cfg_t *cfg, cfg_opt_t *opt, const char *text, void *result)
{
	struct reader *r = pgn_config_reader();
	unsigned int line = (unsigned int)cfg->line;
	enum pgn_profile_id id = pgn_profile_find_key(cfg->name, opt->name);
	struct pgn_profile_value *value;

	if (open_profile(r, cfg) != 0)
		return -1;
	value = &r->profile->value[id];
	/* A list comes value by value: its first one shows that it begins. */
	if (value->file != NULL && cfg_opt_size(opt) == 1)
		return pgn_config_fail(&r->parser.errors, line,
				       "%s.%s: found twice, first at line %u, allowed once",
				       cfg->name, opt->name, value->line);
	if (!pgn_profile_take(value, id, text))
		return pgn_config_fail(&r->parser.errors, line, "%s.%s: found \"%s\", allowed %s",
				       cfg->name, opt->name, pgn_found(text).text,
				       pgn_profile_allowed(id).text);
	if (value->file == NULL) {
		value->file = r->profile->file;
		value->line = line;
	}
	*(const char **)result = text;
	return 0;
}

static int
on_profile_end(cfg_t *root, cfg_opt_t *opt)
{
	struct reader *r = pgn_config_reader();
	const cfg_t *cfg = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	unsigned int line = (unsigned int)root->line;

	if (!is_name(cfg->title, sizeof(r->profile->name)))
		return pgn_config_fail(&r->parser.errors, line,
				       "profile: found \"%s\", allowed " NAME_ALLOWED "63",
				       pgn_found(cfg->title).text);
	if (r->profile == NULL || r->profile->driver_count == 0)
		return pgn_config_fail(&r->parser.errors, line,
				       "profile %s: driver: missing, allowed 1 to %u names",
				       cfg->title, PGN_PROFILE_DRIVERS);
	strlcpy(r->profile->name, cfg->title, sizeof(r->profile->name));
	r->profile = NULL;
	return 0;
}

static int
fail_unknown(cfg_t *cfg, const char *name)
{
	struct reader *r = pgn_config_reader();
	unsigned int line = (unsigned int)cfg->line;
	struct pgn_found found = pgn_found(name);

	if (cfg == r->parser.root)
		return pgn_config_fail(&r->parser.errors, line,
				       "%s: unknown section, allowed profile", found.text);
	if (strcmp(cfg->name, "profile") == 0)
		return pgn_config_fail(
			&r->parser.errors, line,
			"profile %s: %s: unknown key, allowed driver, device, pci, %s", cfg->title,
			found.text, pgn_profile_sections().text);
	return pgn_config_fail(&r->parser.errors, line, "%s.%s: unknown key, allowed %s", cfg->name,
			       found.text, pgn_profile_section_keys(cfg->name).text);
}

struct syntax {
	cfg_opt_t root[2];
	cfg_opt_t profile[MATCH_KEYS + PGN_PROFILE_SECTIONS + 1];
	cfg_opt_t keys[PGN_PROFILE_SECTIONS][KEYS_MAX + 1];
};

static void
describe(struct syntax *syntax)
{
	const cfg_opt_t end = CFG_END();
	cfg_opt_t *next = syntax->profile;

	*next++ = (cfg_opt_t)CFG_STR_CB("driver", NULL, CFGF_LIST | CFGF_NODEFAULT, on_name);
	*next++ = (cfg_opt_t)CFG_STR_CB("device", NULL, CFGF_LIST | CFGF_NODEFAULT, on_name);
	*next++ = (cfg_opt_t)CFG_STR_CB("pci", NULL, CFGF_LIST | CFGF_NODEFAULT, on_pci);
	for (unsigned int s = 0; s < PGN_PROFILE_SECTIONS; s++) {
		const char *section = pgn_profile_section(s);
		unsigned int count = 0;

		for (enum pgn_profile_id id = 0; id < PGN_PROFILE_VALUES; id++) {
			cfg_opt_t key = CFG_STR_CB(pgn_profile_keys[id].name, NULL, CFGF_NODEFAULT,
						   on_value);

			if (strcmp(pgn_profile_keys[id].section, section) != 0)
				continue;
			if (pgn_profile_is_list(id))
				key.flags |= CFGF_LIST;
			syntax->keys[s][count++] = key;
		}
		syntax->keys[s][count] = end;
		*next++ = (cfg_opt_t)CFG_SEC(section, syntax->keys[s], CFGF_NODEFAULT);
	}
	*next = end;
	syntax->root[0] = (cfg_opt_t)CFG_SEC("profile", syntax->profile,
					     CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	syntax->root[0].validcb = on_profile_end;
	syntax->root[1] = end;
}

int
pgn_profile_read(struct pgn_profiles *set, const char *file, unsigned int layer, FILE *errors)
{
	struct reader r = {.parser = {.errors = {.out = errors, .file = file},
				      .titled = "profile",
				      .on_unknown = fail_unknown},
			   .layer = layer,
			   .set = set};
	unsigned int before = set->count;
	struct syntax syntax;
	char *text;
	int ret;

	ret = pgn_config_text_read(&text, file, errors);
	if (ret != 0)
		return ret;
	describe(&syntax);
	ret = pgn_config_parse(&r.parser, syntax.root, text);
	free(text);
	if (ret == 0 && set->count == before) {
		pgn_config_fail(&r.parser.errors, 0, "profile: found none, allowed one or more");
		ret = -EINVAL;
	}
	return ret;
}
