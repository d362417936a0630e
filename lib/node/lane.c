/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include <rte_errno.h>

#include "forward.h"
#include "throttle.h"

int
pgn_lane_open(struct pgn_lane *lane, const struct pgn_node *node, struct pgn_counters *counters,
	      const char *name, int socket)
{
	char ring[RTE_RING_NAMESIZE];

	memset(lane, 0, sizeof(*lane));
	lane->node = node;
	lane->counters = counters;
	pgn_gate_set_all(lane);

	snprintf(ring, sizeof(ring), "%.16s_ctl", name);
	lane->control =
		rte_ring_create_elem(ring, sizeof(struct pgn_control_event), PGN_CONTROL_RING,
				     socket, RING_F_SP_ENQ | RING_F_SC_DEQ);
	snprintf(ring, sizeof(ring), "%.16s_learn", name);
	lane->learn = rte_ring_create_elem(ring, sizeof(struct pgn_learn_event), PGN_LEARN_RING,
					   socket, RING_F_SP_ENQ | RING_F_SC_DEQ);
	if (node->sealing != NULL)
		lane->aead = pgn_aead_lane_open(node->sealing->device, node->sealing->lane_count++,
						socket);
	if (lane->control == NULL || lane->learn == NULL ||
	    (node->sealing != NULL && lane->aead == NULL) ||
	    pgn_throttle_init(&lane->throttle, node, socket) != 0) {
		pgn_aead_lane_close(lane->aead);
		rte_ring_free(lane->control);
		rte_ring_free(lane->learn);
		return -ENOMEM;
	}
	return 0;
}

uint64_t
pgn_lane_in_flight(const struct pgn_lane *lane)
{
	uint64_t messages = rte_ring_count(lane->control) + lane->replica_count;

	for (unsigned int port = 0; port < PGN_MAX_PORTS; port++)
		messages += lane->replies[port].count;
	if (lane->aead != NULL)
		messages += pgn_aead_in_flight(lane->aead);
	return messages;
}

void
pgn_lane_close(struct pgn_lane *lane)
{
	pgn_drop_replicas(lane, PGN_DROP_STOPPING);
	lane->counters->dropped[PGN_DROP_STOPPING] += pgn_lane_in_flight(lane);
	pgn_aead_lane_close(lane->aead);
	for (unsigned int port = 0; port < PGN_MAX_PORTS; port++) {
		rte_pktmbuf_free_bulk(lane->replies[port].frame, lane->replies[port].count);
		pgn_replies_clear(&lane->replies[port]);
	}
	rte_ring_free(lane->control);
	rte_ring_free(lane->learn);
	pgn_throttle_fini(&lane->throttle);
}

void
pgn_lane_sent(struct pgn_lane *lane, unsigned int port, unsigned int n)
{
	const struct pgn_replies *replies = &lane->replies[port];
	unsigned int first = 0;

	for (const struct pgn_run *run = replies->run; first < n; run++) {
		struct pgn_traffic *traffic = &lane->counters->sent[port][run->kind];
		unsigned int end = RTE_MIN((unsigned int)run->end, n);
		uint64_t bytes = run->bytes;

		for (unsigned int refused = end; refused < run->end; refused++)
			bytes -= replies->frame[refused]->pkt_len;
		traffic->messages += end - first;
		traffic->bytes += bytes;
		first = run->end;
	}
}

void
pgn_lane_linearise(struct pgn_lane *lane, unsigned int port)
{
	struct pgn_replies *replies = &lane->replies[port];
	unsigned int runs = replies->run_count, first = 0;
	struct pgn_run run[PGN_REPLIES_MAX];

	/* The replies are written anew, over themselves: no frame moves back. */
	memcpy(run, replies->run, runs * sizeof(run[0]));
	pgn_replies_clear(replies);
	for (unsigned int r = 0; r < runs; r++) {
		struct pgn_writer writer = pgn_writer_open(lane, port);

		for (; first < run[r].end; first++) {
			struct rte_mbuf *frame = pgn_make_plain(lane, replies->frame[first]);

			if (frame != NULL)
				pgn_writer_add(lane, &writer, frame, frame->pkt_len);
		}
		pgn_writer_close(&writer, run[r].kind, PGN_FLAT);
	}
}
