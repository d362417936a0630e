/* SPDX-License-Identifier: BSD-3-Clause */
#include "latency.h"
#include <stdlib.h>

#include "format.h"
#include "page.h"

#define BAR_WIDTH 40
#define OCTAVES 64

static const struct {
	const char *name;
	unsigned int permille;
} quantiles[] = {{"p50", 500}, {"p90", 900}, {"p99", 990}, {"p99_9", 999}, {"max", 1000}};
#define QUANTILE_COUNT (sizeof(quantiles) / sizeof(quantiles[0]))

static json_int_t
bound(const char *bucket)
{
	return strtoll(bucket, NULL, 10);
}

/* The bound of the bucket that holds the value which so many per mille are not above. Buckets come
 * in their order. */
static json_int_t
quantile(json_t *buckets, json_int_t count, unsigned int permille)
{
	double rank = (double)count * permille / 1000;
	json_int_t seen = 0;
	const char *name;
	json_t *frames;

	json_object_foreach (buckets, name, frames) {
		seen += json_integer_value(frames);
		if (seen > 0 && (double)seen >= rank)
			return bound(name);
	}
	return 0;
}

void
ctl_latency_recount(json_t *latency)
{
	json_t *buckets = json_object_get(latency, "frames_up_to_ns");
	json_t *residence = json_object_get(latency, "residence_ns");
	json_int_t count = ctl_sum(buckets);

	if (residence == NULL)
		return;
	json_object_set_new(residence, "count", json_integer(count));
	for (size_t i = 0; i < QUANTILE_COUNT; i++)
		json_object_set_new(residence, quantiles[i].name,
				    json_integer(quantile(buckets, count, quantiles[i].permille)));
}

/* Eight buckets lie between two powers of two: together they are a line. */
struct octave {
	json_int_t to_ns, frames;
};

static json_int_t
sum_octaves(struct octave octave[OCTAVES], json_t *buckets)
{
	json_int_t most = 0;
	const char *name;
	json_t *frames;

	json_object_foreach (buckets, name, frames) {
		json_int_t to_ns = bound(name);
		struct octave *o =
			&octave[to_ns > 0 ? 63 - __builtin_clzll((unsigned long long)to_ns) : 0];

		o->frames += json_integer_value(frames);
		if (to_ns > o->to_ns)
			o->to_ns = to_ns;
		if (o->frames > most)
			most = o->frames;
	}
	return most;
}

static void
print_octaves(const struct ctl_page *page, json_t *buckets, json_int_t count)
{
	static const char bar[BAR_WIDTH + 1] = "########################################";
	static const char *const titles[] = {">up to", ">frames", ">share", "<", NULL};
	struct octave octave[OCTAVES] = {{0, 0}};
	json_int_t most = sum_octaves(octave, buckets);
	struct ctl_table *table = ctl_table_new(titles);

	for (unsigned int i = 0; i < OCTAVES; i++) {
		const struct octave *o = &octave[i];
		int length = (int)(BAR_WIDTH * ctl_share(o->frames, most) + 0.5);

		if (o->frames == 0)
			continue;
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_format_ns(o->to_ns).text);
		ctl_table_cell(table, CTL_PLAIN, "%s", ctl_format_count(o->frames).text);
		ctl_table_cell(table, CTL_PLAIN, "%s",
			       ctl_format_percent(ctl_share(o->frames, count)).text);
		ctl_table_cell(table, CTL_PLAIN, "%.*s", length, bar);
	}
	ctl_table_print(table, page->out, page->colour);
}

void
ctl_print_latency(const struct ctl_page *page)
{
	static const char *const titles[] = {">frames", ">/s",    ">p50", ">p90",
					     ">p99",    ">p99.9", ">max", NULL};
	const json_t *latency = ctl_total(page, "latency");
	const json_t *residence = json_object_get(latency, "residence_ns");
	const json_t *change = json_object_get(ctl_change(page, "latency"), "residence_ns");
	json_int_t count = ctl_integer(residence, "count");
	struct ctl_table *table;

	ctl_print_title(page);
	if (count == 0) {
		fputs("no frame was measured\n", page->out);
		return;
	}
	table = ctl_table_new(titles);
	ctl_cells_count(table, page, count, ctl_integer(change, "count"));
	for (size_t i = 0; i < QUANTILE_COUNT; i++)
		ctl_table_cell(table, CTL_PLAIN, "%s",
			       ctl_format_ns(ctl_integer(residence, quantiles[i].name)).text);
	ctl_table_print(table, page->out, page->colour);
	fputc('\n', page->out);
	print_octaves(page, json_object_get(latency, "frames_up_to_ns"), count);
}
