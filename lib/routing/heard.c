/* SPDX-License-Identifier: BSD-3-Clause */
#include "heard.h"
#include "patience.h"

#define PERIOD_MIN_US UINT64_C(10000)
#define PERIOD_MAX_US UINT64_C(60000000)
#define STRAY_PERIODS 3 /* an RSU that is silent for so long may go on anyhow */
#define PERIOD_WEIGHT 8 /* a sample moves the period by one part in so many */

void
pgn_heard_init(struct pgn_heard *rsu, uint32_t history, uint64_t period_us, uint64_t *epochs)
{
	pgn_window_init(&rsu->window, history);
	rsu->epoch = ++*epochs;
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
restart(struct pgn_heard *rsu, uint32_t id, uint64_t *epochs)
{
	rsu->period_measured = false;
	rsu->stray.disproved = true;
	rsu->epoch = ++*epochs;
	pgn_window_restart(&rsu->window, id);
}

static bool
is_same(const struct pgn_duration *a, const struct pgn_duration *b)
{
	return a->high == b->high && a->low == b->low;
}

/* Between two heartbeats the RSU's time went on as ours did, give or take. */
static bool
keeps_time(const struct pgn_duration *before, const struct pgn_duration *after, uint64_t elapsed_us,
	   uint64_t period_us)
{
	uint64_t most_ms = (elapsed_us + elapsed_us / 8 + 2 * period_us) / 1000;

	return !is_earlier(after, before) && after->high == before->high &&
	       after->low - before->low <= most_ms;
}

static bool
is_running(const struct pgn_heard *rsu, uint64_t now_us)
{
	return now_us < rsu->newest_us + STRAY_PERIODS * rsu->period_us;
}

/* Does the heartbeat go on from the stray one? */
static bool
follows_stray(const struct pgn_heard *rsu, uint64_t now_us, const struct pgn_heartbeat *m)
{
	const struct pgn_stray *stray = &rsu->stray;
	uint32_t ahead = m->id - stray->id;

	return stray->at_us != 0 && !stray->disproved && ahead != 0 &&
	       ahead <= rsu->window.capacity &&
	       now_us < stray->at_us + STRAY_PERIODS * rsu->period_us &&
	       keeps_time(&stray->heard.duration, &m->duration, now_us - stray->at_us,
			  rsu->period_us);
}

/*
 * A heartbeat that does not go on from those before it: the RSU has restarted, or it was lost for
 * long, or somebody replays old ones or makes them up. While the RSU is heard, such a one is
 * believed when the next one goes on from it and none has gone on from those before. Until then it
 * is relayed and answered once, as any is, so that a restart reaches all at once; one in half a
 * period, so that it does not pay to make them up.
 */
static enum pgn_heard_verdict
judge_stray(struct pgn_heard *rsu, uint64_t now_us, uint64_t hop, const struct pgn_heartbeat *m,
	    uint64_t *epochs)
{
	struct pgn_stray *stray = &rsu->stray;

	if (!is_running(rsu, now_us) || follows_stray(rsu, now_us, m)) {
		restart(rsu, m->id, epochs);
		return PGN_HEARD_NEW;
	}
	if (stray->at_us != 0 && stray->id == m->id &&
	    is_same(&stray->heard.duration, &m->duration))
		return PGN_HEARD_STRAY_AGAIN;
	if (stray->at_us != 0 && now_us < stray->at_us + rsu->period_us / 2)
		return PGN_HEARD_STALE;
	*stray = (struct pgn_stray){
		.heard = {.duration = m->duration, .first = hop, .hops = m->hops},
		.at_us = now_us == 0 ? 1 : now_us,
		.id = m->id,
	};
	return PGN_HEARD_STRAY;
}

/* Not ahead of the newest: stray when its time is earlier as well. */
static enum pgn_heard_verdict
judge_old(struct pgn_heard *rsu, uint64_t now_us, uint64_t hop, const struct pgn_heartbeat *m,
	  uint64_t *epochs)
{
	if (!is_earlier(&m->duration, &id_at(rsu, rsu->window.ordinal)->duration))
		return PGN_HEARD_STALE;
	return judge_stray(rsu, now_us, hop, m, epochs);
}

static enum pgn_heard_verdict
judge(struct pgn_heard *rsu, uint64_t now_us, uint64_t hop, const struct pgn_heartbeat *m,
      uint64_t *epochs)
{
	const struct pgn_duration *newest = &id_at(rsu, rsu->window.ordinal)->duration;
	const struct pgn_duration *known;

	switch (pgn_window_place(&rsu->window, m->id)) {
	case PGN_WINDOW_AHEAD:
		if (rsu->window.seen != 0 &&
		    (is_earlier(&m->duration, newest) ||
		     (is_running(rsu, now_us) &&
		      (pgn_window_ahead(&rsu->window, m->id) > rsu->window.capacity ||
		       !keeps_time(newest, &m->duration, now_us - rsu->newest_us,
				   rsu->period_us)))))
			return judge_stray(rsu, now_us, hop, m, epochs);
		measure_period(rsu, m);
		rsu->stray.disproved = true;
		break;
	case PGN_WINDOW_MISSED:
		if (!is_earlier(&m->duration, newest))
			return PGN_HEARD_STALE;
		break;
	case PGN_WINDOW_SEEN:
		known = &id_at(rsu, pgn_window_ordinal(&rsu->window, m->id))->duration;
		if (is_same(known, &m->duration))
			return PGN_HEARD_AGAIN;
		/* The same id at another time: a restart before it had left the window? */
		return judge_old(rsu, now_us, hop, m, epochs);
	case PGN_WINDOW_BEHIND:
		return judge_old(rsu, now_us, hop, m, epochs);
	}
	pgn_window_see(&rsu->window, m->id);
	return PGN_HEARD_NEW;
}

enum pgn_heard_verdict
pgn_heard_heartbeat(struct pgn_heard *rsu, uint64_t now_us, uint64_t hop,
		    const struct pgn_heartbeat *m, uint64_t *epochs)
{
	enum pgn_heard_verdict verdict = judge(rsu, now_us, hop, m, epochs);

	if (verdict == PGN_HEARD_NEW) {
		if (rsu->window.newest == m->id)
			rsu->newest_us = now_us;
		*id_at(rsu, pgn_window_ordinal(&rsu->window, m->id)) = (struct pgn_heard_id){
			.duration = m->duration,
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
	if (rsu->stray.at_us != 0 && !rsu->stray.disproved && rsu->stray.id == id)
		return &rsu->stray.heard;
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
