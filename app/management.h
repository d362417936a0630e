/* SPDX-License-Identifier: BSD-3-Clause */
/** What a running node can be asked, and told: telemetry, and the control socket. */
#ifndef PGN_MANAGEMENT_H
#define PGN_MANAGEMENT_H

#include "capture.h"
#include "control.h"
#include "requests.h"
#include "socket.h"
#include "telemetry.h"

struct pgn_management {
	const struct pgn_config *config;
	struct pgn_node *node;
	struct pgn_control *control;
	struct pgn_acts acts;
	struct pgn_socket socket;
	struct pgn_capture capture;
};

void pgn_management_init(struct pgn_management *m, const struct pgn_config *config,
			 struct pgn_node *node, struct pgn_control *control,
			 struct pgn_workers *workers, const struct pgn_port *ports);

/** What cannot be opened is logged: the node runs without it. */
void pgn_management_open(struct pgn_management *m, struct pgn_telemetry *telemetry);

/** Every PGN_LINKS_EVERY_US, by the control loop. */
void pgn_management_turn(struct pgn_management *m);

/** When workers and control loop have ended, and ports are open. */
void pgn_management_close(struct pgn_management *m, struct pgn_telemetry *telemetry);

/** As a SIGHUP asks for. By the control loop. */
void pgn_management_reload_keys(struct pgn_management *m);

#endif
