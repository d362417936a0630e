/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "commands.h"

int
main(int argc, char **argv)
{
	struct ctl_options options;
	int result = ctl_options_parse(&options, argc, argv, stdout, stderr);

	if (result < 0)
		return CTL_USAGE;
	if (result == 0)
		result = options.command->run != NULL ? options.command->run(&options)
						      : ctl_run_view(&options);
	else
		result = CTL_OKAY;
	if (fflush(stdout) != 0 || ferror(stdout))
		return ctl_complain("could not write the output");
	return result;
}
