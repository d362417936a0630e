/* SPDX-License-Identifier: BSD-3-Clause */
/** pgn-node: what a frame costs on each way through a node. */
#include <stdio.h>
#include <unistd.h>

#include "scene.h"

static int
measure_node(const struct bench_options *options, struct bench_result *result)
{
	struct scene *scene = scene_open(options);
	int ret;

	if (scene == NULL)
		return -1;
	if (options->workers > 1)
		ret = workers_measure(scene, result);
	else if (options->ring)
		ret = ring_measure(scene, result);
	else if (options->path == PATH_GROUP)
		ret = copies_measure(scene, result);
	else
		ret = array_measure(scene, result);
	for (unsigned int reason = 0; reason < PGN_DROP_COUNT; reason++)
		result->dropped[reason] += scene->counters.dropped[reason];
	scene_close(scene);
	return ret;
}

static int
run_measurement(const struct bench_options *options)
{
	struct bench_result result = {0};
	int ret = options->path == PATH_RX_TX ? cycle_measure(options, &result)
					      : measure_node(options, &result);

	if (ret != 0)
		return 1;
	bench_report(options, &result);
	if (result.wrong != 0)
		fprintf(stderr, "pgn-node: %llu output frames are wrong or missing\n",
			(unsigned long long)result.wrong);
	return result.wrong == 0 ? 0 : 1;
}

static int
run_server(const struct bench_options *options)
{
	struct scene *scene = scene_open(options);
	int ret;

	if (scene == NULL)
		return 1;
	ret = serve(scene, options->device);
	scene_close(scene);
	return ret == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct bench_options options;
	int ret = bench_options_parse(&options, argc, argv);
	unsigned int lcores;

	if (ret != 0)
		return ret == 1 ? 0 : ret;
	lcores = options.ring || options.device != NULL ? 2 : options.workers;
	if (sysconf(_SC_NPROCESSORS_ONLN) < (long)lcores) {
		fprintf(stderr, "pgn-node: %s: found %ld cores, allowed what %u or more can do\n",
			options.workers > 1 ? "--workers" : "--port", sysconf(_SC_NPROCESSORS_ONLN),
			lcores);
		return 2;
	}
	if (bench_eal_start(lcores) != 0)
		return 1;
	ret = options.device != NULL ? run_server(&options) : run_measurement(&options);
	bench_eal_stop();
	return ret;
}
