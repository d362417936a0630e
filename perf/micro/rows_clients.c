/* SPDX-License-Identifier: BSD-3-Clause */
/** Clients looked up in bursts, beside rte_hash, and next hops read from a snapshot. */
#include <errno.h>
#include <stdio.h>

#include <rte_hash.h>
#include <rte_jhash.h>
#include <rte_malloc.h>

#include "bench.h"
#include "pgn_fib.h"

#define BURST 32
#define SLOTS 1000
#define NODES 256

struct clients_context {
	struct pgn_clients *clients;
	struct rte_hash *hash;
	uint64_t *order; /* the clients' keys in the order they are asked for */
	uint32_t count;  /* a multiple of BURST */
	uint32_t next;
};

static const uint64_t *
next_burst(struct clients_context *c)
{
	const uint64_t *keys = c->order + c->next;

	c->next = c->next + BURST == c->count ? 0 : c->next + BURST;
	return keys;
}

static void
look_up_clients(void *context, uint64_t rounds)
{
	struct clients_context *c = context;
	uint16_t found[BURST];

	while (rounds-- > 0) {
		pgn_clients_lookup_bulk(c->clients, next_burst(c), found, BURST);
		bench_opaque(found);
	}
}

static void
look_up_hash(void *context, uint64_t rounds)
{
	struct clients_context *c = context;
	const void *keys[BURST];
	int32_t found[BURST];

	while (rounds-- > 0) {
		const uint64_t *key = next_burst(c);

		for (unsigned int i = 0; i < BURST; i++)
			keys[i] = &key[i];
		rte_hash_lookup_bulk(c->hash, keys, BURST, found);
		bench_opaque(found);
	}
}

static uint64_t
key_of(uint32_t number)
{
	const struct pgn_mac mac = {{2, 0x50, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
				     (uint8_t)(number >> 8), (uint8_t)number}};

	return pgn_mac_key(&mac);
}

/** Fisher and Yates, with a fixed sequence: every run asks in the same order. */
static void
shuffle(uint64_t *order, uint32_t count)
{
	uint64_t state = 88172645463325252;

	for (uint32_t i = count - 1; i > 0; i--) {
		uint32_t other;
		uint64_t keep = order[i];

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		other = (uint32_t)(state % (i + 1));
		order[i] = order[other];
		order[other] = keep;
	}
}

static int
add_clients(struct bench_rows *rows, struct clients_context *c, uint32_t count, const char *name)
{
	struct rte_hash_parameters parameters = {
		.name = name,
		.entries = count + count / 8, /* all keys must find a place */
		.key_len = sizeof(struct pgn_mac),
		.hash_func = rte_jhash,
		.extra_flag = RTE_HASH_EXTRA_FLAGS_RW_CONCURRENCY_LF,
		.socket_id = SOCKET_ID_ANY,
	};
	struct bench_row *row = bench_add(rows, "cycles/lookup", "clients/%s", name);

	if (row == NULL)
		return -ENOSPC;
	c->count = count;
	c->clients = pgn_clients_create(count, 1, SOCKET_ID_ANY);
	c->hash = rte_hash_create(&parameters);
	c->order = rte_malloc("order", count * sizeof(*c->order), 0);
	if (c->clients == NULL || c->hash == NULL || c->order == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		c->order[i] = key_of(i);
		if (pgn_clients_learn(c->clients, c->order[i], (uint16_t)(i % SLOTS)) != 0 ||
		    rte_hash_add_key(c->hash, &c->order[i]) < 0)
			return -ENOSPC;
	}
	shuffle(c->order, count);
	row->work.run = look_up_clients;
	row->work.context = c;
	row->work.operations = BURST;
	row->yardstick = (struct bench_work){look_up_hash, c, BURST, "rte_hash_lookup_bulk (LF)"};
	return 0;
}

/* ---- next hops ---- */

struct next_hop_context {
	struct pgn_fib *fib;
	struct pgn_mac node[NODES]; /* in the order they are asked for */
};

static void
read_slots(void *context, uint64_t rounds)
{
	const struct next_hop_context *c = context;

	while (rounds-- > 0) {
		const struct pgn_fib_snapshot *snapshot = pgn_fib_current(c->fib);

		for (unsigned int i = 0; i < NODES; i++) {
			uint16_t slot = pgn_fib_slot_of(snapshot, &c->node[i]);

			__asm__ volatile("" : : "r"(slot));
		}
	}
}

static void
read_headers(void *context, uint64_t rounds)
{
	const struct next_hop_context *c = context;
	uint8_t header[PGN_HEADER_ROOM];

	while (rounds-- > 0) {
		const struct pgn_fib_snapshot *snapshot = pgn_fib_current(c->fib);

		for (unsigned int i = 0; i < NODES; i++) {
			uint16_t slot = pgn_fib_slot_of(snapshot, &c->node[i]);

			memcpy(header, snapshot->node[slot].hop[0].header, sizeof(header));
			bench_opaque(header);
		}
	}
}

static int
make_fib(struct next_hop_context *c)
{
	const struct pgn_fib_identity id = {PGN_MARKER, 1, {{{2, 0, 0, 0, 0, 1}}}};
	struct pgn_fib_snapshot *snapshot = pgn_fib_snapshot_create(SLOTS, SOCKET_ID_ANY);
	uint64_t token;

	c->fib = pgn_fib_create(1, SOCKET_ID_ANY);
	if (snapshot == NULL || c->fib == NULL)
		return -ENOMEM;
	for (unsigned int slot = 0; slot < SLOTS; slot++) {
		const struct pgn_mac mac = {{2, 0x60, 0, 0, (uint8_t)(slot >> 8), (uint8_t)slot}};

		if (pgn_fib_set_node(snapshot, slot, &mac) != 0)
			return -ENOSPC;
		pgn_fib_add_node_hop(snapshot, &id, slot, &mac, 0);
		/* 389 and 1,000 share no factor: the nodes asked for lie all over the table. */
		if (slot * 389 % SLOTS < NODES)
			c->node[slot * 389 % SLOTS] = mac;
	}
	return pgn_fib_publish(c->fib, snapshot, &token);
}

static int
add_next_hops(struct bench_rows *rows)
{
	static struct next_hop_context c;
	int rc = make_fib(&c);
	struct bench_row *row;

	if (rc != 0)
		return rc;
	row = bench_add(rows, "cycles/lookup", "next-hop/slot");
	if (row == NULL)
		return -ENOSPC;
	row->work.run = read_slots;
	row->work.context = &c;
	row->work.operations = NODES;
	row = bench_add(rows, "cycles/lookup", "next-hop/slot+header");
	if (row == NULL)
		return -ENOSPC;
	row->work.run = read_headers;
	row->work.context = &c;
	row->work.operations = NODES;
	return 0;
}

int
rows_clients(struct bench_rows *rows, struct pgn_bufpool *pool)
{
	static const struct {
		uint32_t count;
		const char *name;
	} sizes[] = {{1024, "1k"}, {65536, "64k"}, {1048576, "1M"}};
	static struct clients_context contexts[RTE_DIM(sizes)];

	(void)pool;
	for (unsigned int i = 0; i < RTE_DIM(sizes); i++) {
		int rc = add_clients(rows, &contexts[i], sizes[i].count, sizes[i].name);

		if (rc != 0)
			return rc;
	}
	return add_next_hops(rows);
}
