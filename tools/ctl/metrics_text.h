/* SPDX-License-Identifier: BSD-3-Clause */
/** The words of OpenMetrics text. */
#ifndef CTL_METRICS_TEXT_H
#define CTL_METRICS_TEXT_H

#include <jansson.h>
#include <stdio.h>

/** A metric family. A counter's samples end in "_total", which the name leaves out. */
struct ctl_family {
	const char *name; /**< without "peregrine_" */
	const char *type; /**< "counter", "gauge", "info", "histogram" */
	const char *unit; /**< NULL: none; else the name ends in it */
	const char *help;
};

/** A name and what it is here; lists of them end with a name of NULL. */
struct ctl_label {
	const char *name;
	const char *value;
};

/** Comments of a family, in front of its samples. */
void ctl_metrics_family(FILE *out, const struct ctl_family *family);

/** A sample. suffix: "", "_total", "_bucket". labels: NULL, or a list. */
void ctl_metrics_integer(FILE *out, const struct ctl_family *family, const char *suffix,
			 const struct ctl_label *labels, json_int_t value);
void ctl_metrics_real(FILE *out, const struct ctl_family *family, const char *suffix,
		      const struct ctl_label *labels, double value);

/** A family with a single sample. */
void ctl_metrics_single(FILE *out, const struct ctl_family *family, json_int_t value);

/** Families of the parts of a snapshot; a part that is not there has none. */
void ctl_metrics_node(FILE *out, json_t *snapshot);
void ctl_metrics_lcores(FILE *out, const json_t *snapshot);
void ctl_metrics_ports(FILE *out, const json_t *snapshot);
void ctl_metrics_tables(FILE *out, const json_t *snapshot);
void ctl_metrics_routes(FILE *out, const json_t *snapshot);
void ctl_metrics_latency(FILE *out, const json_t *snapshot);

#endif
