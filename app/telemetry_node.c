/* SPDX-License-Identifier: BSD-3-Clause */
/* The node as a whole: what it is, and its counters summed over lcores. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "mac_text.h"
#include "sealing.h"
#include "telemetry_inside.h"

int
pgn_tell_info(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	char instance[17];

	(void)params;
	snprintf(instance, sizeof(instance), "%016" PRIx64, t->instance);
	rte_tel_data_start_dict(d);
	rte_tel_data_add_dict_u64(d, "schema", PGN_TELEMETRY_SCHEMA);
	pgn_tell_text(d, "version", PGN_VERSION);
	pgn_tell_text(d, "name", t->config->name);
	pgn_tell_text(d, "role", t->node->role->name);
	pgn_tell_text(d, "instance", instance);
	rte_tel_data_add_dict_u64(d, "pid", (uint64_t)getpid());
	rte_tel_data_add_dict_u64(d, "started_utc_ns", t->started_utc_ns);
	rte_tel_data_add_dict_u64(d, "uptime_ns", (pgn_now_us() - t->started_us) * 1000);
	rte_tel_data_add_dict_u64(d, "snapshot_utc_ns", pgn_utc_ns());
	rte_tel_data_add_dict_u64(d, "tsc_hz", rte_get_tsc_hz());
	pgn_tell_text(d, "identity", pgn_mac_text(&t->node->id.wire_mac[0]).text);
	rte_tel_data_add_dict_u64(d, "ethertype", t->node->id.marker);
	rte_tel_data_add_dict_u64(d, "sealed", t->node->sealing != NULL);
	rte_tel_data_add_dict_u64(d, "workers", t->workers->count);
	pgn_tell_text(d, "mode",
		      atomic_load_explicit(&t->node->standby, memory_order_relaxed) ? "standby"
										    : "operate");
	return 0;
}

int
pgn_tell_totals(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	uint64_t in_flight = pgn_workers_in_flight(t->workers) + pgn_desk_in_flight(t->desk);
	struct pgn_counters sum;
	struct pgn_balance b;

	(void)params;
	pgn_report_sum(t->lanes, t->lane_count, &sum);
	b = pgn_stats_balance(&sum);
	rte_tel_data_start_dict(d);
	rte_tel_data_add_dict_u64(d, "received", b.received);
	rte_tel_data_add_dict_u64(d, "generated", b.generated);
	rte_tel_data_add_dict_u64(d, "copied", b.copied);
	rte_tel_data_add_dict_u64(d, "sent", b.sent);
	rte_tel_data_add_dict_u64(d, "kept", b.kept);
	rte_tel_data_add_dict_u64(d, "dropped", b.dropped);
	rte_tel_data_add_dict_u64(d, "in_flight", in_flight);
	rte_tel_data_add_dict_int(d, "unaccounted",
				  (int)(pgn_stats_unaccounted(&b) - (int64_t)in_flight));
	rte_tel_data_add_dict_u64(d, "clients_known",
				  t->node->clients == NULL ? 0
							   : pgn_clients_count(t->node->clients));
	rte_tel_data_add_dict_u64(d, "clients_learned", sum.clients_learned);
	rte_tel_data_add_dict_u64(d, "clients_refused", sum.clients_refused);
	rte_tel_data_add_dict_u64(d, "clients_late", sum.clients_late);
	rte_tel_data_add_dict_u64(d, "capture_lost", sum.capture_lost);
	return 0;
}

int
pgn_tell_drops(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	struct pgn_counters sum;

	(void)params;
	pgn_report_sum(t->lanes, t->lane_count, &sum);
	rte_tel_data_start_dict(d);
	for (unsigned int drop = 0; drop < PGN_DROP_COUNT; drop++)
		rte_tel_data_add_dict_u64(d, pgn_drop_name(drop), sum.dropped[drop]);
	return 0;
}

int
pgn_tell_pools(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	(void)params;
	rte_tel_data_start_dict(d);
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		struct pgn_bufpool_counters sum = pgn_report_class(t->node->pool, c);
		struct rte_tel_data *class = pgn_tell_dict(d, pgn_class_name(c));

		if (class == NULL)
			return -ENOMEM;
		rte_tel_data_add_dict_u64(class, "size", pgn_bufpool_size(t->node->pool, c));
		rte_tel_data_add_dict_u64(class, "in_use", pgn_bufpool_in_use(t->node->pool, c));
		rte_tel_data_add_dict_u64(class, "gets", sum.gets);
		rte_tel_data_add_dict_u64(class, "hits", sum.hits);
		rte_tel_data_add_dict_u64(class, "refills", sum.refills);
		rte_tel_data_add_dict_u64(class, "fallbacks", sum.fallbacks);
		rte_tel_data_add_dict_u64(class, "failures", sum.failures);
	}
	return 0;
}

int
pgn_tell_latency(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	static const struct {
		const char *name;
		unsigned int permille;
	} points[] = {{"p50", 500}, {"p90", 900}, {"p99", 990}, {"p99_9", 999}};
	struct rte_tel_data *residence, *buckets;
	struct pgn_counters sum;

	(void)params;
	pgn_report_sum(t->lanes, t->lane_count, &sum);
	rte_tel_data_start_dict(d);
	residence = pgn_tell_dict(d, "residence_ns");
	buckets = pgn_tell_dict(d, "frames_up_to_ns");
	if (residence == NULL || buckets == NULL)
		return -ENOMEM;
	rte_tel_data_add_dict_u64(residence, "count", pgn_histogram_count(&sum.residence));
	for (unsigned int i = 0; i < RTE_DIM(points); i++)
		rte_tel_data_add_dict_u64(
			residence, points[i].name,
			pgn_cycles_ns(pgn_histogram_permille(&sum.residence, points[i].permille)));
	rte_tel_data_add_dict_u64(residence, "max", pgn_cycles_ns(sum.residence_max));
	for (unsigned int i = 0; i < PGN_HISTOGRAM_BUCKETS; i++) {
		char bound[24];

		if (sum.residence.bucket[i] == 0)
			continue;
		snprintf(bound, sizeof(bound), "%" PRIu64, pgn_cycles_ns(pgn_histogram_bound(i)));
		rte_tel_data_add_dict_u64(buckets, bound, sum.residence.bucket[i]);
	}
	return 0;
}

/** How many keys there are is the control loop's to say: it replaces keysets. */
struct key_count {
	const struct pgn_sealing *sealing;
	unsigned int keys;
};

static void
count_keys(void *about)
{
	struct key_count *count = about;

	count->keys = pgn_aead_keyset_count(
		atomic_load_explicit(&count->sealing->current, memory_order_relaxed));
}

int
pgn_tell_sealing(struct pgn_telemetry *t, const char *params, struct rte_tel_data *d)
{
	const struct pgn_sealing *s = t->node->sealing;
	struct key_count count = {.sealing = s};
	struct pgn_counters sum;

	(void)params;
	if (s != NULL && pgn_ask(&t->ask, t->doorbell, count_keys, &count) != 0)
		return -ETIMEDOUT;
	pgn_report_sum(t->lanes, t->lane_count, &sum);
	rte_tel_data_start_dict(d);
	pgn_tell_text(d, "device", s == NULL ? "" : pgn_aead_device_name(s->device));
	rte_tel_data_add_dict_u64(d, "keys", count.keys);
	rte_tel_data_add_dict_u64(d, "failed_short", sum.dropped[PGN_DROP_SEALED_SHORT]);
	rte_tel_data_add_dict_u64(d, "failed_authentication", sum.dropped[PGN_DROP_OPEN_FAILED]);
	rte_tel_data_add_dict_u64(d, "failed_device", sum.dropped[PGN_DROP_CRYPTO_ERROR]);
	rte_tel_data_add_dict_u64(d, "key_age_s", pgn_sealing_key_age_s(t->config));
	return 0;
}
