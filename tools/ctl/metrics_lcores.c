/* SPDX-License-Identifier: BSD-3-Clause */
#include "metrics_text.h"
#include "rates.h"

#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct number_label {
	char text[24];
};

static struct number_label
number(json_int_t value)
{
	struct number_label label;

	snprintf(label.text, sizeof(label.text), "%" JSON_INTEGER_FORMAT, value);
	return label;
}

static void
write_counts(FILE *out, json_t *lcores)
{
	static const struct ctl_member counts[] = {
		{"rx_messages", {"lcore_rx_messages", "counter", "messages", "taken from ports"}},
		{"tx_messages", {"lcore_tx_messages", "counter", "messages", "accepted by ports"}},
		{"kept", {"lcore_kept_messages", "counter", "messages", "consumed by routing"}},
		{"dropped", {"lcore_dropped_messages", "counter", "messages", "dropped"}},
		{"polls", {"lcore_polls", "counter", NULL, "turns of the loop"}},
		{"polls_empty", {"lcore_polls_empty", "counter", NULL, "turns that found nothing"}},
	};

	ctl_metrics_members(out, counts, SIZE(counts), "lcore", lcores);
}

static void
write_seconds(FILE *out, json_t *lcores, double hz)
{
	static const struct ctl_member times[] = {
		{"cycles_busy", {"lcore_busy_seconds", "counter", "seconds", "time with work"}},
		{"cycles_idle", {"lcore_idle_seconds", "counter", "seconds", "time without work"}},
		{"cycles_rx", {"lcore_rx_seconds", "counter", "seconds", "busy taking from ports"}},
		{"cycles_role", {"lcore_role_seconds", "counter", "seconds", "busy in the role"}},
		{"cycles_tx", {"lcore_tx_seconds", "counter", "seconds", "busy giving to ports"}},
	};
	json_t *lcore;
	const char *name;

	for (size_t t = 0; t < SIZE(times); t++) {
		ctl_metrics_family(out, &times[t].family);
		json_object_foreach (lcores, name, lcore) {
			const struct ctl_label labels[] = {{"lcore", name}, {NULL, NULL}};
			double cycles = (double)ctl_integer(lcore, times[t].member);

			ctl_metrics_real(out, &times[t].family, labels, hz > 0 ? cycles / hz : 0);
		}
	}
}

static void
write_bursts(FILE *out, json_t *lcores)
{
	static const struct ctl_family family = {"lcore_bursts", "counter", NULL,
						 "bursts that were not empty, by frames"};
	const char *frames;
	json_t *lcore, *count;
	const char *name;

	ctl_metrics_family(out, &family);
	json_object_foreach (lcores, name, lcore) {
		json_object_foreach (json_object_get(lcore, "bursts"), frames, count) {
			const struct ctl_label labels[] = {
				{"lcore", name}, {"frames", frames}, {NULL, NULL}};

			ctl_metrics_integer(out, &family, labels, json_integer_value(count));
		}
	}
}

static void
write_rings(FILE *out, json_t *rings, const struct ctl_family *family, const char *member)
{
	json_t *ring;
	const char *name;

	ctl_metrics_family(out, family);
	json_object_foreach (rings, name, ring) {
		const struct number_label from = number(ctl_integer(ring, "from_lcore"));
		const struct number_label to = number(ctl_integer(ring, "to_lcore"));
		const struct ctl_label labels[] = {
			{"from_lcore", from.text}, {"to_lcore", to.text}, {NULL, NULL}};

		ctl_metrics_integer(out, family, labels, ctl_integer(ring, member));
	}
}

static void
write_queues(FILE *out, json_t *queues)
{
	static const struct ctl_family family = {"queue_rx_frames", "counter", "frames",
						 "taken from a queue of a port"};
	json_t *queue;
	const char *name;

	ctl_metrics_family(out, &family);
	json_object_foreach (queues, name, queue) {
		const struct number_label id = number(ctl_integer(queue, "queue"));
		const struct number_label lcore = number(ctl_integer(queue, "lcore"));
		const struct ctl_label labels[] = {{"port", ctl_text(queue, "port")},
						   {"queue", id.text},
						   {"lcore", lcore.text},
						   {NULL, NULL}};

		ctl_metrics_integer(out, &family, labels, ctl_integer(queue, "frames"));
	}
}

void
ctl_metrics_lcores(FILE *out, const json_t *snapshot)
{
	static const struct ctl_family frames = {"spread_frames", "counter", "frames",
						 "handed from lcore to lcore"};
	static const struct ctl_family full = {"spread_overflowed_frames", "counter", "frames",
					       "not handed over, the ring was full"};
	json_t *lcores = json_object_get(snapshot, "lcores");
	const json_t *spread = json_object_get(snapshot, "spread");

	if (lcores != NULL) {
		write_counts(out, lcores);
		write_seconds(out, lcores,
			      (double)ctl_integer(json_object_get(snapshot, "info"), "tsc_hz"));
		write_bursts(out, lcores);
	}
	if (spread != NULL) {
		write_rings(out, json_object_get(spread, "rings"), &frames, "frames");
		write_rings(out, json_object_get(spread, "rings"), &full, "overflowed");
		write_queues(out, json_object_get(spread, "queues"));
	}
}
