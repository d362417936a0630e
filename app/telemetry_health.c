/* SPDX-License-Identifier: BSD-3-Clause */
/* The facts health is judged by, once a second, and what is said of it. */
#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "log.h"
#include "sealing.h"
#include "telemetry_inside.h"

static void
look_at_lcores(const struct pgn_telemetry *t, struct pgn_health_facts *facts)
{
	facts->lcore_count = t->workers->count;
	for (unsigned int w = 0; w < t->workers->count; w++) {
		facts->lcore[w] = t->workers->worker[w].lcore;
		facts->turns[w] = t->workers->counters[w].cycles;
	}
}

static void
look_at_pools(const struct pgn_telemetry *t, struct pgn_health_facts *facts)
{
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		uint32_t size = pgn_bufpool_size(t->node->pool, c);
		uint32_t used = pgn_bufpool_in_use(t->node->pool, c);
		unsigned int percent = (unsigned int)((uint64_t)used * 100 / size);

		facts->pool_percent = RTE_MAX(facts->pool_percent, percent);
		facts->pool_failures += pgn_report_class(t->node->pool, c).failures;
	}
}

static struct pgn_health_facts
facts_of(const struct pgn_telemetry *t, const struct pgn_counters *sum, uint64_t now_us)
{
	struct pgn_health_facts facts = {
		.now_us = now_us,
		.started_us = t->started_us,
		.is_rsu = t->config->role == PGN_ROLE_RSU,
		.standby = atomic_load_explicit(&t->node->standby, memory_order_relaxed),
		.wires = t->config->wire_count,
		.tap_up = t->ports[PGN_PORT_TAP].link_up,
		.period_us = t->config->hello_periodicity_ms * 1000,
		.key_age_s = pgn_sealing_key_age_s(t->config)};
	struct pgn_hop hop;

	look_at_lcores(t, &facts);
	look_at_pools(t, &facts);
	for (unsigned int w = 0; w < facts.wires; w++)
		facts.wires_up += t->ports[w].link_up;
	facts.heartbeats = sum->generated[PGN_KIND_HEARTBEAT];
	facts.replies = sum->kept[PGN_KIND_REPLY];
	facts.obus = facts.is_rsu ? pgn_rsu_use(t->desk->rsu).nodes : 0;
	facts.has_upstream = !facts.is_rsu && pgn_obu_upstream(t->desk->obu, &hop, 1) > 0;
	facts.overflowed = sum->dropped[PGN_DROP_SPREAD_FULL] + sum->dropped[PGN_DROP_CONTROL_FULL];
	facts.failed_to_open = sum->dropped[PGN_DROP_SEALED_SHORT] +
			       sum->dropped[PGN_DROP_OPEN_FAILED] +
			       sum->dropped[PGN_DROP_CRYPTO_ERROR];
	return facts;
}

/** check: the name of one; "": all of them. */
static void
tell(const char *check, enum pgn_health_verdict verdict, const char *reason)
{
	static const int severities[PGN_HEALTH_COUNT] = {[PGN_HEALTH_OKAY] = LOG_NOTICE,
							 [PGN_HEALTH_UNKNOWN] = LOG_INFO,
							 [PGN_HEALTH_OTHER] = LOG_NOTICE,
							 [PGN_HEALTH_WARNING] = LOG_WARNING,
							 [PGN_HEALTH_CRITICAL] = LOG_CRIT};

	pgn_log(severities[verdict], "health: %s%s%s%s%s", check, check[0] != '\0' ? ": " : "",
		pgn_health_verdict_name(verdict), reason[0] != '\0' ? ": " : "", reason);
}

void
pgn_telemetry_watch(struct pgn_telemetry *t, const struct pgn_counters *sum, uint64_t now_us)
{
	struct pgn_health_facts facts = facts_of(t, sum, now_us);
	const struct pgn_health *health = &t->health;

	if (pgn_health_judge(&t->health, &facts))
		tell("", health->verdict, health->reason);
	for (unsigned int check = 0; check < PGN_CHECK_COUNT; check++) {
		if (health->news[check])
			tell(pgn_health_check_name(check), health->check[check],
			     health->why[check]);
	}
}

struct health_question {
	const struct pgn_telemetry *t;
	struct pgn_health health;
};

static void
copy_health(void *about)
{
	struct health_question *question = about;

	question->health = question->t->health;
}

int
pgn_tell_health(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	struct health_question question = {.t = t};
	const struct pgn_health *health = &question.health;
	enum pgn_health_verdict verdict;
	const char *reason;
	struct rte_tel_data *checks;
	/* A control loop that does not answer is what should be told first. */
	int ret = pgn_ask(&t->ask, t->doorbell, copy_health, &question);

	(void)params;
	verdict = health->looked ? health->verdict : PGN_HEALTH_UNKNOWN;
	reason = health->reason;
	if (ret != 0) {
		verdict = PGN_HEALTH_CRITICAL;
		reason = "the control loop does not answer";
	}
	rte_tel_data_start_dict(d);
	pgn_tell_text(d, "verdict", pgn_health_verdict_name(verdict));
	pgn_tell_text(d, "reason", reason);
	rte_tel_data_add_dict_u64(d, "since_utc_ns",
				  t->started_utc_ns +
					  (health->since_us > t->started_us
						   ? (health->since_us - t->started_us) * 1000
						   : 0));
	checks = pgn_tell_dict(d, "checks");
	if (checks == NULL)
		return -ENOMEM;
	for (unsigned int check = 0; check < PGN_CHECK_COUNT; check++)
		pgn_tell_text(checks, pgn_health_check_name(check),
			      pgn_health_verdict_name(health->check[check]));
	return 0;
}
