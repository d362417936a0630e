/* SPDX-License-Identifier: BSD-3-Clause */
/* Which paths to an RSU are kept when there is no room for all; what strangers may not do. */
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

static enum pgn_heard_verdict
hear_stranger(struct pgn_heard *rsu, uint64_t now_us, uint32_t id, uint64_t duration_ms)
{
	struct pgn_heartbeat m = heartbeat_of(99, 77, id, 1);

	m.duration.low = duration_ms;
	return pgn_heard_heartbeat(rsu, now_us, 77, &m);
}

/* When one from the RSU is late, what a stranger brings is no restart of it. */
static void
a_stranger_restarts_nothing(void **state)
{
	struct pgn_heard *rsu = make();
	uint64_t late_us = 21 * PERIOD_US + PERIOD_US / 2;

	(void)state;
	for (uint32_t id = 1; id <= 20; id++)
		hear_from_all(rsu, id);
	for (uint32_t id = 0; id < 4; id++) {
		assert_int_equal(hear_stranger(rsu, late_us, id, 500 + id), PGN_HEARD_STALE);
		assert_int_equal(hear_stranger(rsu, late_us, 500 + id, 500), PGN_HEARD_STALE);
	}
	hear_from_all(rsu, 22);
	assert_int_equal(rsu->window.newest, 22);
	assert_int_equal(rsu->period_us, PERIOD_US);
	free(rsu);
}

/* However long dead_after lets its next hops live. */
static void
a_stranger_restarts_an_rsu_that_is_silent(void **state)
{
	struct pgn_heard *rsu = make();

	(void)state;
	for (uint32_t id = 1; id <= 20; id++)
		hear_from_all(rsu, id);
	for (unsigned int i = 0; i < rsu->path_count; i++)
		rsu->path[i].dead_at = UINT64_MAX;
	assert_int_equal(hear_stranger(rsu, 23 * PERIOD_US - 1, 0, 100), PGN_HEARD_STALE);
	assert_int_equal(hear_stranger(rsu, 23 * PERIOD_US, 0, 100), PGN_HEARD_NEW);
	free(rsu);
}

/* It may bring the next one, but what time that shows counts for nothing. */
static void
a_stranger_does_not_move_the_period(void **state)
{
	struct pgn_heard *rsu = make();

	(void)state;
	for (uint32_t id = 1; id <= 20; id++)
		hear_from_all(rsu, id);
	assert_int_equal(hear_stranger(rsu, 21 * PERIOD_US - 1, 21, 20 * PERIOD_MS + 9),
			 PGN_HEARD_NEW);
	assert_int_equal(rsu->period_us, PERIOD_US);
	hear_from_all(rsu, 22);
	assert_int_equal(rsu->period_us, PERIOD_US);
	free(rsu);
}

/* Unless it knows what time the missed one must show. */
static void
a_stranger_fills_no_gap(void **state)
{
	struct pgn_heard *rsu = make();
	uint64_t now_us = 23 * PERIOD_US + 1;

	(void)state;
	for (uint32_t id = 1; id <= 20; id++)
		hear_from_all(rsu, id);
	hear_from_all(rsu, 23);
	assert_int_equal(hear_stranger(rsu, now_us, 21, 0), PGN_HEARD_STALE);
	assert_int_equal(hear_stranger(rsu, now_us, 21, 20 * PERIOD_MS - 1), PGN_HEARD_STALE);
	assert_int_equal(hear_stranger(rsu, now_us, 21, 23 * PERIOD_MS + 1), PGN_HEARD_STALE);
	assert_int_equal(hear_stranger(rsu, now_us, 21, 21 * PERIOD_MS), PGN_HEARD_NEW);
	assert_int_equal(hear_stranger(rsu, now_us, 22, 21 * PERIOD_MS - 1), PGN_HEARD_STALE);
	assert_int_equal(hear_stranger(rsu, now_us, 22, 22 * PERIOD_MS), PGN_HEARD_NEW);
	free(rsu);
}

/* Another lane received it before what was judged last. */
static void
a_stranger_of_earlier_does_not_run_ahead(void **state)
{
	struct pgn_heard *rsu = make();

	(void)state;
	for (uint32_t id = 1; id <= 20; id++)
		hear_from_all(rsu, id);
	assert_int_equal(hear_stranger(rsu, 20 * PERIOD_US - 1, 36, 20 * PERIOD_MS + 500),
			 PGN_HEARD_STALE);
	assert_int_equal(rsu->window.newest, 20);
	free(rsu);
}

/* A minute, and the jitter that comes on top. */
static void
the_longest_period_is_measured(void **state)
{
	struct pgn_heard *rsu = make();

	(void)state;
	for (uint32_t id = 1; id < 4; id++) {
		struct pgn_heartbeat m = heartbeat_of(99, 1, id, 1);

		m.duration.low = id * 66000;
		assert_int_equal(pgn_heard_heartbeat(rsu, id * UINT64_C(66000000), 1, &m),
				 PGN_HEARD_NEW);
	}
	assert_int_equal(rsu->period_us, 66000000);
	free(rsu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_path_gives_way),
		cmocka_unit_test(a_settled_path_gives_way_to_a_nearer_one_only),
		cmocka_unit_test(a_dead_path_goes_first),
		cmocka_unit_test(a_stranger_restarts_nothing),
		cmocka_unit_test(a_stranger_restarts_an_rsu_that_is_silent),
		cmocka_unit_test(a_stranger_does_not_move_the_period),
		cmocka_unit_test(a_stranger_fills_no_gap),
		cmocka_unit_test(a_stranger_of_earlier_does_not_run_ahead),
		cmocka_unit_test(the_longest_period_is_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
