/* SPDX-License-Identifier: BSD-3-Clause */
#include "metrics_text.h"
#include "rates.h"

#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

static void
write_devices(FILE *out, json_t *ports)
{
	static const struct ctl_family family = {"port", "info", NULL, "what a port is"};
	const char *name;
	json_t *port;

	ctl_metrics_family(out, &family);
	json_object_foreach (ports, name, port) {
		const struct ctl_label labels[] = {{"port", name},
						   {"device", ctl_text(port, "port")},
						   {"mac", ctl_text(port, "mac")},
						   {"spread", ctl_text(port, "spread")},
						   {NULL, NULL}};

		ctl_metrics_integer(out, &family, labels, 1);
	}
}

static void
write_by_kind(FILE *out, json_t *ports)
{
	static const struct ctl_family families[] = {
		{"rx_messages", "counter", "messages", "taken from a port"},
		{"rx_bytes", "counter", "bytes", "of frames taken from a port, without FCS"},
		{"tx_messages", "counter", "messages", "accepted by a port"},
		{"tx_bytes", "counter", "bytes", "of frames accepted by a port, without FCS"},
	};
	const char *name, *kind;
	json_t *port, *count;

	for (size_t i = 0; i < SIZE(families); i++) {
		ctl_metrics_family(out, &families[i]);
		json_object_foreach (ports, name, port) {
			/* the members are called as the families are */
			json_object_foreach (json_object_get(port, families[i].name), kind, count) {
				const struct ctl_label labels[] = {
					{"port", name}, {"kind", kind}, {NULL, NULL}};

				ctl_metrics_integer(out, &families[i], labels,
						    json_integer_value(count));
			}
		}
	}
}

static void
write_numbers(FILE *out, json_t *ports)
{
	static const struct ctl_member numbers[] = {
		{"link_up", {"port_link_up", "gauge", NULL, "1 when the link is up"}},
		{"rx_queues", {"port_rx_queues", "gauge", NULL, "queues that are polled"}},
		{"tx_queues", {"port_tx_queues", "gauge", NULL, "queues that are sent to"}},
		{"link_downs", {"port_link_downs", "counter", NULL, "times the link went down"}},
		{"reopened", {"port_reopened", "counter", NULL, "times the port was set up again"}},
	};

	ctl_metrics_members(out, numbers, SIZE(numbers), "port", ports);
}

static void
write_losses(FILE *out, json_t *ports)
{
	static const struct ctl_family family = {"port_lost_frames", "counter", "frames",
						 "lost before we saw them"};
	static const char *const reasons[] = {"missed", "no_buffer", "errors"};
	const char *name;
	json_t *port;

	ctl_metrics_family(out, &family);
	json_object_foreach (ports, name, port) {
		for (size_t i = 0; i < SIZE(reasons); i++) {
			const struct ctl_label labels[] = {
				{"port", name}, {"reason", reasons[i]}, {NULL, NULL}};
			char member[32];

			snprintf(member, sizeof(member), "lost_%s", reasons[i]);
			ctl_metrics_integer(out, &family, labels, ctl_integer(port, member));
		}
	}
}

void
ctl_metrics_ports(FILE *out, const json_t *snapshot)
{
	json_t *ports = json_object_get(snapshot, "ports");

	if (ports == NULL)
		return;
	write_devices(out, ports);
	write_by_kind(out, ports);
	write_numbers(out, ports);
	write_losses(out, ports);
}
