/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <time.h>

#include "cases.h"
#include "memory.h"
#include "metrics.h"
#include "options.h"
#include "topology.h"

#define TOPOLOGY_PERIODS 100 /* unless the file says */

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
	fprintf(stderr,
		"%.1f s, %.0f ns a reception (%llu), peak memory %llu kB, %llu kB after %llu "
		"periods\n",
		(double)ns / 1e9, (double)ns / (double)(sim->receptions + 1),
		(unsigned long long)sim->receptions, (unsigned long long)sim->watch.late.peak_kb,
		(unsigned long long)sim->watch.early.peak_kb,
		(unsigned long long)(sim->periods < SIM_SETTLED ? sim->periods : SIM_SETTLED));
}

/* False, with a line on stderr: there is no such case, or the file is wrong. */
static bool
build(struct sim *sim, const struct sim_command *command)
{
	const struct sim_case *c;

	if (command->topology != NULL) {
		sim->periods = TOPOLOGY_PERIODS;
		if (!sim_topology_read(sim, command->topology))
			return false;
	} else {
		c = sim_case_find(command->name);
		if (c == NULL) {
			fprintf(stderr, "pgn-sim: no case \"%s\"; --list names them\n",
				command->name);
			return false;
		}
		sim->periods = c->periods;
		c->build(sim);
	}
	if (command->options.periods != 0)
		sim->periods = command->options.periods;
	return true;
}

int
main(int argc, char **argv)
{
	struct sim_command command;
	static struct sim sim;
	uint64_t begin_ns;
	bool good;

	if (!sim_command_read(argc, argv, &command))
		return 2;
	if (command.list) {
		sim_case_list();
		return 0;
	}
	sim_memory_init();
	sim_init(&sim, &command.options);
	if (!build(&sim, &command)) {
		sim_fini(&sim);
		return 2;
	}
	begin_ns = processor_ns();
	sim_run(&sim);
	begin_ns = processor_ns() - begin_ns;
	good = sim_report(&sim, command.name != NULL ? command.name : command.topology,
			  command.json, stdout);
	report_cost(&sim, begin_ns);
	sim_fini(&sim);
	return good ? 0 : 1;
}
