/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ask.h"

#define PATIENCE_S 1

enum {
	QUIET,
	ASKED,
	BEING_ANSWERED
};

int
pgn_ask_open(struct pgn_ask *ask)
{
	atomic_init(&ask->state, QUIET);
	ask->answered = eventfd(0, EFD_CLOEXEC);
	return ask->answered < 0 ? -errno : 0;
}

void
pgn_ask_close(struct pgn_ask *ask)
{
	if (ask->answered >= 0)
		close(ask->answered);
	ask->answered = -1;
}

int
pgn_ask(struct pgn_ask *ask, int doorbell, pgn_question question, void *about)
{
	static const struct timespec patience = {.tv_sec = PATIENCE_S};
	struct pollfd wait = {.fd = ask->answered, .events = POLLIN};
	sigset_t all;
	int state = ASKED;
	eventfd_t count;

	ask->question = question;
	ask->about = about;
	atomic_store_explicit(&ask->state, ASKED, memory_order_release);
	eventfd_write(doorbell, 1);
	/* The TAP driver has a signal sent for each frame, which would end the wait at once. */
	sigfillset(&all);
	if (ppoll(&wait, 1, &patience, &all) <= 0 &&
	    atomic_compare_exchange_strong_explicit(&ask->state, &state, QUIET,
						    memory_order_acq_rel, memory_order_relaxed))
		return -ETIMEDOUT;
	/* It is being answered, which takes no longer than a turn does. */
	return eventfd_read(ask->answered, &count) == 0 ? 0 : -errno;
}

void
pgn_answer(struct pgn_ask *ask)
{
	int state = ASKED;

	if (atomic_load_explicit(&ask->state, memory_order_relaxed) != ASKED ||
	    !atomic_compare_exchange_strong_explicit(&ask->state, &state, BEING_ANSWERED,
						     memory_order_acq_rel, memory_order_relaxed))
		return;
	ask->question(ask->about);
	atomic_store_explicit(&ask->state, QUIET, memory_order_release);
	eventfd_write(ask->answered, 1);
}
