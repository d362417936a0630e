/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Captures of what passes the ports, one at a time, in files of pcapng. All by the control loop,
 * which never waits for a disk. Memory is taken at the start of a capture and given back at its
 * end.
 */
#ifndef PGN_CAPTURE_H
#define PGN_CAPTURE_H

#include "capture_request.h"
#include "capture_tap.h"
#include "capture_writer.h"
#include "workers.h"

enum pgn_capture_state {
	PGN_CAPTURE_OFF,
	PGN_CAPTURE_ON,
	PGN_CAPTURE_LEAVING,  /**< workers may still copy into the ring */
	PGN_CAPTURE_FINISHING /**< the writer writes the rest */
};

struct pgn_capture {
	/* Set once. */
	const struct pgn_config *config;
	struct pgn_node *node;
	struct pgn_workers *workers;
	const struct pgn_port *ports;
	gid_t group; /**< may read the files */

	enum pgn_capture_state state;
	struct pgn_capture_tap tap;
	struct pgn_capture_writer writer;
	struct pgn_capture_status last; /**< of the capture that was */
	uint64_t lost_before;           /**< by workers, when the capture began */
	uint64_t token;                 /**< of the fib: workers have left */
};

/** 0, or a negative errno with what was wrong in `why`. */
int pgn_capture_start(struct pgn_capture *c, const struct pgn_capture_request *request, char *why,
		      size_t why_size);
int pgn_capture_stop(struct pgn_capture *c, char *why, size_t why_size);
void pgn_capture_status(struct pgn_capture *c, struct pgn_capture_status *status);

/** Bring an end forward that was begun. Never blocks. */
void pgn_capture_turn(struct pgn_capture *c);

/** When workers have ended; ports are still open. Waits until the last file is written. */
void pgn_capture_close(struct pgn_capture *c);

#endif
