/* SPDX-License-Identifier: BSD-3-Clause */
/** The keys of a profile, a row each, and what their values may be. Any thread. */
#ifndef PGN_PROFILE_KEYS_H
#define PGN_PROFILE_KEYS_H

#include "config_keys.h"
#include "profile.h"

#define PGN_PROFILE_SECTIONS 6

enum pgn_profile_kind {
	PGN_VALUE_NUMBER,
	PGN_VALUE_NUMBER_OR_AUTO,
	PGN_VALUE_CHOICE,
	PGN_VALUE_CHOICES, /**< a list of them, each once */
	PGN_VALUE_DEVARGS, /**< a list of key=value */
	PGN_VALUE_ENV,     /**< a list of NAME=value */
	PGN_VALUE_TEXT
};

struct pgn_profile_key {
	const char *section;
	const char *name; /**< no other section has the same */
	enum pgn_profile_kind kind;
	uint32_t least, most;
	const char *unit;
	const char *const *choices;
	bool per_port; /**< a node file and --set may give it to one port */
};

extern const struct pgn_profile_key pgn_profile_keys[PGN_PROFILE_VALUES];

/** A section's name by number, below PGN_PROFILE_SECTIONS. */
const char *pgn_profile_section(unsigned int number);

/** PGN_PROFILE_VALUES: no such key. section NULL: any that a port may be given. */
enum pgn_profile_id pgn_profile_find_key(const char *section, const char *name);

bool pgn_profile_is_list(enum pgn_profile_id id);

/** What may stand there, for an error. */
struct pgn_allowed pgn_profile_allowed(enum pgn_profile_id id);

/** The names of a section's keys. */
struct pgn_allowed pgn_profile_section_keys(const char *section);

/** The names of all sections. */
struct pgn_allowed pgn_profile_sections(void);

/**
 * Set the value, or add to a list; file and line stay. False, and the value stays as it was: the
 * text is not allowed.
 */
bool pgn_profile_take(struct pgn_profile_value *value, enum pgn_profile_id id, const char *text);

/** For the node file's table: key->name to its place in a struct pgn_profile. */
bool pgn_parse_profile(const struct pgn_key *key, const char *text, void *field);

#endif
