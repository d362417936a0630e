/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include <rte_cycles.h>

#include "gen.h"

#define STRAGGLERS_MS 20
/** A rate is free of loss when no more than this is missing: a VM's core is away now and then. */
#define LOSS_MAX 0.001
#define SEARCH_STEPS 9
/** A port that refuses fewer bursts than this could have been given more. */
#define REFUSED_MIN 0.05
/** A search that ends so close to the generator's own end says nothing about the node. */
#define CEILING_MIN 0.95

/** Frames that may go by now. */
static unsigned int
allowed(const struct gen *gen, double per_tsc, uint64_t tsc, uint64_t sent)
{
	double due = per_tsc == 0 ? GEN_BURST : per_tsc * (double)tsc - (double)(gen->sent - sent);

	return due >= GEN_BURST ? GEN_BURST : 0;
}

struct gen_run
gen_run(struct gen *gen, double rate, unsigned int ms)
{
	const struct gen before = *gen;
	const double hz = (double)rte_get_tsc_hz();
	uint64_t start = rte_rdtsc(), length = rte_get_tsc_hz() / 1000 * ms, tsc;
	struct gen_run run;
	uint64_t handled;

	while ((tsc = rte_rdtsc() - start) < length)
		gen_turn(gen, allowed(gen, rate / hz, tsc, before.sent));
	run = (struct gen_run){.seconds = (double)tsc / hz, .sent = gen->sent - before.sent};
	handled = gen->received - before.received;
	run.received_pps = (double)handled / run.seconds;
	run.refused = (double)(gen->refused - before.refused) /
		      (double)RTE_MAX(gen->offers - before.offers, UINT64_C(1));
	run.ceiling_pps = (double)RTE_MAX(handled, run.sent) /
			  RTE_MAX((double)(gen->busy_tsc - before.busy_tsc) / hz, 1e-9);
	start = rte_rdtsc();
	length = rte_get_tsc_hz() / 1000 * STRAGGLERS_MS;
	while (rte_rdtsc() - start < length)
		gen_turn(gen, 0);
	run.received = gen->received - before.received;
	return run;
}

static bool
lossless(const struct gen_run *run)
{
	return (double)run->received >= (1 - LOSS_MAX) * (double)run->sent;
}

/** The highest rate without loss: what was sent in the run that showed it, by bisection. */
static struct gen_run
search(struct gen *gen, unsigned int ms)
{
	struct gen_run most = gen_run(gen, 0, ms), best = {0};
	double low = 0, high = (double)most.sent / most.seconds;

	for (unsigned int step = 0; step < SEARCH_STEPS; step++) {
		double rate = step == 0 ? RTE_MIN(high, most.received_pps) : (low + high) / 2;
		struct gen_run run = gen_run(gen, rate, ms);

		if (lossless(&run)) {
			low = rate;
			best = run;
		} else {
			high = rate;
		}
	}
	best.ceiling_pps = (double)most.sent / most.seconds;
	best.refused = most.refused;
	return best;
}

/** What all runs found; `runs` are sorted. */
struct summary {
	const double *runs; /**< frames a second that came out */
	struct bench_spread pps;
	double lost;    /**< the median share */
	double ceiling; /**< frames a second that the generator can do */
	bool limited;
};

static void
report_json(const struct gen *gen, const struct summary *found)
{
	const struct gen_options *o = gen->options;

	printf("{\"path\": \"%s\", \"clients\": %u, \"nodes\": %u, \"size\": %u, "
	       "\"search\": %s, \"ms\": %u, \"kpps\": %.1f, \"runs\": [",
	       bench_path_name[o->frames.path], o->frames.clients, o->frames.nodes, o->frames.size,
	       o->search ? "true" : "false", o->ms, found->pps.median / 1e3);
	for (unsigned int i = 0; i < o->frames.runs; i++)
		printf("%s%.1f", i == 0 ? "" : ", ", found->runs[i] / 1e3);
	printf("], \"lost\": %.5f, \"generator_kpps\": %.1f, \"generator_limited\": %s, "
	       "\"checked\": %llu, \"wrong\": %llu}\n",
	       found->lost, found->ceiling / 1e3, found->limited ? "true" : "false",
	       (unsigned long long)gen->checked, (unsigned long long)gen->wrong);
}

static void
report_text(const struct gen *gen, const struct summary *found)
{
	const struct gen_options *o = gen->options;

	printf("%s, %u clients, %u nodes, %u bytes\n"
	       "%s kpps  median %.1f  min %.1f  max %.1f  (%u runs), lost %.3f %%\n"
	       "generator up to %.1f kpps%s\n%llu frames compared, %llu wrong\n",
	       bench_path_name[o->frames.path], o->frames.clients, o->frames.nodes, o->frames.size,
	       o->search ? "loss-free" : "flat out", found->pps.median / 1e3, found->pps.min / 1e3,
	       found->pps.max / 1e3, o->frames.runs, 100 * found->lost, found->ceiling / 1e3,
	       found->limited ? ": generator-limited" : "", (unsigned long long)gen->checked,
	       (unsigned long long)gen->wrong);
}

static int
measure(struct gen *gen)
{
	const struct gen_options *o = gen->options;
	double pps[BENCH_RUNS_MAX], lost[BENCH_RUNS_MAX], ceiling[BENCH_RUNS_MAX];
	double refused[BENCH_RUNS_MAX];
	struct summary found = {.runs = pps};

	/* The first run warms up. */
	for (unsigned int i = 0; i <= o->frames.runs; i++) {
		unsigned int at = i == 0 ? 0 : i - 1;
		struct gen_run run =
			o->search && i > 0 ? search(gen, o->ms) : gen_run(gen, o->rate, o->ms);

		pps[at] = run.received_pps;
		lost[at] = run.sent == 0
				   ? 0
				   : ((double)run.sent - (double)run.received) / (double)run.sent;
		ceiling[at] = run.ceiling_pps;
		refused[at] = run.refused;
	}
	found.pps = bench_spread_of(pps, o->frames.runs);
	found.lost = bench_spread_of(lost, o->frames.runs).median;
	found.ceiling = bench_spread_of(ceiling, o->frames.runs).median;
	found.limited = o->search ? found.pps.median > CEILING_MIN * found.ceiling
				  : bench_spread_of(refused, o->frames.runs).median < REFUSED_MIN;
	if (o->frames.json)
		report_json(gen, &found);
	else
		report_text(gen, &found);
	if (gen->checked == 0 || gen->wrong != 0) {
		fprintf(stderr, "pgn-gen: %llu of %llu frames that were compared are wrong\n",
			(unsigned long long)gen->wrong, (unsigned long long)gen->checked);
		return -1;
	}
	return 0;
}

int
gen_measure(struct gen *gen)
{
	char line[80];
	int ret = 0;

	if (!gen->options->step)
		return measure(gen);
	while (ret == 0 && fgets(line, sizeof(line), stdin) != NULL) {
		gen_settle(gen);
		ret = measure(gen);
		fflush(stdout);
	}
	return ret;
}
