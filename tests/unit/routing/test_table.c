/* SPDX-License-Identifier: BSD-3-Clause */
/* Rule 10: bounds, least recently used, quarters; and places that wait for release. */
#include "kit.h"
#include "table.h"

struct item {
	struct pgn_table_entry entry;
	uint64_t value;
};

/* Add as the library does: after the victim, if any, has gone. */
static struct item *
add(struct pgn_table *table, uint64_t key, uint64_t owner)
{
	struct item *item;
	void *victim;

	if (!pgn_table_room(table, owner, &victim))
		return NULL;
	if (victim != NULL)
		pgn_table_remove(table, victim);
	item = pgn_table_add(table, key, owner);
	item->value = key * 3;
	return item;
}

static void
what_is_added_is_found(void **state)
{
	struct pgn_table table;

	(void)state;
	assert_int_equal(pgn_table_init(&table, 1000, 0, sizeof(struct item), 1), 0);
	for (uint64_t key = 0; key < 1000; key++)
		assert_non_null(add(&table, key, key));
	for (uint64_t key = 0; key < 1000; key++) {
		struct item *item = pgn_table_find(&table, key);

		assert_non_null(item);
		assert_int_equal(item->value, key * 3);
		assert_ptr_equal(pgn_table_at(&table, pgn_table_index(&table, &item->entry)), item);
	}
	assert_null(pgn_table_find(&table, 1000));
	pgn_table_remove(&table, pgn_table_find(&table, 7));
	assert_null(pgn_table_find(&table, 7));
	assert_int_equal(table.count, 999);
	pgn_table_fini(&table);
}

static void
the_least_recently_used_goes_first(void **state)
{
	struct pgn_table table;

	(void)state;
	assert_int_equal(pgn_table_init(&table, 8, 0, sizeof(struct item), 1), 0);
	for (uint64_t key = 0; key < 8; key++)
		pgn_table_establish(&table, &add(&table, key, key)->entry);
	pgn_table_use(&table, pgn_table_find(&table, 0));
	assert_non_null(add(&table, 8, 8));
	assert_non_null(pgn_table_find(&table, 0));
	assert_null(pgn_table_find(&table, 1));
	assert_int_equal(table.count, 8);
	pgn_table_fini(&table);
}

static void
those_on_probation_go_before_those_established(void **state)
{
	struct pgn_table table;

	(void)state;
	assert_int_equal(pgn_table_init(&table, 8, 0, sizeof(struct item), 1), 0);
	for (uint64_t key = 0; key < 7; key++)
		pgn_table_establish(&table, &add(&table, key, key)->entry);
	for (uint64_t key = 100; key < 200; key++) {
		assert_non_null(add(&table, key, key));
		assert_int_equal(table.count, 8);
	}
	for (uint64_t key = 0; key < 7; key++)
		assert_non_null(pgn_table_find(&table, key));
	assert_non_null(pgn_table_find(&table, 199));
	pgn_table_fini(&table);
}

static void
an_owner_holds_a_quarter(void **state)
{
	struct pgn_table table;

	(void)state;
	assert_int_equal(pgn_table_init(&table, 40, 0, sizeof(struct item), 1), 0);
	for (uint64_t key = 0; key < 100; key++)
		assert_non_null(add(&table, key, 5));
	assert_int_equal(table.count, 10);
	assert_null(pgn_table_find(&table, 89));
	for (uint64_t key = 90; key < 100; key++)
		pgn_table_establish(&table, pgn_table_find(&table, key));
	assert_null(add(&table, 100, 5));
	assert_non_null(add(&table, 100, 6));
	assert_int_equal(table.count, 11);

	pgn_table_remove(&table, pgn_table_find(&table, 95));
	assert_non_null(add(&table, 101, 5));
	pgn_table_fini(&table);
}

static void
a_retired_place_waits_for_its_release(void **state)
{
	struct pgn_table table;
	uint32_t index;
	void *victim;

	(void)state;
	assert_int_equal(pgn_table_init(&table, 4, 2, sizeof(struct item), 1), 0);
	for (uint64_t key = 0; key < 6; key++)
		assert_non_null(add(&table, key, key));
	assert_int_equal(table.count, 4);
	/* All six places are used or retired: nobody is evicted for nothing. */
	assert_false(pgn_table_room(&table, 6, &victim));
	assert_int_equal(table.count, 4);

	index = pgn_table_index(&table, pgn_table_retired(&table));
	assert_null(pgn_table_at(&table, index));
	pgn_table_release(&table, index);
	assert_int_equal(pgn_table_index(&table, &add(&table, 6, 6)->entry), index);
	/* A place in use is not released. */
	pgn_table_release(&table, index);
	assert_non_null(pgn_table_find(&table, 6));
	pgn_table_fini(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_added_is_found),
		cmocka_unit_test(the_least_recently_used_goes_first),
		cmocka_unit_test(those_on_probation_go_before_those_established),
		cmocka_unit_test(an_owner_holds_a_quarter),
		cmocka_unit_test(a_retired_place_waits_for_its_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
