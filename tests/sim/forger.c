/* SPDX-License-Identifier: BSD-3-Clause */
#include "mix.h"
#include "sim.h"

static struct pgn_mac
made_up(struct sim_forger *forger)
{
	uint64_t number = pgn_random(&forger->random);

	return (struct pgn_mac){{0x06, (uint8_t)(number >> 32), (uint8_t)(number >> 24),
				 (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
}

static void
send_heartbeat(struct sim *sim, unsigned int node, const struct pgn_heartbeat *m)
{
	uint32_t index = sim_frame(sim, node);

	sim->frames.frame[index].has_heartbeat = true;
	sim->frames.frame[index].heartbeat = *m;
	sim_send(sim, index, &m->to);
}

static void
send_reply(struct sim *sim, unsigned int node, const struct pgn_reply *m)
{
	uint32_t index = sim_frame(sim, node);

	sim->frames.frame[index].has_reply = true;
	sim->frames.frame[index].reply = *m;
	sim_send(sim, index, &m->to);
}

/* One of two is from itself, the other from a neighbour that does not exist. */
static void
flood(struct sim *sim, unsigned int node)
{
	struct sim_forger *forger = sim->node[node].forger;
	uint64_t dice = pgn_random(&forger->random);
	struct pgn_mac from = dice & 1 ? sim_mac(node) : made_up(forger);
	struct pgn_mac rsu = dice & 2 ? sim_mac(forger->victim[0]) : made_up(forger);
	struct pgn_duration duration = {.low = pgn_random(&forger->random) >> (dice >> 8 & 63)};
	uint32_t id = (uint32_t)pgn_random(&forger->random) >> (dice >> 16 & 31);

	if (dice & 4) {
		send_heartbeat(sim, node,
			       &(struct pgn_heartbeat){
				       .to = pgn_mac_broadcast,
				       .from = from,
				       .duration = duration,
				       .id = id,
				       .hops = 1 + (dice >> 24 & 3),
				       .source = rsu,
			       });
	} else {
		send_reply(
			sim, node,
			&(struct pgn_reply){
				.to = sim_mac(forger->victim[dice >> 3 & 1]),
				.from = from,
				.duration = duration,
				.id = id,
				.hops = 1 + (dice >> 24 & 3),
				.source = rsu,
				.sender = dice & 16 ? sim_mac(forger->victim[1]) : made_up(forger),
			});
	}
}

/* Each of two OBUs hears from the other that an RSU is next to it. */
static void
tell_mutual(struct sim *sim, unsigned int node)
{
	struct sim_forger *forger = sim->node[node].forger;

	for (unsigned int i = 0; i < 2; i++)
		send_heartbeat(sim, node,
			       &(struct pgn_heartbeat){
				       .to = sim_mac(forger->victim[i]),
				       .from = sim_mac(forger->victim[1 - i]),
				       .duration.low = (sim->now_us - forger->start_us) / 1000,
				       .id = (uint32_t)forger->sent,
				       .hops = 1,
				       .source = sim_mac(node),
			       });
}

static void
replay(struct sim *sim, unsigned int node)
{
	struct sim_forger *forger = sim->node[node].forger;
	unsigned int at;

	if (forger->remembered == 0)
		return;
	at = forger->next++ % forger->remembered;

	if (forger->is_reply[at])
		send_reply(sim, node, &forger->reply[at]);
	else
		send_heartbeat(sim, node, &forger->heartbeat[at]);
}

static void
forge(struct sim *sim, unsigned int node)
{
	switch (sim->node[node].forger->forgery) {
	case SIM_FORGE_NEAR:
		break;
	case SIM_FORGE_FLOOD:
		flood(sim, node);
		break;
	case SIM_FORGE_MUTUAL:
		tell_mutual(sim, node);
		break;
	case SIM_FORGE_REPLAY:
		replay(sim, node);
		break;
	}
}

void
sim_forger_tick(struct sim *sim, unsigned int node)
{
	struct sim_forger *forger = sim->node[node].forger;

	if (sim->now_us < forger->start_us) {
		sim_tick_at(sim, node, forger->start_us);
		return;
	}
	if (forger->left == 0)
		return;
	for (uint64_t i = 0; i < forger->burst && forger->left > 0; i++) {
		forge(sim, node);
		forger->left--;
		forger->sent++;
	}
	sim_tick_at(sim, node, sim->now_us + forger->interval_us);
}

/* As an OBU that stands next to the RSU would, at once and with the least hops there are. */
static void
claim_nearness(struct sim *sim, unsigned int node, const struct pgn_heartbeat *m)
{
	struct sim_forger *forger = sim->node[node].forger;
	struct pgn_heartbeat relayed = *m;

	for (unsigned int i = 0; i < forger->remembered; i++) {
		if (forger->heartbeat[i].id == m->id &&
		    pgn_mac_equal(&forger->heartbeat[i].source, &m->source))
			return;
	}
	forger->heartbeat[forger->next++ % SIM_FORGER_MEMORY] = *m;
	if (forger->remembered < SIM_FORGER_MEMORY)
		forger->remembered++;
	relayed.from = sim_mac(node);
	relayed.hops = 1;
	send_heartbeat(sim, node, &relayed);
	send_reply(sim, node,
		   &(struct pgn_reply){
			   .to = m->from,
			   .from = sim_mac(node),
			   .duration = m->duration,
			   .id = m->id,
			   .hops = 1,
			   .source = m->source,
			   .sender = sim_mac(node),
		   });
}

void
sim_forger_hear(struct sim *sim, unsigned int node, const struct sim_frame *frame)
{
	struct sim_forger *forger = sim->node[node].forger;
	const struct sim_frame kept = *frame;

	if (forger->forgery == SIM_FORGE_NEAR && kept.has_heartbeat) {
		claim_nearness(sim, node, &kept.heartbeat);
	} else if (forger->forgery == SIM_FORGE_REPLAY && forger->sent == 0 &&
		   forger->remembered < SIM_FORGER_MEMORY) {
		unsigned int at = forger->remembered++;

		forger->is_reply[at] = kept.has_reply;
		forger->heartbeat[at] = kept.heartbeat;
		forger->reply[at] = kept.reply;
	}
}
