/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "port_values.h"
#include "profile_keys.h"

#define BURST 32
#define BURST_MOST 64

__attribute__((format(printf, 3, 4))) static void
note(struct pgn_port_values *values, enum pgn_profile_id id, const char *format, ...)
{
	struct pgn_clamp *clamp = &values->clamp[values->clamp_count];
	va_list arguments;

	if (values->clamp_count == PGN_CLAMPS_MAX)
		return;
	values->clamp_count++;
	clamp->id = id;
	va_start(arguments, format);
	vsnprintf(clamp->line, sizeof(clamp->line), format, arguments);
	va_end(arguments);
}

static uint16_t
within(struct pgn_port_values *values, const struct pgn_profile *profile, enum pgn_profile_id id,
       uint16_t least, uint16_t most)
{
	uint32_t number = pgn_profile_number(profile, id);
	uint16_t used = (uint16_t)RTE_MAX(RTE_MIN(number, most), least);

	if (used < number)
		note(values, id, "%s %u: the device takes at most %u; %u is used",
		     pgn_profile_keys[id].name, number, most, used);
	else if (used > number)
		note(values, id, "%s %u: the device takes at least %u; %u is used",
		     pgn_profile_keys[id].name, number, least, used);
	return used;
}

static uint16_t
queues(struct pgn_port_values *values, const struct pgn_profile *profile, enum pgn_profile_id id,
       uint16_t most)
{
	most = RTE_MAX(most, 1);
	/* One receives all; each worker may send by its own. */
	if (pgn_profile_number(profile, id) == PGN_PROFILE_AUTO)
		return id == PGN_PROFILE_RXQ ? 1 : most;
	return within(values, profile, id, 1, most);
}

static uint16_t
descriptors(struct pgn_port_values *values, const struct pgn_profile *profile,
	    enum pgn_profile_id id, const struct rte_eth_desc_lim *limits)
{
	uint16_t most = limits->nb_max != 0 ? limits->nb_max : UINT16_MAX;
	uint16_t align = RTE_MAX(limits->nb_align, 1);
	uint16_t used = within(values, profile, id, limits->nb_min, most);
	uint16_t rest = used % align;

	if (rest == 0)
		return used;
	used = (uint16_t)(used - rest < limits->nb_min ? used + align - rest : used - rest);
	note(values, id, "%s %u: the device takes multiples of %u; %u is used",
	     pgn_profile_keys[id].name, pgn_profile_number(profile, id), align, used);
	return used;
}

static uint16_t
burst(const struct pgn_profile *profile, const struct rte_eth_dev_info *info)
{
	uint16_t liked = info->default_rxportconf.burst_size;

	if (pgn_profile_number(profile, PGN_PROFILE_BURST) != PGN_PROFILE_AUTO)
		return (uint16_t)pgn_profile_number(profile, PGN_PROFILE_BURST);
	return liked >= 1 && liked <= BURST_MOST ? liked : BURST;
}

static bool
link_interrupt(struct pgn_port_values *values, const struct pgn_profile *profile,
	       const struct rte_eth_dev_info *info)
{
	uint32_t wanted = pgn_profile_number(profile, PGN_PROFILE_LSC);
	bool has = info->dev_flags != NULL && (*info->dev_flags & RTE_ETH_DEV_INTR_LSC) != 0;

	if (wanted == PGN_PROFILE_YES && !has)
		note(values, PGN_PROFILE_LSC,
		     "lsc yes: the device has no link interrupt; it is polled");
	return wanted != PGN_PROFILE_NO && has;
}

void
pgn_port_values_find(struct pgn_port_values *values, const struct pgn_profile *profile,
		     const struct rte_eth_dev_info *info)
{
	memset(values, 0, sizeof(*values));
	values->rxq = queues(values, profile, PGN_PROFILE_RXQ, info->max_rx_queues);
	values->txq = queues(values, profile, PGN_PROFILE_TXQ, info->max_tx_queues);
	values->rxd = descriptors(values, profile, PGN_PROFILE_RXD, &info->rx_desc_lim);
	values->txd = descriptors(values, profile, PGN_PROFILE_TXD, &info->tx_desc_lim);
	values->burst = burst(profile, info);
	if (pgn_profile_number(profile, PGN_PROFILE_MTU) != PGN_PROFILE_AUTO)
		values->mtu = within(values, profile, PGN_PROFILE_MTU, info->min_mtu,
				     info->max_mtu != 0 ? info->max_mtu : UINT16_MAX);
	values->min_tx = (uint16_t)pgn_profile_number(profile, PGN_PROFILE_MIN_TX);
	values->promisc = pgn_profile_number(profile, PGN_PROFILE_PROMISC) == PGN_PROFILE_YES;
	values->lsc = link_interrupt(values, profile, info);
	/* Not asked for unless it is said: a driver may give up its vector Rx for it. */
	values->rxintr = pgn_profile_number(profile, PGN_PROFILE_RXINTR) == PGN_PROFILE_YES;
}

bool
pgn_port_value_text(const struct pgn_port_values *values, enum pgn_profile_id id, char *text,
		    size_t size)
{
	unsigned int number;

	switch (id) {
	case PGN_PROFILE_RXQ:
		number = values->rxq;
		break;
	case PGN_PROFILE_TXQ:
		number = values->txq;
		break;
	case PGN_PROFILE_RXD:
		number = values->rxd;
		break;
	case PGN_PROFILE_TXD:
		number = values->txd;
		break;
	case PGN_PROFILE_BURST:
		number = values->burst;
		break;
	case PGN_PROFILE_MTU:
		number = values->mtu;
		break;
	case PGN_PROFILE_RXINTR:
		snprintf(text, size, "%s", values->rxintr ? "yes" : "no");
		return true;
	case PGN_PROFILE_LSC:
		snprintf(text, size, "%s", values->lsc ? "yes" : "no");
		return true;
	default:
		return false;
	}
	if (number == 0)
		return false;
	snprintf(text, size, "%u", number);
	return true;
}
