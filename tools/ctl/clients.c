/* SPDX-License-Identifier: BSD-3-Clause */
#include "commands.h"
#include "option_values.h"
#include "shape.h"
#include "snapshot.h"

void
ctl_print_clients(const struct ctl_page *page)
{
	static const char *const titles[] = {"<client", "<where", "<obu", NULL};
	struct ctl_table *table = ctl_table_new(titles);
	const json_t *clients = ctl_total(page, "clients");
	json_t *client;
	size_t i;

	ctl_print_title(page);
	if (json_array_size(clients) == 0)
		fputs("no clients\n", page->out);
	json_array_foreach (clients, i, client) {
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(client, "mac"));
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(client, "where"));
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_text(client, "obu"));
	}
	ctl_table_print(table, page->out, page->colour);
}

static int
print_one(const struct ctl_options *options, json_t *client)
{
	bool known = ctl_integer(client, "known") != 0;
	const char *where = ctl_text(client, "where"), *obu = ctl_text(client, "obu");
	json_t *all;

	if (options->form == CTL_JSON) {
		all = json_pack("{s:i, s:O}", "schema", CTL_SCHEMA, "client", client);
		json_dumpf(all, stdout, JSON_COMPACT);
		fputc('\n', stdout);
		json_decref(all);
	} else if (known) {
		printf("%s %s%s%s\n", ctl_text(client, "mac"), where, *obu != '\0' ? " " : "", obu);
	}
	return known ? CTL_OKAY : ctl_complain("%s: not known to the node", options->word);
}

/* The node knows up to a million: one is asked for by its MAC. */
int
ctl_run_clients(const struct ctl_options *options)
{
	struct ctl_client client = CTL_CLIENT_NONE;
	char command[64];
	json_t *reply = NULL;
	int result;

	if (options->word == NULL)
		return ctl_run_view(options);
	if (ctl_check_mac("clients", options->word, stderr) != 0)
		return CTL_USAGE;
	if (options->form == CTL_OPENMETRICS || options->watch_ms > 0) {
		ctl_usage_error(stderr, "clients MAC: takes --json only");
		return CTL_USAGE;
	}
	snprintf(command, sizeof(command), "/peregrine/client,%s", options->word);
	if (ctl_client_open(&client, options->telemetry) == 0)
		reply = ctl_ask_checked(&client, command, &ctl_shape_client);
	result = reply != NULL ? print_one(options, reply) : ctl_complain("%s", client.error.text);
	json_decref(reply);
	ctl_client_close(&client);
	return result;
}
