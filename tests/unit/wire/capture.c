/* SPDX-License-Identifier: BSD-3-Clause */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"

#define FILE_HEADER_LEN 24
#define RECORD_HEADER_LEN 16
#define MAGIC 0xa1b2c3d4
#define LINK_ETHERNET 1

static uint32_t
field(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return le32toh(value);
}

static int
read_file(struct capture *capture, FILE *file)
{
	long size;

	if (fseek(file, 0, SEEK_END) < 0 || (size = ftell(file)) < 0)
		return -errno;
	rewind(file);
	capture->size = (size_t)size;
	capture->file = malloc(capture->size + 1);
	if (capture->file == NULL)
		return -ENOMEM;
	return fread(capture->file, 1, capture->size, file) == capture->size ? 0 : -EIO;
}

int
capture_open(struct capture *capture, const char *path)
{
	FILE *file = fopen(path, "rb");
	int rc;

	memset(capture, 0, sizeof(*capture));
	if (file == NULL)
		return -errno;
	rc = read_file(capture, file);
	fclose(file);
	if (rc == 0 && (capture->size < FILE_HEADER_LEN || field(capture->file) != MAGIC ||
			field(capture->file + 20) != LINK_ETHERNET))
		rc = -EINVAL;
	if (rc < 0)
		capture_close(capture);
	capture->position = FILE_HEADER_LEN;
	return rc;
}

void
capture_close(struct capture *capture)
{
	free(capture->file);
	memset(capture, 0, sizeof(*capture));
}

int
capture_next(struct capture *capture, const uint8_t **frame, size_t *length)
{
	const uint8_t *record = capture->file + capture->position;
	size_t left = capture->size - capture->position;

	if (left == 0)
		return 0;
	if (left < RECORD_HEADER_LEN)
		return -EINVAL;
	*length = field(record + 8);
	if (field(record + 12) != *length || left - RECORD_HEADER_LEN < *length)
		return -EINVAL;
	*frame = record + RECORD_HEADER_LEN;
	capture->position += RECORD_HEADER_LEN + *length;
	return 1;
}
