/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/string.h>
#include <string.h>

#include "history.h"

/* As many as there are when it is none of them. */
static unsigned int
index_of(const struct ctl_history *history, const char *port)
{
	unsigned int i = 0;

	while (i < history->ports && strcmp(history->port[i].name, port) != 0)
		i++;
	return i;
}

static struct ctl_history_port *
port_of(struct ctl_history *history, const char *name)
{
	unsigned int i = index_of(history, name);

	if (i == CTL_HISTORY_PORTS)
		return NULL;
	if (i == history->ports) {
		strlcpy(history->port[i].name, name, sizeof(history->port[i].name));
		history->ports++;
	}
	return &history->port[i];
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
	unsigned int index = index_of(history, port);
	const struct ctl_history_port *kept;
	double most = 0, rate;

	if (index == history->ports || age >= history->filled)
		return 0;
	kept = &history->port[index];
	for (unsigned int i = 0; i < CTL_HISTORY_LENGTH; i++) {
		if (kept->rate[i] > most)
			most = kept->rate[i];
	}
	rate = kept->rate[(history->next + CTL_HISTORY_LENGTH - 1 - age) % CTL_HISTORY_LENGTH];
	return most > 0 ? (unsigned int)(levels * rate / most + 0.5) : 0;
}
