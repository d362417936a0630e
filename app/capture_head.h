/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What stands in front of a capture's frames: a section header, and a block for each of the node's
 * ports. DPDK's own writer knows the ports that are open when the file begins, and gives frames of
 * one that is opened later the number of no block, or of another port's. Any thread.
 */
#ifndef PGN_CAPTURE_HEAD_H
#define PGN_CAPTURE_HEAD_H

#include <stddef.h>
#include <stdint.h>

#include "pgn_wire.h"

#define PGN_CAPTURE_HEAD 4096 /**< bytes that are enough for all ports */

struct pgn_capture_interface {
	const char *name;   /**< in the node file */
	const char *device; /**< the port string; both of fewer than 256 characters */
	struct pgn_mac mac;
};

/** Returns bytes made. A frame's block has the place of its port's interface here, from 0 on. */
size_t pgn_capture_head(uint8_t head[PGN_CAPTURE_HEAD],
			const struct pgn_capture_interface *interfaces, unsigned int count);

#endif
