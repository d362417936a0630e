/* SPDX-License-Identifier: BSD-3-Clause */
/** The words of OpenMetrics text. */
#ifndef CTL_METRICS_TEXT_H
#define CTL_METRICS_TEXT_H

#include <jansson.h>
#include <stdio.h>

/** A metric family. What the names of samples end in follows from the type. */
struct ctl_family {
	const char *name; /**< without "peregrine_", and "_total" of a counter */
	const char *type; /**< "counter", "gauge", "info", "histogram" */
	const char *unit; /**< NULL: none; else the name ends in it */
	const char *help;
};

/** A family that is one member of an object. */
struct ctl_member {
	const char *member;
	struct ctl_family family;
};

/** A name and what it is here; lists of them end with a name of NULL. */
struct ctl_label {
	const char *name;
	const char *value;
};

/** Comments of a family, in front of its samples. */
void ctl_metrics_family(FILE *out, const struct ctl_family *family);

/** A sample; of a histogram, a bucket. labels: NULL, or a list. */
void ctl_metrics_integer(FILE *out, const struct ctl_family *family, const struct ctl_label *labels,
			 json_int_t value);
void ctl_metrics_real(FILE *out, const struct ctl_family *family, const struct ctl_label *labels,
		      double value);

/** A family with a single sample. */
void ctl_metrics_single(FILE *out, const struct ctl_family *family, json_int_t value);

/** Families with a sample of each object in a map, whose names are the label's values. */
void ctl_metrics_members(FILE *out, const struct ctl_member *members, size_t count,
			 const char *label, json_t *map);

/** Families of the parts of a snapshot; a part that is not there has none. */
void ctl_metrics_node(FILE *out, json_t *snapshot);
void ctl_metrics_lcores(FILE *out, const json_t *snapshot);
void ctl_metrics_ports(FILE *out, const json_t *snapshot);
void ctl_metrics_tables(FILE *out, const json_t *snapshot);
void ctl_metrics_routes(FILE *out, const json_t *snapshot);
void ctl_metrics_latency(FILE *out, const json_t *snapshot);

#endif
