/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include <rte_ethdev.h>

#include "burst_mode.h"

typedef int (*ask)(uint16_t port, uint16_t queue, struct rte_eth_burst_mode *mode);

static void
find(uint16_t port, ask ask_driver, char *text, size_t size)
{
	struct rte_eth_burst_mode mode = {0};
	int ret = port == UINT16_MAX ? -1 : ask_driver(port, 0, &mode);

	snprintf(text, size, "%.*s", (int)size - 1,
		 ret == 0 && mode.info[0] != '\0' ? mode.info : "-");
}

struct pgn_burst_mode
pgn_burst_mode_of(uint16_t port)
{
	struct pgn_burst_mode mode;

	find(port, rte_eth_rx_burst_mode_get, mode.rx, sizeof(mode.rx));
	find(port, rte_eth_tx_burst_mode_get, mode.tx, sizeof(mode.tx));
	return mode;
}
