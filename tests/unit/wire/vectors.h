/* SPDX-License-Identifier: BSD-3-Clause */
/** Test vectors in text files: a line is `name hex` and, in some files, what to expect of it. */
#ifndef VECTORS_H
#define VECTORS_H

#include <stddef.h>
#include <stdint.h>

struct vector {
	char *name;
	char *expected; /* the rest of the line, "" when there is none */
	uint8_t *bytes;
	size_t length;
};

struct vectors {
	struct vector *list;
	size_t count;
};

/** All lines of a file, to free with vectors_free(). -EINVAL on a malformed line, or -errno. */
int vectors_load(struct vectors *vectors, const char *path);
void vectors_free(struct vectors *vectors);

/** The vector of a name, NULL when there is none. */
const struct vector *vectors_find(const struct vectors *vectors, const char *name);

#endif
