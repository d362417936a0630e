/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "control.h"

/** On one core signals are looked for so often. */
#define POLL_EVERY_US 1000
/** Signals, the doorbell, requests. */
#define WATCHED 3

static int
watch(int epoll, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int
pgn_control_open(struct pgn_control *control)
{
	sigset_t taken;
	int error;

	memset(control, 0, sizeof(*control));
	control->signals = -1;
	control->requests = -1;
	control->doorbell.fd = -1;
	sigemptyset(&taken);
	sigaddset(&taken, SIGINT);
	sigaddset(&taken, SIGTERM);
	sigaddset(&taken, SIGHUP);
	sigaddset(&taken, SIGUSR1);
	sigaddset(&taken, SIGUSR2);
	sigprocmask(SIG_BLOCK, &taken, NULL);
	/* What the TAP driver's queued signals turn into when there are too many. */
	signal(SIGIO, SIG_IGN);
	/* A file that may not grow is an error of its write. */
	signal(SIGXFSZ, SIG_IGN);
	/* A vhost-user peer that went away is no reason to end. */
	signal(SIGPIPE, SIG_IGN);

	control->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (control->epoll < 0)
		goto failed;
	control->signals = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
	if (control->signals < 0 || watch(control->epoll, control->signals) != 0)
		goto failed;
	control->doorbell.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (control->doorbell.fd < 0 || watch(control->epoll, control->doorbell.fd) != 0)
		goto failed;
	return 0;

failed:
	error = errno;
	pgn_control_close(control);
	return -error;
}

int
pgn_control_watch_requests(struct pgn_control *control, int fd, void (*take)(void *context),
			   void *context)
{
	if (watch(control->epoll, fd) != 0)
		return -errno;
	control->requests = fd;
	control->take_requests = take;
	control->requests_context = context;
	return 0;
}

static void
close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void
pgn_control_close(struct pgn_control *control)
{
	close_if_open(control->doorbell.fd);
	close_if_open(control->signals);
	close_if_open(control->epoll);
}

static void
take_signals(struct pgn_control *control)
{
	struct signalfd_siginfo info;

	while (read(control->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGUSR1)
			control->show_routes(control->context);
		else if (info.ssi_signo == SIGUSR2)
			control->show_totals(control->context);
		else if (info.ssi_signo == SIGHUP)
			control->reread_keys(control->context);
		else
			atomic_store_explicit(&control->stop, true, memory_order_relaxed);
	}
}

/** Sleep until a signal, the doorbell or the time; 0: only look. */
static void
wait_until(struct pgn_control *control, uint64_t timeout_us)
{
	struct timespec timeout = {.tv_sec = (time_t)(timeout_us / 1000000),
				   .tv_nsec = (long)(timeout_us % 1000000 * 1000)};
	struct epoll_event event[WATCHED];
	int n = epoll_pwait2(control->epoll, event, WATCHED, &timeout, NULL);

	/* Linux before 5.11, and qemu-user: to the millisecond, rather late than spinning. */
	if (n < 0 && errno == ENOSYS)
		n = epoll_wait(control->epoll, event, WATCHED, (int)((timeout_us + 999) / 1000));
	/* An interrupted wait is a short one. */
	for (int i = 0; i < n; i++) {
		eventfd_t rings;

		if (event[i].data.fd == control->signals)
			take_signals(control);
		else if (event[i].data.fd == control->requests)
			control->take_requests(control->requests_context);
		else
			eventfd_read(control->doorbell.fd, &rings);
	}
}

static bool
rings_hold_something(const struct pgn_control *control)
{
	for (unsigned int i = 0; i < control->lane_count; i++) {
		if (!rte_ring_empty(control->lanes[i]->control) ||
		    !rte_ring_empty(control->lanes[i]->learn))
			return true;
	}
	return false;
}

/** One turn; returns the time of the next that is needed. */
static uint64_t
turn(struct pgn_control *control, uint64_t now_us)
{
	uint64_t next_us;

	if (now_us - control->links_us >= PGN_LINKS_EVERY_US) {
		control->links_us = now_us;
		control->look_at_links(control->context);
	}
	if (now_us - control->second_us >= PGN_SECOND_US) {
		control->second_us = now_us;
		control->look_each_second(control->context);
	}
	pgn_answer(control->ask);
	next_us = pgn_desk_turn(control->desk, control->lanes, control->lane_count, now_us);
	return RTE_MIN(next_us, control->links_us + PGN_LINKS_EVERY_US);
}

void
pgn_control_run(struct pgn_control *control)
{
	while (!atomic_load_explicit(&control->stop, memory_order_relaxed)) {
		uint64_t now_us = pgn_now_us();
		uint64_t next_us = turn(control, now_us);

		atomic_store_explicit(&control->doorbell.waiting, true, memory_order_relaxed);
		/* Pairs with the fence in a worker's ring(): one of us sees the other's write. */
		atomic_thread_fence(memory_order_seq_cst);
		wait_until(control, rings_hold_something(control) || next_us <= now_us
					    ? 0
					    : next_us - now_us);
		atomic_store_explicit(&control->doorbell.waiting, false, memory_order_relaxed);
	}
}

void
pgn_control_poll(void *context)
{
	struct pgn_control *control = context;
	uint64_t now_us = pgn_now_us();

	turn(control, now_us);
	if (now_us - control->polled_us >= POLL_EVERY_US) {
		control->polled_us = now_us;
		wait_until(control, 0);
	}
}
