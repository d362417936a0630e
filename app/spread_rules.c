/* SPDX-License-Identifier: BSD-3-Clause */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_flow.h>

#include "spread_rules.h"

#define SOURCE_AT 6 /* the Ethernet source's first byte */
#define SOURCES_MIN 8
#define FRAMES_MIN 1000 /* too few say nothing */

/** A rule for what comes in: asked for first, then made. */
static int
add_rule(struct pgn_spread_rules *rules, const struct rte_flow_item *pattern,
	 const struct rte_flow_action *actions, char why[PGN_SPREAD_WHY])
{
	static const struct rte_flow_attr incoming = {.ingress = 1};
	struct rte_flow_error error = {0};
	struct rte_flow *rule = NULL;
	int ret = rte_flow_validate(rules->port, &incoming, pattern, actions, &error);

	if (ret == 0) {
		rule = rte_flow_create(rules->port, &incoming, pattern, actions, &error);
		ret = rule == NULL ? -rte_errno : 0;
	}
	if (rule == NULL) {
		snprintf(why, PGN_SPREAD_WHY, "rte_flow: %s (%s)",
			 error.message != NULL ? error.message : "refused", rte_strerror(-ret));
		return ret != 0 ? ret : -ENOTSUP;
	}
	rules->rule[rules->count++] = rule;
	return 0;
}

/** RSS of frames that match `first`, over the source MAC where `hashes`, to queues where any. */
static int
add_hash(struct pgn_spread_rules *rules, enum rte_flow_item_type first, bool hashes,
	 unsigned int queues, char why[PGN_SPREAD_WHY])
{
	const struct rte_flow_item pattern[] = {{.type = first}, {.type = RTE_FLOW_ITEM_TYPE_END}};
	uint16_t queue[PGN_SPREAD_RULES_MAX];
	const struct rte_flow_action_rss rss = {
		.types = hashes ? RTE_ETH_RSS_ETH | RTE_ETH_RSS_L2_SRC_ONLY : 0,
		.queue_num = queues,
		.queue = queues > 0 ? queue : NULL,
	};
	const struct rte_flow_action actions[] = {{.type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &rss},
						  {.type = RTE_FLOW_ACTION_TYPE_END}};

	for (unsigned int i = 0; i < queues; i++)
		queue[i] = (uint16_t)i;
	return add_rule(rules, pattern, actions, why);
}

/** Frames of the protocol whose source's last byte ends in `low`, of so many values, to a queue. */
static int
add_mask(struct pgn_spread_rules *rules, unsigned int low, unsigned int values, uint16_t queue,
	 uint16_t ethertype, char why[PGN_SPREAD_WHY])
{
	struct rte_flow_item_eth like = {.type = htons(ethertype)};
	struct rte_flow_item_eth care = {.type = htons(UINT16_MAX)};
	const struct rte_flow_action_queue to = {.index = queue};
	const struct rte_flow_item pattern[] = {
		{.type = RTE_FLOW_ITEM_TYPE_ETH, .spec = &like, .mask = &care},
		{.type = RTE_FLOW_ITEM_TYPE_END}};
	const struct rte_flow_action actions[] = {{.type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &to},
						  {.type = RTE_FLOW_ACTION_TYPE_END}};

	like.src.addr_bytes[RTE_ETHER_ADDR_LEN - 1] = (uint8_t)low;
	care.src.addr_bytes[RTE_ETHER_ADDR_LEN - 1] = (uint8_t)(values - 1);
	return add_rule(rules, pattern, actions, why);
}

static int
add_masks(struct pgn_spread_rules *rules, unsigned int queues, uint16_t ethertype,
	  char why[PGN_SPREAD_WHY])
{
	unsigned int values = rte_align32pow2(queues);
	int ret = 0;

	for (unsigned int low = 0; low < values && ret == 0; low++)
		ret = add_mask(rules, low, values, (uint16_t)(low % queues), ethertype, why);
	return ret;
}

/** The driver is a plug-in: nothing links with it. */
static int
set_custom_hash(uint16_t port, char why[PGN_SPREAD_WHY])
{
	int (*set)(uint16_t, uint16_t, uint8_t);
	void *driver = dlopen("librte_net_dpaa2.so.23", RTLD_NOW | RTLD_NOLOAD);
	int ret = -ENOTSUP;

	if (driver == NULL) {
		snprintf(why, PGN_SPREAD_WHY, "net_dpaa2 is not loaded");
		return ret;
	}
	*(void **)&set = dlsym(driver, "rte_pmd_dpaa2_set_custom_hash");
	if (set != NULL)
		ret = set(port, SOURCE_AT, RTE_ETHER_ADDR_LEN);
	if (ret != 0)
		snprintf(why, PGN_SPREAD_WHY, "rte_pmd_dpaa2_set_custom_hash: %s",
			 rte_strerror(-ret));
	dlclose(driver);
	return ret;
}

int
pgn_spread_rules_install(struct pgn_spread_rules *rules, uint16_t port, enum pgn_spread_way way,
			 unsigned int queues, uint16_t ethertype, char why[PGN_SPREAD_WHY])
{
	int ret = 0;

	*rules = (struct pgn_spread_rules){.port = port};
	switch (way) {
	case PGN_SPREAD_L2_HASH: /* the port was configured so */
		break;
	case PGN_SPREAD_CUSTOM_HASH:
		ret = set_custom_hash(port, why);
		break;
	case PGN_SPREAD_FLOW_HASH:
		ret = add_hash(rules, RTE_FLOW_ITEM_TYPE_ETH, true, queues, why);
		break;
	case PGN_SPREAD_FLOW_HASH_2:
		ret = add_hash(rules, RTE_FLOW_ITEM_TYPE_END, false, queues, why);
		if (ret == 0)
			ret = add_hash(rules, RTE_FLOW_ITEM_TYPE_ETH, true, 0, why);
		break;
	case PGN_SPREAD_FLOW_MASK:
		ret = add_masks(rules, queues, ethertype, why);
		break;
	case PGN_SPREAD_WAYS_COUNT:
		ret = -EINVAL;
		break;
	}
	if (ret != 0)
		pgn_spread_rules_remove(rules);
	return ret;
}

void
pgn_spread_rules_remove(struct pgn_spread_rules *rules)
{
	struct rte_flow_error error;

	while (rules->count > 0)
		rte_flow_destroy(rules->port, rules->rule[--rules->count], &error);
}

bool
pgn_spread_is_skewed(const uint64_t *frames, unsigned int queues, unsigned int sources)
{
	uint64_t sum = 0, most = 0;

	for (unsigned int q = 0; q < queues; q++) {
		sum += frames[q];
		most = frames[q] > most ? frames[q] : most;
	}
	return queues > 1 && sources >= SOURCES_MIN && sum >= FRAMES_MIN && most * 10 > sum * 9;
}
