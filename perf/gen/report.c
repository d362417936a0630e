/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "gen.h"

/** Of whole numbers a third decimal is not printed. */
#define NUMBER "%.10g"

void
gen_report_start(const struct gen *gen)
{
	const struct gen_options *o = gen->options;
	FILE *to = o->json ? stderr : stdout;
	double pps = gen_asked_pps(gen, &o->rate);

	if (!o->json)
		printf("own ceiling %.0f frames a second, busy %.0f %% of the time as that was "
		       "measured\n",
		       gen->ceiling_pps, 100 * gen->busy_share);
	if (o->rate.by == RATE_PERCENT)
		fprintf(to, "pgn-gen: %g %% of %s: %.0f frames a second\n", o->rate.value,
			gen_link_bps(gen) > 0 ? "the port's link" : "its own ceiling", pps);
}

/** No percentile is above the largest, though its bucket's bound is. */
static uint64_t
permille(const struct gen *gen, unsigned int part)
{
	return RTE_MIN(pgn_histogram_permille(&gen->times, part), gen->time_max);
}

static void
latency_json(const struct gen *gen, const struct gen_result *r)
{
	if (!r->latency) {
		printf("null");
		return;
	}
	printf("{\"samples\": %llu, \"p50\": %llu, \"p99\": %llu, \"p99_9\": %llu, \"max\": %llu}",
	       (unsigned long long)pgn_histogram_count(&gen->times),
	       (unsigned long long)permille(gen, 500), (unsigned long long)permille(gen, 990),
	       (unsigned long long)permille(gen, 999), (unsigned long long)gen->time_max);
}

static void
report_json(const struct gen *gen, const struct gen_result *r)
{
	const struct gen_options *o = gen->options;
	char asked[32] = "null";

	if (r->asked_pps > 0)
		snprintf(asked, sizeof(asked), "%.1f", r->asked_pps);
	printf("{\"role\": \"%s\", \"kind\": \"%s\", \"size\": " NUMBER ", \"inner\": " NUMBER
	       ", \"nodes\": %u, \"clients\": %u, \"order\": \"%s\", \"sealed\": %s, "
	       "\"asked_pps\": %s, \"seconds\": %.6f, ",
	       gen_role_name[o->role], gen_kind_name[o->kind], gen->plan.sizes.size_mean,
	       gen->plan.sizes.inner_mean, gen->network.nodes, gen->network.clients,
	       gen_order_name[o->order], o->seal != NULL ? "true" : "false", asked, r->seconds);
	printf("\"sent\": %llu, \"received\": %llu, \"lost\": %llu, \"duplicated\": %llu, "
	       "\"reordered\": %llu, \"wrong\": %llu, \"checked\": %llu, ",
	       (unsigned long long)r->sent, (unsigned long long)r->received,
	       (unsigned long long)r->lost, (unsigned long long)r->duplicated,
	       (unsigned long long)r->reordered, (unsigned long long)r->wrong,
	       (unsigned long long)r->checked);
	printf("\"sent_pps\": %.1f, \"received_pps\": %.1f, \"refused_share\": %.5f, "
	       "\"pacing_error_frames\": %.1f, \"pacing_error_ns\": %.0f, "
	       "\"generator_pps\": %.1f, \"generator_limited\": %s, \"latency_ns\": ",
	       r->sent_pps, r->received_pps, r->refused, r->late_worst, r->late_ns,
	       gen->ceiling_pps, r->limited ? "true" : "false");
	latency_json(gen, r);
	printf("}\n");
}

static void
report_text(const struct gen *gen, const struct gen_result *r)
{
	const struct gen_options *o = gen->options;
	double sent = r->sent == 0 ? 1 : (double)r->sent;

	printf("%s, %s, frames of " NUMBER " bytes, inner ones of " NUMBER
	       ", %u nodes, %u clients, %s%s\n",
	       gen_role_name[o->role], gen_kind_name[o->kind], gen->plan.sizes.size_mean,
	       gen->plan.sizes.inner_mean, gen->network.nodes, gen->network.clients,
	       gen_order_name[o->order], o->seal != NULL ? ", sealed" : "");
	printf("sent %llu in %.3f s, %.0f a second; %.1f %% of bursts refused\n",
	       (unsigned long long)r->sent, r->seconds, r->sent_pps, 100 * r->refused);
	if (r->asked_pps > 0)
		printf("behind the schedule of %.0f a second by %.1f frames at worst (%.0f ns), "
		       "%.1f on average\n",
		       r->asked_pps, r->late_worst, r->late_ns, r->late_mean);
	printf("received %llu, %.0f a second; lost %llu (%.4f %%), %llu twice, %llu out of order\n",
	       (unsigned long long)r->received, r->received_pps, (unsigned long long)r->lost,
	       100 * (double)r->lost / sent, (unsigned long long)r->duplicated,
	       (unsigned long long)r->reordered);
	if (r->latency)
		printf("latency in ns: p50 %llu, p99 %llu, p99.9 %llu, max %llu (%llu frames)\n",
		       (unsigned long long)permille(gen, 500),
		       (unsigned long long)permille(gen, 990),
		       (unsigned long long)permille(gen, 999), (unsigned long long)gen->time_max,
		       (unsigned long long)pgn_histogram_count(&gen->times));
	printf("%llu frames compared, %llu wrong%s\n", (unsigned long long)r->checked,
	       (unsigned long long)r->wrong, r->limited ? "; generator-limited" : "");
}

void
gen_report(const struct gen *gen, const struct gen_result *result)
{
	if (gen->options->json)
		report_json(gen, result);
	else
		report_text(gen, result);
	fflush(stdout);
}
