/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of a port's spread: what the device takes, what the log says, what is seen later. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "log.h"
#include "port_spread.h"
#include "workers.h"

#define WORKERS 2

static struct pgn_config config;
static struct pgn_port ports[PGN_MAX_PORTS];
static struct pgn_port *const port = &ports[0];
static struct pgn_workers workers;
static char logged[2048];

/** The NIC. */
static struct {
	uint64_t hashes; /**< flow_type_rss_offloads */
	uint16_t queues;
	bool takes_rules;
	unsigned int rules;
} nic;

int __wrap_rte_eth_dev_info_get(uint16_t id, struct rte_eth_dev_info *info);
int __wrap_rte_flow_validate(uint16_t id, const struct rte_flow_attr *attr,
			     const struct rte_flow_item pattern[],
			     const struct rte_flow_action actions[], struct rte_flow_error *error);
struct rte_flow *__wrap_rte_flow_create(uint16_t id, const struct rte_flow_attr *attr,
					const struct rte_flow_item pattern[],
					const struct rte_flow_action actions[],
					struct rte_flow_error *error);

int
__wrap_rte_eth_dev_info_get(uint16_t id, struct rte_eth_dev_info *info)
{
	(void)id;
	*info = (struct rte_eth_dev_info){.flow_type_rss_offloads = nic.hashes,
					  .max_rx_queues = nic.queues};
	return 0;
}

int
__wrap_rte_flow_validate(uint16_t id, const struct rte_flow_attr *attr,
			 const struct rte_flow_item pattern[],
			 const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	(void)id;
	(void)attr;
	(void)pattern;
	(void)actions;
	error->message = "no rules here";
	return nic.takes_rules ? 0 : -ENOTSUP;
}

struct rte_flow *
__wrap_rte_flow_create(uint16_t id, const struct rte_flow_attr *attr,
		       const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
		       struct rte_flow_error *error)
{
	(void)id;
	(void)attr;
	(void)pattern;
	(void)actions;
	(void)error;
	nic.rules++;
	return (struct rte_flow *)&nic;
}

void
pgn_log(int severity, const char *format, ...)
{
	size_t length = strlen(logged);
	va_list arguments;

	(void)severity;
	va_start(arguments, format);
	vsnprintf(logged + length, sizeof(logged) - length, format, arguments);
	va_end(arguments);
	strncat(logged, "\n", sizeof(logged) - strlen(logged) - 1);
}

static int
start(void **state)
{
	(void)state;
	memset(&config, 0, sizeof(config));
	memset(ports, 0, sizeof(ports));
	memset(&nic, 0, sizeof(nic));
	nic.queues = 8;
	logged[0] = '\0';
	config.wire_count = 1;
	strcpy(config.file, "node.conf");
	strcpy(config.wire[0].name, "air0");
	strcpy(config.tap.port.name, "tap");
	port->config = &config.wire[0];
	return 0;
}

/** Configure and start the port, whose profile names these ways. */
static int
open_port(const char *order, enum pgn_spread_mode mode)
{
	static struct rte_eth_conf conf;
	struct pgn_profile *profile = &config.wire[0].profile;

	memset(&conf, 0, sizeof(conf));
	config.workers.spread = mode;
	profile->value[PGN_PROFILE_RXQ].number = PGN_PROFILE_AUTO;
	strcpy(profile->value[PGN_PROFILE_ORDER].text, order);
	port->rx_queues = pgn_port_spread_queues(port, &config, WORKERS, &conf);
	assert_int_equal(conf.rxmode.mq_mode == RTE_ETH_MQ_RX_RSS, port->hashes_l2);
	assert_int_equal(conf.rx_adv_conf.rss_conf.rss_hf == RTE_ETH_RSS_L2_PAYLOAD,
			 port->hashes_l2);
	return pgn_port_spread_start(port, &config, WORKERS);
}

static void
assert_mode(enum pgn_spread_mode mode, const char *log)
{
	assert_int_equal(port->spread_mode, mode);
	assert_int_equal(atomic_load(&port->spread), mode == PGN_SPREAD_SOFTWARE);
	assert_string_equal(logged, log);
}

static void
a_device_that_hashes_layer_2(void **state)
{
	(void)state;
	nic.hashes = RTE_ETH_RSS_L2_PAYLOAD | RTE_ETH_RSS_IP;
	assert_int_equal(open_port("l2_hash,software", PGN_SPREAD_AUTO), 0);
	assert_int_equal(port->rx_queues, WORKERS);
	assert_mode(PGN_SPREAD_RSS, "air0: spread over 2 queues by l2_hash, 0 rules\n");
}

/** It must not be said to spread when it was never asked to. */
static void
a_device_that_does_not(void **state)
{
	(void)state;
	nic.hashes = RTE_ETH_RSS_IP;
	assert_int_equal(open_port("l2_hash,software", PGN_SPREAD_AUTO), 0);
	assert_mode(PGN_SPREAD_SOFTWARE, "air0: spread by l2_hash: the device refuses: it was not "
					 "configured to hash layer 2\n");
	logged[0] = '\0';
	assert_int_equal(open_port("l2_hash,software", PGN_SPREAD_RSS), -ENOTSUP);
	assert_non_null(strstr(logged, "node.conf: workers.spread: found \"rss\", allowed auto, "
				       "software or none: air0 knows no way to do it\n"));
}

static void
the_next_way_after_a_refusal(void **state)
{
	(void)state;
	nic.takes_rules = true;
	assert_int_equal(open_port("l2_hash,flow_hash,software", PGN_SPREAD_AUTO), 0);
	assert_mode(PGN_SPREAD_FLOW, "air0: spread by l2_hash: the device refuses: it was not "
				     "configured to hash layer 2\n"
				     "air0: spread over 2 queues by flow_hash, 1 rules\n");
	start(state);
	assert_int_equal(open_port("flow_hash,software", PGN_SPREAD_AUTO), 0);
	assert_int_equal(nic.rules, 0);
	assert_mode(PGN_SPREAD_SOFTWARE, "air0: spread by flow_hash: the device refuses: rte_flow: "
					 "no rules here (Operation not supported)\n");
}

static void
nothing_is_asked_of_one_queue(void **state)
{
	(void)state;
	nic.queues = 1;
	nic.takes_rules = true;
	nic.hashes = RTE_ETH_RSS_L2_PAYLOAD;
	assert_int_equal(open_port("flow_hash,l2_hash", PGN_SPREAD_AUTO), 0);
	assert_int_equal(port->rx_queues, 1);
	assert_int_equal(nic.rules, 0);
	assert_mode(PGN_SPREAD_SOFTWARE, "");
	assert_int_equal(pgn_port_spread_start(port, &config, 1), 0);
	assert_mode(PGN_SPREAD_NONE, "");
	assert_int_equal(open_port("flow_hash", PGN_SPREAD_NONE), 0);
	assert_mode(PGN_SPREAD_NONE, "");
	/* Whatever wires are to do. */
	config.workers.spread = PGN_SPREAD_RSS;
	port->config = &config.tap.port;
	assert_int_equal(pgn_port_spread_start(port, &config, WORKERS), 0);
	assert_mode(PGN_SPREAD_SOFTWARE, "");
}

/** A port of two queues, each polled by a worker. */
static void
poll_two_queues(enum pgn_spread_mode mode)
{
	memset(workers.looked, 0, sizeof(workers.looked));
	workers.count = WORKERS;
	port->rx_queues = WORKERS;
	pgn_port_spread_set(port, mode);
	for (unsigned int w = 0; w < WORKERS; w++) {
		workers.worker[w].rx_count = 1;
		workers.worker[w].rx[0] = (struct pgn_worker_rx){.port = port, .queue = w};
	}
}

/** A second passes, in which so many frames came by each queue, of so many sources. */
static void
second(uint64_t first, uint64_t other, unsigned int sources)
{
	workers.worker[0].rx[0].frames += first;
	workers.worker[1].rx[0].frames += other;
	logged[0] = '\0';
	pgn_workers_watch_spread(&workers, &config, ports, sources);
}

static void
a_skew_ends_what_was_left_to_us(void **state)
{
	(void)state;
	poll_two_queues(PGN_SPREAD_FLOW);
	second(900, 100, 8);
	assert_mode(PGN_SPREAD_FLOW, "");
	/* The seconds before do not count. */
	second(950, 10, 8);
	second(5000, 10, 7);
	assert_mode(PGN_SPREAD_FLOW, "");
	second(10, 1000, 8);
	assert_mode(PGN_SPREAD_SOFTWARE, "air0: one of 2 queues has over 90 % of the frames, of 8 "
					 "sources; spread by software now\n");
	second(10, 5000, 8);
	assert_mode(PGN_SPREAD_SOFTWARE, "");
}

static void
a_skew_is_told_where_the_config_says_how(void **state)
{
	(void)state;
	config.workers.spread = PGN_SPREAD_RSS;
	poll_two_queues(PGN_SPREAD_RSS);
	second(1000, 10, 20);
	assert_mode(PGN_SPREAD_RSS,
		    "air0: one of 2 queues has over 90 % of the frames, of 20 sources\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_device_that_hashes_layer_2, start),
		cmocka_unit_test_setup(a_device_that_does_not, start),
		cmocka_unit_test_setup(the_next_way_after_a_refusal, start),
		cmocka_unit_test_setup(nothing_is_asked_of_one_queue, start),
		cmocka_unit_test_setup(a_skew_ends_what_was_left_to_us, start),
		cmocka_unit_test_setup(a_skew_is_told_where_the_config_says_how, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
