/* SPDX-License-Identifier: BSD-3-Clause */
/* Lcores and ports. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_lcore.h>

#include "burst_mode.h"
#include "config_keys.h"
#include "config_said.h"
#include "mac_text.h"
#include "telemetry_inside.h"

int
pgn_tell_lcores(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	(void)params;
	rte_tel_data_start_array(d, RTE_TEL_U64_VAL);
	if (!t->workers->on_main)
		rte_tel_data_add_array_u64(d, rte_get_main_lcore());
	for (unsigned int w = 0; w < t->workers->count; w++)
		rte_tel_data_add_array_u64(d, t->workers->worker[w].lcore);
	return 0;
}

static void
tell_lcore(struct rte_tel_data *d, const struct pgn_counters *c)
{
	static const char *const stages[] = {[PGN_STAGE_RX] = "cycles_rx",
					     [PGN_STAGE_ROLE] = "cycles_role",
					     [PGN_STAGE_TX] = "cycles_tx"};
	static const char *const sizes[PGN_BURST_SIZES] = {"1",     "2_3",   "4_7", "8_15",
							   "16_31", "32_63", "64"};
	struct pgn_balance b = pgn_stats_balance(c);
	struct rte_tel_data *bursts;

	rte_tel_data_add_dict_u64(d, "rx_messages", b.received);
	rte_tel_data_add_dict_u64(d, "tx_messages", b.sent);
	rte_tel_data_add_dict_u64(d, "kept", b.kept);
	rte_tel_data_add_dict_u64(d, "dropped", b.dropped);
	rte_tel_data_add_dict_u64(d, "polls", c->polls);
	rte_tel_data_add_dict_u64(d, "polls_empty", c->empty_polls);
	rte_tel_data_add_dict_u64(d, "cycles_busy", c->cycles_busy);
	rte_tel_data_add_dict_u64(d, "cycles_idle",
				  c->cycles > c->cycles_busy ? c->cycles - c->cycles_busy : 0);
	for (unsigned int stage = 0; stage < PGN_STAGE_COUNT; stage++)
		rte_tel_data_add_dict_u64(d, stages[stage], c->stage_cycles[stage]);
	bursts = pgn_tell_dict(d, "bursts");
	for (unsigned int i = 0; bursts != NULL && i < PGN_BURST_SIZES; i++)
		rte_tel_data_add_dict_u64(bursts, sizes[i], c->bursts[i]);
}

int
pgn_tell_lcore(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	struct pgn_counters sum;
	unsigned int lanes;
	uint32_t lcore;
	bool is_main;

	if (params == NULL || !pgn_tell_number(params, 0, &lcore))
		return -EINVAL;
	lanes = pgn_report_sum_lcore(t->lanes, t->lane_count, lcore, &sum);
	if (lanes == 0)
		return -ENOENT;
	is_main = lcore == rte_get_main_lcore();
	rte_tel_data_start_dict(d);
	rte_tel_data_add_dict_u64(d, "lcore", lcore);
	pgn_tell_text(d, "does", !is_main ? "worker" : lanes > 1 ? "both" : "control");
	tell_lcore(d, &sum);
	return 0;
}

static int
tell_traffic(struct rte_tel_data *d, const char *messages_name, const char *bytes_name,
	     const struct pgn_traffic *traffic)
{
	struct rte_tel_data *messages = pgn_tell_dict(d, messages_name);
	struct rte_tel_data *bytes = pgn_tell_dict(d, bytes_name);

	if (messages == NULL || bytes == NULL)
		return -ENOMEM;
	for (unsigned int kind = 0; kind < PGN_KIND_COUNT; kind++) {
		rte_tel_data_add_dict_u64(messages, pgn_kind_name(kind), traffic[kind].messages);
		rte_tel_data_add_dict_u64(bytes, pgn_kind_name(kind), traffic[kind].bytes);
	}
	return 0;
}

static int
tell_port(struct rte_tel_data *d, const struct pgn_port *port, const struct pgn_counters *sum,
	  unsigned int index)
{
	struct pgn_burst_mode mode = pgn_burst_mode_of(port->id);

	pgn_tell_text(d, "name", port->config->name);
	rte_tel_data_add_dict_u64(d, "link_up", port->link_up);
	rte_tel_data_add_dict_u64(d, "link_downs", port->link_downs);
	rte_tel_data_add_dict_u64(d, "reopened", port->reopened);
	pgn_tell_text(d, "port", port->config->device);
	pgn_tell_text(d, "mac", pgn_mac_text(&port->mac).text);
	rte_tel_data_add_dict_u64(d, "rx_queues", port->rx_queues);
	rte_tel_data_add_dict_u64(d, "tx_queues", port->tx_queues);
	rte_tel_data_add_dict_u64(d, "frame_max_bytes", port->max_frame);
	pgn_tell_text(d, "spread", pgn_spread_names[port->spread_mode]);
	pgn_tell_text(d, "rx_burst_mode", mode.rx);
	pgn_tell_text(d, "tx_burst_mode", mode.tx);
	rte_tel_data_add_dict_u64(d, "lost_missed", port->losses.missed);
	rte_tel_data_add_dict_u64(d, "lost_no_buffer", port->losses.no_buffer);
	rte_tel_data_add_dict_u64(d, "lost_errors", port->losses.errors);
	if (tell_traffic(d, "rx_messages", "rx_bytes", sum->received[index]) != 0)
		return -ENOMEM;
	return tell_traffic(d, "tx_messages", "tx_bytes", sum->sent[index]);
}

struct port_question {
	const struct pgn_telemetry *t;
	struct rte_tel_data *d;
	int ret;
};

/** By the control loop: it opens and closes ports. */
static void
tell_all_ports(void *about)
{
	struct port_question *question = about;
	const struct pgn_telemetry *t = question->t;
	struct pgn_counters sum;

	pgn_report_sum(t->lanes, t->lane_count, &sum);
	for (unsigned int i = 0; i < PGN_MAX_PORTS && question->ret == 0; i++) {
		struct rte_tel_data *port;
		char key[PGN_NAME_MAX];

		if (t->ports[i].config == NULL)
			continue;
		pgn_port_count_losses(&t->ports[i]);
		snprintf(key, sizeof(key), "%s", t->ports[i].config->name);
		pgn_said_make_key(key);
		port = pgn_tell_dict(question->d, key);
		question->ret = port == NULL ? -ENOMEM : tell_port(port, &t->ports[i], &sum, i);
	}
}

int
pgn_tell_ports(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	struct port_question question = {.t = t, .d = d};
	int ret;

	(void)params;
	rte_tel_data_start_dict(d);
	ret = pgn_ask(&t->ask, t->doorbell, tell_all_ports, &question);
	return ret != 0 ? ret : question.ret;
}
