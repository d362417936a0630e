/* SPDX-License-Identifier: BSD-3-Clause */
/** A reader of classic pcap files: little-endian, Ethernet, whole frames. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stddef.h>
#include <stdint.h>

struct capture {
	uint8_t *file;
	size_t size;
	size_t position;
};

/** Read the file into memory, to free with capture_close(). -EINVAL when it is no such pcap. */
int capture_open(struct capture *capture, const char *path);
void capture_close(struct capture *capture);

/** 1 and the next frame, 0 at the end, -EINVAL when the file is cut short. */
int capture_next(struct capture *capture, const uint8_t **frame, size_t *length);

#endif
