/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pace.h"

#define HZ 1e9 /* a tick is a nanosecond */

/** From `now` to `end`, a look every `step` ticks; returns the largest burst. */
static unsigned int
run(struct gen_pace *pace, uint64_t *now, uint64_t end, uint64_t step, uint64_t *sent)
{
	unsigned int largest = 0;

	for (; *now < end; *now += step) {
		unsigned int due = gen_pace_due(pace, *now, *sent);

		assert_true(due <= GEN_BURST);
		largest = due > largest ? due : largest;
		*sent += due;
		if (due > 0)
			gen_pace_sent(pace, *now, due);
	}
	return largest;
}

static void
rates_are_kept(void **state)
{
	static const double rate[] = {1, 999, 50e3, 400e3, 1e6, 3.3e6, 20e6, 148.8e6};

	(void)state;
	for (unsigned int i = 0; i < sizeof(rate) / sizeof(rate[0]); i++) {
		uint64_t now = 5000, sent = 0, start = now;
		struct gen_pace pace;
		double asked;

		gen_pace_start(&pace, rate[i], HZ, now);
		run(&pace, &now, now + (rate[i] < 1e3 ? UINT64_C(4000000000) : 20000000),
		    rate[i] < 1e3 ? 1000 : 100, &sent);
		asked = (double)(now - start) / HZ * rate[i];
		assert_true((double)sent <= asked);
		assert_true((double)sent >= asked - GEN_BURST - 1);
		/* No farther behind than what goes together, and what comes between two looks. */
		assert_true(pace.worst >= 1);
		assert_true(pace.worst <= pace.together + 100 * rate[i] / HZ + 1);
		assert_true(gen_pace_mean(&pace) <= pace.worst);
		assert_true(gen_pace_mean(&pace) >= 1);
	}
}

static void
slow_rates_send_one_by_one(void **state)
{
	uint64_t now = 0, sent = 0;
	struct gen_pace pace;

	(void)state;
	gen_pace_start(&pace, 10000, HZ, now);
	assert_int_equal(run(&pace, &now, 100000000, 100, &sent), 1);
	assert_int_equal(sent, 999);
}

/** Whoever was away does not send all that is due at once. */
static void
after_a_stop_it_hurries(void **state)
{
	const double rate = 1e6;
	uint64_t now = 0, sent = 0, before;
	struct gen_pace pace;

	(void)state;
	gen_pace_start(&pace, rate, HZ, now);
	run(&pace, &now, 10000000, 100, &sent);
	now += 5000000; /* 5,000 frames late */
	before = sent;
	run(&pace, &now, now + 4000000, 100, &sent);
	assert_in_range(sent - before, 4950, 5050); /* 4 ms at 1.25 times the rate */
	assert_true(pace.worst >= 5000 && pace.worst < 5100);
	run(&pace, &now, now + 20000000, 100, &sent);
	assert_in_range(sent, now / 1000 - 40, now / 1000);
}

/** What a port refuses stays due. */
static void
what_is_refused_stays_due(void **state)
{
	struct gen_pace pace;

	(void)state;
	gen_pace_start(&pace, 1e6, HZ, 0);
	assert_int_equal(gen_pace_due(&pace, 19000, 0), 0);
	assert_int_equal(gen_pace_due(&pace, 20000, 0), 20);
	assert_int_equal(gen_pace_due(&pace, 25000, 0), 25);
	gen_pace_sent(&pace, 25000, 5);
	assert_int_equal(gen_pace_due(&pace, 25000, 5), 0); /* 5 take 4 us at least */
	assert_int_equal(gen_pace_due(&pace, 29000, 5), 24);
	assert_int_equal(gen_pace_due(&pace, 100000, 5), GEN_BURST);
}

static void
without_a_rate_all_that_goes(void **state)
{
	struct gen_pace pace;

	(void)state;
	gen_pace_start(&pace, 0, HZ, 0);
	for (unsigned int i = 0; i < 10; i++) {
		assert_int_equal(gen_pace_due(&pace, i, i * GEN_BURST), GEN_BURST);
		gen_pace_sent(&pace, i, GEN_BURST);
	}
	assert_true(pace.worst == 0 && gen_pace_mean(&pace) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_kept),
		cmocka_unit_test(slow_rates_send_one_by_one),
		cmocka_unit_test(after_a_stop_it_hurries),
		cmocka_unit_test(what_is_refused_stays_due),
		cmocka_unit_test(without_a_rate_all_that_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
