/* SPDX-License-Identifier: BSD-3-Clause */
/** An EAL for unit tests: no hugepages, no devices, nothing shared or left behind. */
#ifndef TEST_EAL_H
#define TEST_EAL_H

/** As a group setup of cmocka's: 0, or -1 with a line on stderr. */
int test_eal_start(void **state);
int test_eal_stop(void **state);

#endif
