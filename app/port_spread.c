/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>

#include "config_keys.h"
#include "log.h"
#include "port_spread.h"

uint16_t
pgn_port_spread_queues(struct pgn_port *port, const struct pgn_config *config, unsigned int workers,
		       struct rte_eth_conf *conf)
{
	enum pgn_spread_way ways[PGN_SPREAD_WAYS_COUNT];
	unsigned int queues = pgn_spread_queues(config, port->config, workers);
	struct rte_eth_dev_info info = {0};

	port->hashes_l2 = false;
	if (queues == 1 || rte_eth_dev_info_get(port->id, &info) != 0)
		return 1;
	pgn_spread_ways(config, port->config, ways);
	if (ways[0] == PGN_SPREAD_L2_HASH &&
	    (info.flow_type_rss_offloads & RTE_ETH_RSS_L2_PAYLOAD) != 0) {
		conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf->rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_L2_PAYLOAD;
		port->hashes_l2 = true;
	}
	return (uint16_t)RTE_MIN(queues, info.max_rx_queues);
}

void
pgn_port_spread_set(struct pgn_port *port, enum pgn_spread_mode mode)
{
	port->spread_mode = mode;
	atomic_store_explicit(&port->spread, mode == PGN_SPREAD_SOFTWARE, memory_order_relaxed);
}

static int
try_way(struct pgn_port *port, const struct pgn_config *config, enum pgn_spread_way way,
	char why[PGN_SPREAD_WHY])
{
	if (way == PGN_SPREAD_L2_HASH && !port->hashes_l2) {
		snprintf(why, PGN_SPREAD_WHY, "it was not configured to hash layer 2");
		return -ENOTSUP;
	}
	return pgn_spread_rules_install(&port->rules, port->id, way, port->rx_queues,
					config->ethertype, why);
}

int
pgn_port_spread_start(struct pgn_port *port, const struct pgn_config *config, unsigned int workers)
{
	enum pgn_spread_mode wanted = config->workers.spread;
	enum pgn_spread_way ways[PGN_SPREAD_WAYS_COUNT];
	unsigned int count = pgn_spread_ways(config, port->config, ways);

	if (workers == 1 || wanted == PGN_SPREAD_NONE) {
		pgn_port_spread_set(port, PGN_SPREAD_NONE);
		return 0;
	}
	for (unsigned int i = 0; i < count && port->rx_queues > 1; i++) {
		char why[PGN_SPREAD_WHY];

		if (try_way(port, config, ways[i], why) == 0) {
			pgn_log(LOG_INFO, "%s: spread over %u queues by %s, %u rules",
				port->config->name, port->rx_queues, pgn_spread_way_name(ways[i]),
				port->rules.count);
			pgn_port_spread_set(port, pgn_spread_way_mode(ways[i]));
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
