/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames on their way into the air. */
#include "mix.h"
#include "sim.h"

uint32_t
sim_frame(struct sim *sim, unsigned int from)
{
	uint32_t index = sim_frames_take(&sim->frames);

	sim->frames.frame[index].from = (uint16_t)from;
	return index;
}

static bool
put_in_air(struct sim *sim, uint32_t index, const struct sim_link *link)
{
	uint64_t random = pgn_random(&sim->random);
	uint64_t jitter_us = (random >> 32) * link->jitter_us >> 32;

	if ((random & UINT32_MAX) * 1000 >> 32 < link->loss_permille)
		return false;
	sim->frames.frame[index].holders++;
	sim_events_add(&sim->events, sim->now_us + link->delay_us + jitter_us, link->to, index);
	return true;
}

bool
sim_send_by(struct sim *sim, uint32_t index, const struct sim_link *link)
{
	bool sent = put_in_air(sim, index, link);

	if (!sent)
		sim_frames_give(&sim->frames, index);
	return sent;
}

void
sim_send(struct sim *sim, uint32_t index, const struct pgn_mac *to)
{
	const struct sim_frame *frame = &sim->frames.frame[index];
	unsigned int from = frame->from;
	const struct sim_link *link = sim_radio_links(&sim->radio, from);

	if (sim->node[from].kind == SIM_FORGER)
		sim->watch.counts.forged++;
	else
		sim->watch.counts.frames++;
	if (pgn_mac_equal(to, &pgn_mac_broadcast)) {
		for (unsigned int i = 0; i < sim->radio.links[from]; i++)
			put_in_air(sim, index, &link[i]);
	} else {
		unsigned int node = sim_node_of(sim, to);

		link = node == SIM_NOBODY ? NULL : sim_radio_find(&sim->radio, from, node);
		if (link != NULL)
			put_in_air(sim, index, link);
	}
	if (frame->holders == 0)
		sim_frames_give(&sim->frames, index);
}
