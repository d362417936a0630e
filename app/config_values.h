/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A value's text, checked and stored in the field of its key. Each returns false, and leaves the
 * field as it was, if the text is not allowed. Any thread.
 */
#ifndef PGN_CONFIG_VALUES_H
#define PGN_CONFIG_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "config_keys.h"

/** least to most, decimal or with 0x; to an unsigned field of 2 or 4 bytes. */
bool pgn_parse_number(const struct pgn_key *key, const char *text, void *field);

/** The place of the text among the key's choices; to an enum or an unsigned int. */
bool pgn_parse_choice(const struct pgn_key *key, const char *text, void *field);

/** Digits only, decimal or with 0x: no sign, no blanks, no octal. */
bool pgn_parse_digits(const char *text, uint32_t least, uint32_t most, uint32_t *number);

/** Only printable ASCII, and fits size bytes with its NUL. */
bool pgn_is_printable(const char *text, size_t size);

/** Printable characters that fit the field, a char array. */
bool pgn_parse_text(const struct pgn_key *key, const char *text, void *field);

/** The same, and not empty. */
bool pgn_parse_path(const struct pgn_key *key, const char *text, void *field);
#define PGN_PATH_ALLOWED "the path of a file, at most 255 printable characters"

/** A list of lcores and ranges of them, ascending, so that the first is the lowest; a char array.
 */
bool pgn_parse_lcores(const struct pgn_key *key, const char *text, void *field);
#define PGN_LCORES_ALLOWED "1 to 17 lcores of 0 to 1023, ascending, such as \"0-1\" or \"0,2-3\""

/** ADDRESS/BITS of a host, IPv4 or IPv6; to a struct pgn_tap_config. */
bool pgn_parse_ip(const struct pgn_key *key, const char *text, void *field);
#define PGN_IP_ALLOWED "ADDRESS/BITS of a host, such as \"10.0.0.1/24\" or \"fd00::1/64\""

/** One more MAC of a station that is not there yet; to a struct pgn_rsu_allow. */
bool pgn_parse_rsu_allow(const struct pgn_key *key, const char *text, void *field);
#define PGN_RSU_ALLOW_ALLOWED "1 to 64 MACs of stations, each once, such as {\"02:00:00:00:00:01\"}"

/** PORT:QUEUE=LCORE, one more that is not there yet; to a struct pgn_worker_map. */
bool pgn_parse_map(const struct pgn_key *key, const char *text, void *field);
#define PGN_MAP_ALLOWED "1 to 64 times PORT:QUEUE=LCORE, each queue once, such as {\"air0:0=1\"}"

#endif
