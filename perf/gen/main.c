/* SPDX-License-Identifier: BSD-3-Clause */
/** pgn-gen: the network around a node that is measured in a process of its own. */
#include "gen.h"

int
main(int argc, char **argv)
{
	static struct gen gen;
	struct gen_options options;
	int ret = gen_options_parse(&options, argc, argv);

	if (ret != 0)
		return ret == 1 ? 0 : ret;
	if (gen_eal_start() != 0)
		return 1;
	ret = gen_open(&gen, &options);
	if (ret == 0)
		ret = gen_prepare(&gen);
	if (ret == 0)
		ret = gen_measure(&gen);
	gen_close(&gen);
	return ret == 0 ? 0 : 1;
}
