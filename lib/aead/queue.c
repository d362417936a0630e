/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * The asynchronous way. A lane's jobs stand in line in the order in which they were submitted, and
 * leave it in that order, whatever the device does: one that did not open with its first key goes
 * to the device again, and those behind it wait.
 */
#include <errno.h>

#include <rte_cycles.h>

#include "inside.h"

static_assert((PGN_AEAD_IN_FLIGHT & (PGN_AEAD_IN_FLIGHT - 1)) == 0, "places are bits of a count");

enum state {
	WAITS, /**< for the device to take it, the first time or again */
	AWAY,  /**< with the device */
	DONE
};

static inline struct pgn_aead_ticket *
ticket_of(struct rte_crypto_op *op)
{
	return (struct pgn_aead_ticket *)(op->sym + 1);
}

static uint16_t
enqueue(uint8_t device, uint16_t pair, struct rte_crypto_op **ops, uint16_t n)
{
	return rte_cryptodev_enqueue_burst(device, pair, ops, n);
}

static uint16_t
dequeue(uint8_t device, uint16_t pair, struct rte_crypto_op **ops, uint16_t n)
{
	return rte_cryptodev_dequeue_burst(device, pair, ops, n);
}

void
pgn_aead_queue_open(struct pgn_aead_lane *lane)
{
	lane->queue = (struct pgn_aead_queue){.enqueue = enqueue, .dequeue = dequeue};
}

static inline uint32_t
head_of(const struct pgn_aead_lane *lane)
{
	return atomic_load_explicit(&lane->head, memory_order_relaxed);
}

static inline uint32_t
tail_of(const struct pgn_aead_lane *lane)
{
	return atomic_load_explicit(&lane->tail, memory_order_relaxed);
}

unsigned int
pgn_aead_in_flight(const struct pgn_aead_lane *lane)
{
	uint32_t head = head_of(lane);

	return tail_of(lane) - head;
}

static inline struct rte_crypto_op **
place(struct pgn_aead_lane *lane, uint32_t at)
{
	return &lane->line[at % PGN_AEAD_IN_FLIGHT];
}

static inline bool
is_done(struct pgn_aead_lane *lane, uint32_t at)
{
	return ticket_of(*place(lane, at))->state == DONE;
}

static void
end(struct pgn_aead_ticket *ticket, enum pgn_aead_verdict verdict)
{
	ticket->state = DONE;
	ticket->job.verdict = (uint8_t)verdict;
}

/** What the device is to do. */
static void
describe(struct rte_crypto_op *op)
{
	struct pgn_aead_ticket *ticket = ticket_of(op);
	const struct pgn_aead_job *job = &ticket->job;
	uint32_t length = pgn_aead_length(job);
	uint16_t inner = (uint16_t)(job->at + PGN_AEAD_NONCE);
	void *session =
		job->task == PGN_AEAD_OPEN ? ticket->keyset->open[job->key] : ticket->keyset->seal;

	op->status = RTE_CRYPTO_OP_STATUS_NOT_PROCESSED;
	rte_crypto_op_attach_sym_session(op, session);
	op->sym->m_src = job->frame;
	op->sym->m_dst = NULL;
	op->sym->aead.data.offset = inner;
	op->sym->aead.data.length = length;
	op->sym->aead.digest.data = rte_pktmbuf_mtod_offset(job->frame, uint8_t *, inner + length);
	op->sym->aead.digest.phys_addr = rte_pktmbuf_iova_offset(job->frame, inner + length);
	/* There is none, but drivers look at where it would be. */
	op->sym->aead.aad.data = ticket->nonce;
	op->sym->aead.aad.phys_addr = rte_crypto_op_ctophys_offset(
		op, (uint32_t)((uint8_t *)ticket->nonce - (uint8_t *)op));
	memcpy(ticket->nonce, pgn_aead_nonce_of(job), PGN_AEAD_NONCE);
}

static void
begin(struct pgn_aead_lane *lane, struct rte_crypto_op *op, struct pgn_aead_keyset *keyset,
      const struct pgn_aead_job *job)
{
	struct pgn_aead_ticket *ticket = ticket_of(op);
	enum pgn_aead_verdict check = PGN_AEAD_GOOD;

	ticket->job = *job;
	ticket->keyset = keyset;
	ticket->tried = 0;
	ticket->state = WAITS;
	if (job->task != PGN_AEAD_PASS)
		check = pgn_aead_check(job);
	if (job->task == PGN_AEAD_PASS || check != PGN_AEAD_GOOD) {
		end(ticket, check);
		return;
	}
	if (job->key >= keyset->count)
		ticket->job.key = 0;
	if (job->task == PGN_AEAD_SEAL)
		pgn_aead_write_nonce(&keyset->lane[lane->index].nonces, pgn_aead_nonce_of(job));
	describe(op);
}

/** Returns how many the device took. One that it refuses for itself is done, and counts. */
static unsigned int
give(struct pgn_aead_lane *lane, struct rte_crypto_op **ops, unsigned int n)
{
	unsigned int given =
		lane->queue.enqueue(lane->device->id, (uint16_t)lane->index, ops, (uint16_t)n);

	for (unsigned int i = 0; i < given; i++)
		ticket_of(ops[i])->state = AWAY;
	if (given < n && unlikely(ops[given]->status != RTE_CRYPTO_OP_STATUS_NOT_PROCESSED))
		end(ticket_of(ops[given++]), PGN_AEAD_FAILED);
	return given;
}

/** Those that were away already come first: others wait behind them. */
static void
give_again(struct pgn_aead_lane *lane)
{
	unsigned int given;

	if (lane->again_count == 0)
		return;
	given = give(lane, lane->again, RTE_MIN(lane->again_count, PGN_AEAD_BURST));
	lane->again_count -= given;
	memmove(lane->again, lane->again + given, lane->again_count * sizeof(lane->again[0]));
}

static void
give_waiting(struct pgn_aead_lane *lane)
{
	struct rte_crypto_op *ops[PGN_AEAD_BURST];
	uint32_t tail = tail_of(lane);

	for (;;) {
		unsigned int n = 0, given;

		/* What is done by itself is passed over, and the burst stays in a row. */
		while (lane->next != tail && is_done(lane, lane->next))
			lane->next++;
		while (lane->next + n != tail && n < PGN_AEAD_BURST &&
		       !is_done(lane, lane->next + n)) {
			ops[n] = *place(lane, lane->next + n);
			n++;
		}
		if (n == 0)
			return;
		given = give(lane, ops, n);
		lane->next += given;
		if (given < n)
			return;
	}
}

static void
come_back(struct pgn_aead_lane *lane, struct rte_crypto_op *op)
{
	struct pgn_aead_ticket *ticket = ticket_of(op);
	struct pgn_aead_job *job = &ticket->job;
	unsigned int next;

	if (likely(op->status == RTE_CRYPTO_OP_STATUS_SUCCESS)) {
		end(ticket, PGN_AEAD_GOOD);
		return;
	}
	if (op->status != RTE_CRYPTO_OP_STATUS_AUTH_FAILED || job->task != PGN_AEAD_OPEN) {
		end(ticket, PGN_AEAD_FAILED);
		return;
	}
	ticket->tried |= (uint8_t)(1 << job->key);
	next = pgn_aead_next_key(ticket->keyset, ticket->tried);
	if (next == ticket->keyset->count || job->kept == NULL) {
		end(ticket, PGN_AEAD_FORGED);
		return;
	}
	pgn_aead_restore(job);
	job->key = (uint8_t)next;
	ticket->state = WAITS;
	describe(op);
	lane->again[lane->again_count++] = op;
}

static void
take_back(struct pgn_aead_lane *lane)
{
	struct rte_crypto_op *ops[PGN_AEAD_BURST];
	uint16_t n =
		lane->queue.dequeue(lane->device->id, (uint16_t)lane->index, ops, PGN_AEAD_BURST);

	for (unsigned int i = 0; i < n; i++)
		come_back(lane, ops[i]);
}

static inline void
count(_Atomic uint64_t *counter, unsigned int n)
{
	uint64_t now = atomic_load_explicit(counter, memory_order_relaxed);

	atomic_store_explicit(counter, now + n, memory_order_release);
}

unsigned int
pgn_aead_submit(struct pgn_aead_lane *lane, struct pgn_aead_keyset *keyset,
		const struct pgn_aead_job *job, unsigned int n)
{
	struct rte_crypto_op *ops[PGN_AEAD_BURST];
	uint32_t tail = tail_of(lane);
	unsigned int room = PGN_AEAD_IN_FLIGHT - pgn_aead_in_flight(lane);

	n = RTE_MIN(n, RTE_MIN(room, PGN_AEAD_BURST));
	if (n == 0 || rte_crypto_op_bulk_alloc(lane->device->ops, RTE_CRYPTO_OP_TYPE_SYMMETRIC, ops,
					       (uint16_t)n) != n)
		return 0;
	for (unsigned int i = 0; i < n; i++) {
		begin(lane, ops[i], keyset, &job[i]);
		*place(lane, tail + i) = ops[i];
	}
	count(&keyset->lane[lane->index].submitted, n);
	atomic_store_explicit(&lane->tail, tail + n, memory_order_relaxed);
	give_again(lane);
	give_waiting(lane);
	return n;
}

/** The first in line leaves it. */
static void
leave(struct pgn_aead_lane *lane, struct pgn_aead_job *job)
{
	uint32_t head = head_of(lane);
	struct rte_crypto_op *op = *place(lane, head);
	struct pgn_aead_ticket *ticket = ticket_of(op);

	*job = ticket->job;
	count(&ticket->keyset->lane[lane->index].collected, 1);
	rte_crypto_op_free(op);
	atomic_store_explicit(&lane->head, head + 1, memory_order_relaxed);
}

unsigned int
pgn_aead_collect(struct pgn_aead_lane *lane, struct pgn_aead_job *job, unsigned int max)
{
	unsigned int n = 0;

	if (pgn_aead_in_flight(lane) == 0)
		return 0;
	take_back(lane);
	give_again(lane);
	give_waiting(lane);
	while (n < max && pgn_aead_in_flight(lane) > 0 && is_done(lane, head_of(lane)))
		leave(lane, &job[n++]);
	return n;
}

void
pgn_aead_queue_close(struct pgn_aead_lane *lane)
{
	uint64_t give_up = rte_get_tsc_cycles() + rte_get_tsc_hz();
	struct pgn_aead_job job;

	/* What the device has not taken it need not take any more. */
	for (uint32_t at = lane->next; at != tail_of(lane); at++)
		end(ticket_of(*place(lane, at)), PGN_AEAD_FAILED);
	lane->next = tail_of(lane);
	while (pgn_aead_in_flight(lane) > 0 && rte_get_tsc_cycles() < give_up) {
		for (unsigned int i = 0; i < lane->again_count; i++)
			end(ticket_of(lane->again[i]), PGN_AEAD_FAILED);
		lane->again_count = 0;
		while (pgn_aead_collect(lane, &job, 1) == 1) {
			rte_pktmbuf_free(job.frame);
			rte_pktmbuf_free(job.kept);
		}
	}
}
