/* SPDX-License-Identifier: BSD-3-Clause */
/* Sanity first: every reason, for both roles, and that nothing is sent for such a message. */
#include "kit.h"

static const struct pgn_mac zero;
static const struct pgn_mac group = {{0x01, 0x00, 0x5e, 0, 0, 1}};

struct nodes {
	struct pgn_rsu *rsu;
	struct pgn_obu *obu;
};

static int
setup(void **state)
{
	static struct nodes nodes;
	struct pgn_routing_conf conf = conf_of(SELF);

	conf.wire_count = 2;
	nodes.rsu = pgn_rsu_create(&conf, 0);
	nodes.obu = pgn_obu_create(&conf, 0);
	*state = &nodes;
	return 0;
}

static int
teardown(void **state)
{
	struct nodes *nodes = *state;

	pgn_rsu_destroy(nodes->rsu);
	pgn_obu_destroy(nodes->obu);
	return 0;
}

static void
refuse_heartbeat(struct nodes *nodes, const struct pgn_heartbeat *m, enum pgn_drop reason)
{
	struct pgn_outbox outbox = {0};

	assert_dropped(pgn_rsu_heartbeat(nodes->rsu, 1, 0, m), reason);
	assert_dropped(pgn_obu_heartbeat(nodes->obu, 1, 0, m, &outbox), reason);
	assert_int_equal(outbox.count, 0);
	assert_int_equal(upstream_of(nodes->obu), 0);
}

static void
refuse_reply(struct nodes *nodes, const struct pgn_reply *m, enum pgn_drop reason)
{
	struct pgn_outbox outbox = {0};

	assert_dropped(pgn_rsu_reply(nodes->rsu, 1, 0, m), reason);
	assert_dropped(pgn_obu_reply(nodes->obu, 1, 0, m, &outbox), reason);
	assert_int_equal(outbox.count, 0);
}

static void
heartbeats(void **state)
{
	struct pgn_heartbeat good = heartbeat_of(1, 2, 0, 2), m;

	m = good;
	m.from = zero;
	refuse_heartbeat(*state, &m, PGN_DROP_BAD_FROM);
	m.from = group;
	refuse_heartbeat(*state, &m, PGN_DROP_BAD_FROM);
	m.from = mac_of(SELF);
	refuse_heartbeat(*state, &m, PGN_DROP_OWN_FROM);
	m.from = mac_of(SELF + 0x1000);
	refuse_heartbeat(*state, &m, PGN_DROP_OWN_FROM);
	m = good;
	m.source = zero;
	refuse_heartbeat(*state, &m, PGN_DROP_BAD_SOURCE);
	m.source = group;
	refuse_heartbeat(*state, &m, PGN_DROP_BAD_SOURCE);
	m.source = mac_of(SELF);
	refuse_heartbeat(*state, &m, PGN_DROP_OWN_SOURCE);
	m.source = mac_of(SELF + 0x1000);
	refuse_heartbeat(*state, &m, PGN_DROP_OWN_SOURCE);
	m = good;
	m.hops = 0;
	refuse_heartbeat(*state, &m, PGN_DROP_BAD_HOPS);
	m.hops = 17;
	refuse_heartbeat(*state, &m, PGN_DROP_BAD_HOPS);
	m.hops = UINT32_MAX;
	refuse_heartbeat(*state, &m, PGN_DROP_BAD_HOPS);
}

static void
replies(void **state)
{
	struct pgn_reply good = reply_of(1, 2, 0, 2, 3), m;

	m = good;
	m.from = zero;
	refuse_reply(*state, &m, PGN_DROP_BAD_FROM);
	m.from = group;
	refuse_reply(*state, &m, PGN_DROP_BAD_FROM);
	m.from = mac_of(SELF + 0x1000);
	refuse_reply(*state, &m, PGN_DROP_OWN_FROM);
	m = good;
	m.source = zero;
	refuse_reply(*state, &m, PGN_DROP_BAD_SOURCE);
	m.source = group;
	refuse_reply(*state, &m, PGN_DROP_BAD_SOURCE);
	m = good;
	m.sender = zero;
	refuse_reply(*state, &m, PGN_DROP_BAD_SENDER);
	m.sender = group;
	refuse_reply(*state, &m, PGN_DROP_BAD_SENDER);
	m.sender = mac_of(SELF);
	refuse_reply(*state, &m, PGN_DROP_OWN_SENDER);
	m.sender = mac_of(SELF + 0x1000);
	refuse_reply(*state, &m, PGN_DROP_OWN_SENDER);
	m = good;
	m.hops = 0;
	refuse_reply(*state, &m, PGN_DROP_BAD_HOPS);
	m.hops = 17;
	refuse_reply(*state, &m, PGN_DROP_BAD_HOPS);
}

static void
durations_of_any_size_are_taken(void **state)
{
	struct nodes *nodes = *state;
	struct pgn_heartbeat m = heartbeat_of(1, 2, 0, 16);
	struct pgn_outbox outbox = {0};

	for (m.id = 0; m.id < 100; m.id++) {
		m.duration.high = m.id % 3 == 0 ? UINT64_MAX : m.id % 3 - 1;
		m.duration.low = m.id % 2 == 0 ? UINT64_MAX : 0;
		outbox.count = 0;
		assert_kept(pgn_obu_heartbeat(nodes->obu, m.id * PERIOD_US, 0, &m, &outbox));
		assert_int_equal(outbox.count, 1);
		assert_int_equal(outbox.send[0].reply.duration.high, m.duration.high);
		assert_int_equal(outbox.send[0].reply.duration.low, m.duration.low);
		pgn_obu_tick(nodes->obu, m.id * PERIOD_US, &outbox);
		assert_int_equal(upstream_of(nodes->obu), 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(heartbeats, setup, teardown),
		cmocka_unit_test_setup_teardown(replies, setup, teardown),
		cmocka_unit_test_setup_teardown(durations_of_any_size_are_taken, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
