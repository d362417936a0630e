/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * How the node is, in one word with a reason: what an operator maps to a service's status (NTCIP
 * 1218: other, okay, warning, critical, unknown). The judge knows no clock and reads no counter:
 * facts are put before it once a second.
 */
#ifndef PGN_HEALTH_H
#define PGN_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "pgn_stats.h"

enum pgn_health_verdict {
	PGN_HEALTH_OKAY,
	PGN_HEALTH_UNKNOWN, /**< not looked at long enough */
	PGN_HEALTH_OTHER,   /**< as it was told to be: standby */
	PGN_HEALTH_WARNING,
	PGN_HEALTH_CRITICAL,
	PGN_HEALTH_COUNT
};

/** X(NAME, text): what is looked at. */
#define PGN_CHECKS(X)         \
	X(LCORES, "lcores")   \
	X(LINKS, "links")     \
	X(RINGS, "rings")     \
	X(POOLS, "pools")     \
	X(ROUTES, "routes")   \
	X(REPLIES, "replies") \
	X(SEALING, "sealing") \
	X(KEYS, "keys")

enum pgn_health_check {
#define X(name, text) PGN_CHECK_##name,
	PGN_CHECKS(X)
#undef X
	PGN_CHECK_COUNT
};

/** As of now; counters as they have grown since the start. */
struct pgn_health_facts {
	uint64_t now_us, started_us;
	bool is_rsu;
	bool standby; /**< it was told to: it neither sends heartbeats nor hears them */
	unsigned int lcore_count;
	unsigned int lcore[PGN_WORKERS_MAX];
	uint64_t turns[PGN_WORKERS_MAX]; /**< of its loop: any number that moves while it runs */
	unsigned int wires, wires_up;
	bool tap_up;
	uint64_t overflowed;       /**< by rings to workers and to the control loop */
	unsigned int pool_percent; /**< of the fullest class that is with somebody */
	uint64_t pool_failures;    /**< buffers that could not be got */
	uint64_t heartbeats;       /**< RSU: sent */
	uint64_t period_us;        /**< of heartbeats */
	uint64_t replies;          /**< RSU: that routing took in */
	unsigned int obus;         /**< RSU: that are known; one that is silent for long is not */
	bool has_upstream;         /**< OBU */
	uint64_t failed_to_open;   /**< sealed payloads, a crypto device's errors among them */
	uint64_t key_age_s;        /**< 0: payloads are clear */
};

#define PGN_HEALTH_REASON 128

struct pgn_health {
	enum pgn_health_verdict verdict; /**< the worst of the checks */
	enum pgn_health_verdict check[PGN_CHECK_COUNT];
	char why[PGN_CHECK_COUNT][PGN_HEALTH_REASON]; /**< "" when the check is okay */
	char reason[PGN_HEALTH_REASON];               /**< of the worst check; "" when okay */
	bool news[PGN_CHECK_COUNT]; /**< a check is another than before: to be told by itself */
	uint64_t since_us;          /**< the verdict stands */
	uint64_t told_us;           /**< when it was logged last */
	/* What was seen before. */
	struct pgn_health_facts before;
	uint64_t moved_us[PGN_WORKERS_MAX]; /**< when turns did last */
	uint64_t beat_us;                   /**< when heartbeats did */
	uint64_t reply_us;                  /**< when replies did, or there was nobody to reply */
	uint64_t overflow_us, pool_us, seal_us; /**< when their counters did; 0: never */
	bool looked;
};

const char *pgn_health_verdict_name(enum pgn_health_verdict verdict);
const char *pgn_health_check_name(enum pgn_health_check check);

/**
 * Look at the facts; true when the verdict is to be told: it changed, or has stood for long. `news`
 * are the checks that changed without the verdict's saying so: all but the worst behind a verdict
 * that changed, and none behind one that is okay now.
 */
bool pgn_health_judge(struct pgn_health *health, const struct pgn_health_facts *facts);

#endif
