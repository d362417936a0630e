/* SPDX-License-Identifier: BSD-3-Clause */
#include "gate.h"

static void
set_own(struct pgn_own *own, const struct pgn_fib_identity *id)
{
	own->count = id->wire_count;
	own->alike = pgn_mac_key_broadcast();
	for (unsigned int w = 0; w < id->wire_count; w++) {
		own->key[w] = pgn_mac_key(&id->wire_mac[w]);
		own->alike &= ~(own->key[w] ^ own->key[0]);
	}
}

static void
set_gate(struct pgn_lane *lane, unsigned int wire)
{
	const uint16_t marker = lane->node->id.marker;
	const uint64_t alike = lane->own.alike, every = UINT64_MAX;
	const uint64_t own = lane->own.key[0] & alike;
	const uint64_t bits[4] = {every, alike, every, alike}, never[4] = {0, own, 0, own};
	struct pgn_gate_bytes *gate = &lane->gate[wire];
	const struct pgn_wire_common common = {.to = lane->node->id.wire_mac[wire]};

	gate->what = htobe32(pgn_what(marker, PGN_TYPE_DATA, PGN_SUBTYPE_UPSTREAM));
	memcpy(gate->like, &common, sizeof(common));
	memcpy(gate->like + offsetof(struct pgn_wire_common, marker), &gate->what,
	       sizeof(gate->what));
	/* All of `to` and of what kind it is; of the other addresses only that they are no group.
	 */
	memset(gate->care, 0xff, PGN_COMMON_LEN);
	memset(gate->care + offsetof(struct pgn_wire_common, from), 0, sizeof(struct pgn_mac));
	gate->care[offsetof(struct pgn_wire_common, from)] = 1;
	gate->care[offsetof(struct pgn_wire_upstream, origin)] = 1;
	memcpy(gate->care_upstream, gate->care, sizeof(gate->care));
	gate->care[offsetof(struct pgn_wire_common, subtype)] = (uint8_t)~PGN_GATE_KIND_BIT;
	memcpy(gate->bits, bits, sizeof(bits));
	memcpy(gate->never, never, sizeof(never));
}

void
pgn_gate_set_all(struct pgn_lane *lane)
{
	set_own(&lane->own, &lane->node->id);
	for (unsigned int w = 0; w < lane->own.count; w++)
		set_gate(lane, w);
}

bool
pgn_header_passes_in_full(const struct pgn_lane *lane, unsigned int wire, const uint8_t *header)
{
	return pgn_header_passes(lane, wire, header);
}
