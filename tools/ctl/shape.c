/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdbool.h>

#include "shape.h"

static bool
is_of_type(enum ctl_type type, const json_t *value)
{
	switch (type) {
	case CTL_TEXT:
		return json_is_string(value);
	case CTL_NUMBER:
		return json_is_integer(value);
	case CTL_COUNTER:
		return json_is_integer(value) && json_integer_value(value) >= 0;
	default:
		return json_is_object(value);
	}
}

static int
check_members(const struct ctl_shape *members, json_t *value, struct ctl_error *error)
{
	for (; members->type != CTL_END; members++) {
		int result = ctl_shape_check(members, json_object_get(value, members->name), error);

		if (result != 0)
			return result;
	}
	return 0;
}

int
ctl_shape_check(const struct ctl_shape *shape, json_t *value, struct ctl_error *error)
{
	const char *name;
	json_t *member;
	int result = 0;

	if (value == NULL && shape->optional)
		return 0;
	if (value == NULL)
		return ctl_fail(error, -EPROTO, "reply without \"%s\"", shape->name);
	if (!is_of_type(shape->type, value))
		return ctl_fail(error, -EPROTO, "reply with a \"%s\" of another type", shape->name);
	if (shape->type == CTL_OBJECT)
		return check_members(shape->inside, value, error);
	if (shape->type != CTL_MAP)
		return 0;
	json_object_foreach (value, name, member) {
		result = ctl_shape_check(shape->inside, member, error);
		if (result != 0)
			break;
	}
	return result;
}

static void
subtract_number(json_t *now, const json_t *before)
{
	json_int_t n = json_integer_value(now), b = json_integer_value(before);

	if (b <= n)
		json_integer_set(now, n - b);
}

void
ctl_shape_subtract(const struct ctl_shape *shape, json_t *now, const json_t *before)
{
	const struct ctl_shape *inside = shape->inside;
	const char *name;
	json_t *member;

	if (now == NULL || before == NULL)
		return;
	switch (shape->type) {
	case CTL_COUNTER:
		subtract_number(now, before);
		break;
	case CTL_OBJECT:
		for (; inside->type != CTL_END; inside++)
			ctl_shape_subtract(inside, json_object_get(now, inside->name),
					   json_object_get(before, inside->name));
		break;
	case CTL_MAP:
		json_object_foreach (now, name, member)
			ctl_shape_subtract(inside, member, json_object_get(before, name));
		break;
	default:
		break;
	}
}
