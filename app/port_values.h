/* SPDX-License-Identifier: BSD-3-Clause */
/** What a device makes of its profile: "auto" becomes a value, and what it refuses is clamped. */
#ifndef PGN_PORT_VALUES_H
#define PGN_PORT_VALUES_H

#include <rte_ethdev.h>

#include "profile.h"

#define PGN_CLAMPS_MAX 8
#define PGN_CLAMP_LINE 160

/** How a value came to differ from the profile's. */
struct pgn_clamp {
	enum pgn_profile_id id;
	char line[PGN_CLAMP_LINE]; /**< "rxd 9000: the device takes at most 4096; 4096 is used" */
};

struct pgn_port_values {
	uint16_t rxq, txq; /**< queues that may be used; auto: 1, and all that the device has */
	uint16_t rxd, txd; /**< descriptors a queue */
	uint16_t burst;    /**< frames to ask for at once, 1 to 64 */
	uint16_t mtu;      /**< bytes; 0: as the device has it */
	uint16_t min_tx;   /**< bytes, shorter frames are padded */
	bool promisc, lsc, rxintr;

	unsigned int clamp_count;
	struct pgn_clamp clamp[PGN_CLAMPS_MAX];
};

/** profile: merged. info: of rte_eth_dev_info_get(). Any thread. */
void pgn_port_values_find(struct pgn_port_values *values, const struct pgn_profile *profile,
			  const struct rte_eth_dev_info *info);

/** The value as it is used, in words; false: nothing is made of it but what the profile says. */
bool pgn_port_value_text(const struct pgn_port_values *values, enum pgn_profile_id id, char *text,
			 size_t size);

#endif
