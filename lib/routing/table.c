/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mix.h"
#include "table.h"

static struct pgn_table_entry *
place_at(const struct pgn_table *table, uint32_t index)
{
	return (void *)(table->place + index * table->place_size);
}

static struct pgn_table_chain *
chain_of(const struct pgn_table *table, uint64_t key)
{
	return &table->chain[pgn_mix(key ^ table->seed) >> table->shift];
}

static uint32_t
owner_index(const struct pgn_table *table, uint64_t owner)
{
	return (uint32_t)(pgn_mix(owner + table->seed) % PGN_TABLE_OWNERS);
}

int
pgn_table_init(struct pgn_table *table, uint32_t capacity, uint32_t spares, size_t entry_size,
	       uint64_t seed)
{
	unsigned int chains_log2 = 1;

	memset(table, 0, sizeof(*table));
	while (UINT32_C(1) << chains_log2 < capacity)
		chains_log2++;
	table->shift = 64 - chains_log2;
	table->seed = pgn_mix(seed);
	table->capacity = capacity;
	table->quota = capacity < 4 ? 1 : capacity / 4;
	table->places = capacity + spares;
	table->retires = spares != 0;
	/* Entries stay aligned for whatever they hold. */
	table->place_size =
		(entry_size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);

	TAILQ_INIT(&table->on_probation);
	TAILQ_INIT(&table->established);
	TAILQ_INIT(&table->retired);
	TAILQ_INIT(&table->free);
	for (unsigned int i = 0; i < PGN_TABLE_OWNERS; i++)
		TAILQ_INIT(&table->owner[i].on_probation);

	/* Zeroed memory that nobody has touched yet costs nothing: places are used in order. */
	table->place = calloc(table->places, table->place_size);
	table->chain = calloc(UINT32_C(1) << chains_log2, sizeof(*table->chain));
	if (table->place == NULL || table->chain == NULL) {
		pgn_table_fini(table);
		return -ENOMEM;
	}
	return 0;
}

void
pgn_table_fini(struct pgn_table *table)
{
	free(table->place);
	free(table->chain);
	table->place = NULL;
	table->chain = NULL;
}

void *
pgn_table_find(const struct pgn_table *table, uint64_t key)
{
	struct pgn_table_entry *entry;

	LIST_FOREACH (entry, chain_of(table, key), chain) {
		if (entry->key == key)
			return entry;
	}
	return NULL;
}

bool
pgn_table_room(const struct pgn_table *table, uint64_t owner, void **victim)
{
	const struct pgn_table_owner *of = &table->owner[owner_index(table, owner)];

	*victim = NULL;
	if (table->retires && table->fresh == table->places && TAILQ_EMPTY(&table->free))
		return false;
	if (of->count >= table->quota) {
		*victim = TAILQ_FIRST(&of->on_probation);
		return *victim != NULL;
	}
	if (table->count == table->capacity) {
		*victim = TAILQ_FIRST(&table->on_probation);
		if (*victim == NULL)
			*victim = TAILQ_FIRST(&table->established);
	}
	return true;
}

static struct pgn_table_entry *
take_place(struct pgn_table *table)
{
	struct pgn_table_entry *entry = TAILQ_FIRST(&table->free);

	if (entry == NULL)
		return place_at(table, table->fresh++);
	TAILQ_REMOVE(&table->free, entry, order);
	return entry;
}

void *
pgn_table_add(struct pgn_table *table, uint64_t key, uint64_t owner)
{
	struct pgn_table_entry *entry = take_place(table);
	struct pgn_table_owner *of;

	memset(entry, 0, table->place_size);
	entry->key = key;
	entry->owner = owner_index(table, owner);
	entry->state = PGN_ENTRY_ON_PROBATION;

	of = &table->owner[entry->owner];
	of->count++;
	table->count++;
	LIST_INSERT_HEAD(chain_of(table, key), entry, chain);
	TAILQ_INSERT_TAIL(&table->on_probation, entry, order);
	TAILQ_INSERT_TAIL(&of->on_probation, entry, of_owner);
	return entry;
}

static void
leave_order(struct pgn_table *table, struct pgn_table_entry *entry)
{
	if (entry->state == PGN_ENTRY_ESTABLISHED) {
		TAILQ_REMOVE(&table->established, entry, order);
	} else {
		TAILQ_REMOVE(&table->on_probation, entry, order);
		TAILQ_REMOVE(&table->owner[entry->owner].on_probation, entry, of_owner);
	}
}

void
pgn_table_use(struct pgn_table *table, struct pgn_table_entry *entry)
{
	leave_order(table, entry);
	if (entry->state == PGN_ENTRY_ESTABLISHED) {
		TAILQ_INSERT_TAIL(&table->established, entry, order);
	} else {
		TAILQ_INSERT_TAIL(&table->on_probation, entry, order);
		TAILQ_INSERT_TAIL(&table->owner[entry->owner].on_probation, entry, of_owner);
	}
}

void
pgn_table_establish(struct pgn_table *table, struct pgn_table_entry *entry)
{
	leave_order(table, entry);
	entry->state = PGN_ENTRY_ESTABLISHED;
	TAILQ_INSERT_TAIL(&table->established, entry, order);
}

void
pgn_table_remove(struct pgn_table *table, struct pgn_table_entry *entry)
{
	leave_order(table, entry);
	LIST_REMOVE(entry, chain);
	table->owner[entry->owner].count--;
	table->count--;
	if (table->retires) {
		entry->state = PGN_ENTRY_RETIRED;
		TAILQ_INSERT_TAIL(&table->retired, entry, order);
	} else {
		entry->state = PGN_ENTRY_FREE;
		TAILQ_INSERT_TAIL(&table->free, entry, order);
	}
}

struct pgn_table_entry *
pgn_table_retired(const struct pgn_table *table)
{
	return TAILQ_FIRST(&table->retired);
}

void
pgn_table_release(struct pgn_table *table, uint32_t index)
{
	struct pgn_table_entry *entry = place_at(table, index);

	if (entry->state != PGN_ENTRY_RETIRED)
		return;
	TAILQ_REMOVE(&table->retired, entry, order);
	entry->state = PGN_ENTRY_FREE;
	TAILQ_INSERT_TAIL(&table->free, entry, order);
}

void *
pgn_table_at(const struct pgn_table *table, uint32_t index)
{
	struct pgn_table_entry *entry = place_at(table, index);

	return entry->state == PGN_ENTRY_ON_PROBATION || entry->state == PGN_ENTRY_ESTABLISHED
		       ? entry
		       : NULL;
}

uint32_t
pgn_table_index(const struct pgn_table *table, const struct pgn_table_entry *entry)
{
	return (uint32_t)((size_t)((const unsigned char *)entry - table->place) /
			  table->place_size);
}
