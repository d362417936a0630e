/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "spread_ways.h"

static const char *const names[] = {
#define X(name, text) text,
	PGN_SPREAD_WAYS(X)
#undef X
};

enum pgn_spread_way
pgn_spread_way_find(const char *text)
{
	unsigned int way = 0;

	while (way < PGN_SPREAD_WAYS_COUNT && strcmp(names[way], text) != 0)
		way++;
	return (enum pgn_spread_way)way;
}

const char *
pgn_spread_way_name(enum pgn_spread_way way)
{
	return names[way];
}

enum pgn_spread_mode
pgn_spread_way_mode(enum pgn_spread_way way)
{
	return way == PGN_SPREAD_L2_HASH || way == PGN_SPREAD_CUSTOM_HASH ? PGN_SPREAD_RSS
									  : PGN_SPREAD_FLOW;
}

static bool
is_allowed(const struct pgn_config *config, enum pgn_spread_way way)
{
	return config->workers.spread == PGN_SPREAD_AUTO ||
	       config->workers.spread == pgn_spread_way_mode(way);
}

unsigned int
pgn_spread_ways(const struct pgn_config *config, const struct pgn_port_config *port,
		enum pgn_spread_way ways[PGN_SPREAD_WAYS_COUNT])
{
	char order[PGN_PROFILE_TEXT], *rest = order, *word;
	unsigned int count = 0;

	strlcpy(order, port->profile.value[PGN_PROFILE_ORDER].text, sizeof(order));
	while ((word = strsep(&rest, ",")) != NULL && count < PGN_SPREAD_WAYS_COUNT) {
		enum pgn_spread_way way = pgn_spread_way_find(word);

		if (way != PGN_SPREAD_WAYS_COUNT && is_allowed(config, way))
			ways[count++] = way;
	}
	return count;
}

unsigned int
pgn_spread_queues(const struct pgn_config *config, const struct pgn_port_config *port,
		  unsigned int workers)
{
	enum pgn_spread_way ways[PGN_SPREAD_WAYS_COUNT];
	uint32_t most = pgn_profile_number(&port->profile, PGN_PROFILE_RXQ);

	/* The TAP has one: it spreads IP only. */
	if (port == &config->tap.port || pgn_spread_ways(config, port, ways) == 0)
		return 1;
	return most < workers ? most : workers;
}
