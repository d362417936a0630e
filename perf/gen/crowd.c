/* SPDX-License-Identifier: BSD-3-Clause */
/** Clients that are as bad as can be for a table of clients. */
#include <stdio.h>
#include <stdlib.h>

#include <rte_random.h>

#include "gen.h"
#include "pgn_mac_table.h"

#define TABLE 65536 /* max_clients as it is by default */
#define CROWD_MAX 1024
#define SEEDS 16

static uint64_t
bucket_of(const struct pgn_mac_table *table, uint32_t number)
{
	const struct gen_network plain = {.number = NULL};
	struct pgn_mac mac = gen_client_mac(&plain, number);
	uint64_t hash = pgn_mac_hash(table, pgn_mac_key(&mac));

	return (uint64_t)(pgn_mac_bucket_first(table, hash) - table->bucket);
}

/** Numbers whose first bucket is that of number 1. */
static void
pick(const struct pgn_mac_table *table, struct gen_network *network)
{
	const uint64_t bucket = bucket_of(table, 1);
	uint32_t number = 1;

	for (uint32_t c = 1; c < network->clients; number++) {
		if (bucket_of(table, number) == bucket)
			network->number[c++] = number;
	}
}

/** Clients in the fullest first bucket. */
static unsigned int
fullest(const struct pgn_mac_table *table, const struct gen_network *network)
{
	uint16_t *count = calloc(table->buckets, sizeof(*count));
	unsigned int most = 0;

	for (uint32_t c = 1; count != NULL && c < network->clients; c++) {
		uint16_t now = ++count[bucket_of(table, network->number[c])];

		most = RTE_MAX(most, now);
	}
	free(count);
	return most;
}

int
gen_crowd_clients(struct gen_network *network)
{
	struct pgn_mac_table table;
	unsigned int most = 0;

	if (network->clients > CROWD_MAX) {
		fprintf(stderr,
			"pgn-gen: %u clients in place of %u: one bucket is crowded enough\n",
			CROWD_MAX, network->clients);
		network->clients = CROWD_MAX;
	}
	network->number = calloc(network->clients, sizeof(*network->number));
	if (network->number == NULL || pgn_mac_table_init(&table, TABLE, 0, SOCKET_ID_ANY) != 0)
		goto no_memory;
	pick(&table, network);
	pgn_mac_table_fini(&table);
	for (unsigned int i = 0; i < SEEDS; i++) {
		unsigned int now;

		if (pgn_mac_table_init(&table, TABLE, rte_rand(), SOCKET_ID_ANY) != 0)
			goto no_memory;
		now = fullest(&table, network);
		most = RTE_MAX(most, now);
		pgn_mac_table_fini(&table);
	}
	fprintf(stderr,
		"pgn-gen: worst case: %u clients of one bucket of a table of %u under seed 0; "
		"under "
		"%u seeds drawn as a node draws its own, at most %u were in one\n",
		network->clients - 1, TABLE, SEEDS, most);
	return 0;

no_memory:
	fprintf(stderr, "pgn-gen: no memory for clients\n");
	return -1;
}
