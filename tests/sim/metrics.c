/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "metrics.h"

static double
ratio(uint64_t of, uint64_t to)
{
	return to == 0 ? 0 : (double)of / (double)to;
}

#define DURATIONS(field, name)                                                         \
	static double name##_p50(const struct sim *sim)                                \
	{                                                                              \
		return (double)sim_durations_percentile(&sim->watch.field, 50) / 1000; \
	}                                                                              \
	static double name##_p95(const struct sim *sim)                                \
	{                                                                              \
		return (double)sim_durations_percentile(&sim->watch.field, 95) / 1000; \
	}                                                                              \
	static double name##_max(const struct sim *sim)                                \
	{                                                                              \
		return (double)sim->watch.field.longest / 1000;                        \
	}                                                                              \
	static double name##_count(const struct sim *sim)                              \
	{                                                                              \
		return (double)sim->watch.field.count;                                 \
	}

#define COUNT(name, expression)                                  \
	static double name(const struct sim *sim)                \
	{                                                        \
		const struct sim_counts *c = &sim->watch.counts; \
                                                                 \
		(void)c;                                         \
		return (double)(expression);                     \
	}

DURATIONS(out_up, out_up)
DURATIONS(out_down, out_down)
DURATIONS(detour_up, detour_up)
DURATIONS(detour_down, detour_down)
COUNT(heartbeats, c->heartbeats)
COUNT(frames_per_heartbeat, ratio(c->frames, c->heartbeats))
COUNT(replies_per_heartbeat, ratio(c->replies, c->heartbeats))
COUNT(upstream_changes, c->upstream_changes)
COUNT(live_percent, 100 * ratio(c->upstream_live, c->looks))
COUNT(good_percent, 100 * ratio(c->upstream_good, c->looks))
COUNT(gap_max, (double)c->gap_us / (double)sim->period_us)
COUNT(up_sent, c->probes[SIM_PROBE_UP])
COUNT(up_lost, c->probes[SIM_PROBE_UP] - c->delivered[SIM_PROBE_UP])
COUNT(up_duplicates, c->duplicates[SIM_PROBE_UP])
COUNT(down_sent, c->probes[SIM_PROBE_DOWN])
COUNT(down_lost, c->probes[SIM_PROBE_DOWN] - c->delivered[SIM_PROBE_DOWN])
COUNT(down_duplicates, c->duplicates[SIM_PROBE_DOWN])
COUNT(group_sent, c->probes[SIM_PROBE_GROUP])
COUNT(group_lost, (double)c->probes[SIM_PROBE_GROUP] - (double)c->delivered[SIM_PROBE_GROUP])
COUNT(group_duplicates, c->duplicates[SIM_PROBE_GROUP])
COUNT(lost_in_air, c->lost[SIM_LOST_IN_AIR])
COUNT(lost_out_of_reach, c->lost[SIM_LOST_REACH])
COUNT(lost_no_route, c->lost[SIM_LOST_NO_ROUTE])
COUNT(lost_would_go_back, c->lost[SIM_LOST_LOOP])
COUNT(lost_too_far, c->lost[SIM_LOST_TRAIL])
COUNT(lost_at_forger, c->lost[SIM_LOST_FORGER])
COUNT(lost_at_peer, c->lost[SIM_LOST_PEER])
COUNT(crossed_twice, c->crossed_twice)
COUNT(forged, c->forged)
COUNT(rsus_most, sim->watch.rsus_most)
COUNT(nodes_most, sim->watch.nodes_most)
COUNT(memory_growth_kb, (double)sim->watch.late.in_use_kb - (double)sim->watch.early.in_use_kb)
COUNT(receptions, c->receptions)
COUNT(frames_in_air_most, sim->frames.most)
COUNT(events_waiting_most, sim->events.most)

static const struct {
	const char *name;
	double (*value)(const struct sim *sim);
} metric[] = {
#define DURATION(name)                                                                      \
	{#name "_p50", name##_p50}, {#name "_p95", name##_p95}, {#name "_max", name##_max}, \
	{                                                                                   \
#name "_count", name##_count                                                \
	}
#define M(name)             \
	{                   \
#name, name \
	}
	DURATION(out_up),
	DURATION(out_down),
	DURATION(detour_up),
	DURATION(detour_down),
	M(heartbeats),
	M(frames_per_heartbeat),
	M(replies_per_heartbeat),
	M(upstream_changes),
	M(live_percent),
	M(good_percent),
	M(gap_max),
	M(up_sent),
	M(up_lost),
	M(up_duplicates),
	M(down_sent),
	M(down_lost),
	M(down_duplicates),
	M(group_sent),
	M(group_lost),
	M(group_duplicates),
	M(lost_in_air),
	M(lost_out_of_reach),
	M(lost_no_route),
	M(lost_would_go_back),
	M(lost_too_far),
	M(lost_at_forger),
	M(lost_at_peer),
	M(crossed_twice),
	M(forged),
	M(rsus_most),
	M(nodes_most),
	M(memory_growth_kb),
	M(receptions),
	M(frames_in_air_most),
	M(events_waiting_most),
};

#define METRICS (sizeof(metric) / sizeof(metric[0]))

const char *
sim_metric_name(const char *name)
{
	for (unsigned int i = 0; i < METRICS; i++) {
		if (strcmp(metric[i].name, name) == 0)
			return metric[i].name;
	}
	return NULL;
}

bool
sim_metric(const struct sim *sim, const char *name, double *value)
{
	for (unsigned int i = 0; i < METRICS; i++) {
		if (strcmp(metric[i].name, name) == 0) {
			*value = metric[i].value(sim);
			return true;
		}
	}
	return false;
}

static bool
came_true(const struct sim_expectation *e, double value)
{
	return e->relation == SIM_AT_MOST ? value <= e->bound : value >= e->bound;
}

static bool
report_expectations(const struct sim *sim, bool json, FILE *out)
{
	bool good = true;

	for (unsigned int i = 0; i < sim->expectations; i++) {
		const struct sim_expectation *e = &sim->expectation[i];
		const char *relation = e->relation == SIM_AT_MOST ? "at most" : "at least";
		double value = 0;
		bool holds;

		sim_metric(sim, e->metric, &value);
		holds = came_true(e, value);
		good = good && holds;
		if (json)
			fprintf(out,
				"%s{\"metric\": \"%s\", \"value\": %.3f, \"relation\": \"%s\", "
				"\"bound\": %.3f, \"holds\": %s}",
				i == 0 ? "" : ", ", e->metric, value, relation, e->bound,
				holds ? "true" : "false");
		else
			fprintf(out, "%s %s %.3f, %s %.3f\n", holds ? "ok  " : "MISS", e->metric,
				value, relation, e->bound);
	}
	return good;
}

bool
sim_report(const struct sim *sim, const char *title, bool json, FILE *out)
{
	bool good;

	if (json) {
		fprintf(out, "{\"case\": \"%s\", \"seed\": %llu, \"periods\": %llu, \"nodes\": %u",
			title, (unsigned long long)sim->options.seed,
			(unsigned long long)sim->periods, sim->nodes);
		for (unsigned int i = 0; i < METRICS; i++)
			fprintf(out, ", \"%s\": %.3f", metric[i].name, metric[i].value(sim));
		fprintf(out, ", \"expected\": [");
		good = report_expectations(sim, true, out);
		fprintf(out, "], \"holds\": %s}\n", good ? "true" : "false");
		return good;
	}
	fprintf(out, "%s, seed %llu, %llu periods, %u nodes\n", title,
		(unsigned long long)sim->options.seed, (unsigned long long)sim->periods,
		sim->nodes);
	for (unsigned int i = 0; i < METRICS; i++)
		fprintf(out, "     %-22s %14.3f\n", metric[i].name, metric[i].value(sim));
	return report_expectations(sim, false, out);
}
