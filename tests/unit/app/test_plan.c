/* SPDX-License-Identifier: BSD-3-Clause */
/** What a node needs, reckoned by hand for small ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pgn_clients.h"
#include "pgn_fib.h"
#include "pgn_node.h"
#include "plan.h"

#define MB (UINT64_C(1) << 20)
/* Group frames and their copies, of a worker. */
#define GROUPS (PGN_REPLICATE_QUEUE + PGN_REPLICATE_BUDGET)

static void
set_port(struct pgn_port_config *port, uint32_t rxd, uint32_t txd, uint32_t buffers)
{
	port->profile.value[PGN_PROFILE_RXD].number = rxd;
	port->profile.value[PGN_PROFILE_TXD].number = txd;
	port->profile.value[PGN_PROFILE_RX_BUFFERS].number = buffers;
	port->profile.value[PGN_PROFILE_RXQ].number = 16;
	strcpy(port->profile.value[PGN_PROFILE_ORDER].text, "l2_hash,software");
}

/** A wire of 100 and 50 descriptors; a TAP of 200 and 70, whose driver holds 300 buffers. */
static struct pgn_config *
small(enum pgn_role_id role)
{
	static struct pgn_config config;

	memset(&config, 0, sizeof(config));
	config.role = role;
	config.wire_count = 1;
	config.max_nodes = 80;
	config.max_clients = 3000;
	config.pool_cache = 32;
	set_port(&config.wire[0], 100, 50, 0);
	set_port(&config.tap.port, 200, 70, 300);
	return &config;
}

static void
assert_class(const struct pgn_plan *plan, unsigned int c, const struct pgn_plan_class *right)
{
	const struct pgn_plan_class *class = &plan->class[c];

	assert_int_equal(class->rx_descriptors, right->rx_descriptors);
	assert_int_equal(class->tx_descriptors, right->tx_descriptors);
	assert_int_equal(class->queued, right->queued);
	assert_int_equal(class->in_hand, right->in_hand);
	assert_int_equal(class->cached, right->cached);
	assert_int_equal(plan->pool.count[c], right->rx_descriptors + right->tx_descriptors +
						      right->queued + right->in_hand +
						      right->cached);
}

static void
one_worker(void **state)
{
	struct pgn_plan plan;

	(void)state;
	pgn_plan_make(&plan, small(PGN_ROLE_OBU), 1);
	assert_int_equal(plan.workers, 1);
	assert_int_equal(plan.pool.cache, 32);
	assert_class(&plan, PGN_CLASS_256,
		     &(struct pgn_plan_class){.tx_descriptors = 120,
					      .queued = GROUPS + PGN_SEND_RING,
					      .cached = 48});
	assert_class(
		&plan, PGN_CLASS_512,
		&(struct pgn_plan_class){.tx_descriptors = 120, .queued = GROUPS, .cached = 48});
	assert_class(&plan, PGN_CLASS_1500,
		     &(struct pgn_plan_class){.rx_descriptors = 100 + 300,
					      .tx_descriptors = 120,
					      .queued = GROUPS,
					      .in_hand = PGN_BURST_MAX,
					      .cached = 48});
}

/** Four lcores: one for the control loop. The wire may have a queue for each worker. */
static void
three_workers(void **state)
{
	struct pgn_config *config = small(PGN_ROLE_OBU);
	struct pgn_plan_class large = {.rx_descriptors = 3 * 100 + 300,
				       .tx_descriptors = 3 * 120,
				       .queued = 3 * GROUPS + 3 * 2 * 512,
				       .in_hand = 4 * PGN_BURST_MAX,
				       .cached = 4 * 48};
	struct pgn_plan plan;

	(void)state;
	strcpy(config->tap.port.profile.value[PGN_PROFILE_ORDER].text, "software");
	pgn_plan_make(&plan, config, 4);
	assert_int_equal(plan.workers, 3);
	assert_class(&plan, PGN_CLASS_1500, &large);
	assert_class(&plan, PGN_CLASS_512,
		     &(struct pgn_plan_class){
			     .tx_descriptors = 3 * 120, .queued = 3 * GROUPS, .cached = 4 * 48});
	config->workers.spread = PGN_SPREAD_NONE; /* no rings between workers, one queue */
	large.queued = 3 * GROUPS;
	large.rx_descriptors = 100 + 300;
	pgn_plan_make(&plan, config, 4);
	assert_class(&plan, PGN_CLASS_1500, &large);
}

static void
workers_that_are_asked_for(void **state)
{
	struct pgn_config *config = small(PGN_ROLE_OBU);
	struct pgn_plan plan;

	(void)state;
	config->workers.count = 2;
	pgn_plan_make(&plan, config, 2);
	assert_int_equal(plan.workers, 2);
	config->workers.count = 0;
	pgn_plan_make(&plan, config, 2);
	assert_int_equal(plan.workers, 1);
	pgn_plan_make(&plan, config, 100);
	assert_int_equal(plan.workers, PGN_WORKERS_MAX);
}

/** Frames in a crypto device, and a copy of each while it is opened. */
static void
sealing(void **state)
{
	struct pgn_config *config = small(PGN_ROLE_OBU);
	struct pgn_plan clear, sealed;

	(void)state;
	pgn_plan_make(&clear, config, 3);
	strcpy(config->aead.key_file, "/keys");
	pgn_plan_make(&sealed, config, 3);
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		unsigned int more = (c == PGN_CLASS_1500 ? 2 : 1) * 2 * PGN_AEAD_IN_FLIGHT;

		assert_int_equal(sealed.class[c].queued, clear.class[c].queued + more);
		assert_int_equal(sealed.pool.count[c], clear.pool.count[c] + more);
	}
	assert_int_equal(sealed.other_bytes, clear.other_bytes + pgn_aead_memory(2));
	assert_true(sealed.pool_bytes > clear.pool_bytes);
}

/** Four snapshots of a fib with 80 nodes and the slots to spare. */
static uint64_t
other_bytes(unsigned int lcores)
{
	const uint64_t slots = 80 + 10 + 8;
	uint64_t snapshot = sizeof(struct pgn_fib_snapshot) +
			    slots * (sizeof(struct pgn_fib_node) + sizeof(uint64_t)) +
			    pgn_mac_table_memory((uint32_t)(2 * slots));

	return 4 * snapshot + lcores * (sizeof(struct pgn_lane) + MB) + 8 * MB;
}

static void
totals(void **state)
{
	struct pgn_config *config = small(PGN_ROLE_RSU);
	uint64_t least, sum;
	struct pgn_plan plan;

	(void)state;
	pgn_plan_make(&plan, config, 2);
	least = (uint64_t)plan.pool.count[PGN_CLASS_256] * 256 +
		(uint64_t)plan.pool.count[PGN_CLASS_512] * 512 +
		(uint64_t)plan.pool.count[PGN_CLASS_1500] * 1500;
	/* Headers come on top; where pages are not dense a large buffer has one of its own. */
	assert_in_range(plan.pool_bytes, least, 4 * least + 4 * MB);
	assert_int_equal(plan.client_bytes, pgn_clients_memory(3000));
	assert_int_equal(plan.other_bytes, other_bytes(2));
	sum = plan.pool_bytes + plan.client_bytes + plan.other_bytes;
	/* An eighth and 8 MB for what the heap loses; whole hugepages. */
	assert_in_range(plan.needed_mb * MB, sum + sum / 8 + 7 * MB, sum + sum / 8 + 10 * MB);
	assert_int_equal(plan.needed_mb % 2, 0);
	assert_int_equal(plan.memory_mb, plan.needed_mb);
	config->memory_mb = 3;
	pgn_plan_make(&plan, config, 2);
	assert_int_equal(plan.memory_mb, 3);
	assert_true(plan.needed_mb > 3);
	pgn_plan_make(&plan, small(PGN_ROLE_OBU), 2);
	assert_int_equal(plan.client_bytes, 0);
}

static void
in_words(void **state)
{
	char line[PGN_PLAN_LINES][PGN_PLAN_LINE], right[PGN_PLAN_LINE];
	struct pgn_plan plan;

	(void)state;
	pgn_plan_make(&plan, small(PGN_ROLE_OBU), 1);
	pgn_plan_describe(&plan, line);
	snprintf(right, sizeof(right),
		 "buffers of 1500 bytes: %u = 400 Rx descriptors + 120 Tx descriptors + %u queued "
		 "+ 64 in hand + 48 cached",
		 plan.pool.count[PGN_CLASS_1500], GROUPS);
	assert_string_equal(line[PGN_CLASS_1500], right);
	snprintf(right, sizeof(right),
		 "memory: %.1f MB buffers + 0.0 MB clients + %.1f MB other: %u MB needed, %u MB "
		 "asked for",
		 (double)plan.pool_bytes / MB, (double)plan.other_bytes / MB, plan.needed_mb,
		 plan.needed_mb);
	assert_string_equal(line[PGN_CLASS_COUNT], right);
}

static void
lists_of_lcores(void **state)
{
	(void)state;
	assert_int_equal(pgn_plan_count_lcores("1"), 1);
	assert_int_equal(pgn_plan_count_lcores("0-1"), 2);
	assert_int_equal(pgn_plan_count_lcores("0,2-4"), 4);
	assert_int_equal(pgn_plan_count_lcores("0-3,2,3-4"), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_worker),
		cmocka_unit_test(three_workers),
		cmocka_unit_test(workers_that_are_asked_for),
		cmocka_unit_test(sealing),
		cmocka_unit_test(totals),
		cmocka_unit_test(in_words),
		cmocka_unit_test(lists_of_lcores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
