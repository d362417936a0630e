/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "config_keys.h"
#include "dumpcap.h"
#include "log.h"
#include "management.h"
#include "sealing.h"

static_assert(PGN_SEALING_LINE <= PGN_REQUEST_WHY, "what sealing says fits");

static int
reload_keys(void *context, char why[PGN_REQUEST_WHY])
{
	struct pgn_management *m = context;
	int ret = pgn_sealing_reread(m->node, m->config, why);

	pgn_log(ret == 0 ? LOG_NOTICE : LOG_ERR, "%s", why);
	return ret;
}

static int
set_log_level(void *context, unsigned int severity, char why[PGN_REQUEST_WHY])
{
	(void)context;
	(void)why;
	pgn_log(LOG_NOTICE, "log.level is %s from now on", pgn_level_names[severity]);
	pgn_log_set_level(severity);
	return 0;
}

static int
set_mode(void *context, bool standby, char why[PGN_REQUEST_WHY])
{
	struct pgn_management *m = context;

	(void)why;
	atomic_store_explicit(&m->node->standby, standby, memory_order_relaxed);
	pgn_log(LOG_NOTICE, standby ? "stands by: sends nothing, drops what comes in" : "operates");
	return 0;
}

static int
capture_start(void *context, const struct pgn_capture_request *request, char why[PGN_REQUEST_WHY])
{
	struct pgn_management *m = context;

	return pgn_capture_start(&m->capture, request, why, PGN_REQUEST_WHY);
}

static int
capture_stop(void *context, char why[PGN_REQUEST_WHY])
{
	struct pgn_management *m = context;

	return pgn_capture_stop(&m->capture, why, PGN_REQUEST_WHY);
}

static void
capture_status(void *context, struct pgn_capture_status *status)
{
	struct pgn_management *m = context;

	pgn_capture_status(&m->capture, status);
}

static void
take_requests(void *context)
{
	struct pgn_management *m = context;

	pgn_socket_serve(&m->socket);
}

void
pgn_management_init(struct pgn_management *m, const struct pgn_config *config,
		    struct pgn_node *node, struct pgn_control *control, struct pgn_workers *workers,
		    const struct pgn_port *ports)
{
	m->config = config;
	m->node = node;
	m->control = control;
	m->acts = (struct pgn_acts){.reload_keys = reload_keys,
				    .log_level = set_log_level,
				    .mode = set_mode,
				    .capture_start = capture_start,
				    .capture_stop = capture_stop,
				    .capture_status = capture_status,
				    .context = m};
	m->capture.config = config;
	m->capture.node = node;
	m->capture.workers = workers;
	m->capture.ports = ports;
	pgn_socket_group(config, &m->capture.group, NULL);
}

void
pgn_management_open(struct pgn_management *m, struct pgn_telemetry *telemetry)
{
	int ret = pgn_telemetry_open(telemetry);

	pgn_dumpcap_open(m->config);

	if (ret != 0)
		pgn_log(LOG_WARNING, "telemetry: %s: nothing can be asked of this node",
			strerror(-ret));
	ret = pgn_socket_open(&m->socket, m->config, &m->acts);
	if (ret == 0)
		ret = pgn_control_watch_requests(m->control, m->socket.epoll, take_requests, m);
	if (ret == -ENOTSUP)
		pgn_log(LOG_DEBUG, "no control socket: built without jansson");
	else if (ret != 0)
		pgn_log(LOG_WARNING, "control socket: %s: this node cannot be told anything",
			strerror(-ret));
}

void
pgn_management_turn(struct pgn_management *m)
{
	pgn_capture_turn(&m->capture);
}

void
pgn_management_close(struct pgn_management *m, struct pgn_telemetry *telemetry)
{
	pgn_socket_close(&m->socket);
	pgn_capture_close(&m->capture);
	pgn_dumpcap_close();
	pgn_telemetry_close(telemetry);
}

void
pgn_management_reload_keys(struct pgn_management *m)
{
	char why[PGN_REQUEST_WHY];

	reload_keys(m, why);
}
