/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "health.h"

#define SECOND UINT64_C(1000000)
#define STALLED_US (2 * SECOND)     /* a lcore whose loop does not turn for so long */
#define REMEMBERED_US (60 * SECOND) /* what happened counts for so long */
#define REPEAT_US (600 * SECOND)    /* what is not okay is told again so often */
#define SETTLING_US (10 * SECOND)   /* an OBU may be without an RSU for so long at first */
#define POOL_LOW_PERCENT 90
#define SILENT_PERIODS 3
#define UNANSWERED_PERIODS 5 /* fewer than it takes to forget an OBU */
#define KEY_OLD_S (UINT64_C(365) * 86400)

static const char *const verdict_names[] = {[PGN_HEALTH_OKAY] = "okay",
					    [PGN_HEALTH_UNKNOWN] = "unknown",
					    [PGN_HEALTH_OTHER] = "other",
					    [PGN_HEALTH_WARNING] = "warning",
					    [PGN_HEALTH_CRITICAL] = "critical"};

static const char *const check_names[] = {
#define X(name, text) [PGN_CHECK_##name] = text,
	PGN_CHECKS(X)
#undef X
};

const char *
pgn_health_verdict_name(enum pgn_health_verdict verdict)
{
	return verdict_names[verdict];
}

const char *
pgn_health_check_name(enum pgn_health_check check)
{
	return check_names[check];
}

/** What the checks of one look find. */
struct look {
	struct pgn_health *health;
	const struct pgn_health_facts *facts;
};

__attribute__((format(printf, 4, 5))) static void
find(struct look *look, enum pgn_health_check check, enum pgn_health_verdict verdict,
     const char *format, ...)
{
	va_list arguments;

	if (look->health->check[check] >= verdict)
		return;
	look->health->check[check] = verdict;
	va_start(arguments, format);
	vsnprintf(look->health->why[check], PGN_HEALTH_REASON, format, arguments);
	va_end(arguments);
}

static bool
happened(uint64_t *at_us, uint64_t now_us, uint64_t before, uint64_t after)
{
	if (after != before)
		*at_us = now_us;
	return *at_us != 0 && now_us - *at_us < REMEMBERED_US;
}

/** For how long something has not moved; at the first look it just has. */
static uint64_t
still_us(const struct look *look, uint64_t *moved_us, uint64_t before, uint64_t after)
{
	if (!look->health->looked || after != before)
		*moved_us = look->facts->now_us;
	return look->facts->now_us - *moved_us;
}

static void
look_at_lcores(struct look *look)
{
	const struct pgn_health_facts *facts = look->facts;
	struct pgn_health *health = look->health;

	for (unsigned int i = 0; i < facts->lcore_count; i++) {
		uint64_t still = still_us(look, &health->moved_us[i], health->before.turns[i],
					  facts->turns[i]);

		if (still >= STALLED_US)
			find(look, PGN_CHECK_LCORES, PGN_HEALTH_CRITICAL,
			     "lcore %u has not turned for %" PRIu64 " s", facts->lcore[i],
			     still / SECOND);
	}
}

static void
look_at_links(struct look *look)
{
	const struct pgn_health_facts *facts = look->facts;

	if (facts->wires_up == 0)
		find(look, PGN_CHECK_LINKS, PGN_HEALTH_CRITICAL, "no wire has a link");
	else if (facts->wires_up < facts->wires)
		find(look, PGN_CHECK_LINKS, PGN_HEALTH_WARNING, "%u of %u wires have no link",
		     facts->wires - facts->wires_up, facts->wires);
	if (!facts->tap_up)
		find(look, PGN_CHECK_LINKS, PGN_HEALTH_WARNING, "the TAP has no link");
}

static void
look_at_queues(struct look *look)
{
	const struct pgn_health_facts *facts = look->facts;
	struct pgn_health *health = look->health;

	if (happened(&health->overflow_us, facts->now_us, health->before.overflowed,
		     facts->overflowed))
		find(look, PGN_CHECK_RINGS, PGN_HEALTH_WARNING,
		     "rings were full: %" PRIu64 " messages dropped so far", facts->overflowed);
	if (happened(&health->pool_us, facts->now_us, health->before.pool_failures,
		     facts->pool_failures))
		find(look, PGN_CHECK_POOLS, PGN_HEALTH_CRITICAL,
		     "buffers ran out: %" PRIu64 " times so far", facts->pool_failures);
	if (facts->pool_percent >= POOL_LOW_PERCENT)
		find(look, PGN_CHECK_POOLS, PGN_HEALTH_WARNING,
		     "%u %% of the buffers of a class are in use", facts->pool_percent);
}

static void
look_at_routes(struct look *look)
{
	const struct pgn_health_facts *facts = look->facts;
	struct pgn_health *health = look->health;
	uint64_t still;

	if (facts->standby) {
		health->beat_us = facts->now_us;
		find(look, PGN_CHECK_ROUTES, PGN_HEALTH_OTHER, "standby, as it was told");
		return;
	}
	if (!facts->is_rsu) {
		if (facts->has_upstream)
			return;
		/* Standing by counts as starting. */
		if (facts->now_us - facts->started_us < SETTLING_US ||
		    facts->now_us - health->beat_us < SETTLING_US)
			find(look, PGN_CHECK_ROUTES, PGN_HEALTH_UNKNOWN, "no RSU was heard yet");
		else
			find(look, PGN_CHECK_ROUTES, PGN_HEALTH_WARNING, "no RSU can be reached");
		return;
	}
	still = still_us(look, &health->beat_us, health->before.heartbeats, facts->heartbeats);
	if (still > SILENT_PERIODS * facts->period_us + SECOND)
		find(look, PGN_CHECK_ROUTES, PGN_HEALTH_CRITICAL,
		     "no heartbeat was sent for %" PRIu64 " s", still / SECOND);
}

/** An RSU that sends and hears nobody any more: its receiver is deaf, or all have left. */
static void
look_at_replies(struct look *look)
{
	const struct pgn_health_facts *facts = look->facts;
	struct pgn_health *health = look->health;
	uint64_t still = still_us(look, &health->reply_us, health->before.replies, facts->replies);

	if (!facts->is_rsu || facts->standby || facts->obus == 0)
		health->reply_us = facts->now_us;
	else if (still > UNANSWERED_PERIODS * facts->period_us + SECOND)
		find(look, PGN_CHECK_REPLIES, PGN_HEALTH_WARNING,
		     "no reply was heard for %" PRIu64 " s, of %u OBUs that did", still / SECOND,
		     facts->obus);
}

static void
look_at_sealing(struct look *look)
{
	const struct pgn_health_facts *facts = look->facts;
	struct pgn_health *health = look->health;

	if (happened(&health->seal_us, facts->now_us, health->before.failed_to_open,
		     facts->failed_to_open))
		find(look, PGN_CHECK_SEALING, PGN_HEALTH_WARNING,
		     "payloads did not open: %" PRIu64 " so far", facts->failed_to_open);
	if (facts->key_age_s > KEY_OLD_S)
		find(look, PGN_CHECK_KEYS, PGN_HEALTH_WARNING, "keys are %" PRIu64 " days old",
		     facts->key_age_s / 86400);
}

bool
pgn_health_judge(struct pgn_health *health, const struct pgn_health_facts *facts)
{
	struct look look = {.health = health, .facts = facts};
	enum pgn_health_verdict before = health->verdict, checked[PGN_CHECK_COUNT];
	unsigned int worst = 0;
	bool changed, again;

	if (!health->looked)
		health->before = *facts;
	memcpy(checked, health->check, sizeof(checked));
	memset(health->check, 0, sizeof(health->check));
	memset(health->why, 0, sizeof(health->why));
	look_at_lcores(&look);
	look_at_links(&look);
	look_at_queues(&look);
	look_at_routes(&look);
	look_at_replies(&look);
	look_at_sealing(&look);
	for (unsigned int check = 1; check < PGN_CHECK_COUNT; check++) {
		if (health->check[check] > health->check[worst])
			worst = check;
	}
	health->verdict = health->check[worst];
	memcpy(health->reason, health->why[worst], sizeof(health->reason));
	changed = !health->looked || health->verdict != before;
	for (unsigned int check = 0; check < PGN_CHECK_COUNT; check++)
		health->news[check] =
			health->check[check] != checked[check] &&
			!(changed && (check == worst || health->verdict == PGN_HEALTH_OKAY));
	again = before > PGN_HEALTH_OTHER && facts->now_us - health->told_us >= REPEAT_US;
	health->before = *facts;
	health->looked = true;
	if (changed)
		health->since_us = facts->now_us;
	if (changed || again)
		health->told_us = facts->now_us;
	return changed || again;
}
