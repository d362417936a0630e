/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * A node of the network's other implementation, as it was observed, with the faults that matter to
 * those around it: its history evicts by swapping, and duplicates evict too; its upstream is the
 * RSU it heard last; it does not fail over; it broadcasts heartbeat and reply in one frame and does
 * not check whom a message is to; what it sends to a group stops at the first hop.
 */
#ifndef SIM_PEER_H
#define SIM_PEER_H

#include "pgn_routing.h"

struct sim;
struct sim_frame;
struct sim_peer;

struct sim_peer *sim_peer_create(bool is_rsu, const struct pgn_mac *self, uint64_t now_us);
void sim_peer_destroy(struct sim_peer *peer);

void sim_peer_tick(struct sim *sim, unsigned int node);
void sim_peer_hear(struct sim *sim, unsigned int node, const struct sim_frame *frame);

/** As sim_upstream() and sim_route(): it has one next hop, or none. */
unsigned int sim_peer_upstream(const struct sim_peer *peer, struct pgn_hop *hop);
unsigned int sim_peer_route(const struct sim_peer *peer, const struct pgn_mac *to,
			    struct pgn_hop *hop);

#endif
