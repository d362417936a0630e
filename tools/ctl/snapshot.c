/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "shape.h"
#include "snapshot.h"

enum fetch {
	WHOLE,
	BY_LCORE,
	PAGED,
	JOINED
};

static const struct part {
	const char *name;
	const struct ctl_shape *shape;
	unsigned int bit;
	enum fetch fetch;
} parts[] = {
	{"totals", &ctl_shape_totals, CTL_TOTALS, WHOLE},
	{"lcores", &ctl_shape_lcores, CTL_LCORES, BY_LCORE},
	{"ports", &ctl_shape_ports, CTL_PORTS, WHOLE},
	{"pools", &ctl_shape_pools, CTL_POOLS, WHOLE},
	{"drops", &ctl_shape_drops, CTL_DROPS, WHOLE},
	{"routes", &ctl_shape_routes, CTL_ROUTES, PAGED},
	{"clients", &ctl_shape_clients, CTL_CLIENTS, PAGED},
	{"latency", &ctl_shape_latency, CTL_LATENCY, WHOLE},
	{"spread", &ctl_shape_spread, CTL_SPREAD, JOINED},
	{"sealing", &ctl_shape_sealing, CTL_SEALING, WHOLE},
	{"health", &ctl_shape_health, CTL_HEALTH, WHOLE},
	{"config", &ctl_shape_config, CTL_CONFIG, WHOLE},
};
#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))

json_t *
ctl_ask_checked(struct ctl_client *client, const char *command, const struct ctl_shape *shape)
{
	struct ctl_error why;
	json_t *data = ctl_client_ask(client, command);

	if (data == NULL || ctl_shape_check(shape, data, &why) == 0)
		return data;
	ctl_fail(&client->error, 0, "%s: %.400s", command, why.text);
	json_decref(data);
	return NULL;
}

static json_t *
ask_each_lcore(struct ctl_client *client)
{
	json_t *ids = ctl_client_ask(client, "/peregrine/lcores");
	json_t *lcores = json_object(), *id, *lcore;
	bool good = json_is_array(ids);
	char command[64];
	size_t i;

	if (ids != NULL && !good)
		ctl_fail(&client->error, 0, "/peregrine/lcores: reply of another type");

	json_array_foreach (ids, i, id) {
		snprintf(command, sizeof(command), "/peregrine/lcore,%" JSON_INTEGER_FORMAT,
			 json_integer_value(id));
		lcore = ctl_ask_checked(client, command, ctl_shape_lcores.inside);
		good = lcore != NULL;
		if (!good)
			break;
		json_object_set_new(lcores, strchr(command, ',') + 1, lcore);
	}
	if (!good) {
		json_decref(lcores);
		lcores = NULL;
	}
	json_decref(ids);
	return lcores;
}

/* The rows of a page, to a list of all. */
static void
append(json_t *list, json_t *rows)
{
	const char *number;
	json_t *row;

	json_object_foreach (rows, number, row)
		json_array_append(list, row);
}

/* The members of a page's objects, to those of all pages. */
static void
join(json_t *all, json_t *page)
{
	const char *name;
	json_t *member;

	json_object_foreach (page, name, member) {
		if (json_object_get(all, name) == NULL)
			json_object_set(all, name, member);
		else if (json_is_object(member))
			json_object_update(json_object_get(all, name), member);
	}
}

/* What a page has goes to all; the offset of the next one, 0 when this was the last, negative when
 * it was none. */
static json_int_t
ask_page(struct ctl_client *client, const struct part *part, json_int_t offset, json_t *all)
{
	char command[64];
	json_int_t next;
	json_t *page;

	snprintf(command, sizeof(command), "/peregrine/%s,%" JSON_INTEGER_FORMAT, part->name,
		 offset);
	page = ctl_ask_checked(client, command, part->shape);
	if (page == NULL)
		return -1;
	next = json_integer_value(json_object_get(page, "next"));
	if (json_integer_value(json_object_get(page, "offset")) != offset ||
	    (next != 0 && next <= offset))
		next = ctl_fail(&client->error, -1, "%s: reply with another page", command);
	/* What is the page's alone. */
	json_object_del(page, "total");
	json_object_del(page, "offset");
	json_object_del(page, "next");
	if (part->fetch == JOINED)
		join(all, page);
	else
		append(all, json_object_get(page, part->name));
	json_decref(page);
	return next;
}

static json_t *
ask_all_pages(struct ctl_client *client, const struct part *part)
{
	json_t *all = part->fetch == JOINED ? json_object() : json_array();
	json_int_t next = 0;

	do
		next = ask_page(client, part, next, all);
	while (next > 0);
	if (next == 0)
		return all;
	json_decref(all);
	return NULL;
}

static json_t *
ask_part(struct ctl_client *client, const struct part *part)
{
	char command[64];

	switch (part->fetch) {
	case BY_LCORE:
		return ask_each_lcore(client);
	case PAGED:
	case JOINED:
		return ask_all_pages(client, part);
	default:
		snprintf(command, sizeof(command), "/peregrine/%s", part->name);
		return ctl_ask_checked(client, command, part->shape);
	}
}

/* Telemetry's keys lack what is no letter and no digit of a name; here it is the name itself. */
static json_t *
by_name(json_t *ports)
{
	json_t *named = json_object(), *port;
	const char *key;

	json_object_foreach (ports, key, port) {
		const char *name = json_string_value(json_object_get(port, "name"));

		json_object_set(named, name != NULL ? name : key, port);
	}
	json_decref(ports);
	return named;
}

static json_t *
ask_info(struct ctl_client *client)
{
	json_t *info = ctl_ask_checked(client, "/peregrine/info", &ctl_shape_info);
	json_int_t schema;

	if (info == NULL)
		return NULL;
	schema = json_integer_value(json_object_get(info, "schema"));
	if (schema == CTL_SCHEMA)
		return info;
	ctl_fail(&client->error, 0,
		 "the node speaks schema %" JSON_INTEGER_FORMAT ", this program schema %d", schema,
		 CTL_SCHEMA);
	json_decref(info);
	return NULL;
}

json_t *
ctl_snapshot_take(struct ctl_client *client, const char *path, unsigned int mask)
{
	json_t *snapshot, *data;

	if (ctl_client_open(client, path) != 0)
		return NULL;
	data = ask_info(client);
	if (data == NULL) {
		ctl_client_close(client);
		return NULL;
	}
	snapshot = json_pack("{s:i, s:o}", "schema", CTL_SCHEMA, "info", data);
	for (size_t i = 0; i < PART_COUNT; i++) {
		if (!(parts[i].bit & mask))
			continue;
		data = ask_part(client, &parts[i]);
		if (data == NULL) {
			ctl_client_close(client);
			json_decref(snapshot);
			return NULL;
		}
		if (parts[i].bit == CTL_PORTS)
			data = by_name(data);
		json_object_set_new(snapshot, parts[i].name, data);
	}
	return snapshot;
}

static const char *
instance(const json_t *snapshot)
{
	return json_string_value(json_object_get(json_object_get(snapshot, "info"), "instance"));
}

bool
ctl_snapshot_same_instance(const json_t *a, const json_t *b)
{
	const char *instance_a = instance(a), *instance_b = instance(b);

	return instance_a != NULL && instance_b != NULL && strcmp(instance_a, instance_b) == 0;
}

void
ctl_snapshot_subtract(json_t *now, const json_t *before)
{
	for (size_t i = 0; i < PART_COUNT; i++) {
		if (parts[i].bit & CTL_COUNTING)
			ctl_shape_subtract(parts[i].shape, json_object_get(now, parts[i].name),
					   json_object_get(before, parts[i].name));
	}
}
