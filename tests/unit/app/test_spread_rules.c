/* SPDX-License-Identifier: BSD-3-Clause */
/* What is asked of a NIC, and that nothing is left when it refuses. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "spread_rules.h"

#define PORT 3
#define ETHERTYPE 0x3030

/** The NIC: rules it has, and how many it takes. */
static struct {
	unsigned int room, refused_at_creation, rules, asked, made, destroyed;
	struct rte_flow_item_eth like[16], care[16];
	struct rte_flow_action_rss rss[16];
	uint16_t queue[16];
	enum rte_flow_item_type first[16];
} nic;

int __wrap_rte_flow_validate(uint16_t port, const struct rte_flow_attr *attr,
			     const struct rte_flow_item pattern[],
			     const struct rte_flow_action actions[], struct rte_flow_error *error);
struct rte_flow *__wrap_rte_flow_create(uint16_t port, const struct rte_flow_attr *attr,
					const struct rte_flow_item pattern[],
					const struct rte_flow_action actions[],
					struct rte_flow_error *error);
int __wrap_rte_flow_destroy(uint16_t port, struct rte_flow *flow, struct rte_flow_error *error);

int
__wrap_rte_flow_validate(uint16_t port, const struct rte_flow_attr *attr,
			 const struct rte_flow_item pattern[],
			 const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	assert_int_equal(port, PORT);
	assert_true(attr->ingress);
	assert_non_null(pattern);
	assert_non_null(actions);
	nic.asked++;
	if (nic.rules < nic.room)
		return 0;
	error->message = "no room";
	return -ENOSPC;
}

struct rte_flow *
__wrap_rte_flow_create(uint16_t port, const struct rte_flow_attr *attr,
		       const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
		       struct rte_flow_error *error)
{
	unsigned int at = nic.made;

	(void)attr;
	assert_int_equal(port, PORT);
	assert_int_equal(nic.asked, nic.made + 1);
	nic.first[at] = pattern[0].type;
	if (pattern[0].spec != NULL) {
		nic.like[at] = *(const struct rte_flow_item_eth *)pattern[0].spec;
		nic.care[at] = *(const struct rte_flow_item_eth *)pattern[0].mask;
	}
	if (actions[0].type == RTE_FLOW_ACTION_TYPE_QUEUE)
		nic.queue[at] = ((const struct rte_flow_action_queue *)actions[0].conf)->index;
	else
		nic.rss[at] = *(const struct rte_flow_action_rss *)actions[0].conf;
	for (unsigned int i = 0; i < nic.rss[at].queue_num; i++)
		assert_int_equal(nic.rss[at].queue[i], i);
	assert_int_equal(actions[1].type, RTE_FLOW_ACTION_TYPE_END);
	if (nic.refused_at_creation == nic.made + 1) {
		error->message = "not so";
		rte_errno = EINVAL;
		return NULL;
	}
	nic.made++;
	nic.rules++;
	return (struct rte_flow *)&nic.like[at];
}

int
__wrap_rte_flow_destroy(uint16_t port, struct rte_flow *flow, struct rte_flow_error *error)
{
	(void)error;
	assert_int_equal(port, PORT);
	assert_non_null(flow);
	nic.rules--;
	nic.destroyed++;
	return 0;
}

static int
install(struct pgn_spread_rules *rules, enum pgn_spread_way way, unsigned int queues,
	unsigned int room, char why[PGN_SPREAD_WHY])
{
	memset(&nic, 0, sizeof(nic));
	nic.room = room;
	return pgn_spread_rules_install(rules, PORT, way, queues, ETHERTYPE, why);
}

static void
one_rule_hashes_the_source(void **state)
{
	struct pgn_spread_rules rules;
	char why[PGN_SPREAD_WHY];

	(void)state;
	assert_int_equal(install(&rules, PGN_SPREAD_FLOW_HASH, 3, 16, why), 0);
	assert_int_equal(nic.rules, 1);
	assert_int_equal(nic.first[0], RTE_FLOW_ITEM_TYPE_ETH);
	assert_true(nic.rss[0].types == (RTE_ETH_RSS_ETH | RTE_ETH_RSS_L2_SRC_ONLY));
	assert_int_equal(nic.rss[0].queue_num, 3);
	pgn_spread_rules_remove(&rules);
	assert_int_equal(nic.rules, 0);
}

static void
two_steps_name_queues_first(void **state)
{
	struct pgn_spread_rules rules;
	char why[PGN_SPREAD_WHY];

	(void)state;
	assert_int_equal(install(&rules, PGN_SPREAD_FLOW_HASH_2, 4, 16, why), 0);
	assert_int_equal(nic.rules, 2);
	assert_int_equal(nic.first[0], RTE_FLOW_ITEM_TYPE_END);
	assert_true(nic.rss[0].types == 0);
	assert_int_equal(nic.rss[0].queue_num, 4);
	assert_int_equal(nic.first[1], RTE_FLOW_ITEM_TYPE_ETH);
	assert_true(nic.rss[1].types == (RTE_ETH_RSS_ETH | RTE_ETH_RSS_L2_SRC_ONLY));
	assert_int_equal(nic.rss[1].queue_num, 0);
	pgn_spread_rules_remove(&rules);
}

static void
masks_cover_every_source(void **state)
{
	static const unsigned int rules_for[] = {[2] = 2, [3] = 4, [4] = 4, [5] = 8, [16] = 16};
	struct pgn_spread_rules rules;
	char why[PGN_SPREAD_WHY];

	(void)state;
	for (unsigned int queues = 2; queues <= 16; queues++) {
		assert_int_equal(install(&rules, PGN_SPREAD_FLOW_MASK, queues, 16, why), 0);
		if (queues < 6 || queues == 16)
			assert_int_equal(nic.rules, rules_for[queues]);
		for (unsigned int source = 0; source < 256; source++) {
			unsigned int matches = 0;

			for (unsigned int i = 0; i < nic.made; i++)
				matches += (source & nic.care[i].src.addr_bytes[5]) ==
					   nic.like[i].src.addr_bytes[5];
			assert_int_equal(matches, 1);
		}
		for (unsigned int i = 0; i < nic.made; i++) {
			assert_int_equal(nic.queue[i], i % queues);
			assert_int_equal(nic.like[i].type, htons(ETHERTYPE));
			assert_int_equal(nic.care[i].type, 0xffff);
			assert_int_equal(nic.care[i].src.addr_bytes[4], 0);
		}
		pgn_spread_rules_remove(&rules);
		assert_int_equal(nic.rules, 0);
	}
}

static void
a_refusal_leaves_nothing(void **state)
{
	struct pgn_spread_rules rules;
	char why[PGN_SPREAD_WHY];

	(void)state;
	assert_int_equal(install(&rules, PGN_SPREAD_FLOW_MASK, 4, 3, why), -ENOSPC);
	assert_string_equal(why, "rte_flow: no room (No space left on device)");
	assert_int_equal(nic.made, 3);
	assert_int_equal(nic.rules, 0);
	assert_int_equal(rules.count, 0);

	memset(&nic, 0, sizeof(nic));
	nic.room = 16;
	nic.refused_at_creation = 2;
	assert_int_equal(
		pgn_spread_rules_install(&rules, PORT, PGN_SPREAD_FLOW_HASH_2, 4, ETHERTYPE, why),
		-EINVAL);
	assert_string_equal(why, "rte_flow: not so (Invalid argument)");
	assert_int_equal(nic.rules, 0);
	assert_int_equal(nic.destroyed, 1);
}

static void
a_driver_that_is_not_there(void **state)
{
	struct pgn_spread_rules rules;
	char why[PGN_SPREAD_WHY];

	(void)state;
	assert_int_equal(install(&rules, PGN_SPREAD_CUSTOM_HASH, 4, 0, why), -ENOTSUP);
	assert_string_equal(why, "net_dpaa2 is not loaded");
}

static void
a_skew_takes_many_sources_and_frames(void **state)
{
	static const uint64_t skewed[] = {9100, 500, 400}, even[] = {9000, 600, 400},
			      few[] = {999, 0, 0};

	(void)state;
	assert_true(pgn_spread_is_skewed(skewed, 3, 8));
	assert_false(pgn_spread_is_skewed(skewed, 3, 7));
	assert_false(pgn_spread_is_skewed(skewed, 1, 8));
	assert_false(pgn_spread_is_skewed(even, 3, 8));
	assert_false(pgn_spread_is_skewed(few, 3, 8));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_rule_hashes_the_source),
		cmocka_unit_test(two_steps_name_queues_first),
		cmocka_unit_test(masks_cover_every_source),
		cmocka_unit_test(a_refusal_leaves_nothing),
		cmocka_unit_test(a_driver_that_is_not_there),
		cmocka_unit_test(a_skew_takes_many_sources_and_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
