/* SPDX-License-Identifier: BSD-3-Clause */
/** How a worker that has been idle for long waits for its ports' Rx interrupts. By the worker. */
#ifndef PGN_RX_WAIT_H
#define PGN_RX_WAIT_H

#include "worker.h"

/** False: not all of its queues give interrupts (rxintr of their profiles). */
bool pgn_rx_wait_open(const struct pgn_worker *worker);
void pgn_rx_wait_close(const struct pgn_worker *worker);

/**
 * Until something comes in, a millisecond at most: what other lcores have for a worker rings no
 * bell.
 */
void pgn_rx_wait(const struct pgn_worker *worker);

#endif
