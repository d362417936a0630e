/* SPDX-License-Identifier: BSD-3-Clause */
/* What a driver says of how it receives and sends, and what is made of its silence. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <rte_ethdev.h>

#include "burst_mode.h"

#define PORT 3

static const char *rx_says, *tx_says; /* NULL: it has no such function */

int __wrap_rte_eth_rx_burst_mode_get(uint16_t port, uint16_t queue,
				     struct rte_eth_burst_mode *mode);
int __wrap_rte_eth_tx_burst_mode_get(uint16_t port, uint16_t queue,
				     struct rte_eth_burst_mode *mode);

static int
say(uint16_t port, uint16_t queue, struct rte_eth_burst_mode *mode, const char *words)
{
	assert_int_equal(port, PORT);
	assert_int_equal(queue, 0);
	if (words == NULL)
		return -ENOTSUP;
	strcpy(mode->info, words);
	return 0;
}

int
__wrap_rte_eth_rx_burst_mode_get(uint16_t port, uint16_t queue, struct rte_eth_burst_mode *mode)
{
	return say(port, queue, mode, rx_says);
}

int
__wrap_rte_eth_tx_burst_mode_get(uint16_t port, uint16_t queue, struct rte_eth_burst_mode *mode)
{
	return say(port, queue, mode, tx_says);
}

static void
assert_mode(uint16_t port, const char *rx, const char *tx)
{
	struct pgn_burst_mode mode = pgn_burst_mode_of(port);

	assert_string_equal(mode.rx, rx);
	assert_string_equal(mode.tx, tx);
}

static void
a_driver_that_says_it(void **state)
{
	(void)state;
	rx_says = "Vector AVX2";
	tx_says = "Scalar";
	assert_mode(PORT, "Vector AVX2", "Scalar");
}

static void
a_driver_that_does_not(void **state)
{
	(void)state;
	rx_says = NULL;
	tx_says = "Vector SSE";
	assert_mode(PORT, "-", "Vector SSE");
	rx_says = "Scalar";
	tx_says = "";
	assert_mode(PORT, "Scalar", "-");
}

/** It would be told of as an error. */
static void
no_port_is_not_asked(void **state)
{
	(void)state;
	assert_mode(UINT16_MAX, "-", "-");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_driver_that_says_it),
		cmocka_unit_test(a_driver_that_does_not),
		cmocka_unit_test(no_port_is_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
