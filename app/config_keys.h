/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * The node file's sections and keys, a row each: a row is all that a key needs. The tables are
 * constant: any thread.
 */
#ifndef PGN_CONFIG_KEYS_H
#define PGN_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PGN_SECTION_COUNT 10
#define PGN_SECTION_KEYS_MAX 20

struct pgn_key {
	const char *name;

	/** Text to field; false if the text is not allowed. */
	bool (*parse)(const struct pgn_key *key, const char *text, void *field);
	size_t offset;      /**< of the field in the section's struct */
	size_t size;        /**< of the field, in bytes */
	size_t line_offset; /**< of a field that keeps the key's line; 0: none does */

	uint32_t least, most; /**< of a number */
	const char *unit;     /**< of a number; NULL: none */
	bool hex;             /**< a number that is shown with 0x */
	const char *const *choices;
	const char *allowed; /**< in words, if the key has neither range nor choices */

	const char *initial; /**< as it would stand in the file; NULL: none */
	bool required;
	bool list;       /**< in braces; parse takes one value after the other */
	bool of_profile; /**< a profile's key: what is allowed stands there */
};

struct pgn_section {
	const char *name;
	const struct pgn_key *keys;
	unsigned int key_count;
	bool titled;
	bool required;
	unsigned int most;   /**< how often it may come */
	const char *allowed; /**< the same in words */
	size_t offset, size; /**< of its struct in pgn_config; the next one follows size bytes on */
};

extern const struct pgn_section pgn_sections[PGN_SECTION_COUNT];

extern const char *const pgn_role_names[];   /**< by pgn_role_id, ended by NULL */
extern const char *const pgn_spread_names[]; /**< by pgn_spread_mode, ended by NULL */
extern const char *const pgn_level_names[];  /**< by RFC 5424 severity, ended by NULL */

/** NULL: no such section, or no such key in it. */
const struct pgn_section *pgn_section_find(const char *name);
const struct pgn_key *pgn_key_find(const struct pgn_section *section, const char *name);

/** What may stand there, for an error. */
struct pgn_allowed {
	char text[512];
};

/** One more name, behind a comma. */
void pgn_allowed_add(struct pgn_allowed *list, const char *name);

/** "10 to 60000 (ms)"; unit NULL: none is said. */
struct pgn_allowed pgn_allowed_range(uint32_t least, uint32_t most, const char *unit);

struct pgn_allowed pgn_key_allowed(const struct pgn_key *key);
struct pgn_allowed pgn_section_keys(const struct pgn_section *section);
struct pgn_allowed pgn_section_names(void);
struct pgn_allowed pgn_choices(const char *const *choices);

#endif
