/* SPDX-License-Identifier: BSD-3-Clause */
/** Frames in the air: one copy each, however many hear it. */
#ifndef SIM_FRAMES_H
#define SIM_FRAMES_H

#include "pgn_routing.h"

#define SIM_TRAIL 24 /**< links a data frame may cross before it is taken out */

/** What a data frame is sent for. */
enum sim_probe_kind {
	SIM_PROBE_UP,    /**< from an OBU to an RSU, which answers */
	SIM_PROBE_DOWN,  /**< that answer */
	SIM_PROBE_GROUP, /**< from an RSU, or by one from an OBU, to every OBU */
	SIM_PROBE_KINDS
};

struct sim_data {
	uint32_t number;           /**< of the probe, of its kind */
	uint16_t origin;           /**< node */
	uint16_t destination;      /**< node; SIM_EVERYBODY: a group MAC */
	uint8_t probe;             /**< enum sim_probe_kind */
	uint8_t kind;              /**< PGN_KIND_UPSTREAM or PGN_KIND_DOWNSTREAM */
	uint8_t crossed;           /**< links so far */
	uint8_t spread;            /**< to be sent on to every other OBU when it is at the RSU */
	uint16_t trail[SIM_TRAIL]; /**< who sent it, from the first on */
};

#define SIM_EVERYBODY UINT16_MAX

/** A frame is one message, but peers' answer, which is a heartbeat and its reply. */
struct sim_frame {
	uint32_t holders; /**< receptions to come */
	uint16_t from;    /**< node that sent it, whatever the frame says */
	bool has_heartbeat, has_reply, has_data;
	union {
		struct pgn_heartbeat heartbeat;
		struct sim_data data;
	};
	struct pgn_reply reply;
} __attribute__((aligned(64)));

struct sim_frames {
	struct sim_frame *frame;
	uint32_t capacity;
	uint32_t free; /**< `holders` is the next of it */
	uint32_t used, most;
};

void sim_frames_init(struct sim_frames *frames);
void sim_frames_fini(struct sim_frames *frames);

/** A frame with nothing in it and no holders. Others may move: indices stay good. */
uint32_t sim_frames_take(struct sim_frames *frames);
void sim_frames_give(struct sim_frames *frames, uint32_t index);

#endif
