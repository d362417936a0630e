/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_build_config.h>

#include "config.h"
#include "dumpcap.h"
#include "eal.h"
#include "engine.h"
#include "exit_codes.h"
#include "log.h"
#include "options.h"
#include "plan.h"
#include "port_profile.h"
#include "profile_command.h"
#include "sealing.h"
#include "socket.h"
#include "spread_ways.h"

static unsigned long long
machine_mb(void)
{
	return (unsigned long long)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE) >> 20;
}

static int
check_memory(const struct pgn_config *config, const struct pgn_plan *plan)
{
	if (plan->needed_mb > machine_mb()) {
		fprintf(stderr,
			"%s: %u MB needed, this machine has %llu: lower node.max_clients, "
			"node.max_nodes or pool.cache\n",
			config->file, plan->needed_mb, machine_mb());
		return -ENOMEM;
	}
	if (plan->memory_mb > machine_mb()) {
		fprintf(stderr,
			"%s:%u: eal.memory: found \"%u\", allowed at most %llu (MB): this machine "
			"has no more\n",
			config->file, config->memory_line, config->memory_mb, machine_mb());
		return -ENOMEM;
	}
	if (plan->memory_mb >= plan->needed_mb)
		return 0;
	fprintf(stderr,
		"%s:%u: eal.memory: found \"%u\", allowed 0 (as much as needed) or at least %u "
		"(MB): buffers and tables take so much; node.max_clients and pool.cache lower it\n",
		config->file, config->memory_line, config->memory_mb, plan->needed_mb);
	return -ENOMEM;
}

static int
check_workers(const struct pgn_config *config, unsigned int lcores)
{
	if (config->workers.count <= lcores)
		return 0;
	fprintf(stderr,
		"%s:%u: workers.count: found \"%u\", allowed 0 (as many as there are lcores for) "
		"to "
		"%u: eal.lcores names no more\n",
		config->file, config->workers.count_line, config->workers.count, lcores);
	return -EINVAL;
}

static int
run(const struct pgn_config *config, const struct pgn_options *options, const struct pgn_plan *plan)
{
	enum pgn_engine_end end = PGN_ENGINE_REFUSED;
	struct pgn_control control;

	if (pgn_log_open(config->log_to, config->log_level) != 0)
		return EXIT_FAILED;
	/* First, for every thread to be made inherits which signals are blocked. */
	if (pgn_control_open(&control) != 0) {
		pgn_log(LOG_ERR, "signals, epoll: %s", strerror(errno));
		pgn_log_close();
		return EXIT_FAILED;
	}
	for (unsigned int i = 0; i <= config->wire_count; i++) {
		const struct pgn_port_config *port = pgn_config_port(config, i);

		pgn_port_environment(port, pgn_spread_queues(config, port, plan->workers));
	}
	pgn_log_hold_dpdk(true);
	if (pgn_eal_start(config, options, plan) == 0) {
		end = pgn_engine_run(config, plan, &control);
		pgn_log_hold_dpdk(true);
		pgn_eal_stop(config);
	}
	pgn_control_close(&control);
	pgn_log_close();
	if (end == PGN_ENGINE_REFUSED)
		return EXIT_BAD_INPUT;
	return end == PGN_ENGINE_STOPPED ? EXIT_GOOD : EXIT_FAILED;
}

static int
check(const struct pgn_config *config, const struct pgn_plan *plan)
{
	char lines[PGN_PLAN_LINES][PGN_PLAN_LINE], sealing[PGN_SEALING_LINE],
		dumpcap[PGN_DUMPCAP_LINE];

	if (pgn_sealing_check(config, sealing, stderr) != 0)
		return EXIT_BAD_INPUT;
	printf("%s: good\n%s\n", config->file, sealing);
	pgn_plan_describe(plan, lines);
	for (unsigned int i = 0; i < PGN_PLAN_LINES; i++)
		printf("%s\n", lines[i]);
	pgn_dumpcap_check(config, plan->memory_mb, dumpcap);
	printf("%s\n", dumpcap);
	return EXIT_GOOD;
}

static int
run_node(struct pgn_config *config, const struct pgn_options *options,
	 const struct pgn_profiles *profiles)
{
	unsigned int lcores = pgn_plan_count_lcores(config->lcores);
	struct pgn_plan plan;
	gid_t group;

	if (pgn_port_profiles(config, profiles, RTE_EAL_PMD_PATH, stderr) != 0)
		return EXIT_BAD_INPUT;
	if (check_workers(config, lcores) != 0)
		return EXIT_BAD_INPUT;
	pgn_plan_make(&plan, config, lcores);
	if (check_memory(config, &plan) != 0)
		return EXIT_BAD_INPUT;
	if (pgn_socket_group(config, &group, stderr) != 0)
		return EXIT_BAD_INPUT;
	if (options->check)
		return check(config, &plan);
	if (options->dry_run)
		return pgn_eal_print(stdout, config, options, &plan) == 0 ? EXIT_GOOD
									  : EXIT_BAD_INPUT;
	return run(config, options, &plan);
}

int
main(int argc, char **argv)
{
	static struct pgn_config config;
	static struct pgn_profiles profiles;
	struct pgn_options options;
	int ret = pgn_options_parse(&options, argc, argv, stdout, stderr);

	if (ret != 0)
		return ret > 0 ? EXIT_GOOD : EXIT_BAD_INPUT;
	if (options.profile == PGN_PROFILE_CHECK)
		return pgn_profile_check(&options);
	if (options.config_file != NULL &&
	    pgn_config_load(&config, options.config_file, options.role, stderr) != 0)
		return EXIT_BAD_INPUT;
	if (pgn_port_settings(&config, options.setting, options.setting_count, stderr) != 0 ||
	    pgn_profiles_load(&profiles, options.profiles, stderr) != 0)
		return EXIT_BAD_INPUT;
	if (options.profile == PGN_PROFILE_SHOW)
		ret = pgn_profile_show(&config, &options, &profiles);
	else
		ret = run_node(&config, &options, &profiles);
	pgn_profiles_free(&profiles);
	return ret;
}
