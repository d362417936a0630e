/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "bench.h"

const char *const bench_path_name[PATH_COUNT] = {
	[PATH_IO] = "io",
	[PATH_MACSWAP] = "macswap",
	[PATH_RELAY] = "relay",
	[PATH_AIR_TO_HOST] = "air-to-host",
	[PATH_HOST_TO_AIR] = "host-to-air",
	[PATH_HAIRPIN] = "hairpin",
	[PATH_GROUP] = "group",
	[PATH_RX_TX] = "rx-tx",
};

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct bench_spread
bench_spread_of(double *values, unsigned int n)
{
	qsort(values, n, sizeof(*values), compare);
	return (struct bench_spread){
		.median = values[n / 2], .min = values[0], .max = values[n - 1]};
}
