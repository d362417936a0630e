/* SPDX-License-Identifier: BSD-3-Clause */
/* A view, once or again and again: take a snapshot, make it what the form wants, print it. */
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "metrics.h"
#include "offsets.h"
#include "shape.h"
#include "signals.h"
#include "snapshot.h"

struct view {
	const struct ctl_options *options;
	unsigned int parts;
	struct ctl_client client;
	struct ctl_rates rates;
	json_t *offset;
	bool healthy;
	bool printed;
	bool gone; /* and it was said */
};

static void
print_json(const struct view *view)
{
	json_t *total = view->rates.total;

	json_object_set_new(total, "since_utc_ns", json_integer(view->rates.since_ns));
	json_dumpf(total, stdout, JSON_COMPACT);
	fputc('\n', stdout);
}

/* On a terminal in place of the last one, else behind it. */
static void
print_human(struct view *view)
{
	struct ctl_page page = {
		.rates = &view->rates,
		.out = stdout,
		.colour = ctl_colour_allowed(stdout),
		.per_lcore = view->options->per_lcore,
	};

	if (view->options->watch_ms > 0 && isatty(STDOUT_FILENO))
		fputs("\033[H\033[J", stdout);
	else if (view->printed)
		fputc('\n', stdout);
	if (view->rates.restarted)
		fputs("the node was started anew\n", stdout);
	view->options->command->print(&page);
	view->printed = true;
}

static int
print(struct view *view)
{
	switch (view->options->form) {
	case CTL_JSON:
		print_json(view);
		break;
	case CTL_OPENMETRICS:
		ctl_metrics_write(view->rates.last, stdout);
		break;
	default:
		print_human(view);
	}
	return fflush(stdout) == 0 ? CTL_OKAY : CTL_FAILED; /* main says so */
}

static int
show_once(struct view *view)
{
	json_t *snapshot = ctl_snapshot_take(&view->client, view->options->telemetry, view->parts);
	struct ctl_error error;
	const char *verdict;

	if (snapshot == NULL) {
		if (!view->gone)
			ctl_complain("%s", view->client.error.text);
		view->gone = true;
		return CTL_FAILED;
	}
	view->gone = false;
	ctl_offsets_follow(&view->offset, snapshot, view->rates.last, &error);
	if (error.text[0] != '\0')
		ctl_complain("%s", error.text);
	ctl_rates_update(&view->rates, snapshot, view->offset);
	verdict = ctl_text(json_object_get(snapshot, "health"), "verdict");
	view->healthy = strcmp(verdict, "okay") == 0;
	return print(view);
}

static int
watch(struct view *view)
{
	int signals = ctl_signals_open();
	int result;

	if (signals < 0)
		return ctl_complain("%s", strerror(-signals));
	result = show_once(view);
	/* a node that goes away later may come back */
	while (result == CTL_OKAY || (view->gone && view->rates.last != NULL)) {
		if (ctl_signals_wait(signals, (int)view->options->watch_ms)) {
			result = CTL_OKAY;
			break;
		}
		result = show_once(view);
	}
	close(signals);
	return result;
}

int
ctl_run_view(const struct ctl_options *options)
{
	struct view view = {
		.options = options,
		.parts = options->command->parts | (options->per_lcore ? CTL_LCORES : 0),
		.client = CTL_CLIENT_NONE,
	};
	int result = options->watch_ms > 0 ? watch(&view) : show_once(&view);

	ctl_client_close(&view.client);
	ctl_rates_release(&view.rates);
	json_decref(view.offset);
	if (result == CTL_OKAY && options->command->parts == CTL_HEALTH && !view.healthy)
		return CTL_DEGRADED;
	return result;
}
