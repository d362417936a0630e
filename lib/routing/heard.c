/* SPDX-License-Identifier: BSD-3-Clause */
#include "heard.h"
#include "patience.h"

#define PERIOD_MIN_US UINT64_C(10000)
#define PERIOD_MAX_US UINT64_C(70000000) /* 60 s, a tenth of jitter, and some for clocks */
#define SILENT_PERIODS 3 /* an RSU that is silent for so long goes on from wherever it is */
#define AHEAD_MAX 16     /* ids that can be lost while it is heard, whatever its period */
#define DELAYS_PART 4    /* copies differ in delay by less than one part in so many of a period */
#define FRESH_HALVES 3   /* a copy is of now when the first came in so many half periods */
#define PERIOD_WEIGHT 8  /* a sample moves the period by one part in so many */

void
pgn_heard_init(struct pgn_heard *rsu, uint32_t history, uint64_t period_us)
{
	pgn_window_init(&rsu->window, history);
	rsu->period_us = period_us;
	rsu->id_mask = (uint8_t)(pgn_heard_ids(history) - 1);
}

static bool
is_earlier(const struct pgn_duration *a, const struct pgn_duration *b)
{
	return a->high != b->high ? a->high < b->high : a->low < b->low;
}

static struct pgn_heard_id *
id_at(struct pgn_heard *rsu, uint64_t ordinal)
{
	return &rsu->id[ordinal & rsu->id_mask];
}

static bool
is_fresh(const struct pgn_heard *rsu, const struct pgn_heard_id *id, uint64_t now_us)
{
	return now_us < id->at_us + FRESH_HALVES * rsu->period_us / 2;
}

/* A neighbour through which the RSU is heard; anybody while there is none. */
static bool
is_trusted(const struct pgn_heard *rsu, uint64_t now_us, uint64_t hop)
{
	bool alone = true;

	for (unsigned int i = 0; i < rsu->path_count; i++) {
		if (rsu->path[i].state != PGN_PATH_SETTLED ||
		    !pgn_path_is_live(&rsu->path[i], now_us))
			continue;
		if (rsu->hop[i] == hop)
			return true;
		alone = false;
	}
	return alone;
}

/* The period is what the RSU's clock and ids say, not when copies come in. */
static void
measure_period(struct pgn_heard *rsu, uint64_t now_us, uint64_t hop, const struct pgn_heartbeat *m)
{
	const struct pgn_heard_id *newest = id_at(rsu, rsu->window.ordinal);
	const struct pgn_duration *before = &newest->duration;
	uint32_t ids = pgn_window_ahead(&rsu->window, m->id);
	uint64_t elapsed_ms, sample_us;

	if (rsu->window.seen == 0 || !is_trusted(rsu, now_us, hop) ||
	    !is_trusted(rsu, now_us, newest->first) || m->duration.high != before->high ||
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

/* ---- does a heartbeat go on from those before? ---- */

static struct pgn_heard_life
this_life(struct pgn_heard *rsu)
{
	const struct pgn_heard_id *newest = id_at(rsu, rsu->window.ordinal);

	return (struct pgn_heard_life){
		.duration = newest->duration,
		.at_us = newest->at_us,
		.id = rsu->window.newest,
		.known = true,
	};
}

/* What a clock shows more that others saw run for elapsed_us, one of them a bit fast. */
static bool
is_within_ms(uint64_t ms, uint64_t elapsed_us, uint64_t slack_us)
{
	return ms <= (elapsed_us + elapsed_us / 8 + slack_us) / 1000;
}

/* Since a moment that may be a bit later: lanes bring their messages one after the other. */
static uint64_t
since(uint64_t at_us, uint64_t now_us)
{
	return now_us > at_us ? now_us - at_us : 0;
}

/* The RSU's time and ids have not gone on faster than ours since. */
static bool
goes_on(const struct pgn_heard *rsu, uint64_t now_us, const struct pgn_heartbeat *m,
	const struct pgn_heard_life *from, uint64_t slack_us)
{
	uint32_t ahead = m->id - from->id;

	return from->known && ahead != 0 && ahead <= AHEAD_MAX &&
	       !is_earlier(&m->duration, &from->duration) &&
	       m->duration.high == from->duration.high &&
	       now_us < from->at_us + AHEAD_MAX * rsu->period_us &&
	       is_within_ms(m->duration.low - from->duration.low, since(from->at_us, now_us),
			    slack_us);
}

/* No more ids than there was time for. */
static bool
keeps_pace(const struct pgn_heard *rsu, uint64_t now_us, const struct pgn_heartbeat *m,
	   const struct pgn_heard_life *from)
{
	uint64_t elapsed_us = since(from->at_us, now_us);

	return (m->id - from->id) * rsu->period_us <=
	       elapsed_us + elapsed_us / 8 + rsu->period_us / 2;
}

/* It has not been up for longer than since the heartbeat before. */
static bool
may_have_restarted(const struct pgn_heard *rsu, uint64_t now_us, const struct pgn_heartbeat *m,
		   const struct pgn_heard_life *before)
{
	return is_earlier(&m->duration, &before->duration) && m->duration.high == 0 &&
	       is_within_ms(m->duration.low, since(before->at_us, now_us),
			    rsu->period_us / DELAYS_PART);
}

static enum pgn_heard_verdict
begin_life(struct pgn_heard *rsu, const struct pgn_heard_life *before, uint32_t id)
{
	rsu->other = *before;
	rsu->stray.known = false;
	rsu->period_measured = false;
	pgn_window_restart(&rsu->window, id);
	rsu->window.seen = UINT64_MAX; /* what comes late is no news */
	return PGN_HEARD_NEW;
}

/*
 * A heartbeat that does not go on from the newest. The RSU may have restarted: then the next one of
 * before does not come when it is due, and its uptime is no more than the time since the newest,
 * which makes most of what is replayed no restart. What came before the next one was due, or fits
 * nothing, is believed when another goes on from it and that one has not come. Should the ids from
 * before go on all the same, there was no restart, and they are taken up again. Strangers have no
 * say in this while the RSU is heard: one of many forged heartbeats fits as soon as a real one is
 * late.
 */
static enum pgn_heard_verdict
judge_odd(struct pgn_heard *rsu, uint64_t now_us, uint64_t hop, const struct pgn_heartbeat *m)
{
	uint64_t delays_us = rsu->period_us / DELAYS_PART;
	struct pgn_heard_life before = this_life(rsu);

	if (now_us < before.at_us + SILENT_PERIODS * rsu->period_us &&
	    !is_trusted(rsu, now_us, hop))
		return PGN_HEARD_STALE;
	if (rsu->other.known && m->id == rsu->other.id &&
	    pgn_duration_equal(&m->duration, &rsu->other.duration))
		return PGN_HEARD_STALE;
	if (goes_on(rsu, now_us, m, &rsu->other, 2 * rsu->period_us))
		return begin_life(rsu, &before, m->id);
	if (now_us >= before.at_us + rsu->period_us + delays_us &&
	    (may_have_restarted(rsu, now_us, m, &before) ||
	     goes_on(rsu, now_us, m, &rsu->stray, delays_us)))
		return begin_life(rsu, &before, m->id);
	if (!rsu->stray.known || now_us >= rsu->stray.at_us + SILENT_PERIODS * rsu->period_us)
		rsu->stray = (struct pgn_heard_life){
			.duration = m->duration, .at_us = now_us, .id = m->id, .known = true};
	return PGN_HEARD_STALE;
}

/*
 * Ahead of the newest: while the RSU is heard, not farther than it can have got. Whoever brought
 * its heartbeats so far is taken at its word, late ones and odd clocks included; others are not.
 */
static bool
is_next(struct pgn_heard *rsu, uint64_t now_us, uint64_t hop, const struct pgn_heartbeat *m)
{
	struct pgn_heard_life life = this_life(rsu);

	if (rsu->window.seen == 0)
		return true;
	if (now_us >= life.at_us + SILENT_PERIODS * rsu->period_us)
		return !is_earlier(&m->duration, &life.duration);
	if (is_trusted(rsu, now_us, hop))
		return pgn_window_ahead(&rsu->window, m->id) <= rsu->window.capacity ||
		       goes_on(rsu, now_us, m, &life, 2 * rsu->period_us);
	return goes_on(rsu, now_us, m, &life, rsu->period_us / 2) &&
	       keeps_pace(rsu, now_us, m, &life);
}

/*
 * An id that was missed has a time between those around it: who never heard the RSU cannot tell it.
 * Ids of the life before may be in the window still, with later times.
 */
static bool
fits_the_gap(struct pgn_heard *rsu, const struct pgn_heartbeat *m)
{
	const struct pgn_window *window = &rsu->window;
	uint32_t back = window->newest - m->id, newer = back - 1, older = back + 1;
	const struct pgn_duration *after, *before;

	while (!(window->seen >> newer & 1))
		newer--;
	after = &id_at(rsu, window->ordinal - newer)->duration;
	if (is_earlier(after, &m->duration))
		return false;
	while (older < window->capacity && !(window->seen >> older & 1))
		older++;
	if (older == window->capacity)
		return true;
	before = &id_at(rsu, window->ordinal - older)->duration;
	return !is_earlier(&m->duration, before) || is_earlier(after, before);
}

static enum pgn_heard_verdict
judge(struct pgn_heard *rsu, uint64_t now_us, uint64_t hop, const struct pgn_heartbeat *m)
{
	const struct pgn_heard_id *known;

	switch (pgn_window_place(&rsu->window, m->id)) {
	case PGN_WINDOW_AHEAD:
		if (!is_next(rsu, now_us, hop, m))
			return judge_odd(rsu, now_us, hop, m);
		measure_period(rsu, now_us, hop, m);
		break;
	case PGN_WINDOW_MISSED:
		if (!is_trusted(rsu, now_us, hop) && !fits_the_gap(rsu, m))
			return PGN_HEARD_STALE;
		break;
	case PGN_WINDOW_SEEN:
		known = id_at(rsu, pgn_window_ordinal(&rsu->window, m->id));
		if (pgn_duration_equal(&known->duration, &m->duration) &&
		    is_fresh(rsu, known, now_us))
			return PGN_HEARD_AGAIN;
		if (is_trusted(rsu, now_us, known->first) || !is_trusted(rsu, now_us, hop))
			return judge_odd(rsu, now_us, hop, m);
		break; /* a stranger has run ahead with something made up */
	case PGN_WINDOW_BEHIND:
		return judge_odd(rsu, now_us, hop, m);
	}
	pgn_window_see(&rsu->window, m->id);
	return PGN_HEARD_NEW;
}

enum pgn_heard_verdict
pgn_heard_heartbeat(struct pgn_heard *rsu, uint64_t now_us, uint64_t hop,
		    const struct pgn_heartbeat *m)
{
	enum pgn_heard_verdict verdict = judge(rsu, now_us, hop, m);

	if (verdict == PGN_HEARD_NEW) {
		*id_at(rsu, pgn_window_ordinal(&rsu->window, m->id)) = (struct pgn_heard_id){
			.duration = m->duration,
			.at_us = now_us,
			.first = hop,
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
	return &rsu->id[pgn_window_ordinal(&rsu->window, id) & rsu->id_mask];
}

struct pgn_path *
pgn_heard_find_path(struct pgn_heard *rsu, uint64_t hop)
{
	for (unsigned int i = 0; i < rsu->path_count; i++) {
		if (rsu->hop[i] == hop)
			return &rsu->path[i];
	}
	return NULL;
}

/* Who leaves first: the dead, then the fresh that is silent longest, then the costliest. */
static bool
leaves_before(struct pgn_heard *rsu, uint64_t now_us, struct pgn_path *a, struct pgn_path *b)
{
	struct pgn_way way_a, way_b;
	bool a_lives = pgn_path_is_live(a, now_us);
	bool b_lives = pgn_path_is_live(b, now_us);

	if (a_lives != b_lives)
		return b_lives;
	if (a->state != b->state)
		return a->state == PGN_PATH_FRESH;
	if (a->state == PGN_PATH_FRESH)
		return a->last < b->last;
	way_a = pgn_way_of(rsu, a, 0);
	way_b = pgn_way_of(rsu, b, 0);
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
pgn_heard_start_path(struct pgn_heard *rsu, struct pgn_path *path, uint64_t hop, uint32_t id)
{
	rsu->hop[path - rsu->path] = hop;
	pgn_path_start(path, pgn_window_ordinal(&rsu->window, id));
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
