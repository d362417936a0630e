/* SPDX-License-Identifier: BSD-3-Clause */
/** A trial: ramp up, count, stop, drain, and only then read what was counted. */
#include <rte_cycles.h>

#include "gen.h"

#define RAMP_S 0.2
#define CEILING_S 0.1
#define CEILING_TRIES 20
#define BURST_S 10 /* at most, for all of a burst to go */
#define QUIET_MS 100
#define DRAIN_MS 2000
/** So slowly each frame is timed. */
#define SLOW_PPS 10000
/** A port that refuses fewer bursts than this could have been given more. */
#define REFUSED_MIN 0.05
/** A rate that was missed by more than this was not kept. */
#define KEPT_MIN 0.995

static void
drive(struct gen *gen, struct gen_pace *pace, double rate, double seconds)
{
	const uint64_t start = rte_rdtsc(), sent = gen->sent;
	const uint64_t end = start + (uint64_t)(seconds * gen->hz);
	uint64_t now;

	gen_pace_start(pace, rate, gen->hz, start);
	while ((now = rte_rdtsc()) < end) {
		unsigned int due = gen_pace_due(pace, now, gen->sent - sent);
		unsigned int gone = gen_turn(gen, due);

		if (gone > 0)
			gen_pace_sent(pace, now, gone);
	}
}

static void
drive_burst(struct gen *gen, uint64_t frames)
{
	const uint64_t end = rte_rdtsc() + rte_get_tsc_hz() * BURST_S, sent = gen->sent;

	while (gen->sent - sent < frames && rte_rdtsc() < end)
		gen_turn(gen,
			 (unsigned int)RTE_MIN(frames - (gen->sent - sent), (uint64_t)GEN_BURST));
}

void
gen_drain(struct gen *gen, unsigned int quiet_ms, unsigned int most_ms)
{
	const uint64_t ms = rte_get_tsc_hz() / 1000, start = rte_rdtsc();
	uint64_t now = start, last = start, arrived = gen->arrived;

	while (now - last < quiet_ms * ms && now - start < most_ms * ms) {
		gen_turn(gen, 0);
		now = rte_rdtsc();
		if (gen->arrived != arrived)
			last = now;
		arrived = gen->arrived;
	}
}

static void
note_ceiling(struct gen *gen, const struct gen *before, double seconds)
{
	double busy = (double)(gen->busy_tsc - before->busy_tsc) / gen->hz;
	uint64_t frames = RTE_MAX(gen->sent - before->sent, gen->arrived - before->arrived);

	if (frames > 0 && busy > 0) {
		gen->ceiling_pps = (double)frames / busy;
		gen->busy_share = busy / seconds;
	}
}

void
gen_measure_ceiling(struct gen *gen)
{
	static struct gen before;
	struct gen_pace pace;

	drive(gen, &pace, 0, CEILING_S);
	/* A node that does not get its core takes nothing: then once more. */
	for (unsigned int i = 0; i < CEILING_TRIES && gen->ceiling_pps == 0; i++) {
		before = *gen;
		drive(gen, &pace, 0, CEILING_S);
		note_ceiling(gen, &before, CEILING_S);
	}
}

double
gen_asked_pps(const struct gen *gen, const struct gen_rate *rate)
{
	double bps = gen_link_bps(gen), all = gen->ceiling_pps;

	if (rate->by == RATE_MAX)
		return 0;
	if (rate->by == RATE_PPS)
		return rate->value;
	/* Preamble and gap are 20 bytes. */
	if (bps > 0)
		all = bps / 8 / (gen->plan.sizes.size_mean + 20);
	return all * rate->value / 100;
}

/** What the tracks say of all that was sent since the sink was started. */
static void
add_up(const struct gen *gen, struct gen_result *result)
{
	result->received = 0;
	result->duplicated = 0;
	result->reordered = 0;
	for (unsigned int i = 0; i < gen->plan.ways; i++) {
		const struct gen_track *track = &gen->flow[i].track;

		result->received += track->received;
		result->duplicated += track->duplicated;
		result->reordered += track->reordered;
	}
	result->lost = result->sent - result->received;
	if (gen->plan.ways == 0) {
		const struct gen_track *track = &gen->beat_track;

		result->received = track->received;
		result->duplicated = track->duplicated;
		result->reordered = track->reordered;
		/* An RSU keeps replies; what can be missing are heartbeats of its own. */
		result->lost =
			(gen->options->role == GEN_OBU ? result->sent : track->next - track->base) -
			track->received;
	}
}

static void
judge(const struct gen_pace *pace, struct gen_result *result)
{
	result->late_worst = pace->worst;
	result->late_mean = gen_pace_mean(pace);
	result->late_ns = pace->rate == 0 ? 0 : pace->worst / pace->rate * 1e9;
	/* What was not due together yet when it ended is not missing. */
	result->limited = pace->rate == 0 ? result->refused < REFUSED_MIN
					  : (double)(result->sent + pace->together) <
						    KEPT_MIN * pace->rate * result->seconds;
}

void
gen_try(struct gen *gen, const struct gen_trial *trial, struct gen_result *result)
{
	static struct gen before;
	double rate = trial->burst > 0 ? 0 : gen_asked_pps(gen, &trial->rate);
	struct gen_pace pace;
	uint64_t start, end;

	gen->silent = gen->plan.ways == 0;
	gen->timed_mask = rate > 0 && rate <= SLOW_PPS ? 0 : GEN_TIMED - 1;
	if (trial->burst == 0)
		drive(gen, &pace, rate, RAMP_S);
	gen_sink_start(gen, trial->latency);
	before = *gen;
	start = rte_rdtsc();
	gen_pace_start(&pace, 0, gen->hz, start);
	if (trial->burst > 0)
		drive_burst(gen, trial->burst);
	else
		drive(gen, &pace, rate, trial->seconds);
	end = rte_rdtsc();

	*result = (struct gen_result){.asked_pps = rate,
				      .seconds = (double)(end - start) / gen->hz,
				      .sent = gen->sent - before.sent,
				      .latency = trial->latency};
	result->sent_pps = (double)result->sent / result->seconds;
	add_up(gen, result);
	result->received_pps = (double)result->received / result->seconds;
	result->refused = (double)(gen->refused - before.refused) /
			  (double)RTE_MAX(gen->offers - before.offers, UINT64_C(1));
	if (rate == 0 && trial->burst == 0)
		note_ceiling(gen, &before, result->seconds);
	gen_drain(gen, QUIET_MS, DRAIN_MS);
	gen->silent = false;
	add_up(gen, result);
	result->wrong = gen->wrong - before.wrong;
	result->checked = gen->checked - before.checked;
	judge(&pace, result);
}
