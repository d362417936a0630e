/* SPDX-License-Identifier: BSD-3-Clause */
/** Where in this process's memory some bytes are. */
#ifndef TEST_MEMORY_SCAN_H
#define TEST_MEMORY_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory_scan {
	unsigned int dumped; /**< places that a core dump would hold */
	unsigned int hidden; /**< places that it leaves out */
};

/** Find all bytes[i] ^ mask, length of them: not even who asks holds them in one piece. */
struct memory_scan memory_scan(const uint8_t *bytes, size_t length, uint8_t mask);

/** Whether a page that is left out of dumps is seen to be: qemu-user does not tell the kernel. */
bool memory_scan_works(void);

#endif
