/* SPDX-License-Identifier: BSD-3-Clause */
/** Files of a test, in a directory of their own. */
#ifndef TEST_DIRECTORY_H
#define TEST_DIRECTORY_H

/** cmocka setup and teardown: enter a new directory, and leave it with all that is in it. */
int enter_directory(void **state);
int leave_directory(void **state);

#endif
