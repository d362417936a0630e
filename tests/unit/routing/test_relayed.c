/* SPDX-License-Identifier: BSD-3-Clause */
/* Replies that were relayed are remembered, and no neighbour makes us forget all others'. */
#include "kit.h"
#include "relayed.h"

#define REPLIES 50
#define NEIGHBOURS 16

static bool
is_known(const struct pgn_relayed *relayed, uint64_t heartbeat, uint32_t id, uint64_t sender)
{
	struct pgn_relayed_reply reply = pgn_relayed_reply(relayed, heartbeat, id, sender);

	return pgn_relayed_has(&reply);
}

static void
add(const struct pgn_relayed *relayed, uint64_t heartbeat, uint32_t id, uint64_t sender,
    uint64_t neighbour)
{
	struct pgn_relayed_reply reply = pgn_relayed_reply(relayed, heartbeat, id, sender);

	pgn_relayed_add(relayed, &reply, neighbour);
}

static unsigned int
count_known(const struct pgn_relayed *relayed)
{
	unsigned int count = 0;

	for (uint32_t id = 0; id < REPLIES; id++)
		count += is_known(relayed, 1, id, 7);
	return count;
}

static void
remember(struct pgn_relayed *relayed)
{
	assert_int_equal(pgn_relayed_init(relayed, 65536, 1), 0);
	assert_int_equal(count_known(relayed), 0);
	for (uint32_t id = 0; id < REPLIES; id++)
		add(relayed, 1, id, 7, 1000);
	assert_int_equal(count_known(relayed), REPLIES);
}

static void
a_reply_is_its_heartbeat_id_and_sender(void **state)
{
	struct pgn_relayed relayed;

	(void)state;
	remember(&relayed);
	assert_false(is_known(&relayed, 2, 0, 7));
	assert_false(is_known(&relayed, 1, REPLIES, 7));
	assert_false(is_known(&relayed, 1, 0, 8));
	pgn_relayed_fini(&relayed);
}

static void
a_neighbour_pushes_out_a_quarter_at_most(void **state)
{
	unsigned int harmless = 0;

	(void)state;
	for (uint64_t neighbour = 0; neighbour < NEIGHBOURS; neighbour++) {
		struct pgn_relayed relayed;
		unsigned int left;

		remember(&relayed);
		for (uint32_t i = 0; i < 1000000; i++)
			add(&relayed, 3, i, neighbour, neighbour);
		left = count_known(&relayed);
		assert_true(left == 0 || left == REPLIES);
		harmless += left == REPLIES;
		pgn_relayed_fini(&relayed);
	}
	/* Three of four neighbours are in another group than the one whose replies these are. */
	assert_in_range(harmless, NEIGHBOURS / 2, NEIGHBOURS - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_is_its_heartbeat_id_and_sender),
		cmocka_unit_test(a_neighbour_pushes_out_a_quarter_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
