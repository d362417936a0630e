/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <string.h>

#include "commands.h"
#include "snapshot.h"

#define VIEW (CTL_TAKES_JSON | CTL_TAKES_OPENMETRICS | CTL_TAKES_WATCH)

static const char *const capture_words[] = {"start", "stop", "status", NULL};
static const char *const mode_words[] = {"standby", "operate", NULL};
static const char *const keys_words[] = {"reload", NULL};
static const char *const level_words[] = {"emergency", "alert", "critical", "error", "warning",
					  "notice",    "info",  "debug",    NULL};

static const struct ctl_command commands[] = {
	{.name = "stats",
	 .help = "messages, ports and drops",
	 .takes = VIEW | CTL_TAKES_PER_LCORE,
	 .parts = CTL_TOTALS | CTL_PORTS | CTL_DROPS | CTL_SEALING | CTL_HEALTH,
	 .print = ctl_print_stats},
	{.name = "lcores",
	 .help = "what each lcore did, and how busy it is",
	 .takes = VIEW,
	 .parts = CTL_LCORES | CTL_SPREAD,
	 .print = ctl_print_lcores},
	{.name = "ports",
	 .help = "links, and what came and went by kind",
	 .takes = VIEW,
	 .parts = CTL_PORTS,
	 .print = ctl_print_ports},
	{.name = "pools",
	 .help = "buffers by class",
	 .takes = VIEW,
	 .parts = CTL_POOLS,
	 .print = ctl_print_pools},
	{.name = "drops",
	 .help = "what was dropped, and why",
	 .takes = VIEW,
	 .parts = CTL_DROPS,
	 .print = ctl_print_drops},
	{.name = "routes",
	 .help = "next hops, and why they were chosen",
	 .takes = VIEW,
	 .parts = CTL_ROUTES,
	 .print = ctl_print_routes},
	{.name = "clients",
	 .help = "hosts that are known, or one of them",
	 .word = "[MAC]",
	 .takes = VIEW,
	 .parts = CTL_CLIENTS,
	 .print = ctl_print_clients,
	 .run = ctl_run_clients},
	{.name = "latency",
	 .help = "times from Rx to Tx",
	 .takes = VIEW,
	 .parts = CTL_LATENCY,
	 .print = ctl_print_latency},
	{.name = "health",
	 .help = "the verdict, and why; exit code 3 unless okay",
	 .takes = VIEW,
	 .parts = CTL_HEALTH,
	 .print = ctl_print_health},
	{.name = "config",
	 .help = "the node file as the node reads it",
	 .takes = CTL_TAKES_JSON,
	 .parts = CTL_CONFIG,
	 .print = ctl_print_config},
	{.name = "capture",
	 .help = "write messages to pcapng files",
	 .word = "start|stop|status",
	 .choices = capture_words,
	 .takes = CTL_TAKES_JSON | CTL_TAKES_CAPTURE,
	 .run = ctl_run_capture},
	{.name = "mode",
	 .help = "take part in the network or stand by",
	 .word = "standby|operate",
	 .choices = mode_words,
	 .takes = CTL_TAKES_JSON,
	 .run = ctl_run_mode},
	{.name = "log",
	 .help = "what the node logs: emergency ... debug",
	 .word = "LEVEL",
	 .choices = level_words,
	 .takes = CTL_TAKES_JSON,
	 .run = ctl_run_log},
	{.name = "reset",
	 .help = "show counters from now on",
	 .takes = CTL_TAKES_JSON,
	 .run = ctl_run_reset},
	{.name = "keys",
	 .help = "read the keys again",
	 .word = "reload",
	 .choices = keys_words,
	 .takes = CTL_TAKES_JSON,
	 .run = ctl_run_keys},
	{.name = "exporter",
	 .help = "OpenMetrics over HTTP, for Prometheus",
	 .takes = CTL_TAKES_LISTEN,
	 .run = ctl_run_exporter},
	{.name = "top",
	 .help = "the whole screen, live; q quits",
	 .takes = CTL_TAKES_WATCH,
	 .run = ctl_run_top},
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

const struct ctl_command *
ctl_command_find(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

void
ctl_commands_help(FILE *out)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const char *word = commands[i].word != NULL ? commands[i].word : "";

		fprintf(out, "  %-8s %-17s %s\n", commands[i].name, word, commands[i].help);
	}
}

int
ctl_complain(const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(stderr, "peregrinectl: %s\n", text);
	return CTL_FAILED;
}
