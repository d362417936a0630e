/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PGN_ROUTING_OUTBOX_H
#define PGN_ROUTING_OUTBOX_H

#include "pgn_routing.h"

/** The place of one more message; NULL when the outbox is full. */
static inline struct pgn_send *
pgn_outbox_add(struct pgn_outbox *outbox, unsigned int wire, enum pgn_origin_term term,
	       enum pgn_kind kind)
{
	struct pgn_send *send;

	if (outbox->count == PGN_OUTBOX_MAX)
		return NULL;
	send = &outbox->send[outbox->count++];
	send->wire = (uint8_t)wire;
	send->term = term;
	send->kind = kind;
	return send;
}

#endif
