/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>

#include "pgn_stats.h"

static const char *const kind_names[PGN_KIND_COUNT] = {
#define X(name, text) [PGN_KIND_##name] = text,
	PGN_KINDS(X)
#undef X
};

static const char *const drop_names[PGN_DROP_COUNT] = {
#define X(name, text, help) [PGN_DROP_##name] = text,
	PGN_DROPS(X)
#undef X
};

static const char *const drop_helps[PGN_DROP_COUNT] = {
#define X(name, text, help) [PGN_DROP_##name] = help,
	PGN_DROPS(X)
#undef X
};

const char *
pgn_kind_name(enum pgn_kind kind)
{
	return kind_names[kind];
}

const char *
pgn_drop_name(enum pgn_drop drop)
{
	return drop_names[drop];
}

const char *
pgn_drop_help(enum pgn_drop drop)
{
	return drop_helps[drop];
}

void
pgn_stats_add(struct pgn_counters *sum, const struct pgn_counters *lane)
{
	static_assert(sizeof(*sum) % sizeof(uint64_t) == 0, "counters are 64-bit words only");
	uint64_t *to = (uint64_t *)sum;
	const _Atomic uint64_t *from = (const _Atomic uint64_t *)lane;
	uint64_t max = sum->residence_max;

	for (size_t i = 0; i < sizeof(*sum) / sizeof(uint64_t); i++)
		to[i] += atomic_load_explicit(&from[i], memory_order_relaxed);
	if (sum->residence_max - max > max)
		max = sum->residence_max - max;
	sum->residence_max = max;
}

static uint64_t
sum_traffic(const struct pgn_traffic traffic[PGN_MAX_PORTS][PGN_KIND_COUNT])
{
	uint64_t messages = 0;

	for (unsigned int port = 0; port < PGN_MAX_PORTS; port++)
		for (unsigned int kind = 0; kind < PGN_KIND_COUNT; kind++)
			messages += traffic[port][kind].messages;
	return messages;
}

struct pgn_balance
pgn_stats_balance(const struct pgn_counters *counters)
{
	struct pgn_balance balance = {
		.received = sum_traffic(counters->received),
		.sent = sum_traffic(counters->sent),
	};

	for (unsigned int kind = 0; kind < PGN_KIND_COUNT; kind++) {
		balance.generated += counters->generated[kind];
		balance.copied += counters->copied[kind];
		balance.kept += counters->kept[kind];
	}
	for (unsigned int drop = 0; drop < PGN_DROP_COUNT; drop++)
		balance.dropped += counters->dropped[drop];
	return balance;
}

int64_t
pgn_stats_unaccounted(const struct pgn_balance *b)
{
	return (int64_t)(b->received + b->generated + b->copied - b->sent - b->kept - b->dropped);
}
