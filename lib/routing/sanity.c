/* SPDX-License-Identifier: BSD-3-Clause */
#include "sanity.h"

static bool
is_ours(const struct pgn_routing_conf *conf, const struct pgn_mac *mac)
{
	for (unsigned int i = 0; i < conf->wire_count; i++) {
		if (pgn_mac_equal(&conf->wire_mac[i], mac))
			return true;
	}
	return false;
}

static bool
is_trusted(const struct pgn_routing_conf *conf, const struct pgn_mac *rsu)
{
	for (unsigned int i = 0; i < conf->rsu_allow_count; i++) {
		if (pgn_mac_equal(&conf->rsu_allow[i], rsu))
			return true;
	}
	return conf->rsu_allow_count == 0;
}

static bool
hops_in_range(const struct pgn_routing_conf *conf, uint32_t hops)
{
	return hops != 0 && hops <= conf->max_hops;
}

bool
pgn_heartbeat_is_sane(const struct pgn_routing_conf *conf, const struct pgn_heartbeat *m,
		      enum pgn_drop *reason)
{
	if (!pgn_mac_is_station(&m->from))
		*reason = PGN_DROP_BAD_FROM;
	else if (is_ours(conf, &m->from))
		*reason = PGN_DROP_OWN_FROM;
	else if (!pgn_mac_is_station(&m->source))
		*reason = PGN_DROP_BAD_SOURCE;
	else if (is_ours(conf, &m->source))
		*reason = PGN_DROP_OWN_SOURCE;
	else if (!is_trusted(conf, &m->source))
		*reason = PGN_DROP_UNTRUSTED_SOURCE;
	else if (m->hops == 1 && !is_trusted(conf, &m->from))
		*reason = PGN_DROP_UNTRUSTED_FROM;
	else if (!hops_in_range(conf, m->hops))
		*reason = PGN_DROP_BAD_HOPS;
	else
		return true;
	return false;
}

bool
pgn_reply_is_sane(const struct pgn_routing_conf *conf, const struct pgn_reply *m,
		  enum pgn_drop *reason)
{
	if (!pgn_mac_is_station(&m->from))
		*reason = PGN_DROP_BAD_FROM;
	else if (is_ours(conf, &m->from))
		*reason = PGN_DROP_OWN_FROM;
	else if (!pgn_mac_is_station(&m->source))
		*reason = PGN_DROP_BAD_SOURCE;
	else if (!is_trusted(conf, &m->source))
		*reason = PGN_DROP_UNTRUSTED_SOURCE;
	else if (!pgn_mac_is_station(&m->sender))
		*reason = PGN_DROP_BAD_SENDER;
	else if (is_ours(conf, &m->sender))
		*reason = PGN_DROP_OWN_SENDER;
	else if (!hops_in_range(conf, m->hops))
		*reason = PGN_DROP_BAD_HOPS;
	else
		return true;
	return false;
}
