/* SPDX-License-Identifier: BSD-3-Clause */
#include "commands.h"
#include "format.h"
#include "offsets.h"
#include "snapshot.h"

static int
report(const struct ctl_options *options, const json_t *snapshot)
{
	json_int_t since_ns = ctl_integer(json_object_get(snapshot, "info"), "snapshot_utc_ns");

	if (options->form == CTL_JSON)
		printf("{\"schema\":%d,\"done\":1,\"since_utc_ns\":%" JSON_INTEGER_FORMAT "}\n",
		       CTL_SCHEMA, since_ns);
	else
		printf("counted since %s\n", ctl_format_utc(since_ns).text);
	return CTL_OKAY;
}

int
ctl_run_reset(const struct ctl_options *options)
{
	struct ctl_client client = CTL_CLIENT_NONE;
	json_t *snapshot = ctl_snapshot_take(&client, options->telemetry, CTL_COUNTING);
	int result;

	if (snapshot != NULL && ctl_offsets_save(snapshot, &client.error) == 0)
		result = report(options, snapshot);
	else
		result = ctl_complain("%s", client.error.text);
	json_decref(snapshot);
	ctl_client_close(&client);
	return result;
}
