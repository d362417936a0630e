/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mix.h"
#include "table.h"

#define NONE UINT32_MAX
#define SPARED_MAX 16 /* marked ones that are passed over in search of one to go */

static struct pgn_table_entry *
place_at(const struct pgn_table *table, uint32_t index)
{
	return (void *)(table->place + index * table->place_size);
}

uint32_t
pgn_table_index(const struct pgn_table *table, const struct pgn_table_entry *entry)
{
	return (uint32_t)((size_t)((const unsigned char *)entry - table->place) /
			  table->place_size);
}

static uint32_t *
chain_of(const struct pgn_table *table, uint64_t key)
{
	return &table->chain[pgn_mix(key ^ table->seed) >> table->shift];
}

static uint16_t
owner_index(const struct pgn_table *table, uint64_t owner)
{
	return (uint16_t)(pgn_mix(owner + table->seed) % PGN_TABLE_OWNERS);
}

/* ---- lists: `links` tells where in an entry they lie ---- */

static struct pgn_table_links *
links_of(const struct pgn_table *table, uint32_t index, size_t links)
{
	return (void *)((unsigned char *)place_at(table, index) + links);
}

static void
append(struct pgn_table *table, struct pgn_table_order *order, size_t links, uint32_t index)
{
	*links_of(table, index, links) =
		(struct pgn_table_links){.before = order->last, .after = NONE};
	if (order->last == NONE)
		order->first = index;
	else
		links_of(table, order->last, links)->after = index;
	order->last = index;
}

static void
take_out(struct pgn_table *table, struct pgn_table_order *order, size_t links, uint32_t index)
{
	const struct pgn_table_links *own = links_of(table, index, links);

	if (own->before == NONE)
		order->first = own->after;
	else
		links_of(table, own->before, links)->after = own->after;
	if (own->after == NONE)
		order->last = own->before;
	else
		links_of(table, own->after, links)->before = own->before;
}

#define ORDER offsetof(struct pgn_table_entry, order)
#define OF_OWNER offsetof(struct pgn_table_entry, of_owner)

static const struct pgn_table_order empty = {NONE, NONE};

/* ---- life ---- */

int
pgn_table_init(struct pgn_table *table, uint32_t capacity, uint32_t spares, size_t entry_size,
	       uint64_t seed)
{
	unsigned int chains_log2 = 1;

	memset(table, 0, sizeof(*table));
	/* More chains than entries: few entries share one. */
	while (UINT32_C(1) << chains_log2 < 2 * capacity)
		chains_log2++;
	table->shift = 64 - chains_log2;
	table->seed = pgn_mix(seed);
	table->capacity = capacity;
	table->quota = capacity < 4 ? 1 : capacity / 4;
	table->places = capacity + spares;
	table->retires = spares != 0;
	table->place_size = (entry_size + PGN_CACHE_LINE - 1) / PGN_CACHE_LINE * PGN_CACHE_LINE;

	table->on_probation = table->established = table->retired = table->free = empty;
	table->chain = calloc(UINT32_C(1) << chains_log2, sizeof(*table->chain));
	/* Memory that nobody has touched yet costs nothing: places are used in order. */
	table->place = aligned_alloc(PGN_CACHE_LINE, table->places * table->place_size);
	table->due = malloc(table->places * sizeof(*table->due));
	table->owner = calloc(PGN_TABLE_OWNERS, sizeof(*table->owner));
	if (table->chain == NULL || table->owner == NULL || table->place == NULL ||
	    table->due == NULL) {
		pgn_table_fini(table);
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < PGN_TABLE_OWNERS; i++)
		table->owner[i].on_probation = empty;
	return 0;
}

void
pgn_table_fini(struct pgn_table *table)
{
	free(table->place);
	free(table->due);
	free(table->chain);
	free(table->owner);
	table->owner = NULL;
	table->place = NULL;
	table->due = NULL;
	table->chain = NULL;
}

/* Chains hold index + 1: zeroed ones are empty. */
void *
pgn_table_find(const struct pgn_table *table, uint64_t key)
{
	uint32_t next = *chain_of(table, key);

	while (next != 0) {
		struct pgn_table_entry *entry = place_at(table, next - 1);

		/* Much of what an entry holds is looked at, and its header alone says where. */
		__builtin_prefetch((const char *)entry + PGN_CACHE_LINE);
		if (entry->key == key)
			return entry;
		next = entry->chain;
	}
	return NULL;
}

void
pgn_table_fetch(const struct pgn_table *table, uint64_t key)
{
	__builtin_prefetch(chain_of(table, key));
}

void *
pgn_table_first(const struct pgn_table *table, uint64_t key)
{
	uint32_t first = *chain_of(table, key);

	return first == 0 ? NULL : place_at(table, first - 1);
}

static void
leave_chain(struct pgn_table *table, const struct pgn_table_entry *entry)
{
	uint32_t self = pgn_table_index(table, entry) + 1;
	uint32_t *at = chain_of(table, entry->key);

	while (*at != self)
		at = &place_at(table, *at - 1)->chain;
	*at = entry->chain;
}

/* The first that was not used since it got its place; those that were get a new one. */
static void *
longest_unused(struct pgn_table *table)
{
	for (unsigned int i = 0; i < SPARED_MAX; i++) {
		uint32_t first = table->established.first;
		struct pgn_table_entry *entry = place_at(table, first);

		if (!entry->used)
			break;
		entry->used = false;
		take_out(table, &table->established, ORDER, first);
		append(table, &table->established, ORDER, first);
	}
	return place_at(table, table->established.first);
}

bool
pgn_table_room(struct pgn_table *table, uint64_t owner, void **victim)
{
	const struct pgn_table_owner *of = &table->owner[owner_index(table, owner)];

	*victim = NULL;
	if (table->retires && table->fresh == table->places && table->free.first == NONE)
		return false;
	if (of->count >= table->quota) {
		if (of->on_probation.first == NONE)
			return false;
		*victim = place_at(table, of->on_probation.first);
	} else if (table->count == table->capacity) {
		*victim = table->on_probation.first != NONE
				  ? place_at(table, table->on_probation.first)
				  : longest_unused(table);
	}
	return true;
}

static uint32_t
take_place(struct pgn_table *table)
{
	uint32_t index = table->free.first;

	if (index == NONE)
		return table->fresh++;
	take_out(table, &table->free, ORDER, index);
	return index;
}

void *
pgn_table_add(struct pgn_table *table, uint64_t key, uint64_t owner)
{
	uint32_t index = take_place(table);
	struct pgn_table_entry *entry = place_at(table, index);
	uint32_t *chain = chain_of(table, key);
	struct pgn_table_owner *of;

	memset(entry, 0, table->place_size);
	entry->key = key;
	entry->owner = owner_index(table, owner);
	entry->state = PGN_ENTRY_ON_PROBATION;
	entry->chain = *chain;
	*chain = index + 1;
	table->due[index] = 0;

	of = &table->owner[entry->owner];
	of->count++;
	table->count++;
	append(table, &table->on_probation, ORDER, index);
	append(table, &of->on_probation, OF_OWNER, index);
	return entry;
}

static void
leave_order(struct pgn_table *table, const struct pgn_table_entry *entry)
{
	uint32_t index = pgn_table_index(table, entry);

	if (entry->state == PGN_ENTRY_ESTABLISHED) {
		take_out(table, &table->established, ORDER, index);
	} else {
		take_out(table, &table->on_probation, ORDER, index);
		take_out(table, &table->owner[entry->owner].on_probation, OF_OWNER, index);
	}
}

void
pgn_table_use(struct pgn_table *table, struct pgn_table_entry *entry)
{
	uint32_t index;

	if (entry->state == PGN_ENTRY_ESTABLISHED) {
		entry->used = true;
		return;
	}
	index = pgn_table_index(table, entry);
	leave_order(table, entry);
	append(table, &table->on_probation, ORDER, index);
	append(table, &table->owner[entry->owner].on_probation, OF_OWNER, index);
}

void
pgn_table_establish(struct pgn_table *table, struct pgn_table_entry *entry)
{
	if (entry->state == PGN_ENTRY_ESTABLISHED) {
		entry->used = true;
		return;
	}
	leave_order(table, entry);
	entry->state = PGN_ENTRY_ESTABLISHED;
	append(table, &table->established, ORDER, pgn_table_index(table, entry));
}

void
pgn_table_remove(struct pgn_table *table, struct pgn_table_entry *entry)
{
	uint32_t index = pgn_table_index(table, entry);

	leave_order(table, entry);
	leave_chain(table, entry);
	table->owner[entry->owner].count--;
	table->count--;
	entry->state = table->retires ? PGN_ENTRY_RETIRED : PGN_ENTRY_FREE;
	append(table, table->retires ? &table->retired : &table->free, ORDER, index);
	table->due[index] = UINT64_MAX;
}

struct pgn_table_entry *
pgn_table_retired(const struct pgn_table *table)
{
	return table->retired.first == NONE ? NULL : place_at(table, table->retired.first);
}

void
pgn_table_release(struct pgn_table *table, uint32_t index)
{
	struct pgn_table_entry *entry = place_at(table, index);

	if (index >= table->fresh || entry->state != PGN_ENTRY_RETIRED)
		return;
	take_out(table, &table->retired, ORDER, index);
	entry->state = PGN_ENTRY_FREE;
	append(table, &table->free, ORDER, index);
}

void *
pgn_table_at(const struct pgn_table *table, uint32_t index)
{
	struct pgn_table_entry *entry = place_at(table, index);

	if (index >= table->fresh)
		return NULL;
	return entry->state == PGN_ENTRY_ON_PROBATION || entry->state == PGN_ENTRY_ESTABLISHED
		       ? entry
		       : NULL;
}

void
pgn_table_set_due(struct pgn_table *table, const struct pgn_table_entry *entry, uint64_t due)
{
	table->due[pgn_table_index(table, entry)] = due;
}

void *
pgn_table_next_due(const struct pgn_table *table, uint32_t *index, uint64_t now)
{
	while (*index < table->fresh) {
		uint32_t at = (*index)++;

		if (table->due[at] <= now)
			return place_at(table, at);
	}
	return NULL;
}
