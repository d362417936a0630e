/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * Which of the last ids of an RSU were seen. Ids are serial numbers (RFC 1982): they wrap.
 *
 * Beside its id, every heartbeat gets an ordinal that only grows, whatever the ids do: what is
 * remembered per heartbeat is aligned to that.
 */
#ifndef PGN_ROUTING_WINDOW_H
#define PGN_ROUTING_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define PGN_ORDINAL_FIRST 64 /**< 63 ids before the first have ordinals as well */

struct pgn_window {
	uint64_t ordinal;  /**< of the newest id */
	uint64_t seen;     /**< bit k: the id k before the newest; 0: nothing seen yet */
	uint32_t newest;   /**< id */
	uint32_t capacity; /**< ids that count, 1 to 64 */
};

enum pgn_window_place {
	PGN_WINDOW_AHEAD, /**< newer than the newest */
	PGN_WINDOW_MISSED /**< in the window, not seen yet */,
	PGN_WINDOW_SEEN,
	PGN_WINDOW_BEHIND /**< older than the window */
};

static inline void
pgn_window_init(struct pgn_window *window, uint32_t capacity)
{
	window->ordinal = PGN_ORDINAL_FIRST;
	window->seen = 0;
	window->newest = 0;
	window->capacity = capacity;
}

/** How far an id is ahead of the newest; meaningful when it is. */
static inline uint32_t
pgn_window_ahead(const struct pgn_window *window, uint32_t id)
{
	return window->seen == 0 ? 1 : id - window->newest;
}

static inline enum pgn_window_place
pgn_window_place(const struct pgn_window *window, uint32_t id)
{
	uint32_t back = window->newest - id;

	if (window->seen == 0)
		return PGN_WINDOW_AHEAD;
	if (back < window->capacity)
		return window->seen >> back & 1 ? PGN_WINDOW_SEEN : PGN_WINDOW_MISSED;
	return back < UINT32_C(1) << 31 ? PGN_WINDOW_BEHIND : PGN_WINDOW_AHEAD;
}

/** The ordinal of an id in the window. */
static inline uint64_t
pgn_window_ordinal(const struct pgn_window *window, uint32_t id)
{
	return window->ordinal - (uint32_t)(window->newest - id);
}

/** Mark an id as seen that is ahead of or in the window; returns its ordinal. */
static inline uint64_t
pgn_window_see(struct pgn_window *window, uint32_t id)
{
	if (pgn_window_place(window, id) == PGN_WINDOW_AHEAD) {
		uint32_t ahead = pgn_window_ahead(window, id);

		window->seen = ahead < 64 ? window->seen << ahead : 0;
		window->ordinal += ahead;
		window->newest = id;
	}
	window->seen |= UINT64_C(1) << (window->newest - id);
	return pgn_window_ordinal(window, id);
}

/** The source counts anew from id: one ordinal further, nothing before it seen. */
static inline uint64_t
pgn_window_restart(struct pgn_window *window, uint32_t id)
{
	window->newest = id;
	window->seen = 1;
	return ++window->ordinal;
}

#endif
