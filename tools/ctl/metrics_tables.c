/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "metrics_text.h"
#include "rates.h"

#define NS_PER_SECOND 1e9
#define US_PER_SECOND 1e6
#define WINDOW 64.0
#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

static void
write_drops(FILE *out, json_t *drops)
{
	static const struct ctl_family family = {"drops", "counter", NULL,
						 "messages dropped, by reason"};
	const char *reason;
	json_t *count;

	ctl_metrics_family(out, &family);
	json_object_foreach (drops, reason, count) {
		const struct ctl_label labels[] = {{"reason", reason}, {NULL, NULL}};

		ctl_metrics_integer(out, &family, labels, json_integer_value(count));
	}
}

static void
write_pools(FILE *out, json_t *pools)
{
	static const struct ctl_member numbers[] = {
		{"size", {"pool_size_buffers", "gauge", "buffers", "buffers of a class"}},
		{"in_use", {"pool_in_use_buffers", "gauge", "buffers", "of these, not at home"}},
		{"gets", {"pool_gets", "counter", NULL, "buffers asked for"}},
		{"hits", {"pool_hits", "counter", NULL, "of these, from an lcore's cache"}},
		{"refills", {"pool_refills", "counter", NULL, "times a cache was filled"}},
		{"fallbacks",
		 {"pool_fallbacks", "counter", NULL, "buffers that came from a larger class"}},
		{"failures", {"pool_failures", "counter", NULL, "buffers not to be had"}},
	};

	ctl_metrics_members(out, numbers, SIZE(numbers), "class", pools);
}

static void
write_clients(FILE *out, const json_t *clients)
{
	static const struct ctl_family family = {"clients_listed", "gauge", NULL,
						 "hosts that are known, by where they are"};
	static const char *const places[] = {"obu", "host"};
	json_t *client;
	size_t i;

	ctl_metrics_family(out, &family);
	for (size_t p = 0; p < SIZE(places); p++) {
		const struct ctl_label labels[] = {{"where", places[p]}, {NULL, NULL}};
		json_int_t count = 0;

		json_array_foreach (clients, i, client)
			count += strcmp(ctl_text(client, "where"), places[p]) == 0;
		ctl_metrics_integer(out, &family, labels, count);
	}
}

void
ctl_metrics_tables(FILE *out, const json_t *snapshot)
{
	json_t *pools = json_object_get(snapshot, "pools");
	json_t *drops = json_object_get(snapshot, "drops");
	json_t *clients = json_object_get(snapshot, "clients");

	if (pools != NULL)
		write_pools(out, pools);
	if (drops != NULL)
		write_drops(out, drops);
	if (clients != NULL)
		write_clients(out, clients);
}

static double
route_value(const json_t *route, const char *member, double divisor)
{
	return (double)ctl_integer(route, member) / divisor;
}

/* Routes that are used: one a node. */
void
ctl_metrics_routes(FILE *out, const json_t *snapshot)
{
	static const struct {
		const char *member;
		double divisor;
		struct ctl_family family;
	} numbers[] = {
		{"hops", 1, {"route_hops", "gauge", NULL, "hops of the route that is used"}},
		{"delivered_of_64",
		 WINDOW,
		 {"route_delivery_ratio", "gauge", "ratio", "of the last 64 that were heard"}},
		{"latency_us",
		 US_PER_SECOND,
		 {"route_latency_seconds", "gauge", "seconds", "latency of the route"}},
	};
	const json_t *routes = json_object_get(snapshot, "routes");
	json_t *route;
	size_t i;

	for (size_t n = 0; routes != NULL && n < SIZE(numbers); n++) {
		ctl_metrics_family(out, &numbers[n].family);
		json_array_foreach (routes, i, route) {
			const struct ctl_label labels[] = {
				{"kind", ctl_text(route, "kind")},
				{"node", ctl_text(route, "node")},
				{"next_hop", ctl_text(route, "next_hop")},
				{"wire", ctl_text(route, "wire")},
				{NULL, NULL}};

			if (ctl_integer(route, "current"))
				ctl_metrics_real(
					out, &numbers[n].family, labels,
					route_value(route, numbers[n].member, numbers[n].divisor));
		}
	}
}

/* Frames of buckets whose bound is not above this one. */
static json_int_t
frames_up_to(json_t *buckets, json_int_t bound_ns)
{
	json_int_t count = 0;
	const char *to_ns;
	json_t *frames;

	json_object_foreach (buckets, to_ns, frames) {
		if (strtoll(to_ns, NULL, 10) <= bound_ns)
			count += json_integer_value(frames);
	}
	return count;
}

/* The node's buckets are many, and only those that hold something: here they become always the same
 * few. A node's bucket is within an eighth of its bound, and so are these. The node keeps no sum.
 */
void
ctl_metrics_latency(FILE *out, const json_t *snapshot)
{
	static const struct ctl_family family = {"residence_seconds", "histogram", "seconds",
						 "time of a frame from Rx to Tx"};
	static const json_int_t scale[] = {1, 2, 5};
	json_t *buckets = json_object_get(json_object_get(snapshot, "latency"), "frames_up_to_ns");
	const struct ctl_label all[] = {{"le", "+Inf"}, {NULL, NULL}};

	if (buckets == NULL)
		return;
	ctl_metrics_family(out, &family);
	for (json_int_t decade = 1000; decade <= 1000000000; decade *= 10) {
		for (size_t s = 0; s < SIZE(scale); s++) {
			json_int_t bound_ns = decade * scale[s];
			char le[32];
			const struct ctl_label labels[] = {{"le", le}, {NULL, NULL}};

			snprintf(le, sizeof(le), "%g", (double)bound_ns / NS_PER_SECOND);
			ctl_metrics_integer(out, &family, labels, frames_up_to(buckets, bound_ns));
		}
	}
	ctl_metrics_integer(out, &family, all, ctl_sum(buckets));
}
