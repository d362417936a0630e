/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/string.h>
#include <errno.h>

#include "config_keys.h"
#include "log.h"
#include "port_spread.h"

/** The mode a way belongs to, in the config's words. */
static enum pgn_spread_mode
mode_of(enum pgn_spread_way way)
{
	switch (way) {
	case PGN_SPREAD_L2_HASH:
	case PGN_SPREAD_CUSTOM_HASH:
		return PGN_SPREAD_RSS;
	case PGN_SPREAD_FLOW_HASH:
	case PGN_SPREAD_FLOW_HASH_2:
	case PGN_SPREAD_FLOW_MASK:
		return PGN_SPREAD_FLOW;
	default:
		return PGN_SPREAD_SOFTWARE;
	}
}

static bool
is_allowed(const struct pgn_config *config, enum pgn_spread_way way)
{
	return config->workers.spread == PGN_SPREAD_AUTO || config->workers.spread == mode_of(way);
}

/** The device's ways that the config allows, in the profile's order; returns how many. */
static unsigned int
find_ways(const struct pgn_port *port, const struct pgn_config *config,
	  enum pgn_spread_way ways[PGN_SPREAD_WAYS_COUNT])
{
	char order[PGN_PROFILE_TEXT], *rest = order, *word;
	unsigned int count = 0;

	strlcpy(order, port->config->profile.value[PGN_PROFILE_ORDER].text, sizeof(order));
	while ((word = strsep(&rest, ",")) != NULL && count < PGN_SPREAD_WAYS_COUNT) {
		enum pgn_spread_way way = pgn_spread_way_find(word);

		if (way != PGN_SPREAD_WAYS_COUNT && is_allowed(config, way))
			ways[count++] = way;
	}
	return count;
}

uint16_t
pgn_port_spread_queues(struct pgn_port *port, const struct pgn_config *config, unsigned int workers,
		       struct rte_eth_conf *conf)
{
	enum pgn_spread_way ways[PGN_SPREAD_WAYS_COUNT];
	unsigned int count = find_ways(port, config, ways);
	struct rte_eth_dev_info info = {0};
	uint32_t queues = pgn_profile_number(&port->config->profile, PGN_PROFILE_RXQ);

	if (workers == 1 || count == 0 || rte_eth_dev_info_get(port->id, &info) != 0)
		return 1;
	if (ways[0] == PGN_SPREAD_L2_HASH &&
	    (info.flow_type_rss_offloads & RTE_ETH_RSS_L2_PAYLOAD) != 0) {
		conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf->rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_L2_PAYLOAD;
	}
	if (queues == PGN_PROFILE_AUTO)
		queues = info.max_rx_queues;
	return (uint16_t)RTE_MIN(RTE_MIN(queues, info.max_rx_queues), workers);
}

void
pgn_port_spread_set(struct pgn_port *port, enum pgn_spread_mode mode)
{
	port->spread_mode = mode;
	atomic_store_explicit(&port->spread, mode == PGN_SPREAD_SOFTWARE, memory_order_relaxed);
}

int
pgn_port_spread_start(struct pgn_port *port, const struct pgn_config *config, unsigned int workers)
{
	enum pgn_spread_mode wanted = config->workers.spread;
	enum pgn_spread_way ways[PGN_SPREAD_WAYS_COUNT];
	unsigned int count = find_ways(port, config, ways);

	if (workers == 1 || wanted == PGN_SPREAD_NONE) {
		pgn_port_spread_set(port, PGN_SPREAD_NONE);
		return 0;
	}
	for (unsigned int i = 0; i < count && port->rx_queues > 1; i++) {
		char why[PGN_SPREAD_WHY];

		if (pgn_spread_rules_install(&port->rules, port->id, ways[i], port->rx_queues,
					     config->ethertype, why) == 0) {
			pgn_log(LOG_INFO, "%s: spread over %u queues by %s, %u rules",
				port->config->name, port->rx_queues, pgn_spread_way_name(ways[i]),
				port->rules.count);
			pgn_port_spread_set(port, mode_of(ways[i]));
			return 0;
		}
		pgn_log(LOG_NOTICE, "%s: spread by %s: the device refuses: %s", port->config->name,
			pgn_spread_way_name(ways[i]), why);
	}
	/* The TAP is the kernel's, and spreads IP only. */
	if (wanted == PGN_SPREAD_AUTO || wanted == PGN_SPREAD_SOFTWARE ||
	    port->config == &config->tap.port) {
		pgn_port_spread_set(port, PGN_SPREAD_SOFTWARE);
		return 0;
	}
	pgn_log(LOG_ERR,
		"%s: workers.spread: found \"%s\", allowed auto, software or none: %s knows no "
		"way to do it",
		pgn_config_place(config, config->workers.spread_line).text,
		pgn_spread_names[wanted], port->config->name);
	return -ENOTSUP;
}
