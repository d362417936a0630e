/* SPDX-License-Identifier: BSD-3-Clause */
/** Node files for tests: written as "node.conf" in the directory of directory.h, and loaded. */
#ifndef PGN_TEST_LOAD_H
#define PGN_TEST_LOAD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config.h"
#include "directory.h"

/** What every node file needs; keys on the lines before it. */
#define WIRE "wire air0 { port = \"net_af_packet0,iface=veth0\" }\n"
#define TAP "tap { port = net_tap0 }\n"
#define PORTS WIRE TAP

struct load {
	struct pgn_config config;
	int result;
	char errors[1024];
};

void load_bytes(struct load *load, const void *bytes, size_t length, const char *role);
void load_file(struct load *load, const char *file, const char *role);

/** The file is good, and there is no word about it. */
void load_good(struct load *load, const char *text, const char *role);

/** The file is refused with -EINVAL and exactly this line (without its newline). */
void assert_refused(const char *text, const char *line);

#endif
