/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include <rte_cycles.h>

#include "bench.h"

static double
mpps(const struct bench_spread *cycles)
{
	return cycles->median == 0 ? 0 : (double)rte_get_tsc_hz() / 1e6 / cycles->median;
}

/** Calls of the heap a frame. */
static double
a_frame(const struct bench_result *result, uint64_t calls)
{
	return result->frames == 0 ? 0 : (double)calls / (double)result->frames;
}

static const char *
port_name(const struct bench_options *options)
{
	return options->path == PATH_RX_TX ? "null" : options->ring ? "ring" : "array";
}

static void
report_json(const struct bench_options *options, const struct bench_result *result)
{
	const char *comma = "";

	printf("{\"path\": \"%s\", \"port\": \"%s\", \"clients\": %u, \"nodes\": %u, \"size\": %u, "
	       "\"order\": \"%s\", \"seal\": %s, \"workers\": %u, \"spread\": \"%s\", \"mbufs\": "
	       "%u, \"cache\": %u, "
	       "\"machine\": "
	       "\"%s\", "
	       "\"runs\": %u, \"frames\": %llu, \"unit\": \"cycles\", \"median\": %.2f, "
	       "\"min\": %.2f, \"max\": %.2f, \"mpps\": %.3f, ",
	       bench_path_name[options->path], port_name(options), options->clients, options->nodes,
	       options->size, options->sequential ? "sequential" : "random",
	       options->seal ? "true" : "false", options->workers,
	       options->software ? "software" : "queue", options->mbufs, options->cache,
	       PGN_MACHINE, options->runs, (unsigned long long)result->frames,
	       result->cycles.median, result->cycles.min, result->cycles.max,
	       mpps(&result->cycles));
	if (result->yardstick_name != NULL)
		printf("\"yardstick\": \"%s\", \"yardstick_median\": %.2f, "
		       "\"yardstick_min\": %.2f, \"yardstick_max\": %.2f, ",
		       result->yardstick_name, result->yardstick.median, result->yardstick.min,
		       result->yardstick.max);
	if (result->ratio.median > 0)
		printf("\"ratio\": %.3f, \"ratio_min\": %.3f, \"ratio_max\": %.3f, ",
		       result->ratio.median, result->ratio.min, result->ratio.max);
	if (options->ring)
		printf("\"generator_median\": %.2f, \"generator_mpps\": %.3f, \"waited\": %.3f, "
		       "\"burst\": %.1f, \"generator_limited\": %s, ",
		       result->generator.median, mpps(&result->generator), result->waited,
		       result->burst, result->generator_limited ? "true" : "false");
	printf("\"allocs\": %.6g, \"frees\": %.6g, \"checked\": %llu, \"wrong\": %llu, "
	       "\"drops\": {",
	       a_frame(result, result->heap.made), a_frame(result, result->heap.freed),
	       (unsigned long long)result->checked, (unsigned long long)result->wrong);
	for (unsigned int reason = 0; reason < PGN_DROP_COUNT; reason++) {
		if (result->dropped[reason] == 0)
			continue;
		printf("%s\"%s\": %llu", comma, pgn_drop_name(reason),
		       (unsigned long long)result->dropped[reason]);
		comma = ", ";
	}
	printf("}}\n");
}

static void
report_text(const struct bench_options *options, const struct bench_result *result)
{
	printf("%s, %s, %u clients %s, %u nodes, %u bytes%s, %u mbufs, cache %u, %s\n",
	       bench_path_name[options->path], port_name(options), options->clients,
	       options->sequential ? "in order" : "at random", options->nodes, options->size,
	       options->seal ? ", sealed" : "", options->mbufs, options->cache, PGN_MACHINE);
	if (options->workers > 1)
		printf("%u workers, %s\n", options->workers,
		       options->software ? "handed over by the first" : "each its own queue");
	printf("cycles a %s  median %.1f  min %.1f  max %.1f  (%u runs, %llu frames)\n",
	       options->path == PATH_GROUP ? "copy" : "frame", result->cycles.median,
	       result->cycles.min, result->cycles.max, options->runs,
	       (unsigned long long)result->frames);
	if (result->yardstick_name != NULL)
		printf("%s  median %.1f  min %.1f  max %.1f\n", result->yardstick_name,
		       result->yardstick.median, result->yardstick.min, result->yardstick.max);
	printf("%.2f Mpps at %.2f GHz\n", mpps(&result->cycles), (double)rte_get_tsc_hz() / 1e9);
	if (result->ratio.median > 0)
		printf("%.3f of %s's speed, min %.3f  max %.3f\n", result->ratio.median,
		       result->yardstick_name, result->ratio.min, result->ratio.max);
	if (options->ring)
		printf("generator alone %.2f Mpps; the worker waited %.1f %% of the time, "
		       "took %.1f at once%s\n",
		       mpps(&result->generator), 100 * result->waited, result->burst,
		       result->generator_limited ? ": generator-limited" : "");
	printf("%.3g heap allocations a %s, %.3g frees\n", a_frame(result, result->heap.made),
	       options->path == PATH_GROUP ? "copy" : "frame", a_frame(result, result->heap.freed));
	for (unsigned int reason = 0; reason < PGN_DROP_COUNT; reason++) {
		if (result->dropped[reason] != 0)
			printf("dropped %s %llu\n", pgn_drop_name(reason),
			       (unsigned long long)result->dropped[reason]);
	}
	printf("%llu output frames compared, %llu wrong or missing\n",
	       (unsigned long long)result->checked, (unsigned long long)result->wrong);
}

void
bench_report(const struct bench_options *options, const struct bench_result *result)
{
	if (options->json)
		report_json(options, result);
	else
		report_text(options, result);
}
