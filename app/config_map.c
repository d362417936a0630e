/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>
#include <string.h>

#include "config.h"
#include "config_values.h"

#define QUEUE_MAX 255
#define LCORE_MAX 1023

static_assert(PGN_MAP_MAX == 64, "PGN_MAP_ALLOWED says 64");

/* What stands before the character goes to `part`, and *text behind it. */
static bool
take_part(const char **text, char until, char *part, size_t size)
{
	const char *end = strchr(*text, until);
	size_t length = end == NULL ? size : (size_t)(end - *text);

	if (length == 0 || length >= size)
		return false;
	memcpy(part, *text, length);
	part[length] = '\0';
	*text = end + 1;
	return true;
}

bool
pgn_map_has(const struct pgn_worker_map *map, const char *port, unsigned int queue)
{
	for (unsigned int i = 0; i < map->count; i++) {
		if (map->entry[i].queue == queue && strcmp(map->entry[i].port, port) == 0)
			return true;
	}
	return false;
}

bool
pgn_parse_map(const struct pgn_key *key, const char *text, void *field)
{
	struct pgn_worker_map *map = field;
	struct pgn_map_entry entry;
	uint32_t number;
	char queue[8];

	(void)key;
	if (map->count == PGN_MAP_MAX || !take_part(&text, ':', entry.port, sizeof(entry.port)) ||
	    !take_part(&text, '=', queue, sizeof(queue)) ||
	    !pgn_parse_digits(queue, 0, QUEUE_MAX, &number))
		return false;
	entry.queue = (uint16_t)number;
	if (!pgn_parse_digits(text, 0, LCORE_MAX, &number))
		return false;
	entry.lcore = (uint16_t)number;
	if (pgn_map_has(map, entry.port, entry.queue))
		return false;
	map->entry[map->count++] = entry;
	return true;
}
