/* SPDX-License-Identifier: BSD-3-Clause */
/** Nodes that say what is not so. None of them passes data on. */
#ifndef SIM_FORGER_H
#define SIM_FORGER_H

#include "pgn_routing.h"

struct sim;
struct sim_frame;

enum sim_forgery {
	SIM_FORGE_NEAR,   /**< relays every heartbeat as if it were the RSU's next door */
	SIM_FORGE_REPLAY, /**< what it heard some periods ago, byte for byte, again and again */
	SIM_FORGE_FLOOD,  /**< heartbeats and replies, their MACs, ids and times made up */
	SIM_FORGE_MUTUAL  /**< tells two OBUs, in the other's name, that it is next to an RSU */
};

#define SIM_FORGER_MEMORY 256

struct sim_forger {
	enum sim_forgery forgery;
	uint64_t random;
	uint64_t start_us;
	uint64_t interval_us; /**< between bursts */
	uint64_t burst;       /**< sent at once */
	uint64_t left;        /**< that it will send yet */
	uint64_t sent;
	uint16_t victim[2]; /**< FLOOD: an RSU and an OBU; MUTUAL: the two OBUs */
	unsigned int remembered;
	unsigned int next;
	bool is_reply[SIM_FORGER_MEMORY];
	struct pgn_heartbeat heartbeat[SIM_FORGER_MEMORY];
	struct pgn_reply reply[SIM_FORGER_MEMORY];
};

void sim_forger_tick(struct sim *sim, unsigned int node);
void sim_forger_hear(struct sim *sim, unsigned int node, const struct sim_frame *frame);

#endif
