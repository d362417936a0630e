/* SPDX-License-Identifier: BSD-3-Clause */
#include "obu.h"
#include "aside.h"
#include "control.h"

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

/** The two MACs that a frame on its way begins with: the next hop's and ours. */
struct redirection {
	uint64_t first8;
	uint32_t last4;
};

static inline struct redirection
redirection_to(const struct pgn_fib_hop *hop, uint16_t header_length)
{
	const uint8_t *header = hop->header + PGN_HEADER_ROOM - header_length;
	struct redirection to;

	memcpy(&to.first8, header, sizeof(to.first8));
	memcpy(&to.last4, header + sizeof(to.first8), sizeof(to.last4));
	return to;
}

/** Pass a frame of another OBU on, as it is but for its first 12 bytes. */
static inline void
redirect(uint8_t *header, const struct redirection *to)
{
	memcpy(header, &to->first8, sizeof(to->first8));
	memcpy(header + sizeof(to->first8), &to->last4, sizeof(to->last4));
}

static inline void
redirect_frame(struct rte_mbuf *frame, const struct pgn_fib_hop *hop, uint16_t header_length)
{
	const struct redirection to = redirection_to(hop, header_length);

	redirect(rte_pktmbuf_mtod(frame, uint8_t *), &to);
}

/** An upstream frame of another OBU for which the first next hop may not be the right one. */
static void
relay_upstream(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame, uint64_t from)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	const struct pgn_fib_hop *hop =
		onward(snapshot->upstream, snapshot->upstream_count, wire, from);

	if (frame->pkt_len < PGN_UPSTREAM_LEN + PGN_INNER_MIN) {
		pgn_forward_drop(lane, frame, PGN_DROP_SHORT_PAYLOAD);
	} else if (hop == NULL) {
		pgn_forward_drop(lane, frame,
				 snapshot->upstream_count == 0 ? PGN_DROP_NO_UPSTREAM
							       : PGN_DROP_LOOP);
	} else {
		redirect_frame(frame, hop, PGN_UPSTREAM_LEN);
		pgn_forward_reply(lane, hop->wire, frame, PGN_KIND_UPSTREAM);
	}
}

static void
deliver(struct pgn_lane *lane, struct rte_mbuf *frame, struct pgn_writer *tap)
{
	const uint8_t *inner = rte_pktmbuf_mtod(frame, const uint8_t *) + PGN_DOWNSTREAM_LEN;
	uint32_t length = frame->data_len - PGN_DOWNSTREAM_LEN;

	if (unlikely(!pgn_inner_ok(inner, length))) {
		pgn_forward_drop(lane, frame, pgn_inner_fault(length));
		return;
	}
	pgn_strip(frame, PGN_DOWNSTREAM_LEN);
	pgn_writer_add(lane, tap, frame, frame->pkt_len);
}

static void
relay_downstream(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame, uint64_t from,
		 uint64_t destination, struct pgn_writer *air)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	uint16_t slot = pgn_fib_slot_of_key(snapshot, destination);
	const struct pgn_fib_node *node;
	const struct pgn_fib_hop *hop;

	if (unlikely(slot == PGN_SLOT_NONE)) {
		pgn_forward_drop(lane, frame, PGN_DROP_UNKNOWN_NODE);
		return;
	}
	node = &snapshot->node[slot];
	hop = onward(node->hop, node->hop_count, wire, from);
	if (unlikely(hop == NULL)) {
		pgn_forward_drop(lane, frame,
				 node->hop_count == 0 ? PGN_DROP_NO_ROUTE : PGN_DROP_LOOP);
		return;
	}
	redirect_frame(frame, hop, PGN_DOWNSTREAM_LEN);
	if (unlikely(hop->wire != air->port))
		pgn_writer_turn(lane, air, hop->wire, PGN_KIND_DOWNSTREAM);
	pgn_writer_add(lane, air, frame, frame->pkt_len);
}

static inline void
downstream_burst_add(struct downstream_burst *burst, struct rte_mbuf *frame, uint64_t from)
{
	burst->frame[burst->count] = frame;
	burst->from[burst->count++] = from;
}

static void
take_downstream(struct pgn_lane *lane, unsigned int wire, const struct downstream_burst *burst)
{
	const struct pgn_own own = lane->own;
	struct pgn_writer tap = pgn_writer_open(lane, PGN_PORT_TAP);
	struct pgn_writer air = pgn_writer_open(lane, wire);

	for (unsigned int i = 0; i < burst->count; i++) {
		struct rte_mbuf *frame = burst->frame[i];
		uint64_t destination =
			pgn_header_destination(rte_pktmbuf_mtod(frame, const uint8_t *));

		if (pgn_obu_is_for_host(&own, destination))
			deliver(lane, frame, &tap);
		else
			relay_downstream(lane, wire, frame, burst->from[i], destination, &air);
	}
	pgn_writer_close(&tap, PGN_KIND_HOST, PGN_FLAT);
	pgn_writer_close(&air, PGN_KIND_DOWNSTREAM, PGN_FLAT);
}

static void
take_aside(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf *frame,
	   struct downstream_burst *down)
{
	const uint8_t *header;
	struct pgn_data data;
	bool own;

	if (!pgn_take_aside(lane, wire, frame, &data))
		return;
	header = rte_pktmbuf_mtod(data.frame, const uint8_t *);
	/* Of our own host's frames only those that go down to another OBU go on. */
	own = pgn_is_own_key(&lane->own, data.origin);
	if (!pgn_mac_key_is_station(data.origin))
		pgn_forward_drop(lane, data.frame, PGN_DROP_BAD_ORIGIN);
	else if (data.kind == PGN_KIND_UPSTREAM && own)
		pgn_forward_drop(lane, data.frame, PGN_DROP_OWN_ORIGIN);
	else if (data.kind == PGN_KIND_UPSTREAM)
		relay_upstream(lane, wire, data.frame, data.from);
	else if (data.frame->pkt_len < PGN_DOWNSTREAM_LEN + PGN_INNER_MIN)
		pgn_forward_drop(lane, data.frame, PGN_DROP_SHORT_PAYLOAD);
	else if (own && pgn_obu_is_for_host(&lane->own, pgn_header_destination(header)))
		pgn_forward_drop(lane, data.frame, PGN_DROP_OWN_ORIGIN);
	else
		downstream_burst_add(down, data.frame, data.from);
}

/** Frames of a burst that are looked at in full. */
struct aside {
	unsigned int count;
	struct rte_mbuf *frame[PGN_BURST_MAX];
};

/**
 * Upstream frames of others leave by the upstream's wire at once; the other data goes to
 * `downstream`, the rest aside.
 */
static void
relay_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n,
	    struct downstream_burst *downstream, struct aside *aside)
{
	const struct pgn_fib_hop *hop = &lane->snapshot->upstream[0];
	const struct redirection to = redirection_to(hop, PGN_UPSTREAM_LEN);
	/* What the next hop itself sends goes aside: another may take it. */
	const uint64_t not_from = hop->wire == wire ? hop->key : 0;
	struct pgn_writer air = pgn_writer_open(lane, hop->wire);
	const struct pgn_gate gate = pgn_gate_open(lane, wire, PGN_GATE_MIN, air.max_frame, false);
	unsigned int down = 0, odd = 0;
	uint64_t down_bytes = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];
		uint8_t *header = rte_pktmbuf_mtod(frame, uint8_t *);

		if (unlikely(!pgn_gate_pass(&gate, frame, header))) {
			aside->frame[odd++] = frame;
			continue;
		}
		if (unlikely(!pgn_header_is_upstream(header))) {
			down_bytes += frame->data_len;
			downstream->frame[down] = frame;
			downstream->from[down++] = pgn_header_from(header);
			continue;
		}
		if (unlikely(pgn_header_from(header) == not_from)) {
			aside->frame[odd++] = frame;
			continue;
		}
		redirect(header, &to);
		pgn_writer_put(&air, frame, frame->data_len);
	}
	aside->count = odd;
	downstream->count = down;
	pgn_count_intake(lane, wire, PGN_KIND_UPSTREAM, n - odd - down, air.bytes);
	pgn_count_intake(lane, wire, PGN_KIND_DOWNSTREAM, down, down_bytes);
	pgn_writer_close(&air, PGN_KIND_UPSTREAM, PGN_FLAT);
}

static __rte_always_inline void
wire_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n,
	   bool sealed)
{
	struct downstream_burst downstream;
	struct aside aside;

	pgn_prefetch_frames(frames, n);
	if (likely(lane->snapshot->upstream_count > 0)) {
		relay_burst(lane, wire, frames, n, &downstream, &aside);
	} else {
		downstream.count = 0;
		aside.count = n;
		memcpy(aside.frame, frames, n * sizeof(frames[0]));
	}
	for (unsigned int i = 0; i < aside.count; i++)
		take_aside(lane, wire, aside.frame[i], &downstream);
	if (sealed)
		pgn_obu_open_own(lane, &downstream);
	if (downstream.count > 0)
		take_downstream(lane, wire, &downstream);
}

/** Apart: the clear way keeps its registers. */
static __rte_noinline void
sealed_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n)
{
	wire_burst(lane, wire, frames, n, true);
}

static void
obu_wire_burst(struct pgn_lane *lane, unsigned int wire, struct rte_mbuf **frames, unsigned int n)
{
	if (unlikely(lane->aead != NULL))
		sealed_burst(lane, wire, frames, n);
	else
		wire_burst(lane, wire, frames, n, false);
}

static void
obu_tap_burst(struct pgn_lane *lane, struct rte_mbuf **frames, unsigned int n)
{
	const struct pgn_fib_snapshot *snapshot = lane->snapshot;
	const struct pgn_fib_hop *hop = &snapshot->upstream[0];
	struct pgn_writer air = pgn_writer_open(lane, hop->wire);
	struct aside aside;
	uint64_t bytes = 0;

	if (unlikely(lane->aead != NULL)) {
		pgn_obu_seal_burst(lane, frames, n);
		return;
	}
	aside.count = 0;
	pgn_prefetch_frames(frames, n);
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames[i];

		bytes += frame->pkt_len;
		frame = pgn_obu_admit(lane, snapshot, frame);
		if (unlikely(frame == NULL))
			continue;
		if (unlikely(!pgn_may_push(lane, frame))) {
			aside.frame[aside.count++] = frame;
			continue;
		}
		pgn_push_header(frame, hop, PGN_UPSTREAM_LEN, 0);
		pgn_writer_add(lane, &air, frame, frame->data_len);
	}
	pgn_count_intake(lane, PGN_PORT_TAP, PGN_KIND_HOST, n, bytes);
	pgn_writer_close(&air, PGN_KIND_UPSTREAM, PGN_FLAT);
	for (unsigned int i = 0; i < aside.count; i++)
		pgn_send_encapsulated(lane, aside.frame[i], hop, PGN_UPSTREAM_LEN,
				      PGN_KIND_UPSTREAM, 0);
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
	.heeds_heartbeats = true,
	.wire_burst = obu_wire_burst,
	.tap_burst = obu_tap_burst,
	.opened = pgn_obu_opened,
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
