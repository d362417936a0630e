/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include <rte_malloc.h>
#include <rte_rcu_qsbr.h>

#include "pgn_fib.h"

/** A snapshot that was replaced and waits for workers to leave it. */
struct retired {
	STAILQ_ENTRY(retired) next;
	struct pgn_fib_snapshot *snapshot;
	uint64_t token;
};

struct pgn_fib {
	_Atomic(struct pgn_fib_snapshot *) current;
	struct rte_rcu_qsbr *rcu;
	STAILQ_HEAD(, retired) retired; /**< oldest first */
};

struct pgn_fib *
pgn_fib_create(unsigned int readers, int socket)
{
	struct pgn_fib *fib =
		rte_zmalloc_socket("pgn_fib", sizeof(*fib), RTE_CACHE_LINE_SIZE, socket);
	struct pgn_fib_snapshot *empty;

	if (fib == NULL)
		goto no_memory;
	STAILQ_INIT(&fib->retired);
	fib->rcu = rte_zmalloc_socket("pgn_fib_rcu", rte_rcu_qsbr_get_memsize(readers),
				      RTE_CACHE_LINE_SIZE, socket);
	if (fib->rcu == NULL || rte_rcu_qsbr_init(fib->rcu, readers) != 0)
		goto free_fib;
	for (unsigned int i = 0; i < readers; i++) {
		if (rte_rcu_qsbr_thread_register(fib->rcu, i) != 0)
			goto free_fib;
	}
	empty = pgn_fib_snapshot_create(0, socket);
	if (empty == NULL)
		goto free_fib;
	atomic_init(&fib->current, empty);
	return fib;

free_fib:
	rte_free(fib->rcu);
	rte_free(fib);
no_memory:
	errno = ENOMEM;
	return NULL;
}

static void
free_retired(struct pgn_fib *fib)
{
	struct retired *old = STAILQ_FIRST(&fib->retired);

	STAILQ_REMOVE_HEAD(&fib->retired, next);
	pgn_fib_snapshot_destroy(old->snapshot);
	rte_free(old);
}

void
pgn_fib_destroy(struct pgn_fib *fib)
{
	if (fib == NULL)
		return;
	while (!STAILQ_EMPTY(&fib->retired))
		free_retired(fib);
	pgn_fib_snapshot_destroy(atomic_load_explicit(&fib->current, memory_order_relaxed));
	rte_free(fib->rcu);
	rte_free(fib);
}

int
pgn_fib_publish(struct pgn_fib *fib, struct pgn_fib_snapshot *snapshot, uint64_t *token)
{
	struct retired *old = rte_malloc("pgn_fib_retired", sizeof(*old), 0);

	if (old == NULL)
		return -ENOMEM;
	old->snapshot = atomic_exchange_explicit(&fib->current, snapshot, memory_order_acq_rel);
	old->token = rte_rcu_qsbr_start(fib->rcu);
	STAILQ_INSERT_TAIL(&fib->retired, old, next);
	*token = old->token;
	return 0;
}

uint64_t
pgn_fib_mark(struct pgn_fib *fib)
{
	return rte_rcu_qsbr_start(fib->rcu);
}

bool
pgn_fib_passed(struct pgn_fib *fib, uint64_t token)
{
	return rte_rcu_qsbr_check(fib->rcu, token, false) == 1;
}

void
pgn_fib_reclaim(struct pgn_fib *fib)
{
	while (!STAILQ_EMPTY(&fib->retired) &&
	       pgn_fib_passed(fib, STAILQ_FIRST(&fib->retired)->token))
		free_retired(fib);
}

void
pgn_fib_online(struct pgn_fib *fib, unsigned int reader)
{
	rte_rcu_qsbr_thread_online(fib->rcu, reader);
}

void
pgn_fib_offline(struct pgn_fib *fib, unsigned int reader)
{
	rte_rcu_qsbr_thread_offline(fib->rcu, reader);
}

void
pgn_fib_quiescent(struct pgn_fib *fib, unsigned int reader)
{
	rte_rcu_qsbr_quiescent(fib->rcu, reader);
}

const struct pgn_fib_snapshot *
pgn_fib_current(const struct pgn_fib *fib)
{
	return atomic_load_explicit(&fib->current, memory_order_acquire);
}
