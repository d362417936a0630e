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

static struct pgn_obu *
trusting(struct pgn_routing_conf *conf, uint32_t first, uint32_t second)
{
	conf->rsu_allow_count = 2;
	conf->rsu_allow[0] = mac_of(first);
	conf->rsu_allow[1] = mac_of(second);
	return pgn_obu_create(conf, 0);
}

/* What an RSU that is not trusted says leaves no trace: not in the tables, not on a wire. */
static void
untrusted_rsu(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_obu *obu = trusting(&conf, 1, 3);
	struct pgn_heartbeat forged = heartbeat_of(2, 2, 0, 1);
	struct pgn_heartbeat relayed = heartbeat_of(2, 3, 0, 2);
	struct pgn_heartbeat near = heartbeat_of(1, 5, 0, 1);
	struct pgn_reply reply = reply_of(2, 5, 0, 2, 6);
	struct pgn_outbox outbox = {0};
	struct pgn_node_route route;

	(void)state;
	assert_dropped(pgn_obu_heartbeat(obu, 1, 0, &forged, &outbox), PGN_DROP_UNTRUSTED_SOURCE);
	/* Who passed it on does not matter. */
	assert_dropped(pgn_obu_heartbeat(obu, 1, 0, &relayed, &outbox), PGN_DROP_UNTRUSTED_SOURCE);
	assert_dropped(pgn_obu_reply(obu, 1, 0, &reply, &outbox), PGN_DROP_UNTRUSTED_SOURCE);
	/* Nor does who says to be next to one that is. */
	assert_dropped(pgn_obu_heartbeat(obu, 1, 0, &near, &outbox), PGN_DROP_UNTRUSTED_FROM);
	assert_int_equal(outbox.count, 0);
	assert_int_equal(pgn_obu_version(obu), 0);
	assert_int_equal(upstream_of(obu), 0);
	assert_false(obu_route(obu, 6, &route));
	pgn_obu_destroy(obu);
}

static void
trusted_rsus(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_obu *obu = trusting(&conf, 1, 3);
	struct pgn_reply reply = reply_of(3, 5, 0, 2, 6);
	struct pgn_outbox outbox = {0};
	struct pgn_node_route route;

	(void)state;
	assert_kept(hear(obu, 1, heartbeat_of(1, 4, 0, 2)));
	assert_kept(hear(obu, 1, heartbeat_of(3, 3, 0, 1)));
	assert_int_equal(upstream_of(obu), 3);
	assert_relayed(pgn_obu_reply(obu, 1, 0, &reply, &outbox));
	assert_true(obu_route(obu, 6, &route));
	pgn_obu_destroy(obu);
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
		cmocka_unit_test(untrusted_rsu),
		cmocka_unit_test(trusted_rsus),
		cmocka_unit_test_setup_teardown(durations_of_any_size_are_taken, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
