/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A question to the control loop from another thread (telemetry's): it is answered between two
 * turns, so that what the loop owns is looked at without a lock that it, or a worker whose lcore it
 * shares, would have to take.
 */
#ifndef PGN_ASK_H
#define PGN_ASK_H

#include <stdatomic.h>

typedef void (*pgn_question)(void *about);

struct pgn_ask {
	_Atomic int state; /**< enum in ask.c */
	pgn_question question;
	void *about;
	int answered; /**< eventfd */
};

int pgn_ask_open(struct pgn_ask *ask);
void pgn_ask_close(struct pgn_ask *ask);

/**
 * Have a question answered; doorbell is the control loop's eventfd. 0; -ETIMEDOUT after a second:
 * it was not, and will not be. One thread at a time.
 */
int pgn_ask(struct pgn_ask *ask, int doorbell, pgn_question question, void *about);

/** Answer what was asked, if anything. By the control loop. */
void pgn_answer(struct pgn_ask *ask);

#endif
