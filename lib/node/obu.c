/* SPDX-License-Identifier: BSD-3-Clause */
#include "control.h"
#include "forward.h"

/** The best of `count` next hops that is not the neighbour the frame came from; NULL: none. */
static inline const struct pgn_fib_hop *
onward(const struct pgn_fib_hop *hop, unsigned int count, unsigned int wire, uint64_t from)
{
	for (unsigned int i = 0; i < count; i++) {
		if (likely(hop[i].key != from || hop[i].wire != wire))
			return &hop[i];
	}
	return NULL;
}

/** Pass a frame of another OBU on, as it is but for its first 12 bytes. */
static inline void
relay(struct rte_mbuf *frame, enum pgn_kind kind, uint16_t header_length,
      const struct pgn_fib_hop *hop, struct pgn_outgoing *outgoing)
{
	/* The ready-made header begins with the next hop's MAC and ours. */
	memcpy(rte_pktmbuf_mtod(frame, uint8_t *), hop->header + PGN_HEADER_ROOM - header_length,
	       2 * sizeof(struct pgn_mac));
	pgn_outgoing_add(outgoing, hop->wire, frame, kind);
}

static inline void
relay_upstream(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame, uint64_t from,
	       struct pgn_outgoing *outgoing)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	const struct pgn_fib_hop *hop;

	if (unlikely(frame->pkt_len < PGN_UPSTREAM_LEN + PGN_INNER_MIN)) {
		pgn_forward_drop(lane, frame, PGN_DROP_SHORT_PAYLOAD);
		return;
	}
	hop = onward(snapshot->upstream, snapshot->upstream_count, wire, from);
	if (likely(hop != NULL))
		relay(frame, PGN_KIND_UPSTREAM, PGN_UPSTREAM_LEN, hop, outgoing);
	else
		pgn_forward_drop(lane, frame,
				 snapshot->upstream_count == 0 ? PGN_DROP_NO_UPSTREAM
							       : PGN_DROP_LOOP);
}

static void
deliver(struct pgn_lane *lane, struct rte_mbuf *frame, struct pgn_outgoing *outgoing)
{
	const uint8_t *inner = rte_pktmbuf_mtod(frame, const uint8_t *) + PGN_DOWNSTREAM_LEN;
	uint32_t length = frame->data_len - PGN_DOWNSTREAM_LEN;

	if (!pgn_inner_ok(inner, length)) {
		pgn_forward_drop(lane, frame, pgn_inner_fault(length));
		return;
	}
	pgn_strip(frame, PGN_DOWNSTREAM_LEN);
	pgn_outgoing_add(outgoing, PGN_PORT_TAP, frame, PGN_KIND_HOST);
}

static void
relay_downstream(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame, uint64_t from,
		 struct pgn_outgoing *outgoing)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	const struct pgn_wire_downstream *header =
		rte_pktmbuf_mtod(frame, const struct pgn_wire_downstream *);
	uint16_t slot = pgn_fib_slot_of(snapshot, &header->destination);
	const struct pgn_fib_node *node;
	const struct pgn_fib_hop *hop;

	if (slot == PGN_SLOT_NONE) {
		pgn_forward_drop(lane, frame, PGN_DROP_UNKNOWN_NODE);
		return;
	}
	node = &snapshot->node[slot];
	hop = onward(node->hop, node->hop_count, wire, from);
	if (hop != NULL)
		relay(frame, PGN_KIND_DOWNSTREAM, PGN_DOWNSTREAM_LEN, hop, outgoing);
	else
		pgn_forward_drop(lane, frame,
				 node->hop_count == 0 ? PGN_DROP_NO_ROUTE : PGN_DROP_LOOP);
}

static void
take_downstream(struct pgn_lane *lane, const struct pgn_own *own, unsigned int wire,
		struct rte_mbuf *frame, uint64_t from, uint64_t origin,
		struct pgn_outgoing *outgoing)
{
	const struct pgn_wire_downstream *header =
		rte_pktmbuf_mtod(frame, const struct pgn_wire_downstream *);
	uint64_t destination = pgn_mac_key(&header->destination);

	if (frame->pkt_len < PGN_DOWNSTREAM_LEN + PGN_INNER_MIN)
		pgn_forward_drop(lane, frame, PGN_DROP_SHORT_PAYLOAD);
	else if (!pgn_mac_key_is_group(destination) && !pgn_is_own_key(own, destination))
		relay_downstream(lane, wire, frame, from, outgoing);
	else if (pgn_is_own_key(own, origin))
		/* Our host sent it: it must not come back to it. */
		pgn_forward_drop(lane, frame, PGN_DROP_OWN_ORIGIN);
	else
		deliver(lane, frame, outgoing);
}

static void
obu_wire_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n)
{
	const struct pgn_own own = pgn_own_of(lane);
	struct pgn_outgoing outgoing;
	struct pgn_sorted sorted;

	pgn_sort(lane, wire, frames, n, &sorted);
	outgoing.count = 0;
	for (unsigned int i = 0; i < sorted.count; i++) {
		struct rte_mbuf *frame = sorted.frame[i];

		uint64_t from = sorted.from[i], origin = sorted.origin[i];

		if (unlikely(!pgn_mac_key_is_station(origin)))
			pgn_forward_drop(lane, frame, PGN_DROP_BAD_ORIGIN);
		else if (sorted.kind[i] != PGN_KIND_UPSTREAM)
			take_downstream(lane, &own, wire, frame, from, origin, &outgoing);
		else if (unlikely(pgn_is_own_key(&own, origin)))
			pgn_forward_drop(lane, frame, PGN_DROP_OWN_ORIGIN);
		else
			relay_upstream(lane, wire, frame, from, &outgoing);
	}
	pgn_forward_outgoing(lane, &outgoing);
}

static void
obu_tap_burst(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	const struct pgn_fib_hop *hop = &snapshot->upstream[0];
	uint64_t source[PGN_BURST_MAX];
	unsigned int count = pgn_admit_host(lane, frames, n, source), made = 0;

	for (unsigned int i = 0; i < count; i++) {
		if (snapshot->upstream_count == 0) {
			pgn_forward_drop(lane, frames[i], PGN_DROP_NO_UPSTREAM);
			continue;
		}
		frames[made] = pgn_encapsulate(lane, frames[i], hop->header, PGN_UPSTREAM_LEN);
		made += frames[made] != NULL;
	}
	pgn_forward_run(lane, hop->wire, PGN_KIND_UPSTREAM, frames, made);
}

static int
obu_open(struct pgn_desk *desk, const struct pgn_routing_conf *conf, uint64_t now_us)
{
	desk->obu = pgn_obu_create(conf, now_us);
	return desk->obu == NULL ? -errno : 0;
}

static void
obu_close(struct pgn_desk *desk)
{
	pgn_obu_destroy(desk->obu);
}

static struct pgn_outcome
obu_control(struct pgn_desk *desk, const struct pgn_control_event *event)
{
	if (event->kind == PGN_KIND_HEARTBEAT) {
		struct pgn_heartbeat heartbeat;

		pgn_read_heartbeat(event->header, &heartbeat);
		return pgn_obu_heartbeat(desk->obu, event->time_us, event->wire, &heartbeat,
					 &desk->outbox);
	}
	struct pgn_reply reply;

	pgn_read_reply(event->header, &reply);
	return pgn_obu_reply(desk->obu, event->time_us, event->wire, &reply, &desk->outbox);
}

static uint64_t
obu_tick(struct pgn_desk *desk, uint64_t now_us)
{
	return pgn_obu_tick(desk->obu, now_us, &desk->outbox);
}

static void
obu_wire_down(struct pgn_desk *desk, uint64_t now_us, unsigned int wire)
{
	pgn_obu_wire_down(desk->obu, now_us, wire);
}

static uint64_t
obu_version(const struct pgn_desk *desk)
{
	return pgn_obu_version(desk->obu);
}

static bool
obu_node(const void *obu, unsigned int slot, struct pgn_node_route *route)
{
	return pgn_obu_node(obu, slot, route);
}

static struct pgn_fib_snapshot *
obu_snapshot(const struct pgn_desk *desk)
{
	struct pgn_fib_snapshot *snapshot =
		pgn_snapshot_of_nodes(desk->node, desk->obu, pgn_obu_slots(desk->obu), obu_node);
	struct pgn_hop hop[PGN_FIB_UPSTREAMS];
	unsigned int count;

	if (snapshot == NULL)
		return NULL;
	count = pgn_obu_upstream(desk->obu, hop, PGN_FIB_UPSTREAMS);
	for (unsigned int i = 0; i < count; i++)
		pgn_fib_add_upstream(snapshot, &desk->node->id, &hop[i].mac, hop[i].wire);
	return snapshot;
}

static bool
obu_retired_slot(const struct pgn_desk *desk, unsigned int *slot)
{
	return pgn_obu_retired_slot(desk->obu, slot);
}

static void
obu_release_slot(struct pgn_desk *desk, unsigned int slot)
{
	pgn_obu_release_slot(desk->obu, slot);
}

const struct pgn_role pgn_role_obu = {
	.name = "obu",
	.wire_burst = obu_wire_burst,
	.tap_burst = obu_tap_burst,
	.open = obu_open,
	.close = obu_close,
	.control = obu_control,
	.tick = obu_tick,
	.wire_down = obu_wire_down,
	.version = obu_version,
	.snapshot = obu_snapshot,
	.retired_slot = obu_retired_slot,
	.release_slot = obu_release_slot,
};
