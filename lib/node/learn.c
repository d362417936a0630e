/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Until the control loop has learned a client, each of its frames finds it unknown: at a million
 * frames a second that is a thousand events for one client. A worker remembers in a small cache
 * what it told, and what the shared entry said then. Every frame is compared with the shared entry
 * itself; the cache only keeps the same news about an unchanged entry from being told again, and no
 * longer than PGN_TOLD_US: a client that moves from A to B and back is never held back.
 */
#include "learn.h"
#include "gate.h"

static_assert((PGN_TOLD & (PGN_TOLD - 1)) == 0, "a place in the cache is some bits of a key");

static bool
was_told(const struct pgn_lane *lane, const struct pgn_told *told, uint64_t news, uint16_t known)
{
	return told->news == news && told->known == known &&
	       lane->now_us - told->time_us < PGN_TOLD_US;
}

void
pgn_learn(struct pgn_lane *lane, uint64_t key, uint16_t slot, uint16_t known)
{
	struct pgn_learn_event event = {.key = key, .slot = slot};
	uint64_t news = pgn_mac_entry(key, slot);
	struct pgn_told *told = &lane->told[pgn_key_hash8(key) % PGN_TOLD];

	if (slot == PGN_SLOT_NONE ||
	    (slot != PGN_SLOT_LOCAL && pgn_is_kept(lane->node, key, known)) ||
	    was_told(lane, told, news, known))
		return;
	lane->events = true;
	if (rte_ring_sp_enqueue_elem(lane->learn, &event, sizeof(event)) != 0) {
		lane->counters->clients_late++;
		return;
	}
	*told = (struct pgn_told){.news = news, .time_us = lane->now_us, .known = known};
}
