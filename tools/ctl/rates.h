/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * From snapshots to what a view shows: counters since the node's start, or since `reset`, and how
 * much they grew, and in what time.
 */
#ifndef CTL_RATES_H
#define CTL_RATES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct ctl_rates {
	json_t *total;  /**< a snapshot, less what was there at the reset */
	json_t *change; /**< the same, less the snapshot before it; at first the total itself */
	double seconds; /**< that `change` took; 0: not known */
	json_int_t since_ns; /**< of total, UTC */
	bool reset;          /**< since a reset, else since the start */
	bool restarted;      /**< the snapshot before was of another life of the node */
	bool interval;       /**< change is since the snapshot before */
	json_t *last;        /**< the snapshot as it came */
};

/**
 * Take in the next snapshot, which is then owned by rates. offset: the snapshot at the reset, or
 * NULL; it is of no meaning to another instance. Zero-initialise rates, release it in the end.
 */
void ctl_rates_update(struct ctl_rates *rates, json_t *snapshot, const json_t *offset);
void ctl_rates_release(struct ctl_rates *rates);

/** An integer member; 0 when there is none. */
json_int_t ctl_integer(const json_t *object, const char *name);

/** A text member; "" when there is none. */
const char *ctl_text(const json_t *object, const char *name);

/** Sum of all members of an object of integers. */
json_int_t ctl_sum(json_t *object);

/** A second's share of a change. */
double ctl_rate(const struct ctl_rates *rates, json_int_t change);

/** Bits a second, of a change of bytes by kind. */
double ctl_bit_rate(const struct ctl_rates *rates, json_t *bytes);

/** part / whole, 0 when there is no whole. */
double ctl_share(json_int_t part, json_int_t whole);

/** The busy share of an lcore's cycles. */
double ctl_busy(const json_t *lcore);

/** Frames that a port lost before we saw them. */
json_int_t ctl_lost(const json_t *port);

#endif
