/* SPDX-License-Identifier: BSD-3-Clause */
/** What the program says by how it ends. */
#ifndef PGN_EXIT_CODES_H
#define PGN_EXIT_CODES_H

#define EXIT_GOOD 0
#define EXIT_FAILED 1
#define EXIT_BAD_INPUT 2

#endif
