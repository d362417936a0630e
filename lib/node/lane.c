/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include <rte_errno.h>

#include "forward.h"

int
pgn_lane_open(struct pgn_lane *lane, const struct pgn_node *node, struct pgn_counters *counters,
	      const char *name, int socket)
{
	char ring[RTE_RING_NAMESIZE];

	memset(lane, 0, sizeof(*lane));
	lane->node = node;
	lane->counters = counters;
	lane->control_bucket.tokens = PGN_CONTROL_DEPTH;
	for (unsigned int i = 0; i < PGN_NEIGHBOUR_BUCKETS; i++)
		lane->neighbour[i].tokens = PGN_NEIGHBOUR_DEPTH;
	for (unsigned int w = 0; w < node->id.wire_count; w++)
		lane->own_key[w] = pgn_mac_key(&node->id.wire_mac[w]);

	snprintf(ring, sizeof(ring), "%.16s_ctl", name);
	lane->control =
		rte_ring_create_elem(ring, sizeof(struct pgn_control_event), PGN_CONTROL_RING,
				     socket, RING_F_SP_ENQ | RING_F_SC_DEQ);
	snprintf(ring, sizeof(ring), "%.16s_learn", name);
	lane->learn = rte_ring_create_elem(ring, sizeof(struct pgn_learn_event), PGN_LEARN_RING,
					   socket, RING_F_SP_ENQ | RING_F_SC_DEQ);
	if (lane->control == NULL || lane->learn == NULL) {
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
	return messages;
}

void
pgn_lane_close(struct pgn_lane *lane)
{
	lane->counters->dropped[PGN_DROP_STOPPING] += pgn_lane_in_flight(lane);
	for (; lane->replica_count > 0; lane->replica_count--) {
		rte_pktmbuf_free(lane->replica[lane->replica_first].frame);
		lane->replica_first = (lane->replica_first + 1) % PGN_REPLICATE_QUEUE;
	}
	for (unsigned int port = 0; port < PGN_MAX_PORTS; port++) {
		rte_pktmbuf_free_bulk(lane->replies[port].frame, lane->replies[port].count);
		lane->replies[port].count = 0;
	}
	rte_ring_free(lane->control);
	rte_ring_free(lane->learn);
}

void
pgn_lane_sent(struct pgn_lane *lane, unsigned int port, unsigned int n)
{
	const struct pgn_replies *replies = &lane->replies[port];
	unsigned int i = 0;

	/* A store a run of one kind, not one a frame. */
	while (i < n) {
		struct pgn_traffic *traffic = &lane->counters->sent[port][replies->kind[i]];
		unsigned int first = i;
		uint64_t bytes = 0;

		do {
			bytes += replies->length[i++];
		} while (i < n && replies->kind[i] == replies->kind[first]);
		traffic->messages += i - first;
		traffic->bytes += bytes;
	}
}

void
pgn_lane_linearise(struct pgn_lane *lane, unsigned int port)
{
	struct pgn_replies *replies = &lane->replies[port];
	unsigned int kept = 0;

	for (unsigned int i = 0; i < replies->count; i++) {
		struct rte_mbuf *frame = pgn_make_plain(lane, replies->frame[i]);

		if (frame == NULL)
			continue;
		replies->frame[kept] = frame;
		replies->length[kept] = replies->length[i];
		replies->kind[kept] = replies->kind[i];
		replies->form[kept] = PGN_FLAT;
		kept++;
	}
	replies->count = kept;
	replies->nested = 0;
}
