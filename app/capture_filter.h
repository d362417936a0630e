/* SPDX-License-Identifier: BSD-3-Clause */
/** Which frames a capture wants. */
#ifndef PGN_CAPTURE_FILTER_H
#define PGN_CAPTURE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgn_wire.h"

struct pgn_capture_filter {
	uint32_t kinds; /**< 1 << enum pgn_kind */
	bool has_mac;   /**< else any */
	bool sealed;    /**< payloads on wires show no MACs */
	uint16_t marker;
	struct pgn_mac mac;
};

/**
 * Whether one message of the frame is of a kind that is wanted, and names the MAC in its header or
 * in its payload's Ethernet header. length: contiguous bytes at frame. Any thread.
 */
bool pgn_capture_wants(const struct pgn_capture_filter *filter, unsigned int port,
		       const uint8_t *frame, size_t length);

#endif
