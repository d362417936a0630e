/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>

#include "config_port.h"
#include "links.h"
#include "log.h"
#include "port_link.h"

/** A port's changes are told at most so often. */
#define TELL_EVERY_US 1000000
/** A port that cannot be opened again, or is down when it was, is tried so often. */
#define RETRY_EVERY_US 2000000

/** May something be said of the port? What is not said is counted, and told with the next. */
static bool
may_tell(struct pgn_port *port, uint64_t now_us)
{
	if (port->told_us != 0 && now_us - port->told_us < TELL_EVERY_US) {
		port->untold++;
		return false;
	}
	port->told_us = now_us;
	if (port->untold > 0)
		pgn_log(LOG_NOTICE, "%s: %u changes were not told", port->config->name,
			port->untold);
	port->untold = 0;
	return true;
}

static void
look_at_link(struct pgn_links *links, unsigned int index, uint64_t now_us)
{
	struct pgn_port *port = &links->port[index];

	if (!pgn_port_link_changed(port))
		return;
	if (may_tell(port, now_us))
		pgn_log(LOG_NOTICE, "%s: link %s", port->config->name,
			port->link_up ? "up" : "down");
	if (port->link_up)
		return;
	port->link_downs++;
	port->retry_us = now_us + RETRY_EVERY_US;
	if (index != PGN_PORT_TAP)
		links->node->role->wire_down(links->desk, now_us, index);
}

static void
look_at_mtu(struct pgn_links *links, unsigned int wire, uint64_t now_us)
{
	struct pgn_port *port = &links->port[wire];
	uint32_t max_frame = pgn_port_frame_limit(port);

	if (max_frame == port->max_frame)
		return;
	if (may_tell(port, now_us))
		pgn_log(LOG_NOTICE, "wire %s: frames up to %u bytes, it was %u", port->config->name,
			max_frame, port->max_frame);
	port->max_frame = max_frame;
	atomic_store_explicit(&links->node->max_frame[wire], max_frame, memory_order_relaxed);
}

/** The netdev below was taken away, and workers have been told: leave it when none uses it. */
static void
leave(struct pgn_links *links, unsigned int wire)
{
	struct pgn_port *port = &links->port[wire];

	if (pgn_fib_passed(links->node->fib, port->away_token))
		pgn_port_remove(port);
}

/** Of a port that could not be opened again: is it because its driver kept the buffers it had? */
static void
look_at_buffers(const struct pgn_links *links, struct pgn_port *port)
{
	const struct pgn_bufpool *pool = links->node->pool;
	uint32_t left =
		pgn_bufpool_size(pool, PGN_CLASS_1500) - pgn_bufpool_in_use(pool, PGN_CLASS_1500);
	uint32_t wanted = port->rx_queues *
			  pgn_profile_number(&port->config->profile, PGN_PROFILE_RX_BUFFERS);
	/* Those in the caches of other lcores cannot be had. */
	uint32_t cached = links->config->pool_cache * 3 / 2 * (links->workers + 1);

	if (port->starved || pgn_port_keeps(port->config) == 0 || left >= wanted + cached)
		return;
	port->starved = true;
	pgn_log(LOG_WARNING,
		"wire %s: its driver keeps the buffers it had and wants %u more, %u are left: it "
		"cannot be opened again until the node is started again",
		port->config->name, wanted, left);
}

static void
open_again(struct pgn_links *links, unsigned int wire, uint64_t now_us)
{
	struct pgn_port *port = &links->port[wire];
	int ret;

	if ((port->netdev_index != 0 && pgn_port_netdev_index(port) == 0) ||
	    now_us < port->retry_us)
		return;
	port->retry_us = now_us + RETRY_EVERY_US;
	ret = pgn_port_open_again(port, links->config, pgn_bufpool_rx_pool(links->node->pool),
				  links->workers);
	port->reopening = ret != 0;
	if (ret != 0) {
		look_at_buffers(links, port);
		return;
	}
	port->reopened++;
	if (may_tell(port, now_us))
		pgn_log(LOG_NOTICE,
			"wire %s: %s is back and was opened again, frames up to %u bytes",
			port->config->name, port->config->port, port->max_frame);
	atomic_store_explicit(&links->node->max_frame[wire], port->max_frame, memory_order_relaxed);
	atomic_store_explicit(&port->away, false, memory_order_release);
}

/** Workers are to leave the port alone. */
static void
send_away(struct pgn_links *links, struct pgn_port *port)
{
	atomic_store_explicit(&port->away, true, memory_order_relaxed);
	port->away_token = pgn_fib_mark(links->node->fib);
}

/** Is what the port was opened on still there? Another of its name is not it. */
static bool
look_at_netdev(struct pgn_links *links, unsigned int wire, uint64_t now_us)
{
	struct pgn_port *port = &links->port[wire];

	if (port->netdev_index == 0 || pgn_port_netdev_index(port) == port->netdev_index)
		return true;
	if (may_tell(port, now_us))
		pgn_log(LOG_NOTICE, "wire %s: its interface was taken away", port->config->name);
	port->link_up = false;
	port->link_downs++;
	links->node->role->wire_down(links->desk, now_us, wire);
	send_away(links, port);
	return false;
}

/** Some drivers do not connect again once the other end was gone. */
static void
look_at_end(struct pgn_links *links, unsigned int wire, uint64_t now_us)
{
	struct pgn_port *port = &links->port[wire];

	/* Servers wait for clients, who come again. */
	if (port->link_up || now_us < port->retry_us || pgn_port_is_server(port->config) ||
	    pgn_profile_number(&port->config->profile, PGN_PROFILE_REOPEN) != PGN_PROFILE_YES)
		return;
	send_away(links, port);
}

/** Unlike a wire's nobody makes its interface anew: the node goes on as a relay. */
static void
look_at_tap(struct pgn_links *links, uint64_t now_us)
{
	struct pgn_port *port = &links->port[PGN_PORT_TAP];

	if (atomic_load_explicit(&port->away, memory_order_relaxed))
		return;
	if (!pgn_port_netdev_is_gone(port)) {
		look_at_link(links, PGN_PORT_TAP, now_us);
		return;
	}
	pgn_log(LOG_WARNING, "%s: its interface was taken away; the next start makes another",
		port->config->name);
	port->link_downs += port->link_up;
	port->link_up = false;
	send_away(links, port);
}

void
pgn_links_look(struct pgn_links *links, uint64_t now_us)
{
	look_at_tap(links, now_us);
	for (unsigned int wire = 0; wire < links->config->wire_count; wire++) {
		struct pgn_port *port = &links->port[wire];
		bool away = atomic_load_explicit(&port->away, memory_order_relaxed);

		if (away && port->id != PGN_PORT_NONE) {
			leave(links, wire);
		} else if (away) {
			open_again(links, wire, now_us);
		} else if (look_at_netdev(links, wire, now_us)) {
			look_at_link(links, wire, now_us);
			look_at_end(links, wire, now_us);
			look_at_mtu(links, wire, now_us);
		}
	}
}

void
pgn_links_report(FILE *out, const struct pgn_port *ports)
{
	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		if (ports[i].config == NULL)
			continue;
		fprintf(out, "link.%s.downs %" PRIu64 "\n", ports[i].config->name,
			ports[i].link_downs);
		fprintf(out, "link.%s.reopened %" PRIu64 "\n", ports[i].config->name,
			ports[i].reopened);
	}
}
