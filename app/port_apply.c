/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>

#include "burst_mode.h"
#include "log.h"
#include "mac_text.h"
#include "port_apply.h"
#include "profile_show.h"
#include "profiles.h"

/** Before the start it was the driver's name or its PCI ids that chose the profile. */
static void
check_driver(const struct pgn_port_config *config, const char *driver)
{
	const struct pgn_profile *profile = &config->profile;

	if (profile->driver_count > 0 && !pgn_profile_is_for_driver(profile, driver))
		pgn_log(LOG_WARNING, "%s: its driver is %s, its profile %s is for another",
			config->name, driver, profile->file);
}

int
pgn_port_find_values(struct pgn_port *port)
{
	const struct pgn_port_config *wanted = port->config;
	struct rte_eth_dev_info info;
	int ret = rte_eth_dev_info_get(port->id, &info);

	if (ret != 0)
		return ret;
	check_driver(wanted, info.driver_name);
	pgn_port_values_find(&port->values, &wanted->profile, &info);
	for (unsigned int i = 0; i < port->values.clamp_count; i++) {
		const struct pgn_clamp *clamp = &port->values.clamp[i];
		const struct pgn_profile_value *value = &wanted->profile.value[clamp->id];

		pgn_log(LOG_WARNING, "%s: %s (%s)", wanted->name, clamp->line,
			pgn_profile_origin(value).text);
	}
	return 0;
}

void
pgn_port_set_extras(struct pgn_port *port)
{
	int ret = 0;

	if (port->values.mtu != 0)
		ret = rte_eth_dev_set_mtu(port->id, port->values.mtu);
	if (ret != 0)
		pgn_log(LOG_WARNING, "%s: mtu %u: the device refuses: %s; its own is used",
			port->config->name, port->values.mtu, strerror(-ret));
	if (!port->values.promisc)
		return;
	ret = rte_eth_promiscuous_enable(port->id);
	if (ret != 0)
		pgn_log(LOG_WARNING, "%s: promisc yes: the device refuses: %s; no is used",
			port->config->name, strerror(-ret));
	port->values.promisc = ret == 0;
}

void
pgn_port_keep_counters(struct pgn_port *port, uint64_t now_us)
{
	uint64_t period_s;

	if (port->id == PGN_PORT_NONE)
		return;
	period_s = pgn_profile_number(&port->config->profile, PGN_PROFILE_STATS_POLL);
	if (period_s == 0 || now_us - port->counted_us < period_s * 1000000)
		return;
	port->counted_us = now_us;
	pgn_port_count_losses(port);
}

void
pgn_port_log(const struct pgn_port *port)
{
	const struct pgn_port_values *values = &port->values;
	const struct pgn_port_config *config = port->config;
	struct pgn_burst_mode mode = pgn_burst_mode_of(port->id);

	pgn_log(LOG_INFO, "%s: %s, %s, frames up to %u bytes", config->name, config->probe,
		pgn_mac_text(&port->mac).text, port->max_frame);
	pgn_log(LOG_INFO,
		"%s: driver %s, profile %s: rxd %u, txd %u, burst %u, promisc %s, lsc %s, "
		"min_tx %u",
		config->name, config->driver[0] != '\0' ? config->driver : "not known",
		config->profile.file[0] != '\0' ? config->profile.file : "none, built-in values",
		values->rxd, values->txd, values->burst, values->promisc ? "yes" : "no",
		values->lsc ? "yes" : "no", values->min_tx);
	pgn_log(LOG_INFO, "%s: Rx burst mode %s, Tx burst mode %s", config->name, mode.rx, mode.tx);
}
