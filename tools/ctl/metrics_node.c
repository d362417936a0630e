/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "metrics_text.h"
#include "rates.h"

#define NS_PER_SECOND 1e9
#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

static void
write_singles(FILE *out, const struct ctl_member *singles, size_t count, const json_t *object)
{
	for (size_t i = 0; i < count; i++)
		ctl_metrics_single(out, &singles[i].family, ctl_integer(object, singles[i].member));
}

/* One of several words: 1 for the one that holds, 0 for the others. */
static void
write_words(FILE *out, const struct ctl_family *family, const char *label, const char *const *words,
	    const char *now)
{
	ctl_metrics_family(out, family);
	for (; *words != NULL; words++) {
		const struct ctl_label labels[] = {{label, *words}, {NULL, NULL}};

		ctl_metrics_integer(out, family, labels, strcmp(*words, now) == 0);
	}
}

static void
write_info(FILE *out, const json_t *info)
{
	static const struct ctl_family family = {"", "info", NULL, "what node this is"};
	static const struct ctl_family start = {"start_time_seconds", "gauge", "seconds",
						"when the node was started, since 1970"};
	static const struct ctl_family workers = {"workers", "gauge", NULL, "workers"};
	static const struct ctl_family sealing = {"sealing_enabled", "gauge", NULL,
						  "1 when payloads are sealed"};
	static const struct ctl_family mode = {"mode", "gauge", NULL, "1 for the mode it is in"};
	static const char *const modes[] = {"operate", "standby", NULL};
	const struct ctl_label labels[] = {
		{"version", ctl_text(info, "version")},
		{"name", ctl_text(info, "name")},
		{"role", ctl_text(info, "role")},
		{"instance_id", ctl_text(info, "instance")},
		{"identity", ctl_text(info, "identity")},
		{NULL, NULL},
	};

	ctl_metrics_family(out, &family);
	ctl_metrics_integer(out, &family, labels, 1);
	ctl_metrics_family(out, &start);
	ctl_metrics_real(out, &start, NULL,
			 (double)ctl_integer(info, "started_utc_ns") / NS_PER_SECOND);
	ctl_metrics_single(out, &workers, ctl_integer(info, "workers"));
	ctl_metrics_single(out, &sealing, ctl_integer(info, "sealed"));
	if (json_object_get(info, "mode") != NULL)
		write_words(out, &mode, "mode", modes, ctl_text(info, "mode"));
}

static void
write_totals(FILE *out, const json_t *totals)
{
	static const char *const terms[] = {"received", "generated", "copied",
					    "sent",     "kept",      "dropped"};
	static const struct ctl_family messages = {
		"messages", "counter", NULL,
		"received + generated + copied = sent + kept + dropped + in flight"};
	static const struct ctl_member singles[] = {
		{"in_flight", {"in_flight_messages", "gauge", "messages", "held in our queues"}},
		{"unaccounted",
		 {"unaccounted_messages", "gauge", "messages", "0 unless counted wrongly"}},
		{"clients_known", {"clients", "gauge", NULL, "hosts that are known"}},
		{"clients_learned",
		 {"clients_learned", "counter", NULL, "hosts that were new or had moved"}},
		{"clients_refused",
		 {"clients_refused", "counter", NULL, "hosts the table had no place for"}},
		{"clients_late",
		 {"clients_late", "counter", NULL, "hosts not learned at once, the ring was full"}},
	};

	ctl_metrics_family(out, &messages);
	for (size_t i = 0; i < SIZE(terms); i++) {
		const struct ctl_label labels[] = {{"term", terms[i]}, {NULL, NULL}};

		ctl_metrics_integer(out, &messages, labels, ctl_integer(totals, terms[i]));
	}
	write_singles(out, singles, SIZE(singles), totals);
}

static void
write_sealing(FILE *out, const json_t *sealing)
{
	static const char *const failures[] = {"short", "authentication", "device"};
	static const struct ctl_family failed = {"sealing_failed", "counter", NULL,
						 "payloads that were not opened or sealed"};
	static const struct ctl_member singles[] = {
		{"keys", {"sealing_keys", "gauge", NULL, "keys that are held"}},
		{"key_age_s", {"sealing_key_age_seconds", "gauge", "seconds", "age of the key"}},
	};

	write_singles(out, singles, SIZE(singles), sealing);
	ctl_metrics_family(out, &failed);
	for (size_t i = 0; i < SIZE(failures); i++) {
		const struct ctl_label labels[] = {{"reason", failures[i]}, {NULL, NULL}};
		char member[32];

		snprintf(member, sizeof(member), "failed_%s", failures[i]);
		ctl_metrics_integer(out, &failed, labels, ctl_integer(sealing, member));
	}
}

static void
write_health(FILE *out, json_t *health)
{
	static const char *const verdicts[] = {"okay",    "warning", "critical",
					       "unknown", "other",   NULL};
	static const struct ctl_family verdict = {"health", "gauge", NULL,
						  "1 for the verdict that holds"};
	static const struct ctl_family since = {"health_since_seconds", "gauge", "seconds",
						"when the verdict came, since 1970"};
	static const struct ctl_family checks = {"health_check_okay", "gauge", NULL,
						 "1 when the check's verdict is okay"};
	json_t *check;
	const char *name;

	write_words(out, &verdict, "verdict", verdicts, ctl_text(health, "verdict"));
	ctl_metrics_family(out, &since);
	ctl_metrics_real(out, &since, NULL,
			 (double)ctl_integer(health, "since_utc_ns") / NS_PER_SECOND);
	ctl_metrics_family(out, &checks);
	json_object_foreach (json_object_get(health, "checks"), name, check) {
		const struct ctl_label labels[] = {{"check", name}, {NULL, NULL}};

		ctl_metrics_integer(out, &checks, labels,
				    strcmp(json_string_value(check), "okay") == 0);
	}
}

void
ctl_metrics_node(FILE *out, json_t *snapshot)
{
	json_t *totals = json_object_get(snapshot, "totals");
	json_t *sealing = json_object_get(snapshot, "sealing");
	json_t *health = json_object_get(snapshot, "health");

	write_info(out, json_object_get(snapshot, "info"));
	if (totals != NULL)
		write_totals(out, totals);
	if (sealing != NULL)
		write_sealing(out, sealing);
	if (health != NULL)
		write_health(out, health);
}
