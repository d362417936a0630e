/* SPDX-License-Identifier: BSD-3-Clause */
/* Which paths to an RSU are kept when there are more than there is room for. */
#include <stdlib.h>

#include "heard.h"
#include "kit.h"

#define DEAD_AFTER 3

static struct pgn_heard *
make(void)
{
	struct pgn_heard *rsu = calloc(1, pgn_heard_size(10));
	pgn_heard_init(rsu, 10, PERIOD_US);
	return rsu;
}

/* Copies of an id from neighbours 1 to PGN_PATHS_MAX, all two hops away. */
static void
hear_from_all(struct pgn_heard *rsu, uint32_t id)
{
	for (uint32_t from = 1; from <= PGN_PATHS_MAX; from++) {
		struct pgn_heartbeat m = heartbeat_of(99, from, id, 2);
		struct pgn_path *path;

		pgn_heard_heartbeat(rsu, id * PERIOD_US, from, &m);
		path = pgn_heard_find_path(rsu, from);
		if (path == NULL) {
			path = pgn_heard_place_path(rsu, id * PERIOD_US, 2, NULL);
			assert_non_null(path);
			pgn_heard_start_path(rsu, path, from, id);
		}
		pgn_heard_by_path(rsu, path, id * PERIOD_US, &m, DEAD_AFTER);
	}
}

static void
a_fresh_path_gives_way(void **state)
{
	struct pgn_heard *rsu = make();

	(void)state;
	hear_from_all(rsu, 0);
	hear_from_all(rsu, 1);
	rsu->path[4].state = PGN_PATH_FRESH;
	assert_ptr_equal(pgn_heard_place_path(rsu, PERIOD_US, 9, NULL), &rsu->path[4]);
	free(rsu);
}

static void
a_settled_path_gives_way_to_a_nearer_one_only(void **state)
{
	struct pgn_heard *rsu = make();

	(void)state;
	hear_from_all(rsu, 0);
	hear_from_all(rsu, 1);
	rsu->path[7].distance.hops = 3;
	assert_ptr_equal(pgn_heard_place_path(rsu, PERIOD_US, 2, NULL), &rsu->path[7]);
	assert_null(pgn_heard_place_path(rsu, PERIOD_US, 3, NULL));
	/* The costliest is in use: the next one goes, if any. */
	assert_null(pgn_heard_place_path(rsu, PERIOD_US, 2, &rsu->path[7]));
	assert_ptr_not_equal(pgn_heard_place_path(rsu, PERIOD_US, 1, &rsu->path[7]), &rsu->path[7]);
	free(rsu);
}

static void
a_dead_path_goes_first(void **state)
{
	struct pgn_heard *rsu = make();

	(void)state;
	hear_from_all(rsu, 0);
	hear_from_all(rsu, 1);
	rsu->path[2].state = PGN_PATH_FRESH;
	pgn_path_fail(&rsu->path[9], DEAD_AFTER);
	assert_ptr_equal(pgn_heard_place_path(rsu, PERIOD_US, 9, NULL), &rsu->path[9]);
	free(rsu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_path_gives_way),
		cmocka_unit_test(a_settled_path_gives_way_to_a_nearer_one_only),
		cmocka_unit_test(a_dead_path_goes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
