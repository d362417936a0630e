/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/string.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_build_config.h>

#include "config_error.h"
#include "config_port.h"
#include "eal.h"
#include "exit_codes.h"
#include "log.h"
#include "plan.h"
#include "port.h"
#include "port_profile.h"
#include "profile_command.h"
#include "profile_keys.h"
#include "profile_show.h"
#include "spread_ways.h"

/** Nothing is received: it is for what the EAL and the driver need. */
#define MEMORY_MB 64

/** 0, or -EINVAL and a line: the target is no port of the node file, no driver and no port. */
static int
find_target(struct pgn_port_config *port, struct pgn_config *config, const char *target,
	    const struct pgn_profiles *profiles)
{
	static const struct pgn_key port_key = {.name = "port"};
	const struct pgn_port_config *given = pgn_port_find(config, target);
	bool is_driver = pgn_profiles_base(profiles, target) != NULL;
	int ret;

	memset(port, 0, sizeof(*port));
	if (given != NULL) {
		*port = *given;
	} else {
		strlcpy(port->name, "port", sizeof(port->name));
		if (is_driver)
			strlcpy(port->device, target, sizeof(port->device));
		else if (!pgn_parse_port(&port_key, target, port))
			goto unknown;
	}
	ret = pgn_port_profile(port, profiles, RTE_EAL_PMD_PATH, stderr);
	if (ret != 0)
		return ret;
	if (port->driver[0] != '\0' || port->is_pci)
		return 0;
unknown:
	fprintf(stderr,
		"--profile show: found \"%s\", allowed a port of the node file given by -c, %s, or "
		"a "
		"driver that has a profile\n",
		pgn_found(target).text, PGN_PORT_ALLOWED);
	return -EINVAL;
}

/** What is left to the device, and what it refuses. */
static void
show_device(struct pgn_shown_profile *shown, const struct pgn_port_values *values)
{
	shown->effective = true;
	for (enum pgn_profile_id id = 0; id < PGN_PROFILE_VALUES; id++) {
		struct pgn_shown *value = &shown->value[id];
		char text[PGN_PROFILE_TEXT];

		if (!pgn_port_value_text(values, id, text, sizeof(text)) ||
		    strcmp(text, value->text) == 0)
			continue;
		strlcpy(value->text, text, sizeof(value->text));
		strlcpy(value->origin.text, "the device", sizeof(value->origin.text));
	}
	for (unsigned int i = 0; i < values->clamp_count; i++)
		shown->value[values->clamp[i].id].remark = values->clamp[i].line;
}

static int
ask_device(struct pgn_port_values *values, const struct pgn_config *config,
	   const struct pgn_port_config *port, const struct pgn_options *options)
{
	static struct pgn_config alone;
	static struct pgn_port opened;
	const struct pgn_plan plan = {.memory_mb = MEMORY_MB};
	unsigned int workers;
	int ret;

	strlcpy(alone.file, config->file[0] != '\0' ? config->file : "--profile show",
		sizeof(alone.file));
	strlcpy(alone.lcores, config->lcores[0] != '\0' ? config->lcores : "0",
		sizeof(alone.lcores));
	strlcpy(alone.eal_options, config->eal_options, sizeof(alone.eal_options));
	snprintf(alone.name, sizeof(alone.name), "profile-%d", (int)getpid());
	alone.workers = config->workers;
	alone.wire_count = 1;
	alone.wire[0] = *port;
	workers = pgn_plan_count_workers(&alone, pgn_plan_count_lcores(alone.lcores));
	if (pgn_log_open(PGN_LOG_STDERR, LOG_ERR) != 0)
		return -EIO;
	pgn_port_environment(port, pgn_spread_queues(&alone, &alone.wire[0], workers));
	pgn_log_hold_dpdk(true);
	ret = pgn_eal_start(&alone, options, &plan);
	if (ret == 0) {
		ret = pgn_port_look_at(&opened, &alone, &alone.wire[0]);
		*values = opened.values;
		if (ret == 0)
			pgn_port_close(&opened);
		pgn_eal_stop(&alone);
	}
	pgn_log_close();
	return ret;
}

int
pgn_profile_show(struct pgn_config *config, const struct pgn_options *options,
		 const struct pgn_profiles *profiles)
{
	static struct pgn_shown_profile shown;
	static struct pgn_port_config port;
	static struct pgn_port_values values;

	if (find_target(&port, config, options->profile_target, profiles) != 0)
		return EXIT_BAD_INPUT;
	if (options->effective && port.port[0] == '\0') {
		fprintf(stderr, "--effective: found with a driver, allowed with a port only\n");
		return EXIT_BAD_INPUT;
	}
	pgn_profile_describe(&shown, &port);
	if (options->effective) {
		if (ask_device(&values, config, &port, options) != 0)
			return EXIT_FAILED;
		show_device(&shown, &values);
	}
	if (!options->json) {
		pgn_profile_print(stdout, &shown);
	} else if (!pgn_profile_print_json(stdout, &shown)) {
		fprintf(stderr, "--json: this program was built without jansson\n");
		return EXIT_FAILED;
	}
	return EXIT_GOOD;
}

int
pgn_profile_check(const struct pgn_options *options)
{
	const char *directory = options->profile_target;
	struct pgn_profiles found;
	unsigned int count = 0;
	int faults;

	if (directory == NULL)
		directory = options->profiles;
	if (directory == NULL) {
		/* Also reads the local ones, which need not be complete. */
		if (pgn_profiles_load(&found, NULL, stderr) != 0)
			return EXIT_BAD_INPUT;
		directory = strdupa(found.directory);
		pgn_profiles_free(&found);
	}
	if (directory[0] == '\0') {
		fprintf(stderr, "--profile check: no profiles are installed, name a directory\n");
		return EXIT_FAILED;
	}
	faults = pgn_profiles_lint(directory, &count, stderr);
	if (faults != 0)
		return EXIT_BAD_INPUT;
	printf("%s: %u profiles, good\n", directory, count);
	return EXIT_GOOD;
}
