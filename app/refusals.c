/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <syslog.h>

#include "mac_text.h"
#include "refusals.h"

/*
 * What is not here is daily business: an RSU hears its own heartbeats again and those of other
 * RSUs, copies of replies come by several ways, and frames for others are on the air.
 */
static const struct {
	enum pgn_drop reason;
	int severity;
} worth_telling[] = {
	{PGN_DROP_CONTROL_THROTTLED, LOG_WARNING}, {PGN_DROP_CONTROL_FULL, LOG_WARNING},
	{PGN_DROP_BAD_FROM, LOG_WARNING},          {PGN_DROP_OWN_FROM, LOG_WARNING},
	{PGN_DROP_UNTRUSTED_SOURCE, LOG_WARNING},  {PGN_DROP_UNTRUSTED_FROM, LOG_WARNING},
	{PGN_DROP_BAD_SOURCE, LOG_WARNING},        {PGN_DROP_BAD_SENDER, LOG_WARNING},
	{PGN_DROP_OWN_SENDER, LOG_WARNING},        {PGN_DROP_BAD_HOPS, LOG_WARNING},
	{PGN_DROP_WRONG_DURATION, LOG_WARNING},    {PGN_DROP_RSUS_FULL, LOG_WARNING},
	{PGN_DROP_NODES_FULL, LOG_WARNING},        {PGN_DROP_STALE_ID, LOG_NOTICE},
	{PGN_DROP_UNKNOWN_ID, LOG_NOTICE},
};

#define WORTH_TELLING (sizeof(worth_telling) / sizeof(worth_telling[0]))

void
pgn_refusals_look(struct pgn_refusals *refusals, const struct pgn_counters *counters,
		  uint64_t now_us)
{
	for (size_t i = 0; i < WORTH_TELLING; i++) {
		enum pgn_drop reason = worth_telling[i].reason;

		/* All that was refused up to the last look is told: what is new came after it. */
		if (refusals->seen[reason] == refusals->told[reason])
			refusals->since_us[reason] =
				refusals->now_us != 0 ? refusals->now_us : now_us;
		refusals->seen[reason] = counters->dropped[reason];
	}
	refusals->now_us = now_us;
	refusals->next = 0;
}

bool
pgn_refusals_next(struct pgn_refusals *refusals, struct pgn_refusal *refusal)
{
	const uint64_t now_us = refusals->now_us;

	while (refusals->next < WORTH_TELLING) {
		unsigned int i = refusals->next++;
		enum pgn_drop reason = worth_telling[i].reason;
		uint64_t count = refusals->seen[reason] - refusals->told[reason];
		uint64_t told_us = refusals->told_us[reason];

		if (count == 0 || (told_us != 0 && now_us - told_us < PGN_REFUSAL_EVERY_US))
			continue;
		*refusal = (struct pgn_refusal){
			.reason = reason,
			.severity = worth_telling[i].severity,
			.count = count,
			.seconds = (unsigned int)((now_us - refusals->since_us[reason] + 999999) /
						  1000000),
		};
		refusals->told[reason] = refusals->seen[reason];
		refusals->told_us[reason] = now_us;
		return true;
	}
	return false;
}

void
pgn_refusal_describe(const struct pgn_refusal *refusal, const struct pgn_mac *by,
		     char line[PGN_REFUSAL_LINE])
{
	bool known = pgn_mac_number(by) != 0;
	/* Data is refused for these as well. */
	bool any = refusal->reason == PGN_DROP_BAD_FROM || refusal->reason == PGN_DROP_OWN_FROM;

	snprintf(line, PGN_REFUSAL_LINE, "%" PRIu64 " %smessages refused in %u s: %s%s%s",
		 refusal->count, any ? "" : "control ", refusal->seconds,
		 pgn_drop_name(refusal->reason), known ? ", the last by " : "",
		 known ? pgn_mac_text(by).text : "");
}
