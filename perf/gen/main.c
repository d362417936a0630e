/* SPDX-License-Identifier: BSD-3-Clause */
/** pgn-gen: the network around a node that is measured in a process of its own. */
#include <rte_ethdev.h>

#include "gen.h"

/** Until the node can be measured. 0 or an exit code. */
static int
begin(struct gen *gen)
{
	const struct gen_options *o = gen->options;
	int ret;

	if (o->seal != NULL) {
		ret = gen_seal_open(o->seal);
		if (ret != 0)
			return ret;
	}
	if (o->order == GEN_WORST_CASE && gen_crowd_clients(&gen->network) != 0)
		return 1;
	if (gen_open(gen) != 0 || gen_prepare(gen) != 0)
		return 1;
	gen_measure_ceiling(gen);
	gen_report_start(gen);
	return 0;
}

int
main(int argc, char **argv)
{
	static struct gen gen = {.port = {RTE_MAX_ETHPORTS, RTE_MAX_ETHPORTS}};
	struct gen_options options;
	int ret = gen_options_parse(&options, argc, argv);

	if (ret != 0)
		return ret == 1 ? 0 : ret;
	ret = gen_plan_make(&gen.plan, &options);
	if (ret != 0)
		return ret;
	gen.options = &options;
	gen.network = (struct gen_network){.nodes = options.nodes, .clients = options.clients};
	if (gen_eal_start(&gen.plan) != 0)
		return 1;
	ret = begin(&gen);
	if (ret == 0 && options.step) {
		ret = gen_steps(&gen);
	} else if (ret == 0) {
		struct gen_trial trial = gen_trial_of(&options);

		ret = gen_run(&gen, &trial);
	}
	gen_close(&gen);
	return ret;
}
