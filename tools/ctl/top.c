/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "offsets.h"
#include "signals.h"
#include "snapshot.h"
#include "top.h"

#define PARTS (CTL_TOTALS | CTL_LCORES | CTL_PORTS | CTL_DROPS | CTL_ROUTES | CTL_HEALTH)
#define INTERVAL_MS 1000

struct session {
	const struct ctl_options *options;
	struct ctl_client client;
	struct ctl_top top;
	json_t *offset;
};

static void
update(struct session *s)
{
	struct ctl_error ignored; /* there is no place for it on the screen */
	json_t *snapshot = ctl_snapshot_take(&s->client, s->options->telemetry, PARTS);

	s->top.trouble = snapshot == NULL ? s->client.error.text : NULL;
	if (snapshot == NULL)
		return;
	ctl_offsets_follow(&s->offset, snapshot, s->top.rates.last, &ignored);
	ctl_rates_update(&s->top.rates, snapshot, s->offset);
	ctl_history_add(&s->top.history, &s->top.rates);
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* True: quit. A change of the terminal's size ends the poll, and is drawn. */
static bool
wait_until(struct session *s, struct ctl_screen *screen, int signals, int64_t until)
{
	struct pollfd wait[] = {{.fd = STDIN_FILENO, .events = POLLIN},
				{.fd = signals, .events = POLLIN}};
	int64_t left;

	while ((left = until - now_ms()) > 0) {
		int ready = poll(wait, 2, (int)left);

		if (ready > 0 && (wait[1].revents != 0 || (wait[0].revents & ~POLLIN) != 0))
			return true; /* told to, or the terminal is gone */
		if (ready != 0 && ctl_screen_quit())
			return true;
		if (ready != 0)
			ctl_top_draw(screen, &s->top);
	}
	return false;
}

static void
run(struct session *s, struct ctl_screen *screen, int signals)
{
	unsigned int interval = s->options->watch_ms > 0 ? s->options->watch_ms : INTERVAL_MS;
	bool quit = false;

	while (!quit) {
		ctl_top_draw(screen, &s->top);
		quit = wait_until(s, screen, signals, now_ms() + interval);
		if (!quit)
			update(s);
	}
}

int
ctl_run_top(const struct ctl_options *options)
{
	struct session s = {.options = options, .client = CTL_CLIENT_NONE};
	struct ctl_screen screen;
	int signals, result = CTL_OKAY;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return ctl_complain("top: needs a terminal");
	signals = ctl_signals_open();
	if (signals < 0)
		return ctl_complain("%s", strerror(-signals));
	update(&s);
	if (s.top.trouble != NULL) {
		result = ctl_complain("%s", s.top.trouble);
	} else if (!ctl_screen_open(&screen)) {
		result = ctl_complain("top: TERM is unknown");
	} else {
		run(&s, &screen, signals);
		ctl_screen_close(&screen);
	}
	ctl_client_close(&s.client);
	ctl_rates_release(&s.top.rates);
	json_decref(s.offset);
	close(signals);
	return result;
}
