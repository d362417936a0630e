/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/string.h>
#include <string.h>

#include "history.h"

static struct ctl_history_port *
port_of(struct ctl_history *history, const char *name)
{
	struct ctl_history_port *port;

	for (unsigned int i = 0; i < history->ports; i++) {
		if (strcmp(history->port[i].name, name) == 0)
			return &history->port[i];
	}
	if (history->ports == CTL_HISTORY_PORTS)
		return NULL;
	port = &history->port[history->ports++];
	strlcpy(port->name, name, sizeof(port->name));
	return port;
}

void
ctl_history_add(struct ctl_history *history, const struct ctl_rates *rates)
{
	json_t *port, *ports = json_object_get(rates->change, "ports");
	const char *name;

	if (rates->restarted)
		memset(history, 0, sizeof(*history));
	if (!rates->interval)
		return;
	json_object_foreach (ports, name, port) {
		struct ctl_history_port *kept = port_of(history, name);

		if (kept != NULL)
			kept->rate[history->next] = ctl_rate(
				rates, ctl_sum(json_object_get(port, "rx_messages")) +
					       ctl_sum(json_object_get(port, "tx_messages")));
	}
	history->next = (history->next + 1) % CTL_HISTORY_LENGTH;
	if (history->filled < CTL_HISTORY_LENGTH)
		history->filled++;
}

unsigned int
ctl_history_level(const struct ctl_history *history, const char *port, unsigned int age,
		  unsigned int levels)
{
	const struct ctl_history_port *kept = NULL;
	double most = 0, rate;

	for (unsigned int i = 0; i < history->ports; i++) {
		if (strcmp(history->port[i].name, port) == 0)
			kept = &history->port[i];
	}
	if (kept == NULL || age >= history->filled)
		return 0;
	for (unsigned int i = 0; i < CTL_HISTORY_LENGTH; i++) {
		if (kept->rate[i] > most)
			most = kept->rate[i];
	}
	rate = kept->rate[(history->next + CTL_HISTORY_LENGTH - 1 - age) % CTL_HISTORY_LENGTH];
	return most > 0 ? (unsigned int)(levels * rate / most + 0.5) : 0;
}
