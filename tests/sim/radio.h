/* SPDX-License-Identifier: BSD-3-Clause */
/** Who hears whom: links that are said one by one, or nodes on a plane that reach so far. */
#ifndef SIM_RADIO_H
#define SIM_RADIO_H

#include <stdbool.h>
#include <stdint.h>

#define SIM_LINKS 64 /**< a node has at most; on a plane it hears no more */

/** One direction. */
struct sim_link {
	uint16_t to;
	uint16_t loss_permille;
	uint32_t delay_us;
	uint32_t jitter_us; /**< up to so much more */
};

/** A node on the plane; mm and mm/s. */
struct sim_place {
	int32_t x, y;
	int32_t vx, vy;
	bool placed;
};

struct sim_plane {
	int32_t width, height; /**< mm; 0: there is no plane */
	int32_t range;
	int32_t slowest, fastest; /**< mm/s of nodes that move */
	struct sim_link like;     /**< what links are like */
};

struct sim_radio {
	unsigned int nodes;
	struct sim_link *link; /**< SIM_LINKS a node */
	uint16_t *links;
	struct sim_plane plane;
	struct sim_place *place;
	uint16_t *in_cell; /**< nodes, cell by cell */
	uint32_t *cell;    /**< where each begins in it */
	unsigned int columns, rows;
	uint64_t random;
};

void sim_radio_init(struct sim_radio *radio, unsigned int max_nodes, uint64_t seed);
void sim_radio_fini(struct sim_radio *radio);

/** Add the link or change it; false: the node has no room for it. */
bool sim_radio_link(struct sim_radio *radio, unsigned int from, const struct sim_link *link);
void sim_radio_cut(struct sim_radio *radio, unsigned int from, unsigned int to);

/** NULL: none. */
const struct sim_link *sim_radio_find(const struct sim_radio *radio, unsigned int from,
				      unsigned int to);

static inline const struct sim_link *
sim_radio_links(const struct sim_radio *radio, unsigned int node)
{
	return &radio->link[node * SIM_LINKS];
}

/** There is a plane from now on. */
void sim_radio_unfold(struct sim_radio *radio, const struct sim_plane *plane);

/** Somewhere by chance, on a street if it moves. */
void sim_radio_scatter(struct sim_radio *radio, unsigned int node);

/** Let nodes move for so long, then see who reaches whom. */
void sim_radio_move(struct sim_radio *radio, uint32_t elapsed_ms);

#endif
