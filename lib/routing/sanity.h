/* SPDX-License-Identifier: BSD-3-Clause */
/** What no control message may say, whatever the role. */
#ifndef PGN_ROUTING_SANITY_H
#define PGN_ROUTING_SANITY_H

#include "pgn_routing.h"

static inline struct pgn_outcome
pgn_kept(void)
{
	return (struct pgn_outcome){.verdict = PGN_KEPT};
}

static inline struct pgn_outcome
pgn_dropped(enum pgn_drop reason)
{
	return (struct pgn_outcome){.verdict = PGN_DROPPED, .reason = reason};
}

/** True when all is well; else reason is set. */
bool pgn_heartbeat_is_sane(const struct pgn_routing_conf *conf, const struct pgn_heartbeat *m,
			   enum pgn_drop *reason);
bool pgn_reply_is_sane(const struct pgn_routing_conf *conf, const struct pgn_reply *m,
		       enum pgn_drop *reason);

#endif
