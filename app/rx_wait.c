/* SPDX-License-Identifier: BSD-3-Clause */
#include <time.h>

#include <rte_ethdev.h>
#include <rte_interrupts.h>

#include "rx_wait.h"

#define LONGEST_MS 1

static int
hear(const struct pgn_worker_rx *rx, int what)
{
	return rte_eth_dev_rx_intr_ctl_q(rx->port->id, rx->queue, RTE_EPOLL_PER_THREAD, what, NULL);
}

static void
stop_hearing(const struct pgn_worker *worker, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		hear(&worker->rx[i], RTE_INTR_EVENT_DEL);
}

bool
pgn_rx_wait_open(const struct pgn_worker *worker)
{
	for (unsigned int i = 0; i < worker->rx_count; i++) {
		if (!worker->rx[i].port->values.rxintr ||
		    hear(&worker->rx[i], RTE_INTR_EVENT_ADD) != 0) {
			stop_hearing(worker, i);
			return false;
		}
	}
	return worker->rx_count > 0;
}

void
pgn_rx_wait_close(const struct pgn_worker *worker)
{
	stop_hearing(worker, worker->rx_count);
}

static bool
any_is_away(const struct pgn_worker *worker)
{
	for (unsigned int i = 0; i < worker->rx_count; i++) {
		if (atomic_load_explicit(&worker->rx[i].port->away, memory_order_relaxed))
			return true;
	}
	return false;
}

void
pgn_rx_wait(const struct pgn_worker *worker)
{
	struct rte_epoll_event event[PGN_WORKER_RX_MAX];

	/* One that was taken away would end each wait at once. */
	if (any_is_away(worker)) {
		nanosleep(&(struct timespec){.tv_nsec = LONGEST_MS * 1000000}, NULL);
		return;
	}
	/* Where a driver has no switch for it, interrupts come all the time. */
	for (unsigned int i = 0; i < worker->rx_count; i++)
		rte_eth_dev_rx_intr_enable(worker->rx[i].port->id, worker->rx[i].queue);
	rte_epoll_wait(RTE_EPOLL_PER_THREAD, event, (int)worker->rx_count, LONGEST_MS);
	for (unsigned int i = 0; i < worker->rx_count; i++)
		rte_eth_dev_rx_intr_disable(worker->rx[i].port->id, worker->rx[i].queue);
}
