/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "metrics.h"
#include "metrics_text.h"
#include "rates.h"

#define PREFIX "peregrine"

/* The name of an info family is what stands in front of "_info". */
static void
write_name(FILE *out, const struct ctl_family *family)
{
	fprintf(out, PREFIX "%s%s", *family->name != '\0' ? "_" : "", family->name);
}

void
ctl_metrics_family(FILE *out, const struct ctl_family *family)
{
	fputs("# TYPE ", out);
	write_name(out, family);
	fprintf(out, " %s\n", family->type);
	if (family->unit != NULL) {
		fputs("# UNIT ", out);
		write_name(out, family);
		fprintf(out, " %s\n", family->unit);
	}
	fputs("# HELP ", out);
	write_name(out, family);
	fprintf(out, " %s\n", family->help);
}

static void
write_value(FILE *out, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '\n')
			fputs("\\n", out);
		else if (*value == '"' || *value == '\\')
			fprintf(out, "\\%c", *value);
		else
			fputc(*value, out);
	}
}

static const char *
suffix_of(const struct ctl_family *family)
{
	if (strcmp(family->type, "counter") == 0)
		return "_total";
	if (strcmp(family->type, "info") == 0)
		return "_info";
	return strcmp(family->type, "histogram") == 0 ? "_bucket" : "";
}

static void
write_head(FILE *out, const struct ctl_family *family, const struct ctl_label *labels)
{
	write_name(out, family);
	fputs(suffix_of(family), out);
	if (labels != NULL) {
		fputc('{', out);
		for (const struct ctl_label *label = labels; label->name != NULL; label++) {
			fprintf(out, "%s%s=\"", label == labels ? "" : ",", label->name);
			write_value(out, label->value);
			fputc('"', out);
		}
		fputc('}', out);
	}
	fputc(' ', out);
}

void
ctl_metrics_integer(FILE *out, const struct ctl_family *family, const struct ctl_label *labels,
		    json_int_t value)
{
	write_head(out, family, labels);
	fprintf(out, "%" JSON_INTEGER_FORMAT "\n", value);
}

void
ctl_metrics_real(FILE *out, const struct ctl_family *family, const struct ctl_label *labels,
		 double value)
{
	write_head(out, family, labels);
	fprintf(out, "%.12g\n", value);
}

void
ctl_metrics_single(FILE *out, const struct ctl_family *family, json_int_t value)
{
	ctl_metrics_family(out, family);
	ctl_metrics_integer(out, family, NULL, value);
}

void
ctl_metrics_members(FILE *out, const struct ctl_member *members, size_t count, const char *label,
		    json_t *map)
{
	const char *name;
	json_t *object;

	for (size_t i = 0; i < count; i++) {
		ctl_metrics_family(out, &members[i].family);
		json_object_foreach (map, name, object) {
			const struct ctl_label labels[] = {{label, name}, {NULL, NULL}};

			ctl_metrics_integer(out, &members[i].family, labels,
					    ctl_integer(object, members[i].member));
		}
	}
}

static void
write_up(FILE *out, int up)
{
	ctl_metrics_single(
		out, &(struct ctl_family){"up", "gauge", NULL, "1 when the node answers"}, up);
}

void
ctl_metrics_write(json_t *snapshot, FILE *out)
{
	write_up(out, 1);
	ctl_metrics_node(out, snapshot);
	ctl_metrics_lcores(out, snapshot);
	ctl_metrics_ports(out, snapshot);
	ctl_metrics_tables(out, snapshot);
	ctl_metrics_routes(out, snapshot);
	ctl_metrics_latency(out, snapshot);
	fputs("# EOF\n", out);
}

void
ctl_metrics_write_down(FILE *out)
{
	write_up(out, 0);
	fputs("# EOF\n", out);
}
