/* SPDX-License-Identifier: BSD-3-Clause */
#include <bsd/stdlib.h>
#include <errno.h>
#include <pthread.h>

#include "clock.h"
#include "log.h"
#include "telemetry_inside.h"

/** Telemetry knows no context, and no way to take a command back. */
static struct {
	pthread_mutex_t lock; /**< no worker ever takes it */
	struct pgn_telemetry *open;
} here = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int
answer(pgn_tell tell, const char *params, struct rte_tel_data *d)
{
	int ret = -ENODEV;

	pthread_mutex_lock(&here.lock);
	if (here.open != NULL)
		ret = tell(here.open, params, d);
	pgn_tell_end(ret);
	pthread_mutex_unlock(&here.lock);
	return ret;
}

/* X(command, help): a function for each, since telemetry passes no context. */
#define COMMANDS(X)                                                              \
	X(info, "the node: version, role, instance, times")                      \
	X(totals, "messages: every one is in one term")                          \
	X(lcores, "lcores in use")                                               \
	X(lcore, "what a lcore does: /peregrine/lcore,ID")                       \
	X(ports, "ports: traffic by kind, losses, links")                        \
	X(pools, "buffers by class")                                             \
	X(drops, "messages dropped, by reason")                                  \
	X(latency, "how long frames stay, from Rx to Tx")                        \
	X(spread, "queues, and rings between workers: /peregrine/spread,OFFSET") \
	X(sealing, "the crypto device, what it opened and did not")              \
	X(routes, "next hops, current ones first: /peregrine/routes,OFFSET")     \
	X(clients, "hosts behind OBUs and the TAP: /peregrine/clients,OFFSET")   \
	X(client, "where a host lives: /peregrine/client,MAC")                   \
	X(health, "one verdict, why and since when")                             \
	X(config, "the configuration, as it was read")

#define X(name, help)                                                                         \
	static int on_##name(const char *command, const char *params, struct rte_tel_data *d) \
	{                                                                                     \
		(void)command;                                                                \
		return answer(pgn_tell_##name, params, d);                                    \
	}
COMMANDS(X)
#undef X

int
pgn_telemetry_open(struct pgn_telemetry *t)
{
	int ret = pgn_ask_open(&t->ask);

	if (ret != 0)
		return ret;
	arc4random_buf(&t->instance, sizeof(t->instance));
	t->started_utc_ns = pgn_utc_ns();
	t->started_us = pgn_now_us();
#define X(name, help) \
	if (ret == 0) \
		ret = rte_telemetry_register_cmd("/peregrine/" #name, on_##name, help);
	COMMANDS(X)
#undef X
	if (ret != 0) {
		pgn_ask_close(&t->ask);
		return ret;
	}
	pthread_mutex_lock(&here.lock);
	here.open = t;
	pthread_mutex_unlock(&here.lock);
	return 0;
}

void
pgn_telemetry_close(struct pgn_telemetry *t)
{
	pthread_mutex_lock(&here.lock);
	here.open = NULL;
	pthread_mutex_unlock(&here.lock);
	pgn_ask_close(&t->ask);
}
