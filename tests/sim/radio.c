/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "memory.h"
#include "mix.h"
#include "radio.h"

#define TURN_PART 16 /* a car turns off in one of so many moves */

void
sim_radio_init(struct sim_radio *radio, unsigned int max_nodes, uint64_t seed)
{
	*radio = (struct sim_radio){.random = pgn_mix(seed)};
	radio->link = sim_alloc(max_nodes * SIM_LINKS * sizeof(*radio->link));
	radio->links = sim_alloc(max_nodes * sizeof(*radio->links));
	radio->place = sim_alloc(max_nodes * sizeof(*radio->place));
	radio->in_cell = sim_alloc(max_nodes * sizeof(*radio->in_cell));
}

void
sim_radio_fini(struct sim_radio *radio)
{
	sim_free(radio->link);
	sim_free(radio->links);
	sim_free(radio->place);
	sim_free(radio->in_cell);
	sim_free(radio->cell);
}

static struct sim_link *
find(const struct sim_radio *radio, unsigned int from, unsigned int to)
{
	struct sim_link *link = &radio->link[from * SIM_LINKS];

	for (unsigned int i = 0; i < radio->links[from]; i++) {
		if (link[i].to == to)
			return &link[i];
	}
	return NULL;
}

const struct sim_link *
sim_radio_find(const struct sim_radio *radio, unsigned int from, unsigned int to)
{
	return find(radio, from, to);
}

bool
sim_radio_link(struct sim_radio *radio, unsigned int from, const struct sim_link *link)
{
	struct sim_link *at = find(radio, from, link->to);

	if (at == NULL) {
		if (radio->links[from] == SIM_LINKS)
			return false;
		at = &radio->link[from * SIM_LINKS + radio->links[from]++];
	}
	*at = *link;
	return true;
}

void
sim_radio_cut(struct sim_radio *radio, unsigned int from, unsigned int to)
{
	struct sim_link *link = find(radio, from, to);

	if (link != NULL)
		*link = radio->link[from * SIM_LINKS + --radio->links[from]];
}

/* ---- the plane ---- */

void
sim_radio_unfold(struct sim_radio *radio, const struct sim_plane *plane)
{
	radio->plane = *plane;
	radio->columns = (unsigned int)(plane->width / plane->range) + 1;
	radio->rows = (unsigned int)(plane->height / plane->range) + 1;
	radio->cell = sim_alloc((radio->columns * radio->rows + 1) * sizeof(*radio->cell));
}

static int32_t
by_chance(struct sim_radio *radio, int32_t low, int32_t high)
{
	return low + (int32_t)(pgn_random(&radio->random) % (uint64_t)(high - low + 1));
}

static void
choose_street(struct sim_radio *radio, struct sim_place *place)
{
	int32_t speed = by_chance(radio, radio->plane.slowest, radio->plane.fastest);
	uint64_t way = pgn_random(&radio->random);

	if (way & 1)
		speed = -speed;
	place->vx = way & 2 ? speed : 0;
	place->vy = way & 2 ? 0 : speed;
}

void
sim_radio_scatter(struct sim_radio *radio, unsigned int node)
{
	struct sim_place *place = &radio->place[node];

	place->x = by_chance(radio, 0, radio->plane.width);
	place->y = by_chance(radio, 0, radio->plane.height);
	place->placed = true;
	choose_street(radio, place);
}

static void
go(int32_t *at, int32_t *speed, int32_t limit, uint32_t elapsed_ms)
{
	int64_t to = *at + (int64_t)*speed * elapsed_ms / 1000;

	if (to < 0 || to > limit) {
		*speed = -*speed;
		to = to < 0 ? -to : 2 * (int64_t)limit - to;
	}
	*at = to < 0 ? 0 : to > limit ? limit : (int32_t)to;
}

static unsigned int
cell_of(const struct sim_radio *radio, const struct sim_place *place)
{
	return (unsigned int)(place->y / radio->plane.range) * radio->columns +
	       (unsigned int)(place->x / radio->plane.range);
}

static void
sort_into_cells(struct sim_radio *radio)
{
	unsigned int cells = radio->columns * radio->rows;
	uint32_t before = 0;

	memset(radio->cell, 0, (cells + 1) * sizeof(*radio->cell));
	for (unsigned int i = 0; i < radio->nodes; i++) {
		if (radio->place[i].placed)
			radio->cell[cell_of(radio, &radio->place[i])]++;
	}
	for (unsigned int c = 0; c <= cells; c++) {
		before += radio->cell[c];
		radio->cell[c] = before;
	}
	/* From the last on, so that each cell's nodes stand in order. */
	for (unsigned int i = radio->nodes; i-- > 0;) {
		if (radio->place[i].placed)
			radio->in_cell[--radio->cell[cell_of(radio, &radio->place[i])]] =
				(uint16_t)i;
	}
}

static bool
is_in_reach(const struct sim_radio *radio, const struct sim_place *a, const struct sim_place *b)
{
	int64_t dx = a->x - b->x, dy = a->y - b->y, range = radio->plane.range;

	return dx * dx + dy * dy <= range * range;
}

static void
link_up(struct sim_radio *radio, unsigned int node)
{
	const struct sim_place *place = &radio->place[node];
	struct sim_link *link = &radio->link[node * SIM_LINKS];
	int column = place->x / radio->plane.range, row = place->y / radio->plane.range;
	unsigned int count = 0;

	for (int r = row - 1; r <= row + 1; r++) {
		for (int c = column - 1; c <= column + 1; c++) {
			unsigned int cell;

			if (r < 0 || c < 0 || r >= (int)radio->rows || c >= (int)radio->columns)
				continue;
			cell = (unsigned int)r * radio->columns + (unsigned int)c;
			for (uint32_t i = radio->cell[cell]; i < radio->cell[cell + 1]; i++) {
				unsigned int other = radio->in_cell[i];

				if (other == node || count == SIM_LINKS ||
				    !is_in_reach(radio, place, &radio->place[other]))
					continue;
				link[count] = radio->plane.like;
				link[count++].to = (uint16_t)other;
			}
		}
	}
	radio->links[node] = (uint16_t)count;
}

void
sim_radio_move(struct sim_radio *radio, uint32_t elapsed_ms)
{
	for (unsigned int i = 0; i < radio->nodes; i++) {
		struct sim_place *place = &radio->place[i];

		if (!place->placed || (place->vx == 0 && place->vy == 0) || elapsed_ms == 0)
			continue;
		if (pgn_random(&radio->random) % TURN_PART == 0)
			choose_street(radio, place);
		go(&place->x, &place->vx, radio->plane.width, elapsed_ms);
		go(&place->y, &place->vy, radio->plane.height, elapsed_ms);
	}
	sort_into_cells(radio);
	for (unsigned int i = 0; i < radio->nodes; i++) {
		if (radio->place[i].placed)
			link_up(radio, i);
	}
}
