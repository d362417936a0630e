/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "cases.h"
#include "metrics.h"
#include "options.h"

static uint64_t
processor_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* What differs from run to run goes to stderr: all else is the same to the byte. */
static void
report_cost(const struct sim *sim, uint64_t ns)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	fprintf(stderr, "%.1f s, %.0f ns a reception (%llu), peak memory %ld kB\n",
		(double)ns / 1e9, (double)ns / (double)(sim->receptions + 1),
		(unsigned long long)sim->receptions, usage.ru_maxrss);
}

int
main(int argc, char **argv)
{
	struct sim_command command;
	const struct sim_case *c;
	static struct sim sim;
	uint64_t begin_ns;
	bool good;

	if (!sim_command_read(argc, argv, &command))
		return 2;
	if (command.list) {
		sim_case_list();
		return 0;
	}
	c = sim_case_find(command.name);
	if (c == NULL) {
		fprintf(stderr, "pgn-sim: no case \"%s\"; --list names them\n", command.name);
		return 2;
	}
	sim_init(&sim, &command.options);
	sim.periods = command.options.periods != 0 ? command.options.periods : c->periods;
	c->build(&sim);
	begin_ns = processor_ns();
	sim_run(&sim);
	begin_ns = processor_ns() - begin_ns;
	good = sim_report(&sim, command.name, command.json, stdout);
	report_cost(&sim, begin_ns);
	sim_fini(&sim);
	return good ? 0 : 1;
}
