/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vectors.h"

static int
hex_digit(char c)
{
	if (!isxdigit((unsigned char)c))
		return -1;
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

static int
parse_hex(const char *hex, struct vector *vector)
{
	size_t digits = strlen(hex);

	if (digits == 0 || digits % 2 != 0)
		return -EINVAL;
	vector->length = digits / 2;
	vector->bytes = malloc(vector->length);
	if (vector->bytes == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < vector->length; i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		vector->bytes[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

static int
parse_line(char *line, struct vector *vector)
{
	char *name = strsep(&line, " "), *hex = strsep(&line, " ");

	if (hex == NULL)
		return -EINVAL;
	vector->name = strdup(name);
	vector->expected = strdup(line == NULL ? "" : line);
	if (vector->name == NULL || vector->expected == NULL)
		return -ENOMEM;
	return parse_hex(hex, vector);
}

static struct vector *
add(struct vectors *vectors)
{
	struct vector *list = realloc(vectors->list, (vectors->count + 1) * sizeof(*vectors->list));

	if (list == NULL)
		return NULL;
	vectors->list = list;
	memset(&list[vectors->count], 0, sizeof(*list));
	return &list[vectors->count++];
}

int
vectors_load(struct vectors *vectors, const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	int rc = 0;

	memset(vectors, 0, sizeof(*vectors));
	if (file == NULL)
		return -errno;
	while (rc == 0 && getline(&line, &size, file) > 0) {
		struct vector *vector = add(vectors);

		line[strcspn(line, "\n")] = '\0';
		rc = vector == NULL ? -ENOMEM : parse_line(line, vector);
	}
	free(line);
	fclose(file);
	if (rc < 0)
		vectors_free(vectors);
	return rc;
}

void
vectors_free(struct vectors *vectors)
{
	for (size_t i = 0; i < vectors->count; i++) {
		free(vectors->list[i].name);
		free(vectors->list[i].expected);
		free(vectors->list[i].bytes);
	}
	free(vectors->list);
	memset(vectors, 0, sizeof(*vectors));
}

const struct vector *
vectors_find(const struct vectors *vectors, const char *name)
{
	for (size_t i = 0; i < vectors->count; i++) {
		if (strcmp(vectors->list[i].name, name) == 0)
			return &vectors->list[i];
	}
	return NULL;
}
