/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * What is measured. Durations are in thousandths of a period, counted in heartbeats as the first
 * RSU sends them: they come 1.00 to 1.10 times hello_periodicity after each other.
 */
#ifndef SIM_WATCH_H
#define SIM_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "frames.h"
#include "memory.h"
#include "pgn_routing.h"

struct sim;

#define SIM_BUCKETS 4096 /* of 1/100 period; the last holds all that is longer */

struct sim_durations {
	uint64_t count;
	uint64_t longest;
	uint32_t bucket[SIM_BUCKETS];
};

/** Why data did not get there. */
enum sim_loss {
	SIM_LOST_IN_AIR,   /**< the link lost it */
	SIM_LOST_REACH,    /**< sent to who is not there */
	SIM_LOST_NO_ROUTE, /**< nobody to send it to */
	SIM_LOST_LOOP,     /**< it would have gone back */
	SIM_LOST_TRAIL,    /**< still on its way after SIM_TRAIL links */
	SIM_LOST_FORGER,   /**< sent to one who forges */
	SIM_LOST_PEER,     /**< where peers lose it */
	SIM_LOSSES
};

/** How an OBU does; times are in thousandths of a period, UINT64_MAX: it is not so. */
struct sim_way {
	uint64_t out_since;    /**< could be reached and is not */
	uint64_t detour_since; /**< could be nearer */
	bool good;             /**< at the last look */
	uint8_t hops;
};

struct sim_watched {
	uint8_t distance; /**< least links to an RSU, 0 for those; UINT8_MAX: no way */
	struct sim_way up, down;
	uint16_t rsu;          /**< where its way up ends, SIM_NOBODY: nowhere */
	uint64_t heartbeat_us; /**< the last genuine one that was new to it; 0: none yet */
};

struct sim_counts {
	uint64_t heartbeats; /**< made by RSUs */
	uint64_t frames;     /**< control frames sent, not by forgers */
	uint64_t replies;    /**< received by RSUs, to themselves */
	uint64_t forged;
	uint64_t receptions; /**< of frames */
	uint64_t upstream_changes;
	uint64_t looks;         /**< at OBUs that could be connected */
	uint64_t upstream_live; /**< of them: they name an upstream */
	uint64_t upstream_good; /**< of them: following upstreams leads to an RSU, as links are */
	uint64_t probes[SIM_PROBE_KINDS];
	uint64_t delivered[SIM_PROBE_KINDS];
	uint64_t duplicates[SIM_PROBE_KINDS];
	uint64_t lost[SIM_LOSSES];
	uint64_t crossed_twice; /**< data frames that went over a link again, either way */
	uint64_t gap_us;        /**< longest between two heartbeats new to an OBU */
	uint64_t dropped[PGN_DROP_COUNT]; /**< control messages */
};

#define SIM_SETTLED 100 /**< periods, after which memory is not to grow */

#define SIM_GROUPS 64 /**< probes to groups that can be under way */

struct sim_watch {
	struct sim_counts counts;
	struct sim_durations out_up, out_down, detour_up, detour_down;
	struct sim_watched *node;
	bool stale;       /**< distances are of another topology */
	uint64_t beats;   /**< heartbeats of the first RSU */
	uint64_t beat_us; /**< when the last was */
	uint32_t probe_number;
	uint32_t uncounted_probes; /**< numbers up to this were sent before counting began */
	uint8_t *delivered;        /**< by probe number: it was */
	uint32_t group_number;
	uint32_t uncounted_groups;
	uint8_t *group_seen; /**< by group number and node */
	uint32_t rsus_most, nodes_most;
	bool settled;                  /**< SIM_SETTLED periods are over */
	struct sim_memory early, late; /**< then, or at the end of less; at the end */
};

#define SIM_PROBES (UINT32_C(1) << 16) /**< under way, at most */

void sim_watch_init(struct sim *sim);
void sim_watch_fini(struct sim *sim);

/** An RSU has sent a heartbeat. */
void sim_watch_beat(struct sim *sim, unsigned int node);

/** Now, in thousandths of a period. */
uint64_t sim_watch_clock(const struct sim *sim);

/** Look at every OBU's routes. */
void sim_watch_look(struct sim *sim);

/** See how full tables are. */
void sim_watch_tables(struct sim *sim);

/** SIM_SETTLED periods are over, or all of fewer. */
void sim_watch_settled(struct sim *sim);

/** What was counted so far does not count, what lasts begins now. */
void sim_watch_restart(struct sim *sim);

/** Nothing comes any more: what still lasts has lasted so long. */
void sim_watch_end(struct sim *sim);

/** Links to the nearest RSU; SIM_NO_WAY: none. */
#define SIM_NO_WAY UINT8_MAX
unsigned int sim_watch_distance(struct sim *sim, unsigned int node);

uint64_t sim_durations_percentile(const struct sim_durations *durations, unsigned int percent);

#endif
