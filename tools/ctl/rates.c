/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "latency.h"
#include "rates.h"
#include "snapshot.h"

#define NS_PER_SECOND 1e9
#define BITS 8

static json_int_t
info(const json_t *snapshot, const char *name)
{
	return ctl_integer(json_object_get(snapshot, "info"), name);
}

static json_t *
difference(const json_t *now, const json_t *before)
{
	json_t *copy = json_deep_copy(now);

	ctl_snapshot_subtract(copy, before);
	return copy;
}

void
ctl_rates_update(struct ctl_rates *rates, json_t *snapshot, const json_t *offset)
{
	const json_t *before = rates->last;
	bool had = before != NULL;

	if (!ctl_snapshot_same_instance(snapshot, offset))
		offset = NULL;
	if (!ctl_snapshot_same_instance(snapshot, before))
		before = NULL;

	json_decref(rates->total);
	json_decref(rates->change);
	rates->restarted = had && before == NULL;
	rates->interval = before != NULL;
	rates->reset = offset != NULL;
	rates->since_ns =
		offset != NULL ? info(offset, "snapshot_utc_ns") : info(snapshot, "started_utc_ns");
	rates->total = difference(snapshot, offset);
	if (offset != NULL)
		ctl_latency_recount(json_object_get(rates->total, "latency"));
	if (before == NULL)
		before = offset;
	rates->change = difference(snapshot, before);
	/* by the node's uptime: UTC may be set meanwhile */
	rates->seconds = (double)(info(snapshot, "uptime_ns") -
				  (before != NULL ? info(before, "uptime_ns") : 0)) /
			 NS_PER_SECOND;
	json_decref(rates->last);
	rates->last = snapshot;
}

void
ctl_rates_release(struct ctl_rates *rates)
{
	json_decref(rates->total);
	json_decref(rates->change);
	json_decref(rates->last);
	memset(rates, 0, sizeof(*rates));
}

json_int_t
ctl_integer(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

const char *
ctl_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

json_int_t
ctl_sum(json_t *object)
{
	json_int_t sum = 0;
	const char *name;
	json_t *member;

	json_object_foreach (object, name, member)
		sum += json_integer_value(member);
	return sum;
}

double
ctl_rate(const struct ctl_rates *rates, json_int_t change)
{
	return rates->seconds > 0 ? (double)change / rates->seconds : 0;
}

double
ctl_bit_rate(const struct ctl_rates *rates, json_t *bytes)
{
	return ctl_rate(rates, BITS * ctl_sum(bytes));
}

double
ctl_share(json_int_t part, json_int_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

double
ctl_busy(const json_t *lcore)
{
	json_int_t busy = ctl_integer(lcore, "cycles_busy");

	return ctl_share(busy, busy + ctl_integer(lcore, "cycles_idle"));
}

json_int_t
ctl_lost(const json_t *port)
{
	return ctl_integer(port, "lost_missed") + ctl_integer(port, "lost_no_buffer") +
	       ctl_integer(port, "lost_errors");
}
