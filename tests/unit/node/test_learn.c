/* SPDX-License-Identifier: BSD-3-Clause */
/** What a lane tells the control loop about clients, and what it keeps to itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "learn.h"
#include "rig.h"
#include "test_eal.h"

#define A 3
#define B 4

static uint64_t
key_of(uint8_t number)
{
	const uint8_t mac[6] = {2, 0xcc, 0, 0, 0, number};

	return pgn_mac_key(mac);
}

static unsigned int
told(const struct rig *rig)
{
	return rte_ring_count(rig->lane.learn);
}

static void
the_same_news_is_told_once(void **state)
{
	struct rig *rig = *state;

	for (unsigned int i = 0; i < 1000; i++)
		pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_NONE);
	assert_int_equal(told(rig), 1);
	pgn_learn(&rig->lane, key_of(2), A, PGN_SLOT_NONE);
	assert_int_equal(told(rig), 2);
}

static void
a_client_that_moves_there_and_back_is_not_held_back(void **state)
{
	struct rig *rig = *state;

	pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_NONE);
	/* Another lane saw it behind B, and the control loop learned so. */
	pgn_learn(&rig->lane, key_of(1), A, B);
	assert_int_equal(told(rig), 2);
	pgn_learn(&rig->lane, key_of(1), B, A);
	pgn_learn(&rig->lane, key_of(1), A, B);
	assert_int_equal(told(rig), 4);
}

static void
news_that_were_not_heeded_are_told_again(void **state)
{
	struct rig *rig = *state;

	rig->lane.now_us = rig->now_us;
	pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_NONE);
	rig->lane.now_us += PGN_TOLD_US - 1;
	pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_NONE);
	assert_int_equal(told(rig), 1);
	rig->lane.now_us += 1;
	pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_NONE);
	assert_int_equal(told(rig), 2);
}

static void
a_full_ring_is_counted_and_tried_again(void **state)
{
	struct rig *rig = *state;
	struct pgn_learn_event event = {0};

	while (rte_ring_sp_enqueue_elem(rig->lane.learn, &event, sizeof(event)) == 0)
		;
	pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_NONE);
	assert_int_equal(rig->counters[0].clients_late, 1);
	rte_ring_sc_dequeue_elem(rig->lane.learn, &event, sizeof(event));
	pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_NONE);
	assert_int_equal(rte_ring_free_count(rig->lane.learn), 0);
	rte_ring_reset(rig->lane.learn);
}

static void
an_unknown_obu_and_our_host_elsewhere_are_no_news(void **state)
{
	struct rig *rig = *state;

	rig->node.host_key = key_of(1);
	rig->node.lan_is_shared = true;
	pgn_learn(&rig->lane, key_of(2), PGN_SLOT_NONE, A);
	pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_LOCAL);
	pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_NONE);
	assert_int_equal(told(rig), 0);
	pgn_learn(&rig->lane, key_of(1), PGN_SLOT_LOCAL, PGN_SLOT_NONE);
	assert_int_equal(told(rig), 1);
}

static void
what_lives_behind_our_tap_is_kept_unless_the_lan_is_shared(void **state)
{
	struct rig *rig = *state;

	pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_LOCAL);
	assert_int_equal(told(rig), 0);
	rig->node.lan_is_shared = true;
	pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_LOCAL);
	assert_int_equal(told(rig), 1);
}

static void
news_that_were_overtaken_are_not_heeded(void **state)
{
	struct rig *rig = *state;
	struct pgn_mac_found found;

	/* Told when it was not known yet, by the lane of the air and that of the TAP. */
	pgn_learn(&rig->lane, key_of(1), PGN_SLOT_LOCAL, PGN_SLOT_NONE);
	pgn_learn(&rig->lane, key_of(1), A, PGN_SLOT_NONE);
	rig_pass(rig, 1000);
	found = pgn_mac_table_find(&rig->node.clients->table, key_of(1));
	assert_int_equal(pgn_mac_found_slot(&found), PGN_SLOT_LOCAL);
}

#define learn_test(f) cmocka_unit_test_setup_teardown(f, rig_open_rsu, rig_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		learn_test(the_same_news_is_told_once),
		learn_test(a_client_that_moves_there_and_back_is_not_held_back),
		learn_test(news_that_were_not_heeded_are_told_again),
		learn_test(a_full_ring_is_counted_and_tried_again),
		learn_test(what_lives_behind_our_tap_is_kept_unless_the_lan_is_shared),
		learn_test(news_that_were_overtaken_are_not_heeded),
		learn_test(an_unknown_obu_and_our_host_elsewhere_are_no_news),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
