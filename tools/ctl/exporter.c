/* SPDX-License-Identifier: BSD-3-Clause */
/* One thread of the HTTP library's answers; each scrape is a connection to the node of its own. */
#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "listen.h"
#include "metrics.h"
#include "option_values.h"
#include "signals.h"
#include "snapshot.h"

#define CONNECTIONS_MAX 16
#define IDLE_SECONDS 10
#define PARTS (CTL_COUNTING | CTL_ROUTES | CTL_HEALTH)

struct exporter {
	const struct ctl_options *options;
	bool gone; /* and it was said */
};

static void
scrape(struct exporter *exporter, FILE *out)
{
	struct ctl_client client = CTL_CLIENT_NONE;
	json_t *snapshot = ctl_snapshot_take(&client, exporter->options->telemetry, PARTS);

	if (snapshot != NULL) {
		ctl_metrics_write(snapshot, out);
	} else {
		ctl_metrics_write_down(out);
		if (!exporter->gone)
			ctl_complain("%s", client.error.text);
	}
	exporter->gone = snapshot == NULL;
	json_decref(snapshot);
	ctl_client_close(&client);
}

static struct MHD_Response *
metrics_response(struct exporter *exporter)
{
	struct MHD_Response *response = NULL;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL)
		return NULL;
	scrape(exporter, out);
	if (fclose(out) == 0)
		response = MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
	if (response == NULL)
		free(text);
	else
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, CTL_METRICS_TYPE);
	return response;
}

static struct MHD_Response *
text_response(char *text)
{
	return MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result
answer(void *closure, struct MHD_Connection *connection, const char *url, const char *method,
       const char *version, const char *body, size_t *body_length, void **request)
{
	static char index[] = "Peregrine's metrics are at /metrics\n", get_only[] = "GET only\n";
	struct MHD_Response *response;
	unsigned int status = MHD_HTTP_OK;
	enum MHD_Result result;

	(void)version;
	(void)body;
	(void)request;
	if (*body_length > 0) { /* of no interest */
		*body_length = 0;
		return MHD_YES;
	}
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
		response = text_response(get_only);
		status = MHD_HTTP_METHOD_NOT_ALLOWED;
	} else if (strcmp(url, "/metrics") == 0) {
		response = metrics_response(closure);
	} else {
		response = text_response(index);
		status = strcmp(url, "/") == 0 ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND;
	}
	if (response == NULL)
		return MHD_NO;
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static void
say_where(struct MHD_Daemon *daemon, const char *listen)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
	int host_length = (int)(strrchr(listen, ':') - listen);

	printf("http://%.*s:%u/metrics\n", host_length, listen,
	       info != NULL ? (unsigned int)info->port : 0);
	fflush(stdout);
}

int
ctl_run_exporter(const struct ctl_options *options)
{
	struct exporter exporter = {.options = options};
	struct sockaddr_storage address;
	unsigned int flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO;
	struct MHD_Daemon *daemon;
	int signals;

	if (!ctl_listen_parse(&address, options->listen)) {
		ctl_usage_error(stderr, "--listen: found \"%s\", allowed ADDRESS:PORT",
				options->listen);
		return CTL_USAGE;
	}
	signals = ctl_signals_open();
	if (signals < 0)
		return ctl_complain("%s", strerror(-signals));
	signal(SIGPIPE, SIG_IGN);
	if (address.ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	errno = 0;
	daemon = MHD_start_daemon(flags, 0, NULL, NULL, answer, &exporter, MHD_OPTION_SOCK_ADDR,
				  (struct sockaddr *)&address, MHD_OPTION_CONNECTION_LIMIT,
				  CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
				  MHD_OPTION_END);
	if (daemon == NULL) {
		ctl_complain("cannot listen on %s: %s", options->listen, strerror(errno));
		close(signals);
		return CTL_FAILED;
	}
	say_where(daemon, options->listen);
	ctl_signals_wait(signals, -1);
	MHD_stop_daemon(daemon);
	close(signals);
	return CTL_OKAY;
}
