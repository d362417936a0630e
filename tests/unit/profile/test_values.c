/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "port_values.h"
#include "profiles.h"

static const uint32_t link_interrupt = RTE_ETH_DEV_INTR_LSC, none;

/* A device that takes all that a profile may say. */
static struct rte_eth_dev_info
willing(void)
{
	return (struct rte_eth_dev_info){
		.max_rx_queues = 128,
		.max_tx_queues = 128,
		.rx_desc_lim = {.nb_max = UINT16_MAX, .nb_align = 1},
		.tx_desc_lim = {.nb_max = UINT16_MAX, .nb_align = 1},
		.max_mtu = UINT16_MAX,
		.dev_flags = &none,
	};
}

static void
set(struct pgn_profile *profile, enum pgn_profile_id id, uint32_t number)
{
	profile->value[id] = (struct pgn_profile_value){.file = "a", .number = number};
}

static struct pgn_profile
built_in(void)
{
	const struct pgn_profiles nothing = {0};
	struct pgn_profile profile = {0};

	pgn_profiles_merge(&nothing, &profile, "", 0, false);
	return profile;
}

static void
assert_clamp(const struct pgn_port_values *values, unsigned int number, enum pgn_profile_id id,
	     const char *line)
{
	assert_true(number < values->clamp_count);
	assert_int_equal(values->clamp[number].id, id);
	assert_string_equal(values->clamp[number].line, line);
}

static void
test_taken(void **state)
{
	struct pgn_profile profile = built_in();
	struct rte_eth_dev_info info = willing();
	struct pgn_port_values values;

	(void)state;
	pgn_port_values_find(&values, &profile, &info);
	assert_int_equal(values.clamp_count, 0);
	assert_int_equal(values.rxq, 1);
	assert_int_equal(values.rxd, 512);
	assert_int_equal(values.txd, 512);
	assert_int_equal(values.burst, 32);
	assert_int_equal(values.mtu, 0);
	assert_false(values.promisc);
	assert_false(values.lsc);

	set(&profile, PGN_PROFILE_RXQ, 4);
	set(&profile, PGN_PROFILE_RXD, 1024);
	set(&profile, PGN_PROFILE_BURST, 7);
	set(&profile, PGN_PROFILE_MTU, 1400);
	set(&profile, PGN_PROFILE_MIN_TX, 60);
	set(&profile, PGN_PROFILE_PROMISC, PGN_PROFILE_YES);
	pgn_port_values_find(&values, &profile, &info);
	assert_int_equal(values.clamp_count, 0);
	assert_int_equal(values.rxq, 4);
	assert_int_equal(values.txq, 128);
	assert_int_equal(values.rxd, 1024);
	assert_int_equal(values.burst, 7);
	assert_int_equal(values.mtu, 1400);
	assert_int_equal(values.min_tx, 60);
	assert_true(values.promisc);
}

static void
test_device_decides(void **state)
{
	struct pgn_profile profile = built_in();
	struct rte_eth_dev_info info = willing();
	struct pgn_port_values values;

	(void)state;
	info.default_rxportconf.burst_size = 16;
	info.dev_flags = &link_interrupt;
	set(&profile, PGN_PROFILE_LSC, PGN_PROFILE_DEVICE);
	pgn_port_values_find(&values, &profile, &info);
	assert_int_equal(values.burst, 16);
	assert_true(values.lsc);
	info.default_rxportconf.burst_size = 65;
	set(&profile, PGN_PROFILE_LSC, PGN_PROFILE_NO);
	pgn_port_values_find(&values, &profile, &info);
	assert_int_equal(values.burst, 32);
	assert_false(values.lsc);
	assert_int_equal(values.clamp_count, 0);
}

static void
test_clamped(void **state)
{
	struct pgn_profile profile = built_in();
	struct rte_eth_dev_info info = willing();
	struct pgn_port_values values;

	(void)state;
	set(&profile, PGN_PROFILE_RXQ, 9);
	set(&profile, PGN_PROFILE_RXD, 9000);
	set(&profile, PGN_PROFILE_TXD, 40);
	set(&profile, PGN_PROFILE_MTU, 1500);
	set(&profile, PGN_PROFILE_LSC, PGN_PROFILE_YES);
	info.max_rx_queues = 8;
	info.rx_desc_lim.nb_max = 4096;
	info.tx_desc_lim.nb_min = 64;
	info.max_mtu = 1400;
	pgn_port_values_find(&values, &profile, &info);
	assert_int_equal(values.clamp_count, 5);
	assert_clamp(&values, 0, PGN_PROFILE_RXQ, "rxq 9: the device takes at most 8; 8 is used");
	assert_clamp(&values, 1, PGN_PROFILE_RXD,
		     "rxd 9000: the device takes at most 4096; 4096 is used");
	assert_clamp(&values, 2, PGN_PROFILE_TXD,
		     "txd 40: the device takes at least 64; 64 is used");
	assert_clamp(&values, 3, PGN_PROFILE_MTU,
		     "mtu 1500: the device takes at most 1400; 1400 is used");
	assert_clamp(&values, 4, PGN_PROFILE_LSC,
		     "lsc yes: the device has no link interrupt; it is polled");
	assert_int_equal(values.rxq, 8);
	assert_int_equal(values.rxd, 4096);
	assert_int_equal(values.txd, 64);
	assert_int_equal(values.mtu, 1400);
	assert_false(values.lsc);
}

static void
test_aligned(void **state)
{
	struct pgn_profile profile = built_in();
	struct rte_eth_dev_info info = willing();
	struct pgn_port_values values;

	(void)state;
	set(&profile, PGN_PROFILE_RXD, 500);
	set(&profile, PGN_PROFILE_TXD, 34);
	info.rx_desc_lim.nb_align = 32;
	info.tx_desc_lim.nb_align = 32;
	info.tx_desc_lim.nb_min = 34;
	pgn_port_values_find(&values, &profile, &info);
	assert_int_equal(values.rxd, 480);
	assert_int_equal(values.txd, 64);
	assert_clamp(&values, 0, PGN_PROFILE_RXD,
		     "rxd 500: the device takes multiples of 32; 480 is used");
	assert_clamp(&values, 1, PGN_PROFILE_TXD,
		     "txd 34: the device takes multiples of 32; 64 is used");
}

static void
test_text(void **state)
{
	const struct pgn_port_values values = {.rxq = 2, .rxd = 480, .burst = 7, .lsc = true};
	char text[16] = "";

	(void)state;
	assert_true(pgn_port_value_text(&values, PGN_PROFILE_RXQ, text, sizeof(text)));
	assert_string_equal(text, "2");
	assert_true(pgn_port_value_text(&values, PGN_PROFILE_RXD, text, sizeof(text)));
	assert_string_equal(text, "480");
	assert_true(pgn_port_value_text(&values, PGN_PROFILE_LSC, text, sizeof(text)));
	assert_string_equal(text, "yes");
	assert_false(pgn_port_value_text(&values, PGN_PROFILE_MTU, text, sizeof(text)));
	assert_false(pgn_port_value_text(&values, PGN_PROFILE_DEVARGS, text, sizeof(text)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),   cmocka_unit_test(test_device_decides),
		cmocka_unit_test(test_clamped), cmocka_unit_test(test_aligned),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
