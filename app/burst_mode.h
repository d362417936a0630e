/* SPDX-License-Identifier: BSD-3-Clause */
/** Which of its functions a driver receives and sends by: a vector one, or one for every case. */
#ifndef PGN_BURST_MODE_H
#define PGN_BURST_MODE_H

#include <stdint.h>

/** In the driver's words, such as "Vector AVX2"; "-": it does not say. */
struct pgn_burst_mode {
	char rx[64], tx[64];
};

/** Of the first queues of an ethdev that is configured; UINT16_MAX: of none. */
struct pgn_burst_mode pgn_burst_mode_of(uint16_t port);

#endif
