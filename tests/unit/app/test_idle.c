/* SPDX-License-Identifier: BSD-3-Clause */
/* Pauses, then sleeps, until something comes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "idle.h"

static void
pauses_then_longer_and_longer_sleeps(void **state)
{
	static const uint32_t sleeps[] = {10, 20, 40, 80, 160, 250, 250, 250};
	struct pgn_idle_state idle;

	(void)state;
	pgn_idle_end(&idle);
	for (unsigned int round = 0; round < 2; round++) {
		for (unsigned int i = 0; i < PGN_IDLE_PAUSES; i++)
			assert_int_equal(pgn_idle_step(&idle), 0);
		for (unsigned int i = 0; i < sizeof(sleeps) / sizeof(sleeps[0]); i++)
			assert_int_equal(pgn_idle_step(&idle), sleeps[i]);
		pgn_idle_end(&idle);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(pauses_then_longer_and_longer_sleeps)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
