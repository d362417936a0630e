/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "drops.h"
#include "format.h"
#include "page.h"
#include "top.h"

#define NS_PER_SECOND 1000000000LL
#define NS_PER_US 1000
#define BAR_WIDTH 24
#define LEVELS 8
#define DROPS_SHOWN 5
#define FAIRLY_BUSY 0.6
#define VERY_BUSY 0.85

static void
draw_head(struct ctl_screen *screen, const struct ctl_top *top)
{
	const json_t *info = json_object_get(top->rates.total, "info");
	const json_t *health = json_object_get(top->rates.total, "health");
	const char *verdict = ctl_text(health, "verdict");

	ctl_screen_add(screen, CTL_HEAD, "%s %s %s", ctl_text(info, "role"), ctl_text(info, "name"),
		       ctl_text(info, "identity"));
	ctl_screen_add(screen, CTL_PLAIN, "  %s  up %s  ", ctl_text(info, "mode"),
		       ctl_format_age(ctl_integer(info, "uptime_ns") / NS_PER_SECOND).text);
	if (top->trouble == NULL)
		ctl_screen_add(screen, ctl_verdict_style(verdict), "%s %s", verdict,
			       ctl_text(health, "reason"));
	ctl_screen_next_line(screen);
	if (top->trouble != NULL) {
		ctl_screen_add(screen, CTL_BAD, "%s", top->trouble);
		ctl_screen_next_line(screen);
	}
}

static void
draw_totals(struct ctl_screen *screen, const struct ctl_rates *rates)
{
	static const char *const terms[] = {"received", "sent", "kept", "dropped"};
	const json_t *total = json_object_get(rates->total, "totals");
	const json_t *change = json_object_get(rates->change, "totals");
	json_int_t unaccounted = ctl_integer(total, "unaccounted");

	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++)
		ctl_screen_add(
			screen, CTL_PLAIN, "%s %s/s  ", terms[i],
			ctl_format_rate(ctl_rate(rates, ctl_integer(change, terms[i]))).text);
	ctl_screen_add(screen, CTL_PLAIN, "in flight %s  clients %s",
		       ctl_format_count(ctl_integer(total, "in_flight")).text,
		       ctl_format_count(ctl_integer(total, "clients_known")).text);
	if (unaccounted != 0)
		ctl_screen_add(screen, CTL_BAD, "  unaccounted %s",
			       ctl_format_count(unaccounted).text);
	ctl_screen_next_line(screen);
	ctl_screen_next_line(screen);
}

static void
draw_lcores(struct ctl_screen *screen, const struct ctl_rates *rates)
{
	static const char bar[BAR_WIDTH + 1] = "||||||||||||||||||||||||";
	const char *number;
	json_t *change;

	ctl_screen_add(screen, CTL_HEAD, "%5s %-8s %*s%8s %7s %7s", "lcore", "does", BAR_WIDTH + 2,
		       "", "busy", "rx/s", "tx/s");
	ctl_screen_next_line(screen);
	json_object_foreach (json_object_get(rates->change, "lcores"), number, change) {
		double share = ctl_busy(change);
		int length = (int)(share * BAR_WIDTH + 0.5);
		enum ctl_style style = share > VERY_BUSY     ? CTL_BAD
				       : share > FAIRLY_BUSY ? CTL_POOR
							     : CTL_GOOD;

		ctl_screen_add(screen, CTL_PLAIN, "%5s %-8.8s [", number, ctl_text(change, "does"));
		ctl_screen_add(screen, style, "%.*s", length, bar);
		ctl_screen_add(
			screen, CTL_PLAIN, "%*s]%8s %7s %7s", BAR_WIDTH - length, "",
			ctl_format_percent(share).text,
			ctl_format_rate(ctl_rate(rates, ctl_integer(change, "rx_messages"))).text,
			ctl_format_rate(ctl_rate(rates, ctl_integer(change, "tx_messages"))).text);
		ctl_screen_next_line(screen);
	}
	ctl_screen_next_line(screen);
}

static void
draw_direction(struct ctl_screen *screen, const struct ctl_rates *rates, json_t *port,
	       const char *messages, const char *bytes)
{
	json_int_t grown = ctl_sum(json_object_get(port, messages));
	double bits = ctl_bit_rate(rates, json_object_get(port, bytes));

	ctl_screen_add(screen, CTL_PLAIN, " %7s %7s", ctl_format_rate(ctl_rate(rates, grown)).text,
		       ctl_format_rate(bits).text);
}

/* Newest at the right edge. */
static void
draw_sparkline(struct ctl_screen *screen, const struct ctl_history *history, const char *port)
{
	int width = screen->columns - screen->column;

	for (int age = width - 1; age >= 0; age--)
		ctl_screen_add_level(screen,
				     ctl_history_level(history, port, (unsigned int)age, LEVELS));
}

static void
draw_ports(struct ctl_screen *screen, const struct ctl_top *top)
{
	json_t *port, *totals = json_object_get(top->rates.total, "ports");
	const char *name;

	ctl_screen_add(screen, CTL_HEAD, "%-8s %-4s %7s %7s %7s %7s %7s", "port", "link", "rx/s",
		       "bit/s", "tx/s", "bit/s", "lost");
	ctl_screen_next_line(screen);
	json_object_foreach (json_object_get(top->rates.change, "ports"), name, port) {
		json_t *total = json_object_get(totals, name);
		bool up = ctl_integer(total, "link_up") != 0;
		json_int_t lost = ctl_lost(total);

		ctl_screen_add(screen, CTL_PLAIN, "%-8.8s ", name);
		ctl_screen_add(screen, up ? CTL_GOOD : CTL_BAD, "%-4s", up ? "up" : "down");
		draw_direction(screen, &top->rates, port, "rx_messages", "rx_bytes");
		draw_direction(screen, &top->rates, port, "tx_messages", "tx_bytes");
		ctl_screen_add(screen, lost > 0 ? CTL_POOR : CTL_PLAIN, " %7s ",
			       ctl_format_count(lost).text);
		draw_sparkline(screen, &top->history, name);
		ctl_screen_next_line(screen);
	}
	ctl_screen_next_line(screen);
}

static void
draw_drops(struct ctl_screen *screen, const struct ctl_rates *rates)
{
	struct ctl_drops drops;

	ctl_drops_sort(&drops, json_object_get(rates->total, "drops"),
		       json_object_get(rates->change, "drops"));
	ctl_screen_add(screen, CTL_HEAD, "%-18s %7s %7s", "drops", "/s", "count");
	ctl_screen_next_line(screen);
	for (unsigned int i = 0; i < drops.reasons && i < DROPS_SHOWN; i++) {
		const struct ctl_drop *drop = &drops.drop[i];

		ctl_screen_add(screen, drop->change > 0 ? CTL_POOR : CTL_PLAIN, "%-18s %7s %7s",
			       drop->reason, ctl_format_rate(ctl_rate(rates, drop->change)).text,
			       ctl_format_count(drop->count).text);
		ctl_screen_next_line(screen);
	}
	ctl_screen_next_line(screen);
}

static void
draw_routes(struct ctl_screen *screen, const struct ctl_rates *rates)
{
	json_t *route;
	size_t i;

	ctl_screen_add(screen, CTL_HEAD, "%-17s  %-17s %-8s %4s %6s %9s  %s", "route to",
		       "next hop", "wire", "hops", "heard", "latency", "state");
	ctl_screen_next_line(screen);
	json_array_foreach (json_object_get(rates->total, "routes"), i, route) {
		const char *state = ctl_text(route, "state");

		if (screen->row >= screen->rows)
			break;
		ctl_screen_add(screen, CTL_PLAIN, "%-17s %c%-17s %-8.8s %4d %3d/64 %9s  ",
			       ctl_text(route, "node"), ctl_integer(route, "current") ? '*' : ' ',
			       ctl_text(route, "next_hop"), ctl_text(route, "wire"),
			       (int)ctl_integer(route, "hops"),
			       (int)ctl_integer(route, "delivered_of_64"),
			       ctl_format_ns(NS_PER_US * ctl_integer(route, "latency_us")).text);
		ctl_screen_add(screen, strcmp(state, "live") == 0 ? CTL_GOOD : CTL_POOR, "%s",
			       state);
		ctl_screen_next_line(screen);
	}
}

void
ctl_top_draw(struct ctl_screen *screen, const struct ctl_top *top)
{
	ctl_screen_begin(screen);
	draw_head(screen, top);
	draw_totals(screen, &top->rates);
	draw_lcores(screen, &top->rates);
	draw_ports(screen, top);
	draw_drops(screen, &top->rates);
	draw_routes(screen, &top->rates);
	ctl_screen_end(screen);
}
