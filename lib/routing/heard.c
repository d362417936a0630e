/* SPDX-License-Identifier: BSD-3-Clause */
#include "heard.h"
#include "patience.h"

#define PERIOD_MIN_US UINT64_C(10000)
#define PERIOD_MAX_US UINT64_C(60000000)
#define PERIOD_WEIGHT 8 /* a sample moves the period by one part in so many */

void
pgn_heard_init(struct pgn_heard *rsu, uint32_t history, uint64_t period_us, uint64_t *epochs)
{
	pgn_window_init(&rsu->window, history);
	rsu->epoch = ++*epochs;
	rsu->period_us = period_us;
}

static bool
is_earlier(const struct pgn_duration *a, const struct pgn_duration *b)
{
	return a->high != b->high ? a->high < b->high : a->low < b->low;
}

static struct pgn_heard_id *
id_at(struct pgn_heard *rsu, uint64_t ordinal)
{
	return &rsu->id[ordinal % rsu->window.capacity];
}

/* The period is what the RSU's clock and ids say, not when copies come in. */
static void
measure_period(struct pgn_heard *rsu, const struct pgn_heartbeat *m)
{
	const struct pgn_duration *before = &id_at(rsu, rsu->window.ordinal)->duration;
	uint32_t ids = pgn_window_ahead(&rsu->window, m->id);
	uint64_t elapsed_ms, sample_us;

	if (rsu->window.seen == 0 || m->duration.high != before->high ||
	    m->duration.low <= before->low)
		return;
	elapsed_ms = m->duration.low - before->low;
	if (elapsed_ms / ids >= PERIOD_MAX_US / 1000)
		return;
	sample_us = elapsed_ms * 1000 / ids;
	if (sample_us < PERIOD_MIN_US)
		sample_us = PERIOD_MIN_US;
	if (rsu->period_measured)
		sample_us = (rsu->period_us * (PERIOD_WEIGHT - 1) + sample_us) / PERIOD_WEIGHT;
	rsu->period_us = sample_us;
	rsu->period_measured = true;
}

static void
restart(struct pgn_heard *rsu, uint64_t now_us, uint32_t id, uint64_t *epochs)
{
	rsu->before = rsu->window;
	rsu->before_until_us = now_us + rsu->window.capacity * rsu->period_us;
	rsu->period_measured = false;
	rsu->epoch = ++*epochs;
	pgn_window_restart(&rsu->window, id);
}

/*
 * A slow copy of a heartbeat from before the restart. Taken for a new one it would be relayed, and
 * the next one after the restart as well, round and round up to the hop limit.
 */
static bool
is_from_before(const struct pgn_heard *rsu, uint64_t now_us, const struct pgn_heartbeat *m)
{
	enum pgn_window_place place = pgn_window_place(&rsu->before, m->id);

	return now_us < rsu->before_until_us &&
	       (place == PGN_WINDOW_SEEN || place == PGN_WINDOW_MISSED);
}

static enum pgn_heard_verdict
judge(struct pgn_heard *rsu, uint64_t now_us, const struct pgn_heartbeat *m, uint64_t *epochs)
{
	const struct pgn_heard_id *newest = id_at(rsu, rsu->window.ordinal);
	bool falls = rsu->window.seen != 0 && is_earlier(&m->duration, &newest->duration);
	bool far_ahead = pgn_window_ahead(&rsu->window, m->id) > rsu->window.capacity;
	const struct pgn_heard_id *known;

	switch (pgn_window_place(&rsu->window, m->id)) {
	case PGN_WINDOW_AHEAD:
		if (far_ahead && is_from_before(rsu, now_us, m))
			return PGN_HEARD_STALE;
		/* Half the ids are ahead of the newest: 0 may be one of them. */
		if (far_ahead && falls) {
			restart(rsu, now_us, m->id, epochs);
			return PGN_HEARD_NEW;
		}
		measure_period(rsu, m);
		break;
	case PGN_WINDOW_MISSED:
		break;
	case PGN_WINDOW_SEEN:
		known = pgn_heard_find_id(rsu, m->id);
		if (!falls || (known->duration.high == m->duration.high &&
			       known->duration.low == m->duration.low))
			return PGN_HEARD_AGAIN;
		/* The same id at another time: it restarted before it had left the window. */
		restart(rsu, now_us, m->id, epochs);
		return PGN_HEARD_NEW;
	case PGN_WINDOW_BEHIND:
		if (!falls)
			return PGN_HEARD_STALE;
		restart(rsu, now_us, m->id, epochs);
		return PGN_HEARD_NEW;
	}
	pgn_window_see(&rsu->window, m->id);
	return PGN_HEARD_NEW;
}

enum pgn_heard_verdict
pgn_heard_heartbeat(struct pgn_heard *rsu, uint64_t now_us, const struct pgn_hop *hop,
		    const struct pgn_heartbeat *m, uint64_t *epochs)
{
	enum pgn_heard_verdict verdict = judge(rsu, now_us, m, epochs);

	if (verdict == PGN_HEARD_NEW) {
		*id_at(rsu, pgn_window_ordinal(&rsu->window, m->id)) = (struct pgn_heard_id){
			.duration = m->duration,
			.first = *hop,
			.hops = m->hops,
		};
		rsu->gone_at =
			now_us + rsu->period_us * rsu->window.capacity * PGN_FORGOTTEN_HISTORIES;
	}
	return verdict;
}

const struct pgn_heard_id *
pgn_heard_find_id(const struct pgn_heard *rsu, uint32_t id)
{
	if (pgn_window_place(&rsu->window, id) != PGN_WINDOW_SEEN)
		return NULL;
	return &rsu->id[pgn_window_ordinal(&rsu->window, id) % rsu->window.capacity];
}

struct pgn_path *
pgn_heard_find_path(struct pgn_heard *rsu, const struct pgn_hop *hop)
{
	for (unsigned int i = 0; i < rsu->path_count; i++) {
		if (pgn_hop_equal(&rsu->path[i].hop, hop))
			return &rsu->path[i];
	}
	return NULL;
}

/* Who leaves first: the dead, then the fresh that is silent longest, then the costliest. */
static bool
leaves_before(struct pgn_heard *rsu, uint64_t now_us, struct pgn_path *a, struct pgn_path *b)
{
	struct pgn_way way_a = {rsu, a}, way_b = {rsu, b};
	bool a_lives = pgn_path_is_live(a, now_us);
	bool b_lives = pgn_path_is_live(b, now_us);

	if (a_lives != b_lives)
		return b_lives;
	if (a->state != b->state)
		return a->state == PGN_PATH_FRESH;
	if (a->state == PGN_PATH_FRESH)
		return a->last < b->last;
	return pgn_way_costs_less(&way_b, &way_a);
}

struct pgn_path *
pgn_heard_place_path(struct pgn_heard *rsu, uint64_t now_us, uint32_t hops,
		     const struct pgn_path *keep)
{
	struct pgn_path *last = NULL;

	if (rsu->path_count < PGN_PATHS_MAX)
		return &rsu->path[rsu->path_count++];
	for (unsigned int i = 0; i < PGN_PATHS_MAX; i++) {
		struct pgn_path *path = &rsu->path[i];

		if (path != keep && (last == NULL || leaves_before(rsu, now_us, path, last)))
			last = path;
	}
	if (pgn_path_is_live(last, now_us) && last->state == PGN_PATH_SETTLED &&
	    last->distance.hops <= hops)
		return NULL;
	return last;
}

void
pgn_heard_by_path(const struct pgn_heard *rsu, struct pgn_path *path, uint64_t now_us,
		  const struct pgn_heartbeat *m, uint32_t dead_after)
{
	uint64_t dead_at = now_us + pgn_silence_us(dead_after, rsu->period_us);

	if (!pgn_path_is_live(path, now_us) && path->last != 0)
		pgn_path_fail(path, dead_after);
	pgn_path_hear(path, pgn_window_ordinal(&rsu->window, m->id), m->hops, dead_at);
}
