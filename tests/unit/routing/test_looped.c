/* SPDX-License-Identifier: BSD-3-Clause */
/* A node hears a file that is played again and again, as perf/line-rate/make-pcap writes it. */
#include "kit.h"

#define RSU 1
#define NODE 2
#define UPTIME_MS 59000 /* of heartbeat 1; of heartbeat 0 it is 0 */
#define LOOP_US 100000
#define HOUR_US (UINT64_C(3600) * 1000000)

struct player {
	struct pgn_obu *obu;
	uint64_t now_us;
	unsigned int relayed;
};

static struct player
player_of(uint32_t hello_history)
{
	struct pgn_routing_conf conf = conf_of(SELF);

	conf.hello_history = hello_history;
	return (struct player){.obu = pgn_obu_create(&conf, 0)};
}

static void
tick(struct player *player)
{
	struct pgn_outbox outbox = {0};

	player->now_us += LOOP_US / 4;
	pgn_obu_tick(player->obu, player->now_us, &outbox);
}

static void
play_heartbeat(struct player *player, uint32_t id)
{
	struct pgn_heartbeat m = heartbeat_of(RSU, RSU, id, 1);
	struct pgn_outbox outbox = {0};

	m.duration.low = id * UPTIME_MS;
	tick(player);
	pgn_obu_heartbeat(player->obu, player->now_us, 0, &m, &outbox);
	player->relayed += outbox.count;
}

/* To heartbeat 0, of another OBU. */
static void
play_reply(struct player *player)
{
	struct pgn_reply m = reply_of(RSU, NODE, 0, 2, NODE);
	struct pgn_outbox outbox = {0};

	tick(player);
	pgn_obu_reply(player->obu, player->now_us, 0, &m, &outbox);
}

static void
two_heartbeats_in_turns_keep_the_upstream(uint32_t hello_history)
{
	struct player player = player_of(hello_history);
	unsigned int loops = 0;

	while (player.now_us < HOUR_US) {
		play_heartbeat(&player, 0);
		play_heartbeat(&player, 1);
		tick(&player);
		tick(&player);
		assert_int_equal(upstream_of(player.obu), RSU);
		loops++;
	}
	/* Believed once in a while, each time passed on and answered: no flood comes of it. */
	assert_in_range(player.relayed, 4, loops / 100);
	pgn_obu_destroy(player.obu);
}

static void
with_the_default_history(void **state)
{
	(void)state;
	two_heartbeats_in_turns_keep_the_upstream(10);
}

static void
with_the_shortest_history(void **state)
{
	(void)state;
	two_heartbeats_in_turns_keep_the_upstream(1);
}

static void
with_the_longest_history(void **state)
{
	(void)state;
	two_heartbeats_in_turns_keep_the_upstream(64);
}

static void
replies_keep_the_way_to_another_obu(void **state)
{
	struct player player = player_of(10);
	struct pgn_node_route route;

	(void)state;
	while (player.now_us < HOUR_US) {
		play_heartbeat(&player, 0);
		play_reply(&player);
		play_heartbeat(&player, 1);
		play_reply(&player);
		assert_true(obu_route(player.obu, NODE, &route));
		assert_int_equal(route.hop_count, 1);
	}
	pgn_obu_destroy(player.obu);
}

/* Why it takes two. */
static void
one_heartbeat_does_not(void **state)
{
	struct player player = player_of(10);

	(void)state;
	while (player.now_us < 4 * PERIOD_US)
		play_heartbeat(&player, 0);
	assert_int_equal(upstream_of(player.obu), 0);
	pgn_obu_destroy(player.obu);
}

/* An RSU with node { hello_periodicity = 60000 dead_after = 100 }: its first heartbeat is guessed.
 */
static void
an_rsu_takes_replies_to_its_first_heartbeat(void **state)
{
	struct pgn_routing_conf conf = conf_of(SELF);
	struct pgn_reply m = reply_of(SELF, NODE, 0, 1, NODE);
	struct pgn_heartbeat last;
	struct pgn_node_route route;
	struct pgn_rsu *rsu;
	uint64_t now_us = 0;

	(void)state;
	conf.hello_periodicity_ms = 60000;
	conf.dead_after = 100;
	rsu = pgn_rsu_create(&conf, 0);
	for (unsigned int minute = 0; minute < 100; minute++) {
		run_rsu(rsu, &now_us, minute * UINT64_C(60000000), &last);
		if (minute < 10)
			assert_kept(pgn_rsu_reply(rsu, now_us, 0, &m));
		assert_true(rsu_route(rsu, NODE, &route));
		assert_int_equal(route.hop_count, 1);
	}
	assert_dropped(pgn_rsu_reply(rsu, now_us, 0, &m), PGN_DROP_UNKNOWN_ID);
	pgn_rsu_destroy(rsu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_the_default_history),
		cmocka_unit_test(with_the_shortest_history),
		cmocka_unit_test(with_the_longest_history),
		cmocka_unit_test(replies_keep_the_way_to_another_obu),
		cmocka_unit_test(one_heartbeat_does_not),
		cmocka_unit_test(an_rsu_takes_replies_to_its_first_heartbeat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
