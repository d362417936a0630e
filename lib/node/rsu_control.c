/* SPDX-License-Identifier: BSD-3-Clause */
/** The RSU's side of the control loop. */
#include "control.h"
#include "rsu.h"

static int
rsu_open(struct pgn_desk *desk, const struct pgn_routing_conf *conf, uint64_t now_us)
{
	desk->rsu = pgn_rsu_create(conf, now_us);
	return desk->rsu == NULL ? -errno : 0;
}

static void
rsu_close(struct pgn_desk *desk)
{
	pgn_rsu_destroy(desk->rsu);
}

static struct pgn_outcome
rsu_control(struct pgn_desk *desk, const struct pgn_control_event *event)
{
	if (event->kind == PGN_KIND_HEARTBEAT) {
		struct pgn_heartbeat heartbeat;

		pgn_read_heartbeat(event->header, &heartbeat);
		return pgn_rsu_heartbeat(desk->rsu, event->time_us, event->wire, &heartbeat);
	}
	struct pgn_reply reply;

	pgn_read_reply(event->header, &reply);
	return pgn_rsu_reply(desk->rsu, event->time_us, event->wire, &reply);
}

static uint64_t
rsu_tick(struct pgn_desk *desk, uint64_t now_us)
{
	return pgn_rsu_tick(desk->rsu, now_us, &desk->outbox);
}

static void
rsu_wire_down(struct pgn_desk *desk, uint64_t now_us, unsigned int wire)
{
	(void)now_us;
	pgn_rsu_wire_down(desk->rsu, wire);
}

static uint64_t
rsu_version(const struct pgn_desk *desk)
{
	return pgn_rsu_version(desk->rsu);
}

static bool
rsu_node(const void *rsu, unsigned int slot, struct pgn_node_route *route)
{
	return pgn_rsu_node(rsu, slot, route);
}

static struct pgn_fib_snapshot *
rsu_snapshot(const struct pgn_desk *desk)
{
	return pgn_snapshot_of_nodes(desk->node, desk->rsu, pgn_rsu_slots(desk->rsu), rsu_node);
}

static bool
rsu_retired_slot(const struct pgn_desk *desk, unsigned int *slot)
{
	return pgn_rsu_retired_slot(desk->rsu, slot);
}

static void
rsu_release_slot(struct pgn_desk *desk, unsigned int slot)
{
	pgn_rsu_release_slot(desk->rsu, slot);
}

const struct pgn_role pgn_role_rsu = {
	.name = "rsu",
	.wire_burst = pgn_rsu_wire_burst,
	.tap_burst = pgn_rsu_tap_burst,
	.opened = pgn_rsu_opened,
	.open = rsu_open,
	.close = rsu_close,
	.control = rsu_control,
	.tick = rsu_tick,
	.wire_down = rsu_wire_down,
	.version = rsu_version,
	.snapshot = rsu_snapshot,
	.retired_slot = rsu_retired_slot,
	.release_slot = rsu_release_slot,
};
