/* SPDX-License-Identifier: BSD-3-Clause */
/* A question from one thread to another that answers between its turns, or does not. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "ask.h"

struct loop {
	struct pgn_ask ask;
	int doorbell;
	atomic_bool stop;
	unsigned int answered;
};

static void
count(void *about)
{
	++*(unsigned int *)about;
}

static void *
answer_until_stopped(void *context)
{
	struct loop *loop = context;
	eventfd_t rings;

	while (!atomic_load(&loop->stop)) {
		struct pollfd bell = {.fd = loop->doorbell, .events = POLLIN};

		if (poll(&bell, 1, 100) > 0)
			eventfd_read(loop->doorbell, &rings);
		pgn_answer(&loop->ask);
	}
	return NULL;
}

static void
questions_are_answered_one_by_one(void **state)
{
	static struct loop loop;
	unsigned int asked = 0;
	pthread_t thread;

	(void)state;
	assert_int_equal(pgn_ask_open(&loop.ask), 0);
	loop.doorbell = eventfd(0, 0);
	pthread_create(&thread, NULL, answer_until_stopped, &loop);
	for (unsigned int i = 1; i <= 1000; i++) {
		assert_int_equal(pgn_ask(&loop.ask, loop.doorbell, count, &asked), 0);
		assert_int_equal(asked, i);
	}
	atomic_store(&loop.stop, true);
	pthread_join(thread, NULL);
	close(loop.doorbell);
	pgn_ask_close(&loop.ask);
}

struct disturbed {
	pthread_t asking;
	struct pgn_ask *ask;
};

static void
ignore(int number)
{
	(void)number;
}

static void *
disturb_then_answer(void *context)
{
	const struct disturbed *disturbed = context;

	for (unsigned int i = 0; i < 10; i++) {
		usleep(2000);
		pthread_kill(disturbed->asking, SIGIO);
	}
	pgn_answer(disturbed->ask);
	return NULL;
}

/** As those of a TAP with traffic do. */
static void
signals_do_not_end_the_wait(void **state)
{
	struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
	struct pgn_ask ask;
	struct disturbed disturbed = {.asking = pthread_self(), .ask = &ask};
	unsigned int asked = 0;
	int doorbell = eventfd(0, 0);
	pthread_t thread;

	(void)state;
	sigaction(SIGIO, &action, NULL);
	assert_int_equal(pgn_ask_open(&ask), 0);
	pthread_create(&thread, NULL, disturb_then_answer, &disturbed);
	assert_int_equal(pgn_ask(&ask, doorbell, count, &asked), 0);
	assert_int_equal(asked, 1);
	pthread_join(thread, NULL);
	close(doorbell);
	pgn_ask_close(&ask);
}

/** What was given up is not answered later: what it is about may be gone. */
static void
a_question_nobody_answers_is_taken_back(void **state)
{
	struct pgn_ask ask;
	unsigned int asked = 0;
	int doorbell = eventfd(0, 0);

	(void)state;
	assert_int_equal(pgn_ask_open(&ask), 0);
	assert_int_equal(pgn_ask(&ask, doorbell, count, &asked), -ETIMEDOUT);
	pgn_answer(&ask);
	assert_int_equal(asked, 0);
	close(doorbell);
	pgn_ask_close(&ask);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions_are_answered_one_by_one),
		cmocka_unit_test(signals_do_not_end_the_wait),
		cmocka_unit_test(a_question_nobody_answers_is_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
